"""Shows the uses of power on a board (P8)."""

from textual.content import Content
from textual.widgets import Static

from bbs import limits
from bbs_client.actions.lookup import LoggedAct, LogQuestion
from bbs_client.hues import hue_of
from bbs_client.safe_text import handle_of
from bbs_client.session.session import Session
from bbs_client.widgets.block_view import BlockView
from bbs_client.widgets.page import Page, item_rows
from bbs_client.widgets.rows import Row


class ActList(BlockView):
    """The acts, newest first: when and who did what, and below it the clause and the reason."""

    ROWS_GUESSED = 3
    EMPTY = "Nobody has used any power here yet."

    def __init__(self, session: Session, log: LogQuestion) -> None:
        """Take the acts of a page.

        Args:
            session: The session with the time.
            log: The acts.
        """
        super().__init__()
        self._session = session
        self._older = f"Older: bbs log {log.board}" if log.older else ""
        self._acts: dict[str, LoggedAct] = {
            f"{number}": act for number, act in enumerate(reversed(log.acts))
        }

    def on_mount(self) -> None:
        """Show them."""
        self.set_keys(self._acts)

    def draw(self, index: int, width: int) -> list[Row]:
        """Return an act as rows."""
        act, times = self._acts[self.keys[index]], self._session.times
        column = times.columns + 1
        room = max(8, width - column)
        name = handle_of(act.author, self._session.members)
        did = act.deed.removeprefix(f"@{name}")
        by_member = did != act.deed
        deed = Content.styled(name, hue_of(act.author)) + did if by_member else Content(did)
        rows = deed.wrap(room)
        if act.ground:
            rows += Content.styled(act.ground, "dim").wrap(room)
        at = Content.styled(f"{times.short(act.at):<{column}}", "dim")
        first, *below = rows
        shown = item_rows(at + first, *(Content(" " * column) + row for row in below))
        if index == len(self.keys) - 1 and self._older:
            shown.append(Row(Content.styled(self._older, "dim"), is_marked=False))
        return shown


class LogPage(Page[None]):
    """The acts of a board."""

    def __init__(self, session: Session, log: LogQuestion) -> None:
        """Show a page of acts.

        Args:
            session: The session with the time.
            log: The acts.
        """
        about = (
            f"Every use of power on this board, newest first, for {limits.ACT_DAYS} days."
            " Members read it."
        )
        since = f"since {session.times.day(log.acts[0].at)}" if log.acts else ""
        super().__init__(
            session,
            "Log of power",
            Static(about, classes="about", markup=False),
            ActList(session, log),
            board=log.id,
            fact=since,
        )
