"""The help page: the keys of where the reader was; all of them, from the key table; or what the reader looks for."""

from collections.abc import Sequence
from typing import NamedTuple

from textual import events
from textual.binding import Binding
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static

from bbs import limits
from bbs_client.features.boards.widgets import SIGNS
from bbs_client.keys import Pane, format_keys, grouped, key_of, keys_of
from bbs_client.session.session import Session
from bbs_client.tui.help_sheets import SHEETS, Group
from bbs_client.widgets.page import Flow, Page

KEYS_COLUMNS = 14
SHORT_KEYS_COLUMNS = 9
HALF_COLUMNS = 40
TWO_COLUMNS_FROM = 76

_MARKS = (
    ("●", "new to you"),
    ("○", "read"),
    ("◌", "held, or not sent yet; the word beside it says which"),
    ("·", "faded, withdrawn or erased"),
    ("◇", "the end of your round; ◆ once you are there"),
    ("Garden", "you have a seat on it"),
    *(
        (f"Garden {sign}" if sign in "•!" else f"{sign} Garden", says)
        for sign, says in SIGNS.items()
    ),
    ("12", "unread posts, counted for you alone"),
)


class HelpRow(NamedTuple):
    """One row of the page.

    Attributes:
        sign: The keys, or a mark on the screen.
        says: The function or meaning, a sentence.
        name: Its name in footers and the `:` line; empty for a mark.
    """

    sign: str
    says: str
    name: str = ""


def help_sections(words: str = "") -> dict[str, list[HelpRow]]:
    """Return all keys as headings with rows.

    Args:
        words: Words that each row must contain, in any order, in its heading or name, too; empty
            for all rows.
    """
    sections = {
        str(group): [
            HelpRow(format_keys(entry), entry.help, f"{entry.label} {entry.id.replace('_', '-')}")
            for entry in entries
        ]
        for group, entries in grouped()
    }
    sections["Marks"] = [HelpRow(mark, f"{says}.") for mark, says in _MARKS]
    wanted = words.casefold().split()
    found = {
        heading: [
            row
            for row in rows
            if all(word in " ".join((heading, *row)).casefold() for word in wanted)
        ]
        for heading, rows in sections.items()
    }
    return {heading: rows for heading, rows in found.items() if rows}


def section_rows(words: str, width: int) -> list[Content]:
    """Return all keys, or those that hold all of these words, as rows."""
    rows: list[Content] = []
    for heading, found in help_sections(words).items():
        rows.append(Content.styled(heading, "bold"))
        for sign, says, _ in found:
            before = Content.styled(f" {sign:<{KEYS_COLUMNS}} ", "bold $primary")
            for row in Content(says).wrap(max(10, width - KEYS_COLUMNS - 2)):
                rows.append(before + row)
                before = Content(" " * (KEYS_COLUMNS + 2))
        rows.append(Content(""))
    return rows or Content("Nothing here says that. Fewer letters find more.").wrap(width)


def sheet_rows(place: Pane, width: int) -> list[Content]:
    """Return the keys of a place, in two columns where there is room."""
    sheet = SHEETS[place]
    if width < TWO_COLUMNS_FROM:
        rows = _column((*sheet.left, *sheet.right))
    else:
        left, right = _column(sheet.left), _column(sheet.right)
        rows = []
        for at in range(max(len(left), len(right))):
            row = left[at] if at < len(left) else Content("")
            if at < len(right) and right[at]:
                row = row.truncate(HALF_COLUMNS, pad=True) + right[at]
            rows.append(row)
    says = f"These are the keys for where you were: {sheet.place}. Tab shows all of them."
    return [*rows, *Content.styled(says, "$quiet").wrap(width)]


