"""Who hears a case is decided again when an office or a restriction of somebody in office changes."""

from collections.abc import Iterable

from bbs.features.boards.seat_messages import SeatChanged
from bbs.features.moderation.messages import RestrictionChanged
from bbs.ids import COMMONS, BoardId, MemberId
from bbs.streams import StreamKind, case_stream, stream_parts
from bbs_server.handler_api import Context
from bbs_server.outcome import AppendEvent, Effect, RecheckListeners
from bbs_server.store.api import Tx

_OF_BOARD = "SELECT id FROM cases WHERE level = 'board' AND board = ? AND ended_at IS NULL"
_ALL = "SELECT id FROM cases WHERE ended_at IS NULL"


def follow_seat(tx: Tx, ctx: Context, emit: AppendEvent) -> Iterable[Effect]:
    """Check again which cases a member hears whose seat or office changed."""
    assert isinstance(emit.event, SeatChanged)
    kind, _ = stream_parts(emit.stream)
    seat = emit.event.seat
    return _recheck(tx, seat.board, seat.member) if kind == StreamKind.MEMBER else ()


def follow_restriction(tx: Tx, ctx: Context, emit: AppendEvent) -> Iterable[Effect]:
    """Check again which cases a member hears who is suspended or silenced, or is no more."""
    assert isinstance(emit.event, RestrictionChanged)
    kind, member = stream_parts(emit.stream)
    if kind != StreamKind.MEMBER or not ctx.readers.offices_of(tx, member):
        return ()
    return _recheck(tx, COMMONS, member)


def _recheck(tx: Tx, board: BoardId, member: MemberId) -> Iterable[Effect]:
    rows = tx.fetch_all(_ALL) if board == COMMONS else tx.fetch_all(_OF_BOARD, board)
    streams = tuple(case_stream(case) for (case,) in rows)
    return (RecheckListeners(streams, member),) if streams else ()
