"""What the commands about the community as a whole do."""

from collections.abc import Iterable
from typing import Any

from msgspec.structs import replace

from bbs import limits
from bbs.clock import SECOND_MS, instant, to_ms
from bbs.errors import BadParams
from bbs.features.community import rules
from bbs.features.community.messages import (
    Allot,
    Allotted,
    ClockConfirmed,
    ClockShown,
    Close,
    ClosingShown,
    ConfirmClock,
    Disk,
    Ending,
    GetClock,
    GetClosing,
    GetDisk,
    SizeShown,
    Staying,
    StayOpen,
)
from bbs.features.community.views import BoardSize
from bbs.ids import COMMONS
from bbs.messages import Event
from bbs.refusals import Conflict, NotFound
from bbs.streams import COMMONS_STREAM, board_stream
from bbs_server.acting import At, Emit, Handler, Outcome, Reaction, Reader, TellClosing, TellTime
from bbs_server.features.community import records
from bbs_server.store import log, texts
from bbs_server.store.engine import Tx
from bbs_server.store.proven_time import confirmed, store_belief, stored_belief


def get_disk(tx: Tx, at: At, query: GetDisk) -> Disk:
    """What each board takes; of a board the actor may not read no more than that (P8)."""
    return Disk(boards=_seen(tx, at, records.sizes(tx)))


def _seen(tx: Tx, at: At, sizes: Iterable[BoardSize]) -> tuple[BoardSize, ...]:
    assert at.actor is not None
    known = {board for board, _, _ in at.readers.boards_readable(tx, at.actor)}
    return tuple(size if size.board in known else replace(size, slug=None) for size in sizes)


def allot(tx: Tx, at: At, command: Allot) -> Outcome[SizeShown]:
    """Set a board's quota; what is there stays, also beyond it."""
    assert at.actor is not None
    in_reach = at.actor.boards is None or command.board in at.actor.boards
    if not in_reach or at.readers.board_facts(tx, command.board) is None:
        raise NotFound(what="board")
    records.allot(tx, command.board, command.quota_bytes)
    [size] = _seen(tx, at, [one for one in records.sizes(tx) if one.board == command.board])
    event = Allotted(board=command.board, quota_bytes=command.quota_bytes)
    emit = Emit(board_stream(command.board), event, command.board)
    return Outcome(SizeShown(size=size), (emit,))


def get_clock(tx: Tx, at: At, query: GetClock) -> ClockShown:
    """What the clock says, and what is proven of it."""
    return _clock(at)


def _clock(at: At) -> ClockShown:
    moment = at.moment
    return ClockShown(
        now=instant(moment.wall), proven_now=instant(moment.proven_now), doubt=moment.doubt
    )


def confirm_clock(tx: Tx, at: At, command: ConfirmClock) -> Outcome[ClockShown]:
    """Believe the wall clock, if it says what the sysop says."""
    shown = _clock(at)
    if abs(to_ms(command.at) - at.moment.wall) > limits.CLOCK_CONFIRM_SECONDS * SECOND_MS:
        rule = (
            f"the server's clock says {shown.now:%Y-%m-%d %H:%M} UTC; set the clock that is wrong"
        )
        raise BadParams(field="at", rule=rule)
    if shown.doubt is None:
        return Outcome(shown)
    belief, _ = stored_belief(tx)
    if belief is not None:
        # What was stored last is up to a minute old; the next heartbeat follows.
        store_belief(tx, confirmed(replace(belief, wall=at.moment.wall)))
    event = ClockConfirmed(moved_s=shown.doubt.moved_s)
    result = ClockShown(now=shown.now, proven_now=shown.now)
    return Outcome(result, (Emit(COMMONS_STREAM, event, COMMONS), TellTime()))


def get_closing(tx: Tx, at: At, query: GetClosing) -> ClosingShown:
    """Whether and when it ends."""
    return ClosingShown(
        closing=records.closing(tx),
        reason=records.reason(tx),
        as_of=log.heads(tx, [COMMONS_STREAM]),
    )


def close(tx: Tx, at: At, command: Close) -> Outcome[ClosingShown]:
    """Announce the end; announcing the same again tells nobody anything new."""
    rules.check_reason(command.reason)
    planned = rules.plan(to_ms(command.on), at.now)
    records.put(tx, at, planned, command.reason)
    event = Ending(closing=planned, reason=command.reason)
    # A text of the event's own: the log ends in its time, the announcement in its own.
    emit = Emit(COMMONS_STREAM, event, COMMONS, {"reason": texts.keep(tx, at, command.reason)})
    result = ClosingShown(closing=planned, reason=command.reason)
    return Outcome(result, (emit, TellClosing(planned)))


def stay_open(tx: Tx, at: At, command: StayOpen) -> Outcome[ClosingShown]:
    """Call the end off."""
    rules.check_reason(command.reason)
    if records.closing(tx) is None:
        raise Conflict(what="no end of this community is announced")
    records.drop(tx)
    event = Staying(reason=command.reason)
    emit = Emit(COMMONS_STREAM, event, COMMONS, {"reason": texts.keep(tx, at, command.reason)})
    return Outcome(ClosingShown(), (emit, TellClosing(None)))


COMMANDS: dict[Any, Handler] = {
    Allot: allot,
    Close: close,
    StayOpen: stay_open,
    ConfirmClock: confirm_clock,
}
QUERIES: dict[Any, Reader] = {
    GetDisk: get_disk,
    GetClock: get_clock,
    GetClosing: get_closing,
}
REACTIONS: list[tuple[type[Event], Reaction]] = []
