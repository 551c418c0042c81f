"""Quick switch: finds a board, thread or member by a few letters of its name."""

from collections.abc import Iterable

from textual.content import Content
from textual.fuzzy import Matcher
from textual.widgets import Input

from bbs.text import normalize_line
from bbs_client.safe_text import safe_line
from bbs_client.session.addresses import Place, PlaceKind, places
from bbs_client.session.session import Session
from bbs_client.widgets.block_view import BlockView
from bbs_client.widgets.dialog import Dialog

ROWS_MAX = 14
SHOWN_MAX = 200  # more places need another letter
ADDRESS_CHARS_MAX = 128  # characters that `reading.resolve` accepts


class PlaceList(BlockView):
    """A row for each place."""

    def fill(self, found: Iterable[Place]) -> None:
        """Show places, the first one under the cursor."""
        self.places = {place.id: place for place in found}
        self.set_keys(())
        self.set_keys(self.places)
        self.styles.height = max(1, min(ROWS_MAX, len(self.places)))

    def draw(self, index: int, width: int) -> list[Content]:
        """Return a place."""
        place = self.places[self.keys[index]]
        row = Content.assemble((place.label, "strong"), (f"  {place.about}", "dim"))
        return [row.truncate(width, ellipsis=True)]


class Switch(Dialog[Place]):
    """Letters above, places below; Enter goes to the one under the cursor."""

    def __init__(self, session: Session) -> None:
        """Show every place.

        Args:
            session: The session with the places.
        """
        hint = "a few letters of a board, a thread or a @member"
        self._list = PlaceList()
        super().__init__(Content("Go to"), Input(placeholder=hint, compact=True), self._list)
        self._places = list(places(session))

    def on_mount(self) -> None:
        """Show every place."""
        self._fill("")

    def on_input_changed(self, message: Input.Changed) -> None:
        """Show the places that match."""
        self._fill(message.value.strip())

    def on_input_submitted(self) -> None:
        """Go there."""
        self.action_enter()

    def _fill(self, letters: str) -> None:
        if not letters:
            self._list.fill(self._places[:SHOWN_MAX])
            return
        matcher = Matcher(letters)
        scored = (
            (max(matcher.match(place.label), matcher.match(place.about)), place)
            for place in self._places
        )
        # A name that is typed whole comes first, however well longer names match.
        exact = {letters.lower(), f"@{letters.lower()}"}
        fitting = sorted(
            (pair for pair in scored if pair[0] > 0),
            key=lambda pair: (exact.isdisjoint((pair[1].label, pair[1].about)), -pair[0]),
        )
        found = [place for _, place in fitting[:SHOWN_MAX]]
        address, _ = normalize_line(letters, chars_max=ADDRESS_CHARS_MAX)
        if not found and address:
            says = "is not on this device: ask the server"
            found = [Place(PlaceKind.ADDRESS, address, safe_line(address), says)]
        self._list.fill(found)

    def chosen(self, key: str) -> None:
        """Answer with the selected place."""
        self.dismiss(self._list.places[key])
