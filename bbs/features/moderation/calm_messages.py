"""Calming: a board or a thread is written in more slowly, the community takes no newcomers (P7, P8)."""

from typing import Annotated, ClassVar

from msgspec import Meta

from bbs import limits
from bbs.clock import Instant
from bbs.features.moderation.tending_messages import RestrictionResult
from bbs.features.moderation.views import Reason
from bbs.gravity import Grave, begins_now
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


class LockDown(Command[RestrictionResult], frozen=True, kw_only=True):
    """Lock the community down for `LOCK_DOWN_HOURS`: nobody joins, first posts wait. Logged there (P8).

    Nobody signs up or takes a seat on the commons meanwhile; invitations and the waiting list keep.
    On every board the first post of a member there, and each post of a member with a guard, waits
    for a moderator. It waits for a second key (protocol 15), and comes again only
    `LOCK_DOWN_AGAIN_DAYS` after its end. Errors: `text_refused`, `conflict` while it holds or too
    soon after the last one, `proposals.waits`.
    """

    method: ClassVar[str] = "moderation.lock_down"
    needs: ClassVar[Need] = Need(Power.CALM, on=NeedTarget.COMMONS)
    text_paths: ClassVar[tuple[str, ...]] = ("reason",)
    grave: ClassVar[tuple[Grave, ...]] = (
        Grave("locked_down", "nobody could join, and first posts would wait", begins_now),
    )
    reason: Reason


class EndLockDown(Command[RestrictionResult], frozen=True, kw_only=True):
    """End the lock-down of the community now. Logged on the commons (P8). Errors: `text_refused`."""

    method: ClassVar[str] = "moderation.end_lock_down"
    needs: ClassVar[Need] = Need(Power.CALM, on=NeedTarget.COMMONS)
    reason: Reason
