"""Shows the uses of power on a board (P8)."""

from textual.containers import VerticalScroll
from textual.content import Content

from bbs_client.actions.lookup import LogQuestion
from bbs_client.session.session import Session
from bbs_client.widgets import times
from bbs_client.widgets.dialog import TextDialog


class LogDialog(TextDialog[None]):
    """The acts of a board, oldest first, each with time, author, reason and changes."""

    def __init__(self, session: Session, log: LogQuestion) -> None:
        """Show a page of acts.

        Args:
            session: The session with the time.
            log: The acts.
        """
        now, zone = session.now(), session.zone
        rows = [
            Content.assemble((f"{times.moment(at, now, zone)}  ", "$quiet"), told)
            for at, told in log.told
        ]
        if log.older:
            rows.insert(0, Content.styled(f"Older: bbs log {log.board}", "$quiet"))
        text = Content("\n\n").join(rows) or Content("No power was used here yet.")
        super().__init__(Content(f"Power used on {log.board}"), text)

    def on_mount(self) -> None:
        """Begin with the latest act."""
        self.query_one(VerticalScroll).anchor()
