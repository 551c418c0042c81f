"""The gate: decides whether an actor may send a request, for reads and writes alike.

The gate answers `not_found` for missing and for private things alike. A handler cannot forget the
gate: the pipeline never calls a handler without it.
"""

from functools import lru_cache
from typing import Any

from msgspec.structs import replace

from bbs.clock import Ms, is_in_force
from bbs.errors import FolkmootError
from bbs.features.boards.kinds import BoardKind
from bbs.features.boards.messages import Visibility
from bbs.features.boards.rules import correspondent, may_write, role_on
from bbs.features.members.views import MemberState
from bbs.features.moderation.rules import SEALED_POWERS, is_sealed, is_suspended, stays_open
from bbs.ids import COMMONS, BoardId, MemberId
from bbs.journal_refusals import NotTheWriter
from bbs.marks import check_token_may
from bbs.messages import Request
from bbs.powers import (
    OFFICE_POWERS,
    OFFICES_OF_NOBODY,
    ROLE_POWERS,
    Need,
    NeedTarget,
    Office,
    Power,
    Role,
    power_of_token,
    powers_of,
    restrict_to_scope,
)
from bbs.refusals import NormsFirst, NotAllowed, NotFound, NotSignedIn, OnWaitingList, SeatNeeded
from bbs.streams import stream_parts
from bbs_server.handler_api import Context, FeatureLookups
from bbs_server.pipeline.narrowing import refuse_at_end, refuse_leaver, restricted
from bbs_server.standing import (
    Actor,
    BoardFacts,
    ObjectLocation,
    ObjectLocator,
    OfficeTerm,
    SeatFacts,
    Standing,
)
from bbs_server.store.api import Tx
from bbs_server.store.proven_time import Moment

_STANDINGS_MAX = 1_024  # more than write at the same time; each takes some 300 bytes
_NO_OFFICES: frozenset[Office] = frozenset()


def standing_of(
    tx: Tx,
    places: ObjectLocator,
    actor: Actor,
    board: BoardFacts,
    now: Ms,
    *,
    named: bool = True,
) -> Standing:
    """Return a member's role, offices and powers on a board at a moment.

    Rows in the writer's memory do not expire, so every call compares the ends of offices with
    `now`.

    Args:
        now: The moment, in ms.
        named: False if the request is about the whole community: a token limited to some boards may
            still send requests that are about no board.
    """
    terms, seat, standing = tx.memoize(_standing_out_of_office, places, actor, board, named)
    in_letter = board.kind is BoardKind.LETTER  # where no office gives anybody anything
    offices = _offices_in_force(terms, board.id, now) if terms and not in_letter else _NO_OFFICES
    if not offices:
        return standing
    return _standing_with(seat, actor, board, named, offices)


def _standing_out_of_office(
    tx: Tx, places: ObjectLocator, actor: Actor, board: BoardFacts, named: bool
) -> tuple[tuple[OfficeTerm, ...], SeatFacts | None, Standing]:
    """Return a member's offices at any time, their seat, and their standing without office."""
    terms = places.offices_of(tx, actor.member)
    seat = places.seat_of(tx, board.id, actor.member)
    return terms, seat, _standing_with(seat, actor, board, named, _NO_OFFICES)


def _offices_in_force(terms: tuple[OfficeTerm, ...], board: BoardId, now: Ms) -> frozenset[Office]:
    """Return the offices in which a member may act on a board now: its own and the community's."""
    found = set()
    for term in terms:
        if not is_in_force(now, term.since, term.until):
            continue
        if term.board == board:
            found.add(term.office)
        if term.board == COMMONS:
            moderates = term.office is Office.MODERATOR
            found.add(Office.COMMONS_MODERATOR if moderates else term.office)
    return frozenset(found if Office.SYSOP in found else found - {Office.VISITOR})