def own_rows(keys: Sequence[tuple[str, str]], width: int) -> list[Content]:
    """Return the keys that only the page has where the reader was; nothing if it has none."""
    rows = [Content.styled("What you may do there", "bold")] if keys else []
    for key, says in keys:
        before = Content.styled(f" {key:<{SHORT_KEYS_COLUMNS - 1}} ", "bold $primary")
        for row in Content(says).wrap(max(10, width - SHORT_KEYS_COLUMNS - 1)):
            rows.append(before + row)
            before = Content(" " * (SHORT_KEYS_COLUMNS + 1))
    return [*rows, Content("")] if rows else rows


def _column(groups: tuple[Group, ...]) -> list[Content]:
    rows: list[Content] = []
    for heading, hints in groups:
        rows.append(Content.styled(heading, "bold"))
        for ids, says in hints:
            keys = " ".join(key_of(id) for id in ids)
            sign = f" {keys:<{SHORT_KEYS_COLUMNS - 1}} "
            rows.append(Content.styled(sign, "bold $primary") + Content(says))
        rows.append(Content(""))
    return rows


class LookFor(Input):
    """The field for what the reader looks for; while it is empty, Space pages and q goes back."""

    seeks = False  # whether the reader asked to type, so that every letter is one

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Return whether a key is text: not those of reading while there is nothing to look for."""
        return not self._leaves(key) and super().check_consume_key(key, character)

    async def on_key(self, event: events.Key) -> None:
        """Leave the keys of reading to the page while there is nothing to look for."""
        if self._leaves(event.key):
            event.prevent_default()
        elif not self.value and not self.seeks and event.key in keys_of("search"):
            self.seeks = True
            event.stop()
            event.prevent_default()

    def _leaves(self, key: str) -> bool:
        is_idle = not self.value and not self.seeks
        return is_idle and key in (*keys_of("page_on"), *keys_of("back")[:1])


class Help(Page[None]):
    """The keys; typing narrows them."""

    footer = Pane.HELP
    BINDINGS = [Binding("tab", "turn", show=False, priority=True)]

    def __init__(
        self,
        session: Session,
        place: Pane,
        words: str = "",
        own: Sequence[tuple[str, str]] = (),
    ) -> None:
        """Make the page.

        Args:
            session: The session of the community.
            place: Where the reader was.
            words: What to look for at first; empty for nothing.
            own: The keys that only that page has, and what each does.
        """
        self._own = own
        self._place = place if place in SHEETS else Pane.PAGE
        self._all = False
        hint = "what you look for: mute, ^P, thread"
        self._field = LookFor(
            words, placeholder=hint, max_length=limits.QUERY_CHARS_MAX, compact=True
        )
        self._flow = Flow(self._rows)
        super().__init__(
            session,
            "Help",
            Horizontal(
                Static("/", classes="sign", markup=False),
                self._field,
                Static("a post is read once you went on from it", classes="range", markup=False),
                classes="field",
            ),
            VerticalScroll(self._flow),
        )
        self.extra_keys = (
            (key_of("search"), "look for"),
            ("Tab", "all keys"),
            (key_of("tour"), "the tour"),
        )

    @property
    def is_typing(self) -> bool:
        """Whether there is something to look for: until then q goes back and Space pages."""
        return bool(self._field.value or self._field.seeks)

    def on_mount(self) -> None:
        """Begin with the keys of where the reader was."""
        self._show()

    def _rows(self, width: int) -> list[Content]:
        blank = [Content("")]
        if self._all or self._field.value:
            return [*blank, *section_rows(self._field.value, width)]
        return [*blank, *own_rows(self._own, width), *sheet_rows(self._place, width)]

    def _show(self) -> None:
        self.show_mode()
        everything = self._all or self._field.value
        self.say_fact("all keys" if everything else f"keys of {SHEETS[self._place].place}")
        self._flow.say(self._rows)
        self.query_one(VerticalScroll).scroll_home(animate=False)

    def action_turn(self) -> None:
        """Show all keys, or again those of where the reader was."""
        self._all = not self._all
        self._show()

    def on_input_changed(self) -> None:
        """Show only matching rows."""
        self._show()

    def on_input_submitted(self) -> None:
        """Close, because there is nothing to choose."""
        self.dismiss(None)
