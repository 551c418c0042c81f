"""What a fold says should change in the mirror: small facts without I/O, applied by the cache.

Events and query results are folded into the same changes, and every change may come twice or late:
that is what makes cache + events equal to a fresh fetch (protocol 6.4).
"""

from datetime import datetime

from msgspec import Struct

from bbs.features.boards.messages import Board, Seat
from bbs.features.community.views import Closing
from bbs.features.members.views import Member
from bbs.features.norms.messages import Norms
from bbs.features.reading.messages import (
    ArrangeBoards,
    Floor,
    Marks,
    SavePost,
    SetBoardChoice,
    SetMemberChoice,
    SetThreadChoice,
)
from bbs.features.reading.views import Choice
from bbs.features.threads.views import ContentState, Line, Post, SkeletonPost, Thanks, Thread


class Change(Struct, frozen=True):
    """Base of all changes."""


class PutMember(Change, frozen=True):
    """A member stands thus, unless a later revision is known."""

    member: Member


class PutBoard(Change, frozen=True):
    """A board stands thus, unless a later revision is known."""

    board: Board


class PutSeat(Change, frozen=True):
    """A seat stands thus, unless a later revision is known.

    One's own seat, once left, takes a private board out of the mirror.
    """

    seat: Seat


class PutNorms(Change, frozen=True):
    """A board's norms in one version; older ones than are known are ignored."""

    norms: Norms


class NoteClosing(Change, frozen=True):
    """The community ends thus; None: no end is announced."""

    closing: Closing | None


class PutThread(Change, frozen=True):
    """A thread stands thus, unless a later revision is known. It never loses posts by it."""

    thread: Thread


class PutPost(Change, frozen=True):
    """A post stands thus, unless it is known to be further in its life or at a later revision."""

    post: Post


class PutBones(Change, frozen=True):
    """The shape of a thread, where nothing better is known yet."""

    thread: str
    board: str
    bones: tuple[SkeletonPost, ...]


class PutLine(Change, frozen=True):
    """A line stands thus, unless it is known to be withdrawn or at a later revision."""

    line: Line


class PutThanks(Change, frozen=True):
    """Somebody thanked one for a post, unless it is known to be gone."""

    thanks: Thanks


class RemoveHeld(Change, frozen=True):
    """A post was withdrawn before it was published: nothing of it stays, nor of its thread."""

    post: str
    thread: str


class BlankThread(Change, frozen=True):
    """A thread lost its title with its first post's words (P10)."""

    thread: str
    state: ContentState


class Raise(Change, frozen=True):
    """A thread reaches at least to this post, published `at`. `written` is for imported posts only."""

    thread: str
    number: int
    at: datetime
    written: datetime | None = None


class Fade(Change, frozen=True):
    """Posts whose `fades_at` is not after `until` lose their words (P10). `board` None: all."""

    board: str | None
    until: datetime


class PurgeThread(Change, frozen=True):
    """All posts of a thread up to a number lose their words (P10)."""

    thread: str
    upto: int


class FadeLounge(Change, frozen=True):
    """Lines whose `fades_at` is not after `until` are gone (P10). `board` None: all lounges."""

    board: str | None
    until: datetime


class Shorten(Change, frozen=True):
    """What was written on a board before its retention changed now fades no later than by it.

    Attributes:
        seq: Only posts before this place in the board's stream; None: those published by `at`.
        at: Only lines said by then.
    """

    board: str
    retention_days: int
    lounge_hours: int
    seq: int | None
    at: datetime


class KeepBoards(Change, frozen=True):
    """These are all the boards one may know of; the others are forgotten."""

    boards: frozenset[str]


class ForgetBoard(Change, frozen=True):
    """A board and all it held is forgotten.

    Attributes:
        unless_seated: Keep it where one has a seat on it.
    """

    board: str
    unless_seated: bool = False


class DropStream(Change, frozen=True):
    """All that a stream fed is dropped, and its cursor, to be fetched afresh (protocol 6.6)."""

    stream: str


class ForgetRevisions(Change, frozen=True):
    """All of one's marks and choices are going to be fetched: what is told from now on is true.

    No stream tells of them, so nothing else shows that a server went back to an earlier state.
    """


class SetMarks(Change, frozen=True):
    """One's marks of a thread, unless a later revision is known."""

    marks: Marks


class MarkRead(Change, frozen=True):
    """One marked posts here; the server does not know yet."""

    thread: str
    first: int
    last: int
    read: bool = True


class SetFloor(Change, frozen=True):
    """From where on a board is unread for one."""

    floor: Floor


class SetChoice(Change, frozen=True):
    """A choice of one's own stands thus, unless a later revision is known."""

    choice: Choice
    revision: int


class SetChoices(Change, frozen=True):
    """These are all one's choices up to a revision; others that are not later are undone."""

    choices: tuple[Choice, ...]
    revision: int


Choosing = SetThreadChoice | SetBoardChoice | SetMemberChoice | ArrangeBoards | SavePost
"""The commands that make a choice."""


class Chose(Change, frozen=True):
    """One chose this here; the server does not know yet."""

    command: Choosing


class SetHere(Change, frozen=True):
    """Those who are here and seen; replaces the last set."""

    members: frozenset[str]
