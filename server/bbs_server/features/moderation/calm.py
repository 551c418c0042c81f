"""Calming: a pace of everybody on a board or in a thread, and the lock-down of the community (P7, P8)."""

from msgspec.structs import replace

from bbs import limits
from bbs.clock import HOUR_MS, to_ms
from bbs.features.moderation.calm_messages import EndLockDown, EndSlow, LockDown, SlowDown
from bbs.features.moderation.calm_rules import check_again
from bbs.features.moderation.rules import check_end, check_reason
from bbs.features.moderation.tending_messages import RestrictionResult
from bbs.features.moderation.views import RestrictionKind
from bbs.features.threads.views import Thread
from bbs.ids import ThreadId
from bbs.refusals import NotFound
from bbs_server.features.moderation import restriction_records
from bbs_server.features.moderation.setting import (
    end_restriction,
    published_thread,
    set_restriction,
)
from bbs_server.handler_api import Context
from bbs_server.outcome import Did, Outcome
from bbs_server.store.api import Tx


def slow_down(tx: Tx, ctx: Context, command: SlowDown) -> Outcome[RestrictionResult]:
    """Set a pace for everybody on a board, or in a thread of it."""
    check_reason(command.reason)
    until = to_ms(command.until)
    check_end(until, ctx.now, limits.CALM_DAYS_MAX)
    thread = _thread_here(tx, ctx, command.thread)
    kind = RestrictionKind.PACED
    last = restriction_records.last_set(tx, ctx.board.id, kind, command.thread)
    check_again(last, until, ctx.now, ctx.proven_now)
    return set_restriction(
        *(tx, ctx, kind, command.reason), until=until, thread=thread, value=command.seconds
    )


def end_slow(tx: Tx, ctx: Context, command: EndSlow) -> Outcome[RestrictionResult]:
    """End the pace of everybody on a board, or in a thread of it."""
    check_reason(command.reason)
    thread = _thread_here(tx, ctx, command.thread)
    return end_restriction(tx, ctx, RestrictionKind.PACED, command.reason, thread)


def _thread_here(tx: Tx, ctx: Context, key: ThreadId | None) -> Thread | None:
    """Return the thread that a command names, if it stands on the command's board; None for none.

    Raises:
        NotFound: If it does not.
        Conflict: If its first post is held.
    """
    if key is None:
        return None
    known = ctx.readers.threads(tx, [key], ctx.moment).get(key)
    if known is None or known.board != ctx.board.id:
        raise NotFound(what="thread")
    return published_thread(tx, ctx, key)


def lock_down(tx: Tx, ctx: Context, command: LockDown) -> Outcome[RestrictionResult]:
    """Lock the community down, from now on; a command that waited locks it down when it is carried out."""
    check_reason(command.reason)
    kind, until = RestrictionKind.LOCKED_DOWN, ctx.now + limits.LOCK_DOWN_HOURS * HOUR_MS
    last = restriction_records.last_set(tx, ctx.board.id, kind)
    check_again(last, until, ctx.now, ctx.proven_now)
    outcome = set_restriction(tx, ctx, kind, command.reason, until=until)
    if not isinstance(outcome.act, Did):
        return outcome
    return replace(outcome, act=replace(outcome.act, dated=frozenset({kind.value})))


def end_lock_down(tx: Tx, ctx: Context, command: EndLockDown) -> Outcome[RestrictionResult]:
    """End the lock-down of the community."""
    check_reason(command.reason)
    return end_restriction(tx, ctx, RestrictionKind.LOCKED_DOWN, command.reason)
