"""Restrictions, the community's end among them, that refuse a request which the gate allows (P7)."""

from collections.abc import Iterable
from operator import itemgetter
from typing import Any

from bbs.clock import SECOND_MS, Ms, instant
from bbs.errors import FolkmootError
from bbs.features.community.rules import STAGES, closing_of, refusal_at
from bbs.features.members.messages import EndSession
from bbs.features.moderation.rules import (
    PACES,
    forbids,
    holds,
    holds_on,
    next_writing,
    refusal_of,
    weightiest,
)
from bbs.features.moderation.views import Restriction, RestrictionKind
from bbs.features.ownership.leaving_messages import ComeBack, Leave
from bbs.ids import COMMONS, BoardId, ThreadId
from bbs.leaving_refusals import LeavingNow
from bbs.messages import Command, Request
from bbs.powers import ROLE_POWERS, Role
from bbs_server.standing import Actor, ObjectLocation, ObjectLocator
from bbs_server.store.api import Tx
from bbs_server.store.proven_time import Moment


def refuse_at_end(tx: Tx, places: ObjectLocator, request: Request[Any], moment: Moment) -> None:
    """Refuse requests that the community's announced end forbids to everybody, strangers included.

    Raises:
        CommunityClosing, CommunityClosed: If the end has reached such a stage.
    """
    if not (narrows := places.restrictions_on(tx, COMMONS, None)):
        return
    found = _forbidding(narrows, request, COMMONS, None, moment)
    reached = [row.value or 0 for row in found if row.kind is RestrictionKind.CLOSING]
    closing = closing_of(narrows)
    if reached and closing is not None:
        raise refusal_at(STAGES[max(reached)], closing)


_STILL_SENT: tuple[type[Command[Any]], ...] = (ComeBack, Leave, EndSession)
"""What somebody who has left the community may still do; they may read what is their own, too."""


def refuse_leaver(actor: Actor, request: Request[Any]) -> None:
    """Refuse all but the doors to somebody who has left the community (protocol 28).

    Raises:
        LeavingNow: If it is no door.
    """
    if actor.leaves_at is None:
        return
    is_door = request.needs.power in ROLE_POWERS[Role.LEAVING]
    if not is_door or (isinstance(request, Command) and not isinstance(request, _STILL_SENT)):
        raise LeavingNow(until=instant(actor.leaves_at))


def _forbidding(
    restrictions: Iterable[Restriction],
    request: Request[Any],
    board: BoardId,
    thread: ThreadId | None,
    moment: Moment,
) -> list[Restriction]:
    """Return the restrictions that forbid a request at a moment, or set a pace for it."""
    return [
        restriction
        for restriction in restrictions
        if holds_on(restriction, board)
        and holds(restriction, _time_for(restriction, moment))
        and forbids(restriction, request, thread)
    ]


def _time_for(restriction: Restriction, moment: Moment) -> Ms:
    """Return the time by which a restriction begins; a clock that is ahead closes no community."""
    is_end = restriction.kind is RestrictionKind.CLOSING
    return moment.proven_now if is_end else moment.now


def restricted(
    tx: Tx,
    places: ObjectLocator,
    actor: Actor | None,
    request: Request[Any],
    located: ObjectLocation,
    moment: Moment,
) -> FolkmootError | None:
    """Return the error of a restriction that refuses a request; None if no restriction does.

    Args:
        actor: The member whose restrictions count, too; None to count those of everybody alone.
    """
    board, now = located.board, moment.now
    if not (narrows := places.restrictions_on(tx, board, None if actor is None else actor.member)):
        return None
    found = _forbidding(narrows, request, board, located.thread, moment)
    stops = [restriction for restriction in found if restriction.kind not in PACES]
    if stops:
        stop = weightiest(stops)
        if stop.kind is RestrictionKind.MOVED:
            return places.refusal_of_moved(tx, board)
        return refusal_of(stop, reason=places.restriction_reason(tx, stop.id))
    if not found or actor is None:
        return None
    later: list[tuple[Ms, Restriction]] = []
    for thread in {pace.thread for pace in found}:  # what is written elsewhere is no thread's pace
        paces = [pace for pace in found if pace.thread == thread]
        since = now - SECOND_MS * max(pace.value or 0 for pace in paces)
        last = places.last_written(tx, board, actor.member, since, thread)
        again = [(next_writing(pace, last, now), pace) for pace in paces]
        later += [(at, pace) for at, pace in again if at is not None]
    if not later:
        return None
    again_at, pace = max(later, key=itemgetter(0))
    return refusal_of(pace, again_at, reason=places.restriction_reason(tx, pace.id))
