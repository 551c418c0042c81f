"""Who hears a case is decided again when an office or a restriction of somebody in office changes."""

from collections.abc import Iterable

from bbs.features.boards.seat_messages import SeatChanged
from bbs.features.moderation.messages import RestrictionChanged
from bbs.ids import MemberId
from bbs.streams import StreamKind, stream_parts
from bbs_server.handler_api import Context
from bbs_server.outcome import AppendEvent, Effect, RecheckListeners
from bbs_server.store.api import Tx


def follow_seat(tx: Tx, ctx: Context, emit: AppendEvent) -> Iterable[Effect]:
    """Check again which cases a member hears whose seat or office changed."""
    assert isinstance(emit.event, SeatChanged)
    kind, _ = stream_parts(emit.stream)
    return (_recheck(emit.event.seat.member),) if kind == StreamKind.MEMBER else ()


def follow_restriction(tx: Tx, ctx: Context, emit: AppendEvent) -> Iterable[Effect]:
    """Check again which cases a member hears who is suspended or silenced, or is no more."""
    assert isinstance(emit.event, RestrictionChanged)
    kind, member = stream_parts(emit.stream)
    if kind != StreamKind.MEMBER or not ctx.readers.offices_of(tx, member):
        return ()
    return (_recheck(member),)


def _recheck(member: MemberId) -> Effect:
    """Check again the cases that they listen to, and no others: a community may have thousands."""
    return RecheckListeners((), member, of_kind=StreamKind.CASE)
