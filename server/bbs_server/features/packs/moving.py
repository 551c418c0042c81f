"""Handlers of boards that move to another community: announced, made ready, cancelled (protocol 30)."""

from collections.abc import Iterable
from typing import ClassVar

from bbs import limits
from bbs.features.boards.settings import SETTINGS, Visibility
from bbs.features.moderation.messages import Change, Thing, ThingKind
from bbs.features.moderation.rules import check_reason
from bbs.features.moderation.views import RestrictionKind
from bbs.features.packs.move_messages import (
    NEW_COMMUNITY,
    CancelMove,
    GetMove,
    MoveBoard,
    MoveChanged,
    MoveResult,
)
from bbs.features.packs.move_rules import check_host, check_new_place
from bbs.features.packs.move_views import Move, MoveState
from bbs.features.proposals.messages import ObjectToProposal, WithdrawProposal
from bbs.ids import COMMONS, BoardId, ProposalId
from bbs.messages import Command, Done
from bbs.plural import counted
from bbs.powers import Need, NeedTarget, Power
from bbs.refusals import Conflict
from bbs.streams import board_stream
from bbs.text import check_line
from bbs_server.features.packs import move_records
from bbs_server.features.packs.move_records import MoveRow
from bbs_server.handler_api import Context, WhileWaiting
from bbs_server.outcome import AppendEvent, Did, Effect, Outcome
from bbs_server.store.api import Tx
from bbs_server.store.event_log import heads
from bbs_server.store.gone_board import GoneBoard

MOVES_TO = "moves_to"
"""What the acts of a move call the value that it changes: where the board goes."""


def move_board(tx: Tx, ctx: Context, command: MoveBoard) -> Outcome[MoveResult]:
    """Let a board that was announced long enough become read-only; it waits for open cases."""
    check_reason(command.reason)
    if command.community is not None:
        check_line(command.community, field="community", chars_max=limits.TITLE_CHARS_MAX)
    check_host(command.host)
    check_new_place(command.slug, command.visibility, Visibility(ctx.board.visibility))
    if command.board == COMMONS:
        raise Conflict(what="the commons is every member's board; a community that ends is closed")
    before = move_records.find_move(tx, command.board)
    is_carried_out = ctx.way is not None
    if before is not None and not (is_carried_out and before.is_in is MoveState.ANNOUNCED):
        raise Conflict(what="this board moves already; its state says how far it is")
    cases = ctx.readers.count_open_cases(tx, command.board)
    if cases and not is_carried_out:
        counting = f"{counted(cases, 'case')} {'is' if cases == 1 else 'are'} open on this board"
        raise Conflict(what=f"{counting}; it can move once they are over")
    act = goes(ctx, command.board, where(command), command.reason, _titled(command))
    # Nobody but the mover sits there and wrote there: then it waits for nobody.
    row = before or begin(tx, ctx, command, None)
    if cases:
        after = row._replace(state=MoveState.WAITING.value, since=ctx.proven_now)
        move_records.store(tx, row, after)
        return Outcome(
            MoveResult(move=move_records.view(after)), (changed(after.board, after.is_in),), act=act
        )
    after, effects = make_ready(tx, ctx, row, act.id, command.reason)
    return Outcome(MoveResult(move=move_records.view(after)), effects, act=act)


def where(place: MoveBoard | Move) -> str:
    """Return where a board goes, as its log says it."""
    readers = dict(SETTINGS["visibility"].about.choices)[place.visibility.value]
    return f"{place.slug} at bbs://{place.host}, visible to {readers}"


def goes(
    ctx: Context, board: BoardId, told: str, reason: str, titled: tuple[Change, ...] = ()
) -> Did:
    """Return the act by which a board begins to move.

    Args:
        told: Where it goes.
        titled: What the community there is called, if the mover said so.
    """
    changes = (Change(field=MOVES_TO, said_after=told), *titled)
    return Did(id=ctx.new_id(), thing=thing_of(board), changes=changes, reason=reason)


def _titled(command: MoveBoard) -> tuple[Change, ...]:
    title = command.community
    return () if title is None else (Change(field=NEW_COMMUNITY, said_after=title),)


def thing_of(board: BoardId) -> Thing:
    """Return a board as the thing of an act."""
    return Thing(kind=ThingKind.BOARD, id=board)


def begin(tx: Tx, ctx: Context, command: MoveBoard, proposal: ProposalId | None) -> MoveRow:
    """Store that a board is announced to move."""
    row = MoveRow(
        board=command.board,
        state=MoveState.ANNOUNCED.value,
        since=ctx.proven_now,
        new_host=command.host,
        key=command.key,
        slug=command.slug,
        visibility=command.visibility.value,
        proposal=proposal,
        announced_at=ctx.now,
        told_upto=None if proposal is None else 0,
    )
    return move_records.store(tx, None, row)


def make_ready(
    tx: Tx, ctx: Context, row: MoveRow, act: str | None, reason: str | None
) -> tuple[MoveRow, tuple[Effect, ...]]:
    """Let nothing change on a board any more but what ends words.

    Args:
        act: The id of the act that does it.
        reason: Why, as whoever is refused reads it.
    """
    restriction, effects = narrow(tx, ctx, row.board, RestrictionKind.MOVING, act, reason)
    after = row._replace(state=MoveState.READY.value, since=ctx.proven_now, restriction=restriction)
    return move_records.store(tx, row, after), (*effects, changed(after.board, after.is_in))


