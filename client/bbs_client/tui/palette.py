"""The palette: goes anywhere and does anything by a few letters; every entry of the key table is in it."""

from collections.abc import Iterator
from typing import ClassVar, NamedTuple

from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.fuzzy import Matcher
from textual.widgets import Input, Static

from bbs_client.actions.action import KeyScope
from bbs_client.actions.program import Doing
from bbs_client.actions.table import ACTIONS
from bbs_client.hues import member_hue
from bbs_client.keys import Pane, key_of, keys_of
from bbs_client.session.addresses import PlaceKind, places
from bbs_client.session.session import Session
from bbs_client.widgets.block_view import BlockView
from bbs_client.widgets.dialog import Dialog
from bbs_client.widgets.page import Divider
from bbs_client.widgets.rows import Row, aligned, frame

KIND_COLUMNS = 8
LETTERS_MAX = 128
ROWS_MAX = 14
SHOWN_OF_KIND = 5  # places of a kind; another letter narrows them
SAME, BEGINS, WORD_BEGINS, HAS, SPREAD = range(5)
"""How well a name fits the letters, the best first."""


class Entry(NamedTuple):
    """A row of the palette.

    Attributes:
        kind: What it is: do, board, thread, member or help.
        name: What it is called, cleaned.
        about: What else is said of it, cleaned.
        fact: Its key or address.
        answer: What to do.
        role: How its name looks; empty for plain.
    """

    kind: str
    name: str
    about: str
    fact: str
    answer: Doing
    role: str = ""


def entries(session: Session, *, composing: bool) -> Iterator[Entry]:
    """Yield everything there is to do or to go to here.

    Args:
        session: The session with the places.
        composing: Whether the reader writes: then what works there, and no places.
    """
    for action in ACTIONS:
        if action.context is KeyScope.EVERYWHERE or composing is (
            action.context is KeyScope.COMPOSER
        ):
            keys = key_of(action.id) if keys_of(action.id) else ""
            yield Entry("do", action.label, action.help, keys, Doing(action=action.id))
    for place in () if composing else places(session):
        role = member_hue(place.id) if place.kind is PlaceKind.MEMBER else ""
        name = place.label.removeprefix("@") if role else place.label
        fact = key_of("member") if role else place.about
        about = place.about if role else ""
        yield Entry(str(place.kind), name, about, fact, Doing(place=place), role)


class Fit(NamedTuple):
    """How well an entry fits; the best is the least.

    Attributes:
        rank: One of the ranks above.
        score: Of letters scattered over a name; less is better.
        at: Its place among all entries.
        entry: The entry.
    """

    rank: int
    score: float
    at: int
    entry: Entry


def fitting(letters: str, found: list[Entry]) -> list[Entry]:
    """Return the entries that fit some letters, by kind, exact names first."""
    if not letters:
        return [entry for entry in found if entry.kind == "do"]
    matcher = Matcher(letters)
    ranks = (_rank(letters.casefold(), matcher, entry) for entry in found)
    fits = [Fit(rank, -score, at, found[at]) for at, (rank, score) in enumerate(ranks) if score > 0]
    if any(fit.rank < SPREAD for fit in fits):
        # Letters that are only scattered over a name are a guess; it helps where nothing else fits.
        fits = [fit for fit in fits if fit.rank < SPREAD]
    by_kind: dict[str, list[Entry]] = {}
    for fit in sorted(fits):
        by_kind.setdefault(fit.entry.kind, []).append(fit.entry)
    most = {kind: len(rows) if kind == "do" else SHOWN_OF_KIND for kind, rows in by_kind.items()}
    shown = [entry for kind, rows in by_kind.items() for entry in rows[: most[kind]]]
    said = Doing(words=letters)
    return [*shown, Entry("help", f"what help says of “{letters}”", "", key_of("help"), said)]


