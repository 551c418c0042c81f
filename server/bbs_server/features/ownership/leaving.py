"""Handlers of leaving a board or the community, and of coming back (P9, protocol 28).

That words are hidden, or nobody's who is named, follows from the rows of `leavings` in every view, from
the commit on. A job does the rest in slices (`leaving_jobs`).
"""

from bbs import limits
from bbs.clock import Ms
from bbs.features.boards.kinds import BoardKind
from bbs.features.community.rules import closing_of, stage_of
from bbs.features.community.views import ClosingStage
from bbs.features.ownership import leaving_rules
from bbs.features.ownership.leaving_messages import ComeBack, Leave, LeavingChanged, ListLeavings
from bbs.features.ownership.views import (
    LeaveWords,
    Leaving,
    LeavingList,
    LeavingPart,
    LeavingResult,
    LeavingState,
)
from bbs.ids import COMMONS, BoardId, MemberId
from bbs.leaving_refusals import SysopLeaves
from bbs.refusals import Conflict, NotFound
from bbs.streams import member_stream
from bbs_server.features.ownership import leaving_records
from bbs_server.features.ownership.leaving_records import COMMUNITY, LeavingRow
from bbs_server.handler_api import Context
from bbs_server.outcome import AppendEvent, Effect, Outcome
from bbs_server.preparing import PrepareContext
from bbs_server.store import event_log
from bbs_server.store.api import Tx
from bbs_server.store.gone_author import GoneAuthor

ENDING = "ending"
"""The step of a leaving in which seats end and readers are told, in slices; `place` has whom to tell."""


async def prepare_leaving(p: PrepareContext, command: Leave) -> tuple[LeavingPart, ...]:
    """Count what the member wrote, before the transaction: no index has whose words are whose."""
    member = p.member
    if member is None:
        return ()
    found: tuple[LeavingPart, ...] = await p.read(
        lambda tx: p.readers.words_written(tx, member, command.board)
    )
    return found


def leave(tx: Tx, ctx: Context, command: Leave) -> Outcome[LeavingResult]:
    """Let the actor leave a board or the community, with a choice about their words."""
    board = command.board or COMMUNITY
    parts: tuple[LeavingPart, ...] = ctx.prepared or ()
    before = leaving_records.find(tx, ctx.member, board)
    if before is not None:
        return _again(tx, ctx, before, command.words)
    if leaving_records.find(tx, ctx.member, COMMUNITY) is not None:
        raise Conflict(what="you left the community, and this board with it")
    if command.board is None:
        _refuse_sysop(tx, ctx)
    else:
        _check_board(tx, ctx, command.board, parts)
    row, effects = begin(tx, ctx, ctx.member, board, command.words, parts)
    leaving = _view(tx, ctx, row)
    return Outcome(LeavingResult(leaving=leaving, boards=parts), (*effects, _changed(row, leaving)))


def _view(tx: Tx, ctx: Context, row: LeavingRow) -> Leaving:
    """Return a leaving as its member sees it, who is told before whether the way back has to wait."""
    comebacks = leaving_records.find_comebacks(tx, row.member, row.board)
    return leaving_records.view(row, back_from=leaving_rules.back_from(comebacks, ctx.now))


def _again(tx: Tx, ctx: Context, row: LeavingRow, words: LeaveWords) -> Outcome[LeavingResult]:
    """Answer a leaving that was begun before.

    Raises:
        Conflict: If the choice differs from that of before.
    """
    if row.words != words:
        raise Conflict(what="you left with another choice; come back first, then choose anew")
    return Outcome(LeavingResult(leaving=_view(tx, ctx, row)))


def _refuse_sysop(tx: Tx, ctx: Context) -> None:
    """Refuse to let the sysop leave a community that is not closed.

    Raises:
        SysopLeaves: If nobody would run it.
    """
    if ctx.member not in ctx.readers.sysops(tx, ctx.now):
        return
    closing = closing_of(ctx.readers.restrictions_on(tx, COMMONS, None))
    if closing is None or stage_of(closing, ctx.proven_now) is not ClosingStage.CLOSED:
        raise SysopLeaves


def _check_board(tx: Tx, ctx: Context, board: BoardId, parts: tuple[LeavingPart, ...]) -> None:
    """Refuse to leave a board that the actor has nothing to do with, whether it exists or not.

    Raises:
        NotFound: If it is a letter; or if they have neither a seat nor words there, and may not read it.
        Conflict: If it is the commons; or if they have neither a seat nor words there.
    """
    if board == COMMONS:
        raise Conflict(what="a member leaves the commons only by leaving the community")
    facts = ctx.readers.board_facts(tx, board)
    is_there = bool(parts) or ctx.readers.seat_of(tx, board, ctx.member) is not None
    if facts is not None and facts.kind is not BoardKind.LETTER and is_there:
        return
    if board in {each for each, _, _ in ctx.readers.boards_readable(tx, ctx)}:
        raise Conflict(
            what="you have neither a seat nor words there, so nothing of you is to leave"
        )
    raise NotFound(what="board")


def begin(
    tx: Tx,
    ctx: Context,
    member: MemberId,
    board: BoardId,
    words: LeaveWords,
    parts: tuple[LeavingPart, ...],
) -> tuple[LeavingRow, list[Effect]]:
    """Store that a member leaves, and end at once all that ends at once.

    Args:
        board: A board or letter; `COMMUNITY` for the community.
        parts: What they wrote, by board.
    """
    row = LeavingRow(
        member=member,
        board=board,
        words=words.value,
        state=LeavingState.LEAVING.value,
        left_at=ctx.now,
        erase_at=leaving_rules.erase_at(ctx.proven_now),
        posts=sum(part.posts for part in parts),
        lines=sum(part.lines for part in parts),
    )
    leaving_records.insert(tx, row)
    note = GoneAuthor(member, board, words.value, at=row.left_at, erase_at=row.erase_at)
    tx.forget_member(member, note)
    return end_all(tx, ctx, row, {part.board for part in parts})


