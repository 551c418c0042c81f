"""Explains what somebody may do on a board now, and by which rows."""

from msgspec.structs import replace

from bbs.clock import instant, is_in_force, optional_instant
from bbs.errors import FolkmootError
from bbs.features.boards.seat_messages import SeatState
from bbs.features.members.views import MemberState
from bbs.features.moderation.naming import READ_NAMES
from bbs.features.moderation.rules import holds, holds_on
from bbs.features.moderation.standing_messages import (
    Explain,
    Explanation,
    GuardOn,
    OfficeHeld,
    SeatStanding,
)
from bbs.features.moderation.views import Restriction
from bbs.features.threads.messages import StartThread
from bbs.ids import COMMONS, BoardId, MemberId
from bbs.powers import ROLE_POWERS, Office, Role
from bbs.refusals import NotAllowed, NotFound
from bbs.restricted import Restricted
from bbs_server.features.moderation import restriction_records
from bbs_server.handler_api import Context
from bbs_server.standing import Actor
from bbs_server.store.api import Tx


def explain(tx: Tx, ctx: Context, query: Explain) -> Explanation:
    """Return what somebody is and may do on a board: of others to those who hear appeals there."""
    if query.member not in (None, ctx.member) and READ_NAMES.isdisjoint(ctx.offices):
        raise NotAllowed(power="explain", own=True)
    member = query.member or ctx.member
    found = ctx.readers.member(tx, ctx, member)
    if found is None:
        raise NotFound(what="member")
    # The same gate answers as if they had sent it now from their own device.
    seated = found.state is MemberState.SEATED
    theirs = replace(ctx, actor=Actor(member=member, session="", seated=seated))
    role, powers = (
        (Role.OUTSIDER if seated else Role.WAITING),
        frozenset(ROLE_POWERS[Role.OUTSIDER]),
    )
    try:
        standing = theirs.judged(tx, Explain(board=query.board)).standing
    except FolkmootError:
        standing = None  # they do not know of the board, or wait for a seat in the community
    if standing is not None:
        role, powers = standing.role, standing.powers
    restrictions = _restrictions(tx, ctx, query.board, member)
    seat = ctx.readers.seat_of(tx, query.board, member)
    refused, why, by = _refusal(tx, theirs, query.board, restrictions)
    return Explanation(
        board=query.board,
        member=member,
        role=role,
        offices=_offices(tx, ctx, query.board, member),
        powers=tuple(sorted(powers)),
        restrictions=restrictions,
        guards=tuple(
            GuardOn(
                kind=guard.kind.value,
                since=guard.since,
                until=guard.until,
                posts=guard.posts,
                seconds=guard.seconds,
            )
            for guard in ctx.readers.guards_of_newcomer(tx, query.board, member, ctx.now)
        ),
        seat=_SEATS.get(seat.state, SeatStanding.ELSEWHERE) if seat else SeatStanding.NONE,
        norms_accepted=seat.norms_accepted if seat else 0,
        norms_version=ctx.board.norms_version,
        refused=refused,
        refused_why=why,
        refused_by=by,
    )


_SEATS = {SeatState.SEATED: SeatStanding.SEATED}


def _offices(tx: Tx, ctx: Context, board: BoardId, member: MemberId) -> tuple[OfficeHeld, ...]:
    return tuple(
        OfficeHeld(
            office=_on(board, term.board, term.office),
            board=term.board,
            since=instant(term.since),
            until=optional_instant(term.until),
        )
        for term in ctx.readers.offices_of(tx, member)
        if term.board in (board, COMMONS) and is_in_force(ctx.now, term.since, term.until)
    )


def _on(board: BoardId, of_board: BoardId, office: Office) -> Office:
    """Return what an office is on a board: a moderator of the commons is one of the commons' there."""
    elsewhere = of_board == COMMONS != board and office is Office.MODERATOR
    return Office.COMMONS_MODERATOR if elsewhere else office


def _restrictions(
    tx: Tx, ctx: Context, board: BoardId, member: MemberId
) -> tuple[Restriction, ...]:
    """Return what restricts a member or everybody on a board now, with reasons, by their ends."""
    places = {board, COMMONS}
    found = restriction_records.list_restrictions(tx, places, member, ctx.now)
    in_force = [each for each in found if holds(each, ctx.now) and holds_on(each, board)]
    return tuple(sorted(in_force, key=lambda each: (each.until is None, each.until or each.since)))


def _refusal(
    tx: Tx, theirs: Context, board: BoardId, restrictions: tuple[Restriction, ...]
) -> tuple[str | None, str | None, str | None]:
    """Return how a new thread of theirs would be refused now, as the gate would do it.

    Returns:
        The error's code, its sentence, and the restriction that it is about; None for none.
    """
    command = StartThread(
        board=board, thread=theirs.new_id(), post=theirs.new_id(), title="-", body="-"
    )
    try:
        theirs.judged(tx, command)
    except Restricted as error:
        by = next((each.id for each in restrictions if _refuses(each, error)), None)
        return error.code, str(error), by
    except FolkmootError as error:
        return error.code, str(error), None
    return None, None, None


def _refuses(restriction: Restriction, error: Restricted) -> bool:
    """Return whether an error is that of a restriction: it has its kind, place and end."""
    same = (restriction.kind.value, restriction.board, restriction.until)
    return same == (error.kind, error.board, error.until)
