"""What is written into the mirror beside views and messages that are written as they are.

Every change may come twice or late: that is what makes cache + events equal to a fresh fetch
(protocol 6.4).
"""

from datetime import datetime

from msgspec import Struct

from bbs.features.reading.messages import (
    ArrangeBoards,
    SavePost,
    SetBoardChoice,
    SetMemberChoice,
    SetThreadChoice,
)

Change = Struct
"""Whatever a feature has a writer for: a view, which stands thus unless a later revision is known;
a message that says all by itself; or a struct of this page.
"""


class Raise(Struct, frozen=True):
    """A thread reaches at least to this post, published `at`. `written` is for imported posts only."""

    thread: str
    number: int
    at: datetime
    written: datetime | None = None


class Fade(Struct, frozen=True):
    """Posts whose `fades_at` is not after `until` lose their words (P10). `board` None: all."""

    board: str | None
    until: datetime


class PurgeThread(Struct, frozen=True):
    """All posts of a thread up to a number lose their words (P10)."""

    thread: str
    upto: int


class FadeLounge(Struct, frozen=True):
    """Lines whose `fades_at` is not after `until` are gone (P10). `board` None: all lounges."""

    board: str | None
    until: datetime


class Shorten(Struct, frozen=True):
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


class KeepBoards(Struct, frozen=True):
    """These are all the boards the reader may know of; the others are forgotten."""

    boards: frozenset[str]


class ForgetBoard(Struct, frozen=True):
    """A board and all it held is forgotten.

    Attributes:
        unless_seated: Keep it where the reader has a seat on it.
    """

    board: str
    unless_seated: bool = False


class DropStream(Struct, frozen=True):
    """All that a stream fed is dropped, and its cursor, to be fetched afresh (protocol 6.6)."""

    stream: str


class ForgetRevisions(Struct, frozen=True):
    """All of the reader's marks and choices are going to be fetched: what is told from now on is true.

    No stream tells of them, so nothing else shows that a server went back to an earlier state.
    """


Choosing = SetThreadChoice | SetBoardChoice | SetMemberChoice | ArrangeBoards | SavePost
"""The commands that make a choice."""
