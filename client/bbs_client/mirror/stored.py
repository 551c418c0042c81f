"""The rows of the mirror's tables: their columns are these fields (see `bbs.rows`)."""

from typing import NamedTuple

from bbs.clock import Ms


class StoredMember(NamedTuple):
    """A row of `members`."""

    id: str
    revision: int
    doc: bytes


class StoredBoard(NamedTuple):
    """A row of `boards`; `words` says whether its title is there."""

    id: str
    number: int
    visibility: str
    hold_s: int
    retention_days: int
    words: bool
    revision: int
    doc: bytes


class StoredSeat(NamedTuple):
    """A row of `seats`."""

    board: str
    member: str
    state: str
    position: int
    revision: int
    doc: bytes


class StoredNorms(NamedTuple):
    """A row of `norms`."""

    board: str
    version: int
    doc: bytes


class StoredThread(NamedTuple):
    """A row of `threads`, without `unread`, which is counted."""

    id: str
    board: str
    number: int | None
    state: str
    posts: int
    fades_at: Ms | None
    words: bool
    revision: int
    doc: bytes


class StoredPost(NamedTuple):
    """A row of `posts` that has its document."""

    id: str
    board: str
    thread: str
    number: int | None
    parent: str | None
    parent_number: int | None
    author: str | None
    seq: int | None
    state: str
    imported: bool
    visible_at: Ms
    fades_at: Ms | None
    fresh: bool
    for_me: int
    words: bool
    revision: int
    doc: bytes


class StoredBone(NamedTuple):
    """A row of `posts` of which only its place in the thread is known."""

    board: str
    thread: str
    number: int
    parent_number: int | None
    author: str | None
    seq: int
    state: str
    imported: bool
    fresh: bool
    words: bool = False
    revision: int = 0


class StoredLine(NamedTuple):
    """A row of `lines`."""

    id: str
    board: str
    number: int
    at: Ms
    fades_at: Ms
    state: str
    words: bool
    revision: int
    doc: bytes


class StoredMarks(NamedTuple):
    """A row of `marks`; `ranges` is JSON."""

    thread: str
    board: str
    revision: int
    ranges: str


class StoredThanks(NamedTuple):
    """A row of `thanks`."""

    post: str
    by: str
    board: str
    thread: str
    at: Ms


class StoredChoice(NamedTuple):
    """A row of `choices`."""

    kind: str
    subject: str
    stance: str
    revision: int
    doc: bytes


class StoredFloor(NamedTuple):
    """A row of `floors`."""

    board: str
    seq: int
