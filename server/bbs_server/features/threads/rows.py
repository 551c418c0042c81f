"""The rows of threads, posts and lines, and the SQL that reads them as they end as of now.

A shorter retention holds at once. Until a job has brought the rows forward (`retention`), the end
that a row holds may be later than its true end.
"""

from typing import NamedTuple

from bbs.clock import Ms
from bbs.features.threads.views import ContentState
from bbs.ids import BoardId, LineId, MemberId, PostId, ThreadId
from bbs.messages import Seq
from bbs.powers import Way
from bbs_server.store.api import TableSpec

MEMBER = "member"
FORMER = "former"
NOBODY = "nobody"  # came in a pack without its author; its own id stands in place of theirs
IMPORTED = "imported"
OF_LETTER = "system"  # a letter's thread alone is begun by nobody
PUBLISHED = ContentState.PUBLISHED.value
HELD = ContentState.HELD.value
DEVICE = Way.DEVICE.value


def post_end(table: str) -> str:
    """Return SQL for the time when a post's text ends, also by a retention shortened since.

    Text that has ended keeps its end: readers apply a shorter retention to words alone.

    Args:
        table: The name of `posts` in the statement.
    """
    return (
        f"coalesce((SELECT {table}.visible_at + min(s.ms) FROM shortenings s"  # noqa: S608 - constants
        f" WHERE s.board = {table}.board AND s.kind = 'posts' AND s.upto >= {table}.seq"
        f" AND {table}.state <> '{ContentState.FADED.value}'"
        f" AND ({table}.fades_at IS NULL OR {table}.fades_at > {table}.visible_at + s.ms)),"
        f" {table}.fades_at)"
    )


LINE_END = (
    "coalesce((SELECT lines.at + min(s.ms) FROM shortenings s WHERE s.board = lines.board"
    " AND s.kind = 'lines' AND s.upto >= lines.number AND lines.fades_at > lines.at + s.ms),"
    " lines.fades_at)"
)
"""SQL for the time when a line ends, as `post_end` is for a post."""


class PostRow(NamedTuple):
    """A post, held until it is published; `n` numbers the posts of all boards in the order of writing."""

    n: int
    id: PostId
    board: BoardId
    thread: ThreadId
    parent: PostId | None
    author_kind: str
    author: str
    at: Ms
    visible_at: Ms
    norms_version: int
    body_text: str | None
    subject_text: str | None = None
    mentions: str = ""
    answers: MemberId | None = None
    imported: int = 0
    number: int | None = None
    seq: Seq | None = None
    fades_at: Ms | None = None
    state: str = HELD
    edits: int = 0
    edited_at: Ms | None = None
    revision: int = 1
    via: str = DEVICE
    edited_via: str = DEVICE
    moved_to: PostId | None = None
    norms_board: BoardId | None = None  # of the norms that it names, where that is another board
    approval: str = ""  # while it is held, why it waits for a moderator, or that one declined it
    ended_there: str = ""  # of a marker that came in a pack, how its words ended; "" for withdrawn


POSTS = TableSpec(
    "posts",
    PostRow,
    ("id",),
    write_order=3,
    updated_columns=("number", "visible_at", "fades_at", "seq", "state", "revision", "approval"),
    number="n",
)
"""Posts; `fades_at` is the end as it is stored."""


def _with_end(row: type[NamedTuple], end: str) -> str:
    """Return the columns of a row, with SQL for the true end in the place of `fades_at`."""
    return ", ".join(end if name == "fades_at" else name for name in row._fields)


POST = f"SELECT {_with_end(PostRow, post_end('posts'))} FROM posts"  # noqa: S608 - our own column names
"""Reads a `PostRow`."""


class ThreadRow(NamedTuple):
    """A thread, which has no number until its first post is published."""

    id: ThreadId
    board: BoardId
    author_kind: str
    author: str
    title_text: str | None
    at: Ms
    imported: int = 0
    number: int | None = None
    posts: int = 0
    last_at: Ms | None = None
    state: str = HELD
    revision: int = 1
    via: str = DEVICE
    pinned: int = 0
    moved_to: ThreadId | None = None
    mixed: int = 0  # whether moved posts stand in it: numbers do not grow with seqs then
    ended_there: str = ""  # as a post has it


THREADS = TableSpec(
    "threads",
    ThreadRow,
    ("id",),
    write_order=2,
    updated_columns=("posts", "last_at", "state"),  # its number is given once, by publishing
    cached_rows_max=1_000,
)


class LineRow(NamedTuple):
    """A line of a lounge."""

    id: LineId
    board: BoardId
    number: int
    author_kind: str
    author: str
    at: Ms
    fades_at: Ms
    body_text: str | None
    state: str
    mentions: str
    norms_version: int
    revision: int
    via: str


LINES = TableSpec("lines", LineRow, ("id",), write_order=3)
"""Lines; `fades_at` is the end as it is stored."""

LINE = f"SELECT {_with_end(LineRow, LINE_END)} FROM lines"  # noqa: S608 - our own column names
"""Reads a `LineRow`."""


class Mention(NamedTuple):
    """A member whom a published post mentions; `row` is the post's `n`."""

    member: MemberId
    row: int


MENTIONS = TableSpec(
    "mentions", Mention, Mention._fields, write_order=4, updated_columns=Mention._fields[1:]
)


class LineMention(NamedTuple):
    """A member whom a line mentions."""

    member: MemberId
    at: Ms
    line: LineId


LINE_MENTIONS = TableSpec("line_mentions", LineMention, LineMention._fields, write_order=4)


class ThreadPurge(NamedTuple):
    """A purge of a whole thread, under way or done.

    Attributes:
        upto: The row of the last post that is purged; later posts stay.
        numbers: How many posts of the thread had numbers when it was purged.
        below: The last number whose post is erased.
        author: The member who purges.
        reason_text: None once all is erased.
    """

    thread: ThreadId
    upto: int
    numbers: int
    below: int
    author: MemberId
    norm: int | None
    law_text: str | None
    reason_text: str | None


PURGES = TableSpec(
    "purges", ThreadPurge, ("thread",), write_order=4, updated_columns=ThreadPurge._fields[1:]
)
"""The last purge of each thread, done or not."""