@lru_cache(_STANDINGS_MAX)
def _standing_with(
    seat: SeatFacts | None,
    actor: Actor,
    board: BoardFacts,
    named: bool,
    offices: frozenset[Office],
) -> Standing:
    role = role_on(
        Visibility(board.visibility),
        seated_in_community=actor.seated,
        seat=seat and seat.state,
        moderator=Office.MODERATOR in offices,
    )
    if Office.VISITOR in offices and actor.scope is None and role is Role.OUTSIDER:
        role = Role.MEMBER  # the sysop reads it for a day (protocol 25.4)
    if named and actor.boards is not None and board.id not in actor.boards:
        role = Role.OUTSIDER
    if board.kind is BoardKind.LETTER:
        role = correspondent(role, device=actor.scope is None)
    powers = restrict_to_scope(powers_of(role, offices), actor.scope)
    if not may_write(board.kind, role):
        powers -= {Power.WRITE}
    return Standing(board, role, powers, offices)


def _norms_first(
    tx: Tx, places: ObjectLocator, need: Need, actor: Actor, board: BoardFacts
) -> NormsFirst | None:
    """Return the error if a member has to accept norms before this write; None for reads (P5)."""
    if need.power is not Power.WRITE:
        return None
    asks = tx.memoize(_unaccepted, places, actor.member, board)
    return None if asks is None else NormsFirst(board=asks.id, version=asks.norms_version)


def _unaccepted(
    tx: Tx, places: ObjectLocator, member: MemberId, board: BoardFacts
) -> BoardFacts | None:
    """Return the boards whose norms a member must accept before writing; the commons may be one."""
    for facts in (board, places.board_facts(tx, COMMONS)):
        if facts is None:
            continue
        seat = places.seat_of(tx, facts.id, member)
        if (seat.norms_accepted if seat else 0) < facts.norms_version:
            return facts
    return None


def authorize(
    tx: Tx,
    places: ObjectLocator,
    actor: Actor | None,
    request: Request[Any],
    moment: Moment,
    *,
    moved: bool = False,
) -> Standing | None:
    """Decide whether `actor` may send `request` at a moment, in ms.

    Args:
        moment: The moment to judge by; the ends of rows in memory are compared with it.
        moved: Whether it waited as a proposal: what narrows the actor alone counts no more (15.7).

    Returns:
        The actor's standing on the board the request is about, or on the commons if it names none;
        None for requests open to strangers.

    Raises:
        NotSignedIn, OnWaitingList, LeavingNow: Without an actor with a seat in the community.
        NotFound: If the thing is missing, or the actor may not know of it.
        SeatNeeded, NotTheWriter, NormsFirst: If writing lacks a seat, in another's journal, or
            without the norms in force.
        NotAllowed: If the power is lacking, the thing is another's, or a token asks what is private.
        DeviceNeeded: If a token sends a command that its owner may send from a device only.
        CommunityClosing, CommunityClosed: If the community's end has come that far.
        Restricted: If only a restriction in force forbids it (P7).
    """
    need = request.needs
    refuse_at_end(tx, places, request, moment)
    if need.power is Power.KNOCK:
        return None
    if actor is None:
        raise NotSignedIn
    refuse_leaver(actor, request)
    if need.private and (refusal := beyond_token(need, actor, COMMONS)) is not None:
        raise refusal
    if not actor.seated and actor.scope is None and not _open_to_waiting(request):
        # Refuse before any look-up, so that a waiting member cannot learn whether something exists.
        raise OnWaitingList
    located = locate(tx, places, request)
    facts = places.board_facts(tx, located.board) if located is not None else None
    if located is None or facts is None:
        raise NotFound(what=need.on.value)
    named = need.on is not NeedTarget.COMMUNITY
    standing = standing_of(tx, places, actor, facts, moment.now, named=named)
    refusal = _told(tx, places, _refusal(need, actor, standing, located), facts, moment.now)
    refusal = refusal or _norms_first(tx, places, need, actor, facts)
    narrowed = None if moved else actor
    if refusal is None:
        refusal = restricted(tx, places, narrowed, request, located, moment)
    if refusal is None and need.also is not None:
        refusal = _refusal_elsewhere(tx, places, actor, narrowed, request, moment)
    if refusal is not None:
        raise refusal
    if actor.scope is not None:
        check_token_may(request)
    rests = narrowed is not None and stays_open(request)  # the rest a suspension refuses
    return at_rest(tx, places, actor, standing, moment.now) if rests else standing


