"""Timed work of moves: asks authors, waits for cases, opens again, and erases what has moved."""

from msgspec.structs import replace

from bbs.features.packs import move_limits
from bbs.features.packs.move_rules import ends_at
from bbs.features.packs.move_views import MoveState
from bbs.features.reading.views import NoticeKind
from bbs.ids import BoardId
from bbs.messages import Command, Done
from bbs.powers import Need, NeedTarget, Power
from bbs.refusals import Refused
from bbs.streams import all_board_streams
from bbs_server.features.packs import move_records, moving
from bbs_server.features.packs.move_records import MoveRow
from bbs_server.handler_api import Context, Told
from bbs_server.jobs import Job, JobKind
from bbs_server.outcome import Effect, EraseNow, Outcome, RecheckListeners
from bbs_server.store.api import Tx


class AskAuthors(Command[Done], frozen=True, kw_only=True):
    """Ask the next authors of a board that is to move; only the server sends it."""

    method = "packs.ask_authors"
    needs = Need(Power.DUE, on=NeedTarget.BOARD)
    board: BoardId


class BringOn(Command[Done], frozen=True, kw_only=True):
    """Bring a move to the state that time, or the end of all cases, leads to; only the server sends it."""

    method = "packs.bring_on"
    needs = Need(Power.DUE, on=NeedTarget.BOARD)
    board: BoardId


def ask_authors(tx: Tx, ctx: Context, command: AskAuthors) -> Outcome[Done]:
    """Tell a slice of the board's authors, then of its seat holders, that it is to move, and by when they can say how; or that it did."""
    row = move_records.find_move(tx, command.board)
    if row is None or row.told_upto is None:
        return Outcome(Done())
    passed = row.told_upto
    next_people = move_records.list_authors if passed >= 0 else move_records.list_seated
    people, upto = next_people(tx, row.board, passed)
    move_records.note_asked(tx, row.board, upto)
    is_handed = row.is_in is MoveState.HANDED
    told = _handed_over(tx, ctx, row) if is_handed else _announced(row)
    effects: list[Effect] = []
    for member in people:
        to_member = replace(told, member=member)
        effects += ctx.readers.effects_of_notice(tx, ctx, NoticeKind.MOVE, to_member)
    # Whoever listened was told that it has moved, and hears no more of it.
    recheck = (RecheckListeners(all_board_streams(row.board)),) if is_handed else ()
    return Outcome(Done(), (*effects, *recheck))


def _announced(row: MoveRow) -> Told:
    until = ends_at(MoveState.ANNOUNCED, row.announced_at, None)
    return Told(member="", board=row.board, proposal=row.proposal, until=until)


def _handed_over(tx: Tx, ctx: Context, row: MoveRow) -> Told:
    found = ctx.readers.last_act_on(tx, row.board, row.board)
    act, texts = found or (None, {})
    return Told(member="", board=row.board, act=act, texts=texts)


def bring_on(tx: Tx, ctx: Context, command: BringOn) -> Outcome[Done]:
    """Bring a move on; nothing while nothing is due."""
    row = move_records.find_move(tx, command.board)
    after = None if row is None else _due(tx, ctx, row)
    if row is None or after is None:
        return Outcome(Done())
    if after is MoveState.READY:
        act = moving.goes(
            ctx,
            row.board,
            moving.where(move_records.view(row)),
            "The cases that were open there are over.",
        )
        _, effects = moving.make_ready(tx, ctx, row, act.id, act.reason)
        return Outcome(Done(), effects, act=act)
    if after is MoveState.ANNOUNCED:  # it opens again
        act = moving.ended(row, _WHY_OPEN[row.is_in])
        return Outcome(Done(), moving.open_again(tx, ctx, row), act=act)
    if after is MoveState.ERASING:
        ctx.readers.end_lines(tx, row.board)
    move_records.store(tx, row, row._replace(state=after.value, since=ctx.proven_now))
    told = moving.changed(row.board, after)
    is_erased = row.is_in is MoveState.ERASING
    return Outcome(Done(), (told, EraseNow()) if is_erased else (told,))


_WHY_OPEN = {
    MoveState.WAITING: f"Cases were open for {move_limits.MOVE_CASES_DAYS} days: it moves no more.",
    MoveState.READY: f"No receipt of the new server came in {move_limits.RECEIPT_DAYS} days.",
}
"""What the log says where a board opens again by time alone."""


def _due(tx: Tx, ctx: Context, row: MoveRow) -> MoveState | None:
    """Return the state to which a move is due to come; `ANNOUNCED` where the board opens again."""
    is_over = row.until is not None and ctx.proven_now >= row.until
    if row.is_in is MoveState.WAITING:
        if not ctx.readers.count_open_cases(tx, row.board):
            return MoveState.READY
        return MoveState.ANNOUNCED if is_over else None
    if row.is_in is MoveState.ERASING:
        return None if ctx.readers.has_board_words(tx, row.board) else MoveState.LEADS_ON
    after = {
        MoveState.READY: MoveState.ANNOUNCED,
        MoveState.HANDED: MoveState.ERASING,
        MoveState.LEADS_ON: MoveState.REST,
    }
    return after.get(row.is_in) if is_over else None


def ask_all(tx: Tx, ctx: Context) -> Outcome[Done]:
    """Ask the authors of the next board that is to move; the runner calls again while there are more."""
    for row in move_records.list_moves(tx):
        if row.told_upto is not None:
            return Outcome(Done(), (ctx.carry_out_due(tx, AskAuthors(board=row.board)),), more=True)
    return Outcome(Done())


def bring_all_on(tx: Tx, ctx: Context) -> Outcome[Done]:
    """Bring on the next move that is due; the runner calls again while there are more."""
    for row in move_records.list_moves(tx):
        if _due(tx, ctx, row) is None:
            continue
        try:
            return Outcome(Done(), (ctx.carry_out_due(tx, BringOn(board=row.board)),), more=True)
        except Refused:  # a community that has closed moves nothing
            continue
    return Outcome(Done())


def erase_moved(tx: Tx, ctx: Context) -> Outcome[Done]:
    """Erase a slice of the words of a board that has moved, and at last its threads (P10)."""
    for row in move_records.list_to_erase(tx):
        if ctx.readers.has_board_words(tx, row.board):
            ctx.readers.erase_moved_words(tx, row.board)
            return Outcome(Done(), more=True)
        if row.is_in is not MoveState.REST:
            continue
        if not ctx.readers.forget_board_authors(tx, row.board):
            ctx.readers.end_moved_board(tx, row.board)
            move_records.note_rest(tx, row.board)
        return Outcome(Done(), more=True)
    return Outcome(Done())


JOBS: tuple[Job, ...] = (
    Job("ask authors of a board that moves", 30.0, ask_all, JobKind.ACTS, at_edges=True),
    Job("bring moves on", 60.0, bring_all_on, JobKind.ACTS),
    Job("erase boards that have moved", 30.0, erase_moved, JobKind.TIDIES),
)