def _rank(letters: str, matcher: Matcher, entry: Entry) -> tuple[int, float]:
    name = entry.name.casefold()
    if name == letters or entry.fact.casefold() == letters:
        return SAME, 1.0
    if name.startswith(letters):
        return BEGINS, 1.0
    if f" {letters}" in name:
        return WORD_BEGINS, 1.0
    if letters in name:
        return HAS, 1.0
    score = max(
        matcher.match(entry.name), 0.8 * matcher.match(entry.about), matcher.match(entry.fact)
    )
    return SPREAD, score


class EntryList(BlockView):
    """A row for each entry, a blank row between the kinds."""

    EMPTY = "Nothing is called that."

    def __init__(self) -> None:
        """Make an empty list."""
        super().__init__()
        self.entries: list[Entry] = []
        self._letters = ""

    def fill(self, entries: list[Entry], letters: str) -> None:
        """Show entries, the first one under the cursor."""
        self.entries, self._letters = entries, letters
        self.set_keys(())
        self.set_keys(map(str, range(len(entries))))
        rows = len(entries) + sum(self.rows_before(at) for at in range(len(entries)))
        self.styles.height = max(1, min(ROWS_MAX, rows))

    @property
    def entry(self) -> Entry | None:
        """The entry under the cursor."""
        return self.entries[int(self.current)] if self.current is not None else None

    def rows_before(self, index: int) -> int:
        """Return whether another kind begins here."""
        return int(index > 0 and self.entries[index].kind != self.entries[index - 1].kind)

    def draw(self, index: int, width: int) -> list[Row]:
        """Return an entry."""
        entry = self.entries[index]
        name = Content.styled(entry.name, entry.role) if entry.role else Content(entry.name)
        at = entry.name.casefold().find(self._letters.casefold()) if self._letters else -1
        if at >= 0 and len(entry.name) == len(entry.name.casefold()):
            name = name.stylize("new", at, at + len(self._letters))
        about = (f"  {entry.about}" if entry.about else "", "dim")
        left = Content.assemble(" ", (f"{entry.kind:<{KIND_COLUMNS}}", "dim"), name, about)
        row = Row(aligned(left, entry.fact, width), is_spread=True)
        return [frame(Content("")), row] if self.rows_before(index) else [row]


class Palette(Dialog[Doing]):
    """Letters above, what fits below; Enter does what is under the cursor."""

    footer = Pane.QUESTION
    extra_keys = (("Enter", "do it"), ("↑ ↓", "choose"), ("Tab", "complete"))
    BINDINGS: ClassVar[list[BindingType]] = [Binding("tab", "complete", show=False, priority=True)]

    def __init__(self, session: Session, *, composing: bool) -> None:
        """Make the palette.

        Args:
            session: The session with the places.
            composing: As `entries` takes it.
        """
        self._field = Input(compact=True, max_length=LETTERS_MAX)
        self._list = EntryList()
        super().__init__(
            Content("Go anywhere, do anything"),
            Horizontal(
                Static("›", classes="sign", markup=False),
                self._field,
                Static("Enter does it, Tab completes", classes="range", markup=False),
                classes="field",
            ),
            Divider(),
            self._list,
        )
        self._entries = list(entries(session, composing=composing))

    def on_mount(self) -> None:
        """Show what there is to do."""
        self._fill("")

    def on_input_changed(self, message: Input.Changed) -> None:
        """Show what fits."""
        self._fill(message.value.strip())

    def on_input_submitted(self) -> None:
        """Do it."""
        self.action_enter()

    def action_complete(self) -> None:
        """Write the whole name of what is under the cursor."""
        if self._list.entry is not None and self._list.entry.kind != "help":
            self._field.value = self._list.entry.name
            self._field.cursor_position = len(self._field.value)

    def chosen(self, key: str) -> None:
        """Answer with it."""
        self.dismiss(self._list.entries[int(key)].answer)

    def _fill(self, letters: str) -> None:
        self._list.fill(fitting(letters, self._entries), letters)