def narrow(
    tx: Tx, ctx: Context, board: BoardId, kind: RestrictionKind, act: str | None, reason: str | None
) -> tuple[str, tuple[Effect, ...]]:
    """Restrict everybody on a board for its move; return the restriction's id, and what tells of it."""
    known = {each.id for each in ctx.readers.restrictions_on(tx, board, None)}
    effects = ctx.readers.restrict(tx, ctx, board, kind, act=act, reason=reason)
    [key] = {each.id for each in ctx.readers.restrictions_on(tx, board, None)} - known
    return key, effects


def open_again(tx: Tx, ctx: Context, row: MoveRow) -> tuple[Effect, ...]:
    """Forget a move that came to nothing, and open the board."""
    move_records.forget(tx, row)
    key = row.restriction
    lifted = () if key is None else ctx.readers.lift_restriction(tx, ctx, key)
    return (*lifted, changed(row.board, None))


def changed(board: BoardId, state: MoveState | None) -> AppendEvent:
    """Return the event that tells a board's readers how far its move has come; None: it is over."""
    return AppendEvent(board_stream(board), MoveChanged(board=board, state=state), board)


def get_move(tx: Tx, ctx: Context, query: GetMove) -> MoveResult:
    """Return whether and where a board moves."""
    row = move_records.find_move(tx, query.board)
    is_over = row is None or row.is_in is MoveState.REST
    return MoveResult(
        move=None if row is None or is_over else move_records.view(row),
        as_of=heads(tx, [board_stream(query.board)]),
    )


def cancel_move(tx: Tx, ctx: Context, command: CancelMove) -> Outcome[MoveResult]:
    """Open a board again whose new server has not signed yet that it holds it."""
    check_reason(command.reason)
    row = move_records.find_move(tx, command.board)
    if row is None:
        raise Conflict(what="this board does not move")
    if row.is_in is MoveState.ANNOUNCED:
        what = "this move is only announced: its mover withdraws it, or enough members object"
        raise Conflict(what=what)
    if row.is_in not in (MoveState.WAITING, MoveState.READY):
        raise Conflict(
            what=f"this board was handed over to {row.new_host}; that cannot be cancelled"
        )
    return Outcome(MoveResult(), open_again(tx, ctx, row), act=ended(row, command.reason))


def handed_change(row: MoveRow) -> Change:
    """Return what the act says by which a board is handed over."""
    return Change(field="handed_to", said_after=where(move_records.view(row)))


def ended(row: MoveRow, reason: str | None) -> Did:
    """Return the act by which a board does not move any more."""
    change = Change(field=MOVES_TO, said_before=where(move_records.view(row)))
    return Did(thing=thing_of(row.board), changes=(change,), reason=reason)


def _begin(tx: Tx, ctx: Context, proposal: ProposalId, thing: Thing) -> Iterable[Effect]:
    """Announce a move: the command waits, and the authors are asked (`move_jobs`)."""
    assert isinstance(ctx.request, MoveBoard)
    row = begin(tx, ctx, ctx.request, proposal)
    yield changed(row.board, row.is_in)
    announced = Change(field="announced_to", said_after=where(ctx.request))
    changes = (announced, *_titled(ctx.request))
    did = Did(thing=thing_of(row.board), changes=changes, reason=ctx.request.reason)
    yield from ctx.readers.effects_of_act(tx, ctx, did)


class EndAnnouncement(Command[Done], frozen=True, kw_only=True):
    """Forget a move that was announced and is not carried out; only the server sends it."""

    method: ClassVar[str] = "packs.end_announcement"
    needs: ClassVar[Need] = Need(Power.DUE, on=NeedTarget.BOARD)
    board: BoardId
    why: str


def end_announcement(tx: Tx, ctx: Context, command: EndAnnouncement) -> Outcome[Done]:
    """Open a board again that does not move; the log says why (P8)."""
    row = move_records.find_move(tx, command.board)
    if row is None:
        return Outcome(Done())
    return Outcome(Done(), open_again(tx, ctx, row), act=ended(row, command.why))


def _end(tx: Tx, ctx: Context, proposal: ProposalId, thing: Thing) -> Iterable[Effect]:
    """Forget a move that was objected to, withdrawn, or could not be carried out."""
    row = move_records.find_move_of(tx, proposal)
    if row is None or row.is_in is not MoveState.ANNOUNCED:
        return
    match ctx.request:
        case WithdrawProposal():
            why = "Its mover withdrew it."
        case ObjectToProposal():
            why = "Enough members objected."
        case _:
            why = "It could not be carried out any more."
    yield ctx.carry_out_due(tx, EndAnnouncement(board=row.board, why=why))


WAITING = WhileWaiting(begin=_begin, end=_end)


def note_gone(tx: Tx, ctx: Context, move: MoveRow, *, is_home: bool = False) -> None:
    """Let the record of removals say that a board was handed over, or came home: a restore obeys it (P10).

    Args:
        move: With the receipt that ended the board here.
    """
    assert move.digest is not None
    assert move.receipt is not None
    gone = GoneBoard(
        board=move.board,
        host=move.new_host,
        key=move.key,
        slug=move.slug,
        visibility=move.visibility,
        at=ctx.proven_now,
        digest=move.digest,
        receipt=move.receipt,
        home=is_home,
    )
    tx.forget_member(move.board, gone)