def at_rest(tx: Tx, places: ObjectLocator, actor: Actor, standing: Standing, now: Ms) -> Standing:
    """Return a member's standing as a suspension leaves it, or a board that has moved (protocol 30.7).

    Not asked where a refusal is judged: that says what the member could do without it (16.3).
    """
    narrows = places.restrictions_on(tx, standing.board.id, actor.member)
    if is_sealed(narrows, now):
        return Standing(standing.board, Role.SUSPENDED, standing.powers & SEALED_POWERS)
    if not is_suspended(narrows, now):
        return standing
    powers = standing.powers & ROLE_POWERS[Role.SUSPENDED]
    return Standing(standing.board, Role.SUSPENDED, powers)


def _told(
    tx: Tx, places: ObjectLocator, refusal: FolkmootError | None, board: BoardFacts, now: Ms
) -> FolkmootError | None:
    """Return a refusal as it is told: a seat would not help whoever wants to write in a journal."""
    if isinstance(refusal, SeatNeeded) and board.kind is BoardKind.JOURNAL:
        return NotTheWriter(board.id, places.writer_of(tx, board.id, now))
    return refusal


def _open_to_waiting(request: Request[Any]) -> bool:
    """Return whether a member who waits for a seat in the community may send a request."""
    need = request.needs
    in_line = need.in_line and getattr(request, need.on.value, None) == COMMONS
    return in_line or need.power in ROLE_POWERS[Role.WAITING]


def _refusal_elsewhere(
    tx: Tx,
    places: ObjectLocator,
    actor: Actor,
    narrowed: Actor | None,
    request: Request[Any],
    moment: Moment,
) -> FolkmootError | None:
    """Return how a request is refused for the other board that it names, judged as the first one.

    Args:
        narrowed: Whom restrictions narrow; None: what is about everybody counts alone.
    """
    assert request.needs.also is not None
    need = replace(request.needs, on=request.needs.also, also=None)
    located = places.targets[need.on](tx, getattr(request, need.on.value))
    facts = places.board_facts(tx, located.board) if located is not None else None
    if located is None or facts is None:
        return NotFound(what="board")
    standing = standing_of(tx, places, actor, facts, moment.now)
    refusal = _refusal(need, actor, standing, located)
    return refusal or restricted(tx, places, narrowed, request, located, moment)


def actor_in_office(tx: Tx, places: FeatureLookups, ctx: Context, member: MemberId) -> Actor | None:
    """Return a member as the actor of a command that they sent earlier.

    Returns:
        The actor, as from a device; None if the member has left.
    """
    found = places.member(tx, ctx, member)
    if found is None:
        return None
    return Actor(member=member, session="", seated=found.state is MemberState.SEATED)


