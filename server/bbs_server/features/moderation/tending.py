"""What closes threads to writing for a time, and opens them again: restrictions of a board (P7, P8)."""

from bbs import limits
from bbs.clock import Ms, to_ms
from bbs.features.moderation.messages import Change, Thing, ThingKind
from bbs.features.moderation.rules import check_end, check_reason, holds
from bbs.features.moderation.tending_messages import LockThread, RestrictionResult, UnlockThread
from bbs.features.moderation.views import Restriction, RestrictionKind
from bbs.features.threads.views import Thread
from bbs.ids import ThreadId
from bbs.refusals import Conflict
from bbs_server.features.moderation import restriction_records
from bbs_server.handler_api import Context
from bbs_server.outcome import UNCHANGED, Did, Effect, Outcome
from bbs_server.store.api import Tx


def lock_thread(tx: Tx, ctx: Context, command: LockThread) -> Outcome[RestrictionResult]:
    """Let nobody write in a thread until a moment."""
    check_reason(command.reason)
    until = to_ms(command.until)
    check_end(until, ctx.now, limits.LOCK_DAYS_MAX)
    thread = _published(tx, ctx, command.thread)
    return _set(tx, ctx, RestrictionKind.LOCKED, command.reason, until=until, thread=thread)


def unlock_thread(tx: Tx, ctx: Context, command: UnlockThread) -> Outcome[RestrictionResult]:
    """End a thread's lock now."""
    check_reason(command.reason)
    thread = _published(tx, ctx, command.thread)
    before = _in_force(tx, ctx, RestrictionKind.LOCKED, thread)
    if before is None:
        return Outcome(RestrictionResult(), act=UNCHANGED)
    effects = restriction_records.lift(tx, ctx, before.id)
    act = Did(thing=_thing(thread), changes=(_change(before, None),), reason=command.reason)
    return _outcome(effects, act)


def _published(tx: Tx, ctx: Context, key: ThreadId) -> Thread:
    """Return a thread that readers of its board know of.

    Raises:
        Conflict: If its first post is held.
    """
    thread = ctx.readers.threads(tx, [key], ctx.moment)[key]
    if thread.number is None:
        raise Conflict(what="this thread is held still; tend it once it is published")
    return thread


def _thing(thread: Thread) -> Thing:
    return Thing(kind=ThingKind.THREAD, id=thread.id, thread=thread.number, count=thread.posts)


def _in_force(
    tx: Tx, ctx: Context, kind: RestrictionKind, thread: Thread | None
) -> Restriction | None:
    """Return what holds of a kind for everybody in a thread, or on the board; None for nothing."""
    found = (
        restriction
        for restriction in restriction_records.restrictions_on(tx, ctx.board.id, None)
        if (restriction.kind, restriction.board) == (kind, ctx.board.id)
        and restriction.thread == (thread and thread.id)
        and holds(restriction, ctx.now)
    )
    return next(found, None)


def _set(
    tx: Tx,
    ctx: Context,
    kind: RestrictionKind,
    reason: str,
    *,
    until: Ms,
    thread: Thread,
) -> Outcome[RestrictionResult]:
    """Set a restriction in the place of the one that holds; one with that end already stays."""
    before = _in_force(tx, ctx, kind, thread)
    if before is not None and before.until is not None and to_ms(before.until) == until:
        return Outcome(RestrictionResult(restriction=before), act=UNCHANGED)
    effects = () if before is None else restriction_records.lift(tx, ctx, before.id)
    act = ctx.new_id()
    effects += restriction_records.restrict(
        *(tx, ctx, ctx.board.id, kind),
        thread=thread.id,
        until=until,
        act=act,
        reason=reason,
    )
    after = restriction_records.told_in(effects)[-1]
    change = _change(before, after)
    return _outcome(effects, Did(id=act, thing=_thing(thread), changes=(change,), reason=reason))


def _outcome(effects: tuple[Effect, ...], act: Did) -> Outcome[RestrictionResult]:
    after = restriction_records.told_in(effects)[-1]
    return Outcome(RestrictionResult(restriction=after), effects, act=act)


def _change(before: Restriction | None, after: Restriction | None) -> Change:
    was, now = (
        None if each is None or each.until is None else f"{each.until:%Y-%m-%d %H:%M} UTC"
        for each in (before, after)
    )
    return Change(field="locked_until", before=was, after=now)