def end_all(
    tx: Tx, ctx: Context, row: LeavingRow, written: set[BoardId]
) -> tuple[LeavingRow, list[Effect]]:
    """End a leaver's seats, offices, applications and motions, sessions and invitations; tell readers.

    Args:
        written: The boards where they wrote something.
    """
    board = row.board or None
    effects = [*ctx.readers.lapse_motions(tx, ctx, row.member, board)]
    if board is None:
        effects += ctx.readers.shut_out(tx, ctx, row.member)
    row, ended = end_slice(tx, ctx, row, written)
    return row, [*ended, *effects]


def end_slice(
    tx: Tx, ctx: Context, row: LeavingRow, written: set[BoardId]
) -> tuple[LeavingRow, list[Effect]]:
    """End a slice of a leaver's seats and tell readers; the row says what is to be done yet.

    Args:
        written: The boards where they wrote something and nobody was told yet.
    """
    left = ctx.readers.leave_seats(tx, ctx, row.member, row.board or None)
    effects = [*left.effects]
    told = row.told.split()
    wanted = (written | {each for each, _ in left.seats}).difference(told)
    untold = sorted(wanted) if row.words != LeaveWords.LEFT else []
    now, rest = untold[: limits.LEAVING_BOARDS_AT_ONCE], untold[limits.LEAVING_BOARDS_AT_ONCE :]
    for each in now:
        effects += ctx.readers.author_left(tx, ctx, row.member, each, LeaveWords(row.words))
    seats = [*row.seats.split(), *(f"{each}:{version}" for each, version in left.seats)]
    step = ENDING if left.more or rest else ""
    row = leaving_records.update(
        tx,
        row,
        told=" ".join([*told, *now]),
        seats=" ".join(seats),
        step=step,
        place=" ".join(rest),
    )
    return row, effects


def leave_words(tx: Tx, ctx: Context, letter: BoardId, words: LeaveWords) -> tuple[Effect, ...]:
    """Let the actor's words in a letter be gone, or a former member's, as `ownership.leave` does on a board."""
    if leaving_records.find(tx, ctx.member, letter) is not None:
        return ()
    row, effects = begin(tx, ctx, ctx.member, letter, words, (LeavingPart(board=letter),))
    return (*effects, _changed(row, _view(tx, ctx, row)))


def end_leavings(tx: Tx, letter: BoardId) -> tuple[Effect, ...]:
    """Settle who left a letter that is erased: nobody comes back to it."""
    effects: list[Effect] = []
    for row in leaving_records.list_on(tx, letter):
        leaving_records.settle(tx, row, 0, 0)
        row = row._replace(revision=row.revision + 1)
        effects.append(_changed(row, leaving_records.view(row, LeavingState.ERASED)))
    return tuple(effects)


def _changed(row: LeavingRow, leaving: Leaving) -> AppendEvent:
    event = LeavingChanged(leaving=leaving)
    return AppendEvent(member_stream(row.member), event, row.board or row.member)


def come_back(tx: Tx, ctx: Context, command: ComeBack) -> Outcome[LeavingResult]:
    """Bring words and name of the actor back, and the seats that are free."""
    row = leaving_records.find(tx, ctx.member, command.board or COMMUNITY)
    if row is None:
        raise NotFound(what="leaving")
    if row.board and leaving_records.find(tx, ctx.member, COMMUNITY) is not None:
        raise Conflict(what="you left the community; come back to it first, then to this board")
    leaving_rules.check_leaving_move(LeavingState(row.state), LeavingState.BACK)
    before = leaving_records.find_comebacks(tx, row.member, row.board)
    comebacks = leaving_rules.count_back(before, ctx.now)
    leaving_records.settle(tx, row, 0, 0)
    leaving_records.note_comebacks(tx, row, comebacks)
    tx.forget_member(
        row.member, GoneAuthor(row.member, row.board, row.words, at=row.left_at, back=True)
    )
    effects: list[Effect] = []
    words = LeaveWords(row.words)
    there = (each for each in row.told.split() if ctx.readers.board_facts(tx, each) is not None)
    for board in there:  # a letter may be erased by now
        effects += ctx.readers.author_left(tx, ctx, row.member, board, words, is_back=True)
    seats = tuple(seat.split(":") for seat in row.seats.split())
    kept = tuple((board, int(version)) for board, version in seats)
    effects += ctx.readers.give_seats_back(tx, ctx, row.member, kept)
    if not row.board:
        effects.append(ctx.readers.member_changed(tx, ctx, row.member))
    row = row._replace(revision=row.revision + 1)
    leaving = leaving_records.view(row, LeavingState.BACK)
    return Outcome(LeavingResult(leaving=leaving), (*effects, _changed(row, leaving)))


def list_leavings(tx: Tx, ctx: Context, query: ListLeavings) -> LeavingList:
    """Return what the actor left in the last days."""
    rows = leaving_records.list_of(tx, ctx.member)
    return LeavingList(
        leavings=tuple(_view(tx, ctx, row) for row in rows),
        as_of=event_log.heads(tx, [member_stream(ctx.member)]),
    )


def board_left_until(tx: Tx, member: MemberId, board: BoardId) -> Ms | None:
    """Return until when the words of a member who left a board can come back; None if they stay."""
    row = leaving_records.find(tx, member, board)
    return None if row is None or row.words == LeaveWords.LEFT else row.erase_at