def authorize_office(
    tx: Tx,
    places: ObjectLocator,
    actor: Actor | None,
    office: Office,
    request: Request[Any],
    moment: Moment,
    *,
    is_lent: bool = False,
) -> Standing | None:
    """Decide whether a command that waited may be executed for its author, who may be offline.

    Args:
        actor: The member; None for the assembly and the system, which have the powers of their
            office on every board.
        is_lent: Whether the calling handler answers for it that this member has the power there.

    Raises:
        NotAllowed: If the power is lacking.
        FolkmootError: As `authorize` does.
    """
    if actor is not None and not is_lent:
        return authorize(tx, places, actor, request, moment, moved=True)
    refuse_at_end(tx, places, request, moment)
    located = locate(tx, places, request)
    facts = places.board_facts(tx, located.board) if located is not None else None
    if located is None or facts is None or facts.kind is BoardKind.LETTER:
        raise NotFound(what=request.needs.on.value)
    powers = OFFICE_POWERS[office] if office in OFFICES_OF_NOBODY else frozenset()
    if is_lent:
        powers |= {request.needs.power}
    # Nobody's office is that of one board: none of them decides about two.
    if request.needs.power not in powers or request.needs.also is not None:
        raise NotAllowed(power=request.needs.power.value)
    if (refusal := restricted(tx, places, None, request, located, moment)) is not None:
        raise refusal
    return Standing(facts, Role.MODERATOR, powers)


def may_listen(tx: Tx, places: ObjectLocator, actor: Actor, stream: str, now: Ms) -> bool:
    """Return whether a member may listen to a stream, as the feature that owns its kind decides.

    Closing the community ends no stream, because clients would drop text that stays readable.

    Args:
        stream: Its name; protocol 6.1.
        now: The time, in ms: a suspension begins and ends at its millisecond.
    """
    kind, owner = stream_parts(stream)
    spec = places.streams.get(kind)
    if spec is None:
        return False
    if spec.hears_by_rows is not None:
        return spec.hears_by_rows(tx, places, actor, owner, now)
    facts = places.board_facts(tx, owner) if spec.of_board else None
    standing = None
    if facts is not None:
        standing = standing_of(tx, places, actor, facts, now)
        standing = at_rest(tx, places, actor, standing, now)
        if standing.role is Role.SUSPENDED:
            return False
    return spec.hears(actor, owner, standing)


def locate(tx: Tx, places: ObjectLocator, request: Request[Any]) -> ObjectLocation | None:
    """Return the location of the thing that a request names; the commons if it names none."""
    on = request.needs.on
    return places.targets[on](tx, getattr(request, on.value, COMMONS))


def beyond_token(need: Need, actor: Actor, board: BoardId | None) -> FolkmootError | None:
    """Return the error for a token that does not reach the request; None for a device.

    Args:
        board: The board of the thing that the request names; None if there is no such thing.
    """
    if actor.scope is None:
        return None
    if need.private:
        return NotAllowed(power=need.power.value, private=True)
    if (
        need.on is not NeedTarget.COMMUNITY
        and actor.boards is not None
        and board not in actor.boards
    ):
        return NotFound(what=need.on.value)
    power = power_of_token(need)
    if not restrict_to_scope(frozenset({power}), actor.scope):
        return NotAllowed(power=power.value)
    return None


def _refusal(
    need: Need, actor: Actor, standing: Standing, located: ObjectLocation
) -> FolkmootError | None:
    if need.in_line and standing.role is Role.WAITING and actor.scope is None:
        return None  # about the commons: `_open_to_waiting` has refused what is about other boards
    named = need.on is not NeedTarget.COMMUNITY
    own = located.shared or (located.owner is not None and located.owner == actor.member)
    beyond = beyond_token(need, actor, standing.board.id)
    # Authors may withdraw their own text even on a board they have left (P9).
    takes_back = need.own and own and need.power is Power.READ
    lacking = need.power not in standing.powers and not takes_back
    outside = standing.role in (Role.OUTSIDER, Role.WAITING) and not takes_back
    if named and (outside or (lacking and standing.role is Role.OFFERED)):
        return NotFound(what=need.on.value)
    if located.owner_only and not own:
        return NotFound(what=need.on.value)
    if beyond is not None:
        return beyond
    if lacking:
        if need.power is Power.WRITE and actor.scope is None:
            return SeatNeeded(board=standing.board.id)
        return NotAllowed(power=need.power.value)
    if need.own and not own:
        return NotAllowed(power=need.power.value, own=True)
    return None
