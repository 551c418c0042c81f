"""Views of moderation: what narrows what members may do, and until when."""

from enum import StrEnum
from typing import Annotated

from msgspec import Meta

from bbs import limits
from bbs.clock import Instant
from bbs.ids import BoardId, ThreadId
from bbs.messages import View

Reason = Annotated[str, Meta(min_length=1, max_length=limits.REASON_CHARS_MAX * 4)]
"""Why power is used: a line that everybody reads."""


class RestrictionKind(StrEnum):
    """What a restriction narrows. The first four are about one member and always end (P7)."""

    SILENCED = "silenced"  # reads on, and writes nothing
    SLOWED = "slowed"  # writes at most once in so many seconds
    SUSPENDED = "suspended"  # knows of the board, and takes back their own words
    GUARDED = "guarded"  # as `slowed`, for a newcomer
    READ_ONLY = "read_only"  # nobody writes on the board
    ARCHIVED = "archived"  # the same, and no seat is given out
    LOCKED = "locked"  # nobody writes in the thread
    PACED = "paced"  # everybody writes at most once in so many seconds
    CLOSING = "closing"  # a stage of the community's end


class Restriction(View, frozen=True, kw_only=True):
    """Something that narrows what a member, or everybody, may do on a board.

    It never changes but to end earlier than it was set to. A suspension on the commons holds on
    every board.

    Attributes:
        thread: The thread it is limited to; None for the whole board.
        value: Seconds between two writings where it sets a pace; of the community's end the number
            of the stage; otherwise None.
        until: From then on it is over; None until somebody ends it.
        norm: The clause that the act cites; None if it cites none, or once the act is forgotten.
        act: The id of the act that set it.
        reason: Why it was set, in the words of whoever did; None if they gave none.
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
