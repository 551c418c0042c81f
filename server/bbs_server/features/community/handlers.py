"""Handlers of the requests about the community as a whole."""

from collections.abc import Iterable

from msgspec.structs import replace

from bbs import limits
from bbs.clock import SECOND_MS, instant, to_ms
from bbs.errors import BadParams
from bbs.features.community import rules
from bbs.features.community.messages import (
    AnnounceClosing,
    BoardSizeResult,
    CancelClosing,
    ClockShown,
    ClosingAnnounced,
    ClosingCancelled,
    ClosingResult,
    ConfirmClock,
    DiskUsage,
    GetClock,
    GetClosing,
    GetDisk,
    SetQuota,
)
from bbs.features.community.views import BoardSize, Closing
from bbs.features.moderation.messages import Change, Thing, ThingKind
from bbs.features.moderation.rules import check_reason
from bbs.ids import COMMONS
from bbs.messages import Event
from bbs.refusals import Conflict, NotFound
from bbs.streams import COMMONS_STREAM
from bbs_server.features.community import records
from bbs_server.handler_api import Context
from bbs_server.outcome import UNCHANGED, AppendEvent, Did, Outcome, TellTime
from bbs_server.store import event_log, texts
from bbs_server.store.api import Tx
from bbs_server.store.proven_time import confirmed
from bbs_server.store.stored_time import store_belief, stored_belief

_COMMUNITY = Thing(kind=ThingKind.COMMUNITY)


def get_disk(tx: Tx, ctx: Context, query: GetDisk) -> DiskUsage:
    """Return each board's size, without the slug of a board the actor may not read (P8)."""
    return DiskUsage(boards=_seen(tx, ctx, records.list_board_sizes(tx)))


def _seen(tx: Tx, ctx: Context, sizes: Iterable[BoardSize]) -> tuple[BoardSize, ...]:
    known = {board for board, _, _ in ctx.readers.boards_readable(tx, ctx)}
    return tuple(size if size.board in known else replace(size, slug=None) for size in sizes)


def set_quota(tx: Tx, ctx: Context, command: SetQuota) -> Outcome[BoardSizeResult]:
    """Set a board's quota; stored text stays, even if it exceeds the quota."""
    sizes = [size for size in records.list_board_sizes(tx) if size.board == command.board]
    if not sizes:
        raise NotFound(what="board")
    before = sizes[0]
    [size] = _seen(tx, ctx, [replace(before, quota_bytes=command.quota_bytes)])
    if size.quota_bytes == before.quota_bytes:
        return Outcome(BoardSizeResult(size=size), act=UNCHANGED)
    records.update_quota(tx, command.board, command.quota_bytes)
    change = Change(field="quota_bytes", before=before.quota_bytes, after=size.quota_bytes)
    thing = Thing(kind=ThingKind.BOARD, id=command.board)
    there = {change.field: before.words_bytes}
    act = Did(thing=thing, board=command.board, changes=(change,), there=there)
    return Outcome(BoardSizeResult(size=size), act=act)


def get_clock(tx: Tx, ctx: Context, query: GetClock) -> ClockShown:
    """Return the time by the server's clock, and the time that is proven."""
    return _clock(ctx)


def _clock(ctx: Context) -> ClockShown:
    moment = ctx.moment
    return ClockShown(
        now=instant(moment.wall), proven_now=instant(moment.proven_now), doubt=moment.doubt
    )


def confirm_clock(tx: Tx, ctx: Context, command: ConfirmClock) -> Outcome[ClockShown]:
    """Believe the wall clock if it agrees with the sysop's."""
    shown = _clock(ctx)
    if abs(to_ms(command.at) - ctx.moment.wall) > limits.CLOCK_CONFIRM_SECONDS * SECOND_MS:
        rule = (
            f"the server's clock says {shown.now:%Y-%m-%d %H:%M} UTC; set the clock that is wrong"
        )
        raise BadParams(field="at", rule=rule)
    if shown.doubt is None:
        return Outcome(shown, act=UNCHANGED)
    belief, _ = stored_belief(tx)
    if belief is not None:
        # The stored belief is up to a minute old, so set its wall clock; the next heartbeat stores
        # the rest.
        store_belief(tx, confirmed(replace(belief, wall=ctx.moment.wall)))
    moved = Change(field="clock_moved_s", before=shown.doubt.moved_s, after=0)
    result = ClockShown(now=shown.now, proven_now=shown.now)
    return Outcome(result, (TellTime(),), act=Did(thing=_COMMUNITY, changes=(moved,)))


def get_closing(tx: Tx, ctx: Context, query: GetClosing) -> ClosingResult:
    """Return when and why the community ends, if its end is announced."""
    return ClosingResult(
        closing=_announced(tx, ctx),
        reason=records.reason(tx),
        as_of=event_log.heads(tx, [COMMONS_STREAM]),
    )


def announce_closing(tx: Tx, ctx: Context, command: AnnounceClosing) -> Outcome[ClosingResult]:
    """Announce the end of the community; it replaces an earlier announcement."""
    check_reason(command.reason)
    # If the command waited for others (protocol 15), everybody learned the day when it was moved.
    nearest = limits.CLOSING_NOTICE_DAYS_MIN if ctx.way is None else 0
    planned = rules.closing_plan(to_ms(command.on), ctx.now, nearest)
    act = _closing_act(ctx, _announced(tx, ctx), planned, command.reason)
    records.replace_reason(tx, ctx, command.reason)
    begins = {number: to_ms(getattr(planned, f"{of}_at")) for number, of in rules.STAGES.items()}
    watch = ctx.readers.set_closing(tx, ctx, begins, act.id)
    event = ClosingAnnounced(closing=planned, reason=command.reason)
    result = ClosingResult(closing=planned, reason=command.reason)
    told = _told(tx, ctx, event, command.reason)
    return Outcome(result, (told, watch), act=act)


def cancel_closing(tx: Tx, ctx: Context, command: CancelClosing) -> Outcome[ClosingResult]:
    """Cancel the announced end."""
    check_reason(command.reason)
    if (planned := _announced(tx, ctx)) is None:
        raise Conflict(what="no end of this community is announced")
    records.replace_reason(tx, ctx, None)
    watch = ctx.readers.set_closing(tx, ctx, {}, None)
    event = ClosingCancelled(reason=command.reason)
    told = _told(tx, ctx, event, command.reason)
    act = _closing_act(ctx, planned, None, command.reason)
    return Outcome(ClosingResult(), (told, watch), act=act)


def _announced(tx: Tx, ctx: Context) -> Closing | None:
    return rules.closing_of(ctx.readers.restrictions_on(tx, COMMONS, None))


def _closing_act(ctx: Context, before: Closing | None, after: Closing | None, reason: str) -> Did:
    was, now = (f"{each.read_only_at:%Y-%m-%d}" if each else None for each in (before, after))
    change = Change(field="read_only_at", before=was, after=now)
    return Did(id=ctx.new_id(), thing=_COMMUNITY, changes=(change,), reason=reason)


def _told(tx: Tx, ctx: Context, event: Event, reason: str) -> AppendEvent:
    # The event has its own copy of the text, because the log is trimmed at another time than the
    # announcement is deleted.
    return AppendEvent(
        COMMONS_STREAM, event, COMMONS, {"reason": texts.insert_text(tx, ctx, reason)}
    )
