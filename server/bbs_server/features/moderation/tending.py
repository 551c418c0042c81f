"""Closing threads and boards to writing, and opening them again, by restrictions (P7, P8)."""

from msgspec.structs import replace

from bbs import limits
from bbs.clock import to_ms
from bbs.features.boards.messages import Visibility
from bbs.features.moderation.rules import check_end, check_reason
from bbs.features.moderation.tending_messages import (
    ArchiveBoard,
    LockThread,
    MakeReadOnly,
    ReopenBoard,
    RestrictionResult,
    UnlockThread,
)
from bbs.features.moderation.views import RestrictionKind
from bbs.ids import COMMONS
from bbs.refusals import Conflict
from bbs_server.features.moderation import restriction_records
from bbs_server.features.moderation.setting import (
    change_of,
    end_restriction,
    in_force,
    outcome_of,
    published_thread,
    set_restriction,
    thing_of,
)
from bbs_server.handler_api import Context
from bbs_server.outcome import UNCHANGED, Did, Outcome
from bbs_server.store.api import Tx


def lock_thread(tx: Tx, ctx: Context, command: LockThread) -> Outcome[RestrictionResult]:
    """Stop writing in a thread until a moment."""
    check_reason(command.reason)
    until = to_ms(command.until)
    check_end(until, ctx.now, limits.LOCK_DAYS_MAX)
    thread = published_thread(tx, ctx, command.thread)
    return set_restriction(
        *(tx, ctx, RestrictionKind.LOCKED, command.reason), until=until, thread=thread
    )


def unlock_thread(tx: Tx, ctx: Context, command: UnlockThread) -> Outcome[RestrictionResult]:
    """End a thread's lock now."""
    check_reason(command.reason)
    thread = published_thread(tx, ctx, command.thread)
    return end_restriction(tx, ctx, RestrictionKind.LOCKED, command.reason, thread)


def make_read_only(tx: Tx, ctx: Context, command: MakeReadOnly) -> Outcome[RestrictionResult]:
    """Stop writing on a board."""
    check_reason(command.reason)
    until = None if command.until is None else to_ms(command.until)
    if until is not None:
        check_end(until, ctx.now, limits.READ_ONLY_DAYS_MAX)
    return set_restriction(tx, ctx, RestrictionKind.READ_ONLY, command.reason, until=until)


def archive_board(tx: Tx, ctx: Context, command: ArchiveBoard) -> Outcome[RestrictionResult]:
    """Stop writing and new seats on a board."""
    check_reason(command.reason)
    if command.board == COMMONS:
        raise Conflict(what="the commons is every member's board; a community that ends is closed")
    outcome = set_restriction(tx, ctx, RestrictionKind.ARCHIVED, command.reason)
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
    found = [before for kind in kinds if (before := in_force(tx, ctx, kind, None)) is not None]
    if not found:
        return Outcome(RestrictionResult(), act=UNCHANGED)
    lifted = [restriction_records.lift(tx, ctx, before.id) for before in found]
    changes = tuple(change_of(before, None) for before in found)
    act = Did(thing=thing_of(ctx, None), changes=changes, reason=command.reason)
    return outcome_of(tuple(effect for effects in lifted for effect in effects), act)
