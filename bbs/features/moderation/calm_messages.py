"""Calming a board or a thread: everybody writes there more slowly for some days (P7, P8)."""

from typing import Annotated, ClassVar

from msgspec import Meta

from bbs import limits
from bbs.clock import Instant
from bbs.features.moderation.tending_messages import RestrictionResult
from bbs.features.moderation.views import Reason
from bbs.ids import BoardId, ThreadId
from bbs.messages import Command
from bbs.powers import Need, NeedTarget, Power

PaceSeconds = Annotated[int, Meta(ge=1, le=limits.SLOW_SECONDS_MAX)]


class SlowDown(Command[RestrictionResult], frozen=True, kw_only=True):
    """Let everybody write only once in so many seconds, on a board or in a thread. Logged there (P8).

    While it holds, it can only become another pace, or end sooner. Once it has ended, the same place
    is slowed down again only after `CALM_AGAIN_DAYS`. Editing is not slowed down. Errors: `not_found`,
    `text_refused`, `conflict` too soon after the last one, for a later end, or while the thread's
    first post is held, `protocol.bad_params` for an end that is past, or more than `CALM_DAYS_MAX`
    days ahead.

    Attributes:
        thread: The only thread it holds in; None for the whole board.
        seconds: The time between two writings of a member.
        until: When it ends.
    """

    method: ClassVar[str] = "moderation.slow_down"
    needs: ClassVar[Need] = Need(Power.TEND, on=NeedTarget.BOARD)
    board: BoardId
    thread: ThreadId | None = None
    seconds: PaceSeconds
    until: Instant
    reason: Reason


class EndSlow(Command[RestrictionResult], frozen=True, kw_only=True):
    """End the slow mode of a board, or the cool-down of a thread, now. Logged on the board (P8).

    Errors: `not_found`, `text_refused`.

    Attributes:
        thread: The thread it holds in; None for the board's.
    """

    method: ClassVar[str] = "moderation.end_slow"
    needs: ClassVar[Need] = Need(Power.TEND, on=NeedTarget.BOARD)
    board: BoardId
    thread: ThreadId | None = None
    reason: Reason
