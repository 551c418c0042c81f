"""The sysop enters a private board of others: an office that ends by itself, an act, a banner (P8)."""

from typing import TypeGuard

from msgspec.structs import replace

from bbs import limits
from bbs.clock import DAY_MS, HOUR_MS, to_ms
from bbs.errors import BadParams
from bbs.features.boards.kinds import BoardKind
from bbs.features.boards.messages import Visibility
from bbs.features.boards.seat_messages import SeatState
from bbs.features.moderation.entering_messages import EnterBoard
from bbs.features.moderation.messages import Change, RestrictionChanged, Thing, ThingKind
from bbs.features.moderation.rules import check_reason
from bbs.features.moderation.tending_messages import RestrictionResult
from bbs.features.moderation.views import RestrictionKind
from bbs.ids import COMMONS, BoardId
from bbs.powers import Office
from bbs.refusals import Conflict, NotFound
from bbs.streams import member_stream
from bbs.text import check_line
from bbs_server.features.moderation import restriction_records
from bbs_server.handler_api import Context
from bbs_server.outcome import AppendEvent, Did, Effect, Outcome
from bbs_server.standing import BoardFacts
from bbs_server.store.api import Tx


def enter_board(tx: Tx, ctx: Context, command: EnterBoard) -> Outcome[RestrictionResult]:
    """Let the sysop read a private board for a day, and tell everybody there."""
    check_reason(command.reason)
    if command.law is not None:
        check_line(command.law, field="law", chars_max=limits.REASON_CHARS_MAX)
    facts = _board_to_enter(tx, ctx, command.board)
    version, norms_board = _cited(tx, ctx, command, facts)
    act = ctx.new_id()
    earlier = _count_visits(tx, ctx, facts.id)
    left = ctx.now + limits.ENTER_HOURS * HOUR_MS
    ctx.readers.give_visit(tx, ctx, facts.id, left, act)
    effects = restriction_records.restrict(
        *(tx, ctx, facts.id, RestrictionKind.ENTERED),
        since=ctx.now,
        until=ctx.now + limits.ENTER_BANNER_DAYS * DAY_MS,
        act=act,
        reason=command.reason,
    )
    shown = restriction_records.told_in(effects)[-1]
    # The sysop's devices listen to no stream of the board yet: their own says that there is one.
    own = [replace(each, stream=member_stream(ctx.member)) for each in effects if _is_told(each)]
    did = Did(
        id=act,
        board=facts.id,
        thing=Thing(kind=ThingKind.BOARD, id=facts.id),
        changes=(Change(field="entered", after=f"for {limits.ENTER_HOURS} hours"),),
        norm=command.norm,
        norms_version=version,
        norms_board=norms_board,
        law=command.law,
        reason=command.reason,
        there={"entered": earlier},
    )
    return Outcome(RestrictionResult(restriction=shown), (*effects, *own), act=did)


def _is_told(effect: Effect) -> TypeGuard[AppendEvent]:
    return isinstance(effect, AppendEvent) and isinstance(effect.event, RestrictionChanged)


def _board_to_enter(tx: Tx, ctx: Context, board: BoardId) -> BoardFacts:
    """Return a private board that the actor cannot read.

    Raises:
        NotFound: If there is no such board, or it is a letter.
        Conflict: If the actor can read it.
    """
    facts = ctx.readers.board_facts(tx, board)
    if facts is None or facts.kind is BoardKind.LETTER:
        raise NotFound(what="board")
    if facts.visibility is not Visibility.PRIVATE:
        raise Conflict(what="this board is not private: you can read it")
    seat = ctx.readers.seat_of(tx, board, ctx.member)
    if seat is not None and seat.state in (SeatState.SEATED, SeatState.OFFERED):
        raise Conflict(what="you sit on this board, or a seat is offered to you there")
    for term in ctx.readers.offices_of(tx, ctx.member):
        visits = term.board == board and term.office is Office.VISITOR
        if visits and term.until is not None and term.until > ctx.now:
            raise Conflict(what="you are on this board already")
    return facts


def _cited(
    tx: Tx, ctx: Context, command: EnterBoard, facts: BoardFacts
) -> tuple[int | None, BoardId | None]:
    """Return the version of the norms that are cited, and whose they are if not the board's.

    Raises:
        BadParams: If not exactly one of law and clause is cited, or the norms have no such clause.
    """
    if (command.law is None) == (command.norm is None):
        raise BadParams("law", "cite a law or a clause of the norms, one of both")
    if command.norm is None:
        return None, None
    whose = COMMONS if command.of_commons else facts.id
    norms = ctx.readers.board_facts(tx, whose)
    assert norms is not None
    if not ctx.readers.clause_existed(tx, whose, norms.norms_version, command.norm):
        raise BadParams("norm", f"these norms have no clause {command.norm}: cite another")
    return norms.norms_version, COMMONS if command.of_commons else None


def _count_visits(tx: Tx, ctx: Context, board: BoardId) -> int:
    """Return how often the sysop entered a board lately."""
    lately = ctx.proven_now - limits.ENTER_AGAIN_DAYS * DAY_MS
    return sum(
        restriction.kind is RestrictionKind.ENTERED and to_ms(restriction.since) > lately
        for restriction in restriction_records.restrictions_on(tx, board, None)
        if restriction.board == board
    )
