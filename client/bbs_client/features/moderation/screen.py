"""What opens to show who used power on a board (P8)."""

from textual.content import Content

from bbs_client.actions.lookup import LogQuestion
from bbs_client.session.session import Session
from bbs_client.widgets import times
from bbs_client.widgets.dialog import TextDialog


class LogDialog(TextDialog[None]):
    """The acts of a board, oldest first, each with its time, who, why and what it changed."""

    def __init__(self, session: Session, log: LogQuestion) -> None:
        """Show a page of acts.

        Args:
            session: Where the time comes from.
            log: What there is to show.
        """
        parts: list[Content | str | tuple[str, str]] = []
        if log.older:
            parts.append((f"Older: bbs log {log.board}\n\n", "$quiet"))
        for at, told in log.told:
            parts += [(f"{times.exactly(at, session.zone)}\n", "$quiet"), Content(f"{told}\n\n")]
        if not log.told:
            parts.append("No power was used here yet.")
        super().__init__(Content(f"Power used on {log.board}"), Content.assemble(*parts))
