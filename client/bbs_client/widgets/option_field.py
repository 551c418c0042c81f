"""A field in which one of a few is chosen: by arrows, by its number, or from a list that says more."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from bbs_client.actions.action import KeyScope
from bbs_client.keys import bindings
from bbs_client.widgets.block_view import BlockView
from bbs_client.widgets.dialog import Dialog
from bbs_client.widgets.rows import Row

NONE_YET = "choose one: ← → or Enter for the list"
_MARK_COLUMNS = 4


class OptionField(Widget, can_focus=True):
    """A line with the chosen option.

    Attributes:
        heading: What is chosen; our own words.
        options: What each is typed as, and what it is; cleaned.
        value: The chosen one, as it is typed; empty for none yet.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        ("left", "turn(-1)"),
        ("right", "turn(1)"),
        ("enter,space", "list"),
        # Before the keys by which a form scrolls, some of which are the same in other keymaps.
        *bindings(KeyScope.COMPOSER, only=("send",)),
    ]

    @dataclass
    class Asked(Message):
        """The reader wants to see all options."""

        field: "OptionField"

    def __init__(self, heading: str, options: tuple[tuple[str, str], ...], value: str) -> None:
        """Make the field.

        Args:
            heading: What is chosen.
            options: The options, in their order.
            value: The chosen one; empty for none.
        """
        super().__init__()
        self.heading = heading
        self.options = options
        self.value = value

    def take(self, value: str | None) -> None:
        """Choose an option; None changes nothing."""
        if value is not None:
            self.value = value
            self.refresh()

    def action_turn(self, step: int) -> None:
        """Choose the next option, or the one before."""
        values = [value for value, _ in self.options]
        at = values.index(self.value) + step if self.value in values else min(0, step)
        self.take(values[at % len(values)])

    def action_list(self) -> None:
        """Ask for the list."""
        self.post_message(self.Asked(self))

    async def action_send(self) -> None:
        """Send the form."""
        await self.screen.run_action("send")

    def on_key(self, event: events.Key) -> None:
        """Choose by number."""
        if event.character and event.character.isdecimal():
            if any(value == event.character for value, _ in self.options):
                self.take(event.character)
            event.stop()

    def render(self) -> Content:
        """Return the chosen option, cut to the line."""
        says = dict(self.options).get(self.value)
        if says is None:
            return Content.styled(NONE_YET, "$quiet")
        room = self.size.width - 2
        shown = Content.assemble((f"{self.value}  ", "bold"), says).truncate(room, ellipsis=True)
        return shown + " " * (room - shown.cell_length + 1) + Content.styled("▾", "$quiet")


class OptionList(BlockView):
    """The options, each in full."""

    def __init__(self, options: Mapping[str, str], now: str) -> None:
        """Make the list, with the cursor on the option that is chosen now."""
        super().__init__()
        self._options = options
        self._now = now

    def on_mount(self) -> None:
        """Show them."""
        self.set_keys(self._options)
        width = self.app.size.width
        rows = sum(len(self.draw(at, min(64, width - 8))) for at in range(len(self._options)))
        self.styles.height = min(rows, max(4, self.app.size.height - 8))
        self.jump(self.keys.index_of(self._now) or 0)

    def draw(self, index: int, width: int) -> list[Row | Content]:
        """Return an option as rows."""
        value = self.keys[index]
        begin = max(_MARK_COLUMNS, *(len(each) + 2 for each in self._options))
        first, *more = Content(self._options[value]).wrap(max(8, width - begin - 1))
        head = Content.styled(f"{value:<{begin}}", "strong")
        return [head + first, *(Content(" " * begin) + row for row in more)]


class OptionsDialog(Dialog[str]):
    """All options of a field; answers with the chosen one."""

    def __init__(self, heading: str, options: Mapping[str, str], now: str) -> None:
        """Make the choice; `now` is what is chosen so far."""
        super().__init__(Content(heading), OptionList(options, now))

    def chosen(self, key: str) -> None:
        """Answer with an option."""
        self.dismiss(key)
