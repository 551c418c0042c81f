"""Views of moderation: restrictions of members, boards and threads, with their ends."""

from enum import StrEnum
from typing import Annotated

from msgspec import Meta

from bbs import limits
from bbs.clock import Instant
from bbs.ids import BoardId, ThreadId
from bbs.messages import View

Reason = Annotated[str, Meta(min_length=1, max_length=limits.REASON_CHARS_MAX * 4)]
"""The reason for a use of power: one line that everybody reads."""


class RestrictionKind(StrEnum):
    """The kind of a restriction. The first four are about one member and always end (P7)."""

    SILENCED = "silenced"  # may read, may not write
    SLOWED = "slowed"  # may write at most once in so many seconds
    SUSPENDED = "suspended"  # may know of the board and withdraw their own text
    GUARDED = "guarded"  # as `slowed`, for a newcomer
    READ_ONLY = "read_only"  # no member may write on the board
    ARCHIVED = "archived"  # as `read_only`, and the board gives out no seat
    LOCKED = "locked"  # no member may write in the thread
    PACED = "paced"  # every member may write at most once in so many seconds
    CLOSING = "closing"  # a stage of the community's end
    LOCKED_DOWN = "locked_down"  # nobody joins the community, and first posts wait everywhere
    MOVING = "moving"  # nothing changes on the board but what ends words: it moves elsewhere
    MOVED = "moved"  # it has moved elsewhere: nobody reads its words here any more
    ENTERED = "entered"  # the sysop entered a private board of others: it forbids nothing


class Restriction(View, frozen=True, kw_only=True):
    """A restriction of one member, or of everybody, on a board.

    Once set, its end can only become earlier. A suspension on the commons holds on every board.

    Attributes:
        thread: The thread it is limited to; None for the whole board.
        value: For a pace, the seconds between two writings; for the community's end, the number of
            the stage; otherwise None.
        until: The moment of its end; None until a moderator or the sysop ends it.
        norm: The clause that the act cites; None if it cites none, or once the log has erased the
            act.
        act: The id of the act that set it.
        reason: The reason, in the words of the member who set it; None if they gave none.
    """

    id: str
    board: BoardId
    kind: RestrictionKind
    thread: ThreadId | None = None
    value: int | None = None
    since: Instant
    until: Instant | None = None
    norm: int | None = None
    act: str | None = None
    reason: str | None = None
