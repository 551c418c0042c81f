"""The one gate: whether this actor may send this request, for reads and writes alike.

What is missing and what is private answer alike (`not_found`). A handler cannot forget the gate:
it is never called without.
"""

from typing import Any

from bbs.errors import FolkmootError
from bbs.features.boards.messages import Visibility
from bbs.features.boards.rules import role_on
from bbs.ids import COMMONS
from bbs.messages import Request
from bbs.powers import ROLE_POWERS, Need, On, Power, Role, narrowed, powers_of
from bbs.refusals import NormsFirst, NotAllowed, NotFound, NotSignedIn, SeatNeeded, Waiting
from bbs_server.acting import Actor, BoardFacts, Located, Places, Standing
from bbs_server.store.engine import Tx


def standing_of(
    tx: Tx, places: Places, actor: Actor, board: BoardFacts, named: bool = True
) -> Standing:
    """Return what a member is on a board, and what they may do there.

    Args:
        named: False where the commons stands for the whole community: a token that reaches only
            some boards may still ask what concerns no board.
    """
    seat = places.seat_of(tx, board.id, actor.member)
    state, moderator, accepted = seat if seat is not None else (None, False, 0)
    role = role_on(
        Visibility(board.visibility),
        seated_in_community=actor.seated,
        seat=state,
        moderator=moderator,
    )
    if named and actor.boards is not None and board.id not in actor.boards:
        role = Role.OUTSIDER
    powers = powers_of(role, commons_moderator=actor.commons_moderator, sysop=actor.sysop)
    return Standing(board, role, narrowed(powers, actor.scope), accepted)


def authorize(
    tx: Tx, places: Places, actor: Actor | None, request: Request[Any]
) -> Standing | None:
    """Decide whether `actor` may send `request`.

    Returns:
        The actor's standing on the board the request is about, the commons where it names none;
        None for requests open to strangers.

    Raises:
        NotSignedIn: If there is no actor.
        Waiting: If the actor has no seat on the commons yet.
        NotFound: If the thing is missing, or the actor may not know of it.
        SeatNeeded, NormsFirst: If writing lacks a seat, or the norms in force.
        NotAllowed: If the power is lacking, the thing is not the actor's own, or a token asks for
            what is private.
    """
    need = request.needs
    if need.power is Power.KNOCK:
        return None
    if actor is None:
        raise NotSignedIn
    if need.private and actor.scope is not None:
        raise NotAllowed(power=need.power.value)
    if not actor.seated and actor.scope is None and need.power not in ROLE_POWERS[Role.WAITING]:
        # Said before anything is looked up: whoever waits learns of nothing whether it exists.
        raise Waiting
    named = need.on is not On.COMMUNITY
    if need.on in (On.COMMUNITY, On.COMMONS):
        located = Located(COMMONS)
    else:
        found = places.locate(tx, need.on, getattr(request, need.on.value))
        if found is None:
            raise NotFound(what=need.on.value)
        located = found
    facts = places.board_facts(tx, located.board)
    if facts is None:
        raise NotFound(what=need.on.value)
    standing = tx.recall(standing_of, places, actor, facts, named)
    refusal = _refusal(need, actor, standing, located)
    if refusal is not None:
        raise refusal
    return standing


def _refusal(
    need: Need, actor: Actor, standing: Standing, located: Located
) -> FolkmootError | None:
    named = need.on is not On.COMMUNITY
    own = located.owner is not None and located.owner == actor.member
    in_reach = actor.boards is None or standing.board.id in actor.boards
    # Words stay their author's to take back, also from a board they have left (P9).
    takes_back = need.own and own and in_reach and need.power is Power.READ
    lacking = need.power not in standing.powers and not takes_back
    outside = standing.role in (Role.OUTSIDER, Role.WAITING) and not takes_back
    if named and (outside or (lacking and standing.role is Role.OFFERED)):
        return NotFound(what=need.on.value)
    if located.owner_only and not own:
        return NotFound(what=need.on.value)
    if lacking:
        if need.power is Power.WRITE and actor.scope is None:
            return SeatNeeded(board=standing.board.id)
        return NotAllowed(power=need.power.value)
    if need.own and not own:
        return NotAllowed(power=need.power.value, own=True)
    if need.own and actor.scope is not None and Power.WRITE not in actor.scope:
        # Taking words back asks less of a member than writing; of a token it asks the same.
        return NotAllowed(power=Power.WRITE.value)
    if need.power is Power.WRITE and standing.norms_accepted < standing.board.norms_version:
        return NormsFirst(board=standing.board.id, version=standing.board.norms_version)
    return None
