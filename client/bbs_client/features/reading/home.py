"""Home: all that waits for the reader, on one screen, in the order the round will show it; and its end."""

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
    """Something that waits and is not to be read: a draft, a refusal, an offered seat.

    Attributes:
        key: Its key in the list.
        says: A line about it; our own words, or cleaned.
        go: Leads there.
        heading: Under which it stands.
    """

    key: str
    says: str
    go: Callable[[], None]
    heading: str = _ASIDE


Row = Stop | BoardSum | OpenTask


class HomeView(BlockView):
    """One row for each thing that waits, under headings; empty when the reader is caught up."""

    def __init__(self, session: Session, *, id: str | None = None) -> None:
        """Make an empty view.

        Args:
            session: Where titles, names and the time come from.
        """
        super().__init__(id=id)
        self.session = session
        self._rows_by_key: dict[str, Row] = {}
        self._headings: dict[str, str] = {}
        self._ending: Sequence[str] = ()

    def fill(self, shown: Round, asides: Iterable[OpenTask], ending: Sequence[str]) -> None:
        """Show what waits.

        Args:
            shown: A round, or what is left of it.
            asides: What else waits, in order.
            ending: What to say where nothing waits, line by line; our own words.
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
        """Return what the cursor is on."""
        return self._rows_by_key.get(self.current or "")

    def empty_text(self) -> Content:
        """Say that reading has come to its end."""
        first, *rest = self._ending or ("",)
        return Content("\n").join([Content(""), Content.styled(f"  {first}", "strong"), *(
            Content.styled(f"  {text}", "dim") for text in rest
        )])  # fmt: skip

    def rows_before(self, index: int) -> int:
        """Return how many rows a section's heading takes, with the blank one above it."""
        return 0 if self.keys[index] not in self._headings else 1 + bool(index)

    def draw(self, index: int, width: int) -> list[Content]:
        """Return a thing that waits as one row, its section's heading above the first of it."""
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
    """Return two texts at the two ends of a row; the left one gives way."""
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
