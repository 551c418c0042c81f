"""Shows the uses of power on a board (P8)."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.events import DescendantFocus
from textual.widgets import Static

from bbs import limits
from bbs.terminal.log_filter import HINT
from bbs_client.actions.action import KeyScope
from bbs_client.actions.power_log import LoggedAct, LogQuestion
from bbs_client.hues import hue_of
from bbs_client.keys import bindings, key_of
from bbs_client.links import copy
from bbs_client.safe_text import handle_of
from bbs_client.session.session import Session
from bbs_client.widgets.block_view import BlockView
from bbs_client.widgets.dialog import TextDialog, facts
from bbs_client.widgets.fields import LineField
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

    @property
    def act(self) -> LoggedAct | None:
        """The act under the cursor; None where there is none."""
        return self._acts.get(self.current or "")

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


class NarrowedActs(ActList):
    """The acts that are like what the reader typed."""

    EMPTY = "No act is like that."


class ActInfo(TextDialog[None]):
    """What an act changed, and how it was done."""

    def __init__(self, session: Session, act: LoggedAct) -> None:
        """Show an act.

        Args:
            session: The session with the members.
            act: The act.
        """
        super().__init__(Content(act.deed), facts(act.facts))


class FilterField(Horizontal):
    """The row in which the reader types what narrows the log."""

    def __init__(self, typed: str) -> None:
        """Make the row with what was typed before."""
        super().__init__(classes="field")
        self.line = LineField(
            typed, placeholder=HINT, max_length=limits.QUERY_CHARS_MAX, compact=True
        )

    def compose(self) -> ComposeResult:
        """Build the row."""
        yield Static("/", classes="sign", markup=False)
        yield self.line


class LogPage(Page[str]):
    """The acts of a board. Answers with what else to narrow them by."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(
        KeyScope.READING, only=("search", "copy"), runs=True
    )
    field_keys = (("Enter", "narrow"), ("↓", "to the acts"), ("^U", "empty it"))

    def __init__(self, session: Session, log: LogQuestion) -> None:
        """Show a page of acts.

        Args:
            session: The session with the time.
            log: The acts, and what narrows them.
        """
        self._log = log
        about = (
            f"Every use of power on this board, newest first, for {limits.ACT_DAYS} days."
            " Members read it."
        )
        since = f"since {session.times.day(log.acts[0].at)}" if log.acts else ""
        self._field = FilterField(log.narrowed)
        self._list = (NarrowedActs if log.narrowed else ActList)(session, log)
        super().__init__(
            session,
            "Log of power",
            Static(" ".join([about, *log.notes]), classes="about", markup=False),
            self._field,
            self._list,
            board=log.id,
            fact=since,
        )
        self.extra_keys = (
            ("Enter", "what changed"),
            (key_of("search"), "narrow"),
            (key_of("copy"), "copy id"),
        )

    def on_mount(self) -> None:
        """Show the acts."""
        super().on_mount()
        self._list.focus()

    def on_descendant_focus(self, message: DescendantFocus) -> None:
        """Offer the keys of the field, or of the acts."""
        self.offer_keys(self.field_keys if self._field.line.has_focus else self.extra_keys)

    async def action_do(self, id: str) -> None:
        """Go from the field to the acts and back; copy an act's id."""
        if id == "down" and self._field.line.has_focus:
            self._list.focus()
        elif id == "search":
            self._field.line.focus()
        elif id == "copy":
            self._copy()
        else:
            await super().action_do(id)

    def _copy(self) -> None:
        if (act := self._list.act) is not None:
            copy(self.app, act.id)
            self.notify("The act's id is copied.", markup=False)

    def on_input_submitted(self, message: LineField.Submitted) -> None:
        """Ask the server for what is typed."""
        message.stop()
        if message.value.strip() != self._log.narrowed:
            self.dismiss(message.value.strip())
        else:
            self._list.focus()

    def chosen(self, key: str) -> None:
        """Show what the act changed; of a batch, the acts of its items."""
        act = self._list.act
        if act is not None and act.narrows:
            self.dismiss(act.narrows)
        elif act is not None:
            self.app.push_screen(ActInfo(self.session, act))
