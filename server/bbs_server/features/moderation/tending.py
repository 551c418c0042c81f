"""Closing threads and boards to writing, and opening them again, by restrictions (P7, P8)."""

from msgspec.structs import replace

from bbs import limits
from bbs.clock import Ms, to_ms
from bbs.features.boards.messages import Visibility
from bbs.features.moderation.messages import Change, Thing, ThingKind
from bbs.features.moderation.rules import check_end, check_reason, holds
from bbs.features.moderation.tending_messages import (
    ArchiveBoard,
    LockThread,
    MakeReadOnly,
    ReopenBoard,
    RestrictionResult,
    UnlockThread,
)
from bbs.features.moderation.views import Restriction, RestrictionKind
from bbs.features.threads.views import Thread
from bbs.ids import COMMONS, ThreadId
from bbs.refusals import Conflict
from bbs_server.features.moderation import restriction_records
from bbs_server.handler_api import Context
from bbs_server.outcome import UNCHANGED, Did, Effect, Outcome
from bbs_server.store.api import Tx


def lock_thread(tx: Tx, ctx: Context, command: LockThread) -> Outcome[RestrictionResult]:
    """Stop writing in a thread until a moment."""
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
    act = Did(thing=_thing(ctx, thread), changes=(_change(before, None),), reason=command.reason)
    return _outcome(effects, act)


def make_read_only(tx: Tx, ctx: Context, command: MakeReadOnly) -> Outcome[RestrictionResult]:
    """Stop writing on a board."""
    check_reason(command.reason)
    until = None if command.until is None else to_ms(command.until)
    if until is not None:
        check_end(until, ctx.now, limits.READ_ONLY_DAYS_MAX)
    return _set(tx, ctx, RestrictionKind.READ_ONLY, command.reason, until=until)


def archive_board(tx: Tx, ctx: Context, command: ArchiveBoard) -> Outcome[RestrictionResult]:
    """Stop writing and new seats on a board."""
    check_reason(command.reason)
    if command.board == COMMONS:
        raise Conflict(what="the commons is every member's board; a community that ends is closed")
    outcome = _set(tx, ctx, RestrictionKind.ARCHIVED, command.reason)
    if isinstance(outcome.act, Did) and ctx.board.visibility == Visibility.PRIVATE:
        others = ctx.readers.has_words_of_others(
            tx, ctx.board.id, ctx.member if ctx.actor else None
        )
        return replace(outcome, act=replace(outcome.act, there={"archived": int(others)}))
    return outcome


def reopen_board(tx: Tx, ctx: Context, command: ReopenBoard) -> Outcome[RestrictionResult]:
    """Open a read-only or archived board again."""
    check_reason(command.reason)
    kinds = (RestrictionKind.READ_ONLY, RestrictionKind.ARCHIVED)
    found = [before for kind in kinds if (before := _in_force(tx, ctx, kind, None)) is not None]
    if not found:
        return Outcome(RestrictionResult(), act=UNCHANGED)
    lifted = [restriction_records.lift(tx, ctx, before.id) for before in found]
    changes = tuple(_change(before, None) for before in found)
    act = Did(thing=_thing(ctx, None), changes=changes, reason=command.reason)
    return _outcome(tuple(effect for effects in lifted for effect in effects), act)


def _published(tx: Tx, ctx: Context, key: ThreadId) -> Thread:
    """Return a thread that readers of its board know of.

    Raises:
        Conflict: If its first post is held.
    """
    thread = ctx.readers.threads(tx, [key], ctx.moment)[key]
    if thread.number is None:
        raise Conflict(what="this thread is held still; tend it once it is published")
    return thread


def _thing(ctx: Context, thread: Thread | None) -> Thing:
    if thread is None:
        return Thing(kind=ThingKind.BOARD, id=ctx.board.id)
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
    until: Ms | None = None,
    thread: Thread | None = None,
) -> Outcome[RestrictionResult]:
    """Set a restriction in the place of the one that holds; one with that end already stays."""
    before = _in_force(tx, ctx, kind, thread)
    if before is not None and until == (before.until and to_ms(before.until)):
        return Outcome(RestrictionResult(restriction=before), act=UNCHANGED)
    effects: tuple[Effect, ...] = (
        () if before is None else restriction_records.lift(tx, ctx, before.id)
    )
    act = ctx.new_id()
    effects += restriction_records.restrict(
        *(tx, ctx, ctx.board.id, kind),
        thread=None if thread is None else thread.id,
        until=until,
        act=act,
        reason=reason,
    )
    after = restriction_records.told_in(effects)[-1]
    change = _change(before, after)
    return _outcome(
        effects, Did(id=act, thing=_thing(ctx, thread), changes=(change,), reason=reason)
    )


def _outcome(effects: tuple[Effect, ...], act: Did) -> Outcome[RestrictionResult]:
    after = restriction_records.told_in(effects)[-1]
    return Outcome(RestrictionResult(restriction=after), effects, act=act)


def _change(before: Restriction | None, after: Restriction | None) -> Change:
    told = before or after
    assert told is not None
    return Change(field=told.kind.value, before=_state(before), after=_state(after))


def _state(restriction: Restriction | None) -> str | bool | None:
    """Return what an act says of a restriction that is set: until when it holds."""
    if restriction is None or restriction.until is None:
        return None if restriction is None else True
    return f"until {restriction.until:%Y-%m-%d %H:%M} UTC"
