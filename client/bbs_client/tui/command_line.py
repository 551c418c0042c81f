"""The `:` line: one line to type a function by name, with completion and this session's history."""

from collections.abc import Callable, Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input, Static

from bbs_client.actions.action import ArgumentKind
from bbs_client.actions.verbs import (
    CommandSyntaxError,
    ParsedCommand,
    complete,
    find_verb,
    parse,
)
from bbs_client.keys import Pane
from bbs_client.safe_text import safe_line
from bbs_client.widgets.dialog import Dialog

LINE_CHARS_MAX = 1_000
SHOWN_MAX = 6  # the number of proposals; another letter narrows them
HISTORY_MAX = 100
VERB_COLUMNS = 12


class CommandLine(Dialog[ParsedCommand]):
    """Enter answers with the understood command; an unknown one keeps the line open."""

    footer = Pane.LINE
    extra_keys = (("Tab", "complete"), ("↑", "earlier"))

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "complete", show=False, priority=True),
        Binding("up", "earlier", show=False, priority=True),
        Binding("down", "later", show=False, priority=True),
    ]

    def __init__(
        self, history: list[str], names: Callable[[ArgumentKind, str], Iterable[str]]
    ) -> None:
        """Make an empty line.

        Args:
            history: The lines typed before, the newest last; this dialog appends to it.
            names: Returns the names that can follow a verb of that kind and id.
        """
        self._field = Input(
            placeholder="reply · go garden/42 · search words",
            compact=True,
            max_length=LINE_CHARS_MAX,
        )
        self._offers = Static("", id="offers", markup=False)
        super().__init__(Content("What to do, by name"), self._field, self._offers)
        self._history = history
        self._names = names
        self._back = 0  # position in the history; 0 for a new line
        self._typed = ""  # the text before Tab
        self._offer = 0
        self._boards = frozenset(
            name
            for name in names(ArgumentKind.ANYTHING, "switch")
            if name.isprintable() and "/" not in name
        )

    def on_mount(self) -> None:
        """Show what the reader can type."""
        self._show("")

    def on_input_changed(self, message: Input.Changed) -> None:
        """Show the possible completions."""
        self._typed, self._offer = message.value, 0
        self._show(message.value)

    def on_input_submitted(self, message: Input.Submitted) -> None:
        """Answer, or show the part that is not understood."""
        text = message.value.strip()
        if not text:
            self.dismiss(None)
            return
        if text not in self._history[-1:]:
            self._history.append(text)
            del self._history[:-HISTORY_MAX]
        try:
            self.dismiss(parse(text, self._boards))
        except CommandSyntaxError as error:
            self._say([Content.styled(safe_line(f"{error}"), "$error")])

    def action_complete(self) -> None:
        """Insert the first completion; pressed again, the next."""
        found = self._found(self._typed)
        if found:
            text = found[self._offer % len(found)][0]
            self._offer = 1 if len(found) == 1 else self._offer + 1
            self._put(text)
            if len(found) == 1:
                self._typed = text
            self._show(self._typed)

    def action_earlier(self) -> None:
        """Show the line typed before."""
        self._go_back(self._back + 1)

    def action_later(self) -> None:
        """Show the line typed after that."""
        self._go_back(self._back - 1)

    def _go_back(self, back: int) -> None:
        self._back = max(0, min(back, len(self._history)))
        self._typed = self._history[-self._back] if self._back else ""
        self._put(self._typed)
        self._show(self._typed)

    def _put(self, text: str) -> None:
        with self.prevent(Input.Changed):
            self._field.value = text
        self._field.cursor_position = len(text)

    def _found(self, text: str) -> list[tuple[str, str]]:
        verb = find_verb(text.lstrip().removeprefix(":").partition(" ")[0].lower())
        names = self._names(verb.takes, verb.id) if verb else ()
        return complete(text, names)

    def _show(self, text: str) -> None:
        rows = []
        for could, about in self._found(text)[:SHOWN_MAX]:
            head = Content.styled(f"{safe_line(could):<{VERB_COLUMNS}}", "$primary")
            rows.append(Content.assemble(head, " ", (about, "$quiet")))
        self._say(rows)

    def _say(self, rows: list[Content]) -> None:
        self._offers.update(Content("\n").join(rows))
