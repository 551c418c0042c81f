"""Home: everything new for the reader in the order of the round; and the round's end."""

from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct
from textual.content import Content

from bbs.features.reading.round_text import HEADINGS, BoardSum, rows_of
from bbs.features.reading.views import Round, Section, Stop
from bbs.plural import counted
from bbs_client.safe_text import safe_line, writer_of
from bbs_client.session.session import Session
from bbs_client.widgets import times
from bbs_client.widgets.block_view import BlockView

_ASIDE = "Also waiting"


class OpenTask(Struct, frozen=True):
    """A task that is not reading: a draft, a refused item, an offered seat.

    Attributes:
        key: Its key in the list.
        says: A line about it; our own words, or cleaned.
        go: Leads there.
        heading: Its heading.
    """

    key: str
    says: str
    go: Callable[[], None]
    heading: str = _ASIDE


Row = Stop | BoardSum | OpenTask


class HomeView(BlockView):
    """One row for each new thing, under headings; empty when the reader is caught up."""

    def __init__(self, session: Session, *, id: str | None = None) -> None:
        """Make an empty view.

        Args:
            session: The session with titles, names and time.
        """
        super().__init__(id=id)
        self.session = session
        self._rows_by_key: dict[str, Row] = {}
        self._headings: dict[str, str] = {}
        self._ending: Sequence[str] = ()

    def fill(self, shown: Round, asides: Iterable[OpenTask], ending: Sequence[str]) -> None:
        """Show the new things.

        Args:
            shown: A round, or the rest of it.
            asides: The tasks, in order.
            ending: The lines if nothing is new; our own words.
        """
        self._ending = ending
        self._rows_by_key, self._headings = {}, {}
        before: str | None = None
        for row in (*rows_of(shown), *asides):
            key = _key(row)
            heading = row.heading if isinstance(row, OpenTask) else HEADINGS[row.section]
            self._rows_by_key[key] = row
            if heading != before:
                self._headings[key] = before = heading
        self.set_keys(self._rows_by_key)

    def current_row(self) -> Row | None:
        """Return the row under the cursor."""
        return self._rows_by_key.get(self.current or "")

    def empty_text(self) -> Content:
        """Return the sentence for the end of a round."""
        first, *rest = self._ending or ("",)
        return Content("\n").join([Content(""), Content.styled(f"  {first}", "strong"), *(
            Content.styled(f"  {text}", "dim") for text in rest
        )])  # fmt: skip

    def rows_before(self, index: int) -> int:
        """Return how many rows a section's heading takes, with the blank row above it."""
        return 0 if self.keys[index] not in self._headings else 1 + bool(index)

    def draw(self, index: int, width: int) -> list[Content]:
        """Return a thing as one row, with its section's heading above the first one."""
        key = self.keys[index]
        rows = []
        if key in self._headings:
            rows = [Content("")] * bool(index)
            rows.append(Content.styled(self._headings[key], "heading"))
        rows.append(self._draw(self._rows_by_key[key], width).truncate(width, ellipsis=True))
        return rows

    def _draw(self, row: Row, width: int) -> Content:
        if isinstance(row, OpenTask):
            return Content(f"  {row.says}")
        session = self.session
        slug = session.slug(row.board)
        if isinstance(row, BoardSum):
            board = session.cache.board(row.board)
            title = safe_line(board.board.title if board else None, slug)
            count = f"{counted(row.threads, 'thread')}, {counted(row.posts, 'post')}"
            return _aligned(Content(f"  {title}"), Content.styled(count, "new"), width)
        thread = session.cache.thread(row.thread)
        number = thread.thread.number if thread else None
        title = safe_line(thread.thread.title if thread else None, "(no title)")
        place = Content.styled(f"  {slug}/{number or '?'} ", "dim")
        if row.section is Section.FOLLOWED:
            count = f"{len(row.numbers)} new"
            return _aligned(place + Content(title), Content.styled(count, "new"), width)
        found = session.cache.posts(row.thread, row.numbers[:1])
        first = found[0] if found else None
        who = writer_of(first.author, first.words_via, session.members) if first else "somebody"
        more = len(row.numbers) - 1
        says = f" and {counted(more, 'more post')}" if more else ""
        when = times.moment(found[0].at, session.now(), session.zone) if found else ""
        left = Content.assemble("  ", (who, "name"), (f"{says} in {slug}/{number or '?'} ", "dim"))
        return _aligned(left + Content(title), Content.styled(when, "dim"), width)


def _aligned(left: Content, right: Content, width: int) -> Content:
    """Return two texts at the two ends of a row; the left text is cut if need be."""
    room = max(8, width - right.cell_length - 3)
    left = left.truncate(room, ellipsis=True)
    space = " " * max(2, width - left.cell_length - right.cell_length - 1)
    return Content.assemble(left, space, right, " ")


def _key(row: Row) -> str:
    match row:
        case Stop(section=section, thread=thread, numbers=numbers):
            return f"{section}:{thread}:{numbers[0]}"
        case BoardSum(board=board):
            return f"sum:{board}"
        case OpenTask(key=key):
            return f"aside:{key}"
