"""What undoes restrictions of everybody that were items of a batch (protocol 26).

A restriction is not begun anew for longer than what was left of it: it comes back with the end that it
had, to the minute as its act says it, and not at all once that is past.
"""

from collections.abc import Mapping
from typing import Any

from bbs import limits
from bbs.clock import instant, to_ms
from bbs.features.moderation.calm_messages import EndLockDown, EndSlow, LockDown, SlowDown
from bbs.features.moderation.rules import holds
from bbs.features.moderation.tending_messages import (
    ArchiveBoard,
    LockThread,
    MakeReadOnly,
    ReopenBoard,
    UnlockThread,
)
from bbs.features.moderation.views import Restriction, RestrictionKind
from bbs.messages import Command
from bbs_server.features.moderation import restriction_records
from bbs_server.features.moderation.setting import Held, held_before
from bbs_server.handler_api import Context
from bbs_server.store.api import Tx
from bbs_server.undoing import CannotComeBack, Undo, Undoing, Undone, never

_OVER = CannotComeBack("It would be over by now.")


def _before(ctx: Context, undoing: Undoing, kind: RestrictionKind) -> Held | None:
    """Return what an act says of a restriction that was set before, if it would not be over by now."""
    change = undoing.change(kind.value)
    held = None if change is None else held_before(change)
    is_over = held is not None and held.until is not None and held.until <= instant(ctx.now)
    return None if is_over else held


def _slow_back(tx: Tx, ctx: Context, done: SlowDown, undoing: Undoing) -> Undone:
    """End a pace, or set the one that it took the place of, which can only end sooner."""
    before = _before(ctx, undoing, RestrictionKind.PACED)
    if before is None or before.until is None or before.seconds is None:
        return (EndSlow(board=done.board, thread=done.thread, reason=undoing.reason),)
    return (
        SlowDown(
            board=done.board,
            thread=done.thread,
            seconds=before.seconds,
            until=min(before.until, done.until),
            reason=undoing.reason,
        ),
    )


def _lock_back(tx: Tx, ctx: Context, done: LockThread, undoing: Undoing) -> Undone:
    before = _before(ctx, undoing, RestrictionKind.LOCKED)
    if before is None or before.until is None:
        return (UnlockThread(thread=done.thread, reason=undoing.reason),)
    return (LockThread(thread=done.thread, until=before.until, reason=undoing.reason),)


def _lock_again(tx: Tx, ctx: Context, done: UnlockThread, undoing: Undoing) -> Undone:
    before = _before(ctx, undoing, RestrictionKind.LOCKED)
    if before is None or before.until is None:
        return _OVER
    return (LockThread(thread=done.thread, until=before.until, reason=undoing.reason),)


def _write_again(tx: Tx, ctx: Context, done: MakeReadOnly, undoing: Undoing) -> Undone:
    """Open a read-only board, or give it the end back that it had."""
    before = _before(ctx, undoing, RestrictionKind.READ_ONLY)
    if before is not None:
        return (MakeReadOnly(board=done.board, until=before.until, reason=undoing.reason),)
    if _other(tx, ctx, undoing, RestrictionKind.ARCHIVED) is not None:
        why = "This board was archived before, and to open it again would end that, too."
        return CannotComeBack(why)
    return (ReopenBoard(board=done.board, reason=undoing.reason),)


def _open_again(tx: Tx, ctx: Context, done: ArchiveBoard, undoing: Undoing) -> Undone:
    """Open an archived board, as read-only as it was before."""
    opened = ReopenBoard(board=done.board, reason=undoing.reason)
    other = _other(tx, ctx, undoing, RestrictionKind.READ_ONLY)
    if other is None:
        return (opened,)
    return (opened, MakeReadOnly(board=done.board, until=other.until, reason=undoing.reason))


def _other(tx: Tx, ctx: Context, undoing: Undoing, kind: RestrictionKind) -> Restriction | None:
    """Return what holds of another kind on the board since before the act; None for nothing."""
    found = (
        each
        for each in restriction_records.restrictions_on(tx, undoing.act.board, None)
        if (each.kind, each.board, each.thread) == (kind, undoing.act.board, None)
        and holds(each, ctx.now)
        and to_ms(each.since) <= to_ms(undoing.act.at)
        and each.act != undoing.act.id
    )
    return next(found, None)


def _close_again(tx: Tx, ctx: Context, done: ReopenBoard, undoing: Undoing) -> Undone:
    """Close a board as it was closed, each by its own command."""
    commands: list[Command[Any]] = []
    read_only = _before(ctx, undoing, RestrictionKind.READ_ONLY)
    if read_only is not None:
        until, reason = read_only.until, undoing.reason
        commands.append(MakeReadOnly(board=done.board, until=until, reason=reason))
    if _before(ctx, undoing, RestrictionKind.ARCHIVED) is not None:
        commands.append(ArchiveBoard(board=done.board, reason=undoing.reason))
    return tuple(commands) or _OVER


def _end_lock_down(tx: Tx, ctx: Context, done: LockDown, undoing: Undoing) -> Undone:
    return (EndLockDown(reason=undoing.reason),)


UNDO: Mapping[type[Command[Any]], Undo] = {
    SlowDown: Undo(
        _slow_back,
        (EndSlow, SlowDown),
        "The pace before comes back, but ends no later than this one: it can only end sooner.",
    ),
    EndSlow: never(
        f"The same place is slowed down again only {limits.CALM_AGAIN_DAYS} days after the last time."
    ),
    LockThread: Undo(
        _lock_back, (UnlockThread, LockThread), "A lock before comes back with its end."
    ),
    UnlockThread: Undo(
        _lock_again, (LockThread,), "With the end that it had; not once that is past."
    ),
    MakeReadOnly: Undo(
        _write_again, (ReopenBoard, MakeReadOnly), "Not on a board that was archived before."
    ),
    ArchiveBoard: Undo(
        _open_again, (ReopenBoard, MakeReadOnly), "An end that the board had is to be set again."
    ),
    ReopenBoard: Undo(
        _close_again,
        (MakeReadOnly, ArchiveBoard),
        "With the end that it had; not once that is past.",
    ),
    LockDown: Undo(_end_lock_down, (EndLockDown,)),
    EndLockDown: never(
        "The community is locked down again only"
        f" {limits.LOCK_DOWN_AGAIN_DAYS} days after the last time."
    ),
}
"""What undoes each of them."""
