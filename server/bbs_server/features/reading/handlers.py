"""Handlers of reading: marks, floors, and finding by address."""

from collections.abc import Iterable

from msgspec.structs import replace

from bbs import address, limits
from bbs.clock import to_ms
from bbs.features.boards.messages import Visibility
from bbs.features.boards.seat_messages import SeatChanged, SeatState
from bbs.features.reading import rules
from bbs.features.reading.messages import (
    AllMarks,
    Floor,
    FloorChanged,
    GetMarks,
    MarkPosts,
    Marks,
    MarksChanged,
    MarksResult,
    Resolve,
)
from bbs.features.reading.views import ResolveResult
from bbs.features.threads.views import Thread
from bbs.ids import BoardId
from bbs.refusals import Conflict, NotFound
from bbs.streams import board_stream
from bbs_server.features.reading import records
from bbs_server.features.reading.led_on import refuse_moved
from bbs_server.handler_api import Context
from bbs_server.outcome import AppendEvent, Effect, Outcome, SendEphemeral
from bbs_server.paging import fit_page
from bbs_server.store import event_log
from bbs_server.store.api import Tx


def mark(tx: Tx, ctx: Context, command: MarkPosts) -> Outcome[MarksResult]:
    """Mark posts read or unread; only the actor's own devices learn of it (P2).

    Raises:
        Conflict: If the marks are neither as the sender saw them nor as the command asks for.
    """
    before = records.find_marks(tx, ctx.member, command.thread, ctx.board.id)
    end = records.last_number(tx, command.thread) if command.read else None
    ranges = rules.mark_ranges(before.read, command.first, command.last, read=command.read, end=end)
    if ranges == before.read:
        return Outcome(MarksResult(marks=before))
    if command.if_revision not in (None, before.revision):
        raise Conflict(what="the marks were changed meanwhile", revision=before.revision)
    marks = Marks(
        thread=command.thread, board=ctx.board.id, read=ranges, revision=before.revision + 1
    )
    records.upsert_marks(tx, ctx.member, marks)
    return Outcome(
        MarksResult(marks=marks), (SendEphemeral(ctx.member, MarksChanged(marks=marks)),)
    )


def get_marks(tx: Tx, ctx: Context, query: GetMarks) -> AllMarks:
    """Return a page of the actor's marks, those of boards that the actor may still read."""
    readable = {board for board, _, _ in ctx.readers.boards_readable(tx, ctx)}
    page = records.list_marks(tx, ctx.member, query.after or "", limits.PAGE_ITEMS_MAX + 1)
    kept = min(limits.PAGE_ITEMS_MAX, fit_page(page))
    more = len(page) > kept
    page = page[:kept]
    return AllMarks(
        marks=tuple(marks for marks in page if marks.board in readable),
        floors=tuple(
            floor for floor in records.list_floors(tx, ctx.member) if floor.board in readable
        ),
        next_after=page[-1].thread if more else None,
    )


def resolve(tx: Tx, ctx: Context, query: Resolve) -> ResolveResult:
    """Return the thing that an address names, if the actor may read it."""
    named = address.parse(query.address)
    if isinstance(named, address.MemberAddress):
        found = ctx.readers.members_by_handle(tx, [named.handle]).get(named.handle)
        if found is None:
            raise NotFound(what="member")
        return ResolveResult(member=ctx.readers.member(tx, ctx, found))
    board = ctx.readers.board_by_slug(tx, named.board, ctx.now)
    if board is not None:
        refuse_moved(tx, ctx, board)
    may_read = board is not None and _may_read(tx, ctx, board)
    # A member with an offered seat may know the board, but may read nothing on it.
    know_only = not may_read and isinstance(named, address.BoardAddress)
    if board is None or not (may_read or (know_only and _may_know(tx, ctx, board))):
        raise NotFound(what="board")
    result = ResolveResult(
        board=ctx.readers.board(tx, board), as_of=event_log.heads(tx, [board_stream(board)])
    )
    if isinstance(named, address.LineAddress):
        line = ctx.readers.line_by_number(tx, board, named.line)
        if line is None or to_ms(line.fades_at) <= ctx.now:
            raise NotFound(what="line")
        return replace(result, line=line)
    if isinstance(named, address.ThreadAddress | address.PostAddress):
        thread = ctx.readers.thread_by_number(tx, board, named.thread, ctx.moment)
        if thread is None:
            raise NotFound(what="thread")
        result = replace(result, thread=thread)
        if isinstance(named, address.PostAddress):
            post = ctx.readers.post_by_number(
                tx, thread.id, named.post, ctx.moment, _led_to(tx, ctx)
            )
            if post is None:
                raise NotFound(what="post")
            stands = ctx.readers.threads(tx, [post.thread], ctx.moment)[post.thread]
            return replace(_on_board(tx, ctx, result, stands), post=post)
        result = _on_board(tx, ctx, result, _follow(tx, ctx, thread))
    return result


def _on_board(tx: Tx, ctx: Context, result: ResolveResult, thread: Thread) -> ResolveResult:
    """Return a result with the thread that was found, and the board on which that stands."""
    assert result.board is not None
    if thread.board != result.board.id:
        as_of = event_log.heads(tx, [board_stream(thread.board)])
        result = replace(result, board=ctx.readers.board(tx, thread.board), as_of=as_of)
    return replace(result, thread=thread)


def _led_to(tx: Tx, ctx: Context) -> frozenset[BoardId]:
    """Return the boards to which an address of another may lead the actor."""
    return frozenset(ctx.readers.boards_shown(tx, ctx))


def _follow(tx: Tx, ctx: Context, thread: Thread) -> Thread:
    """Return the thread to which one leads that was merged or moved, as far as the actor may know."""
    known = _led_to(tx, ctx) | {thread.board}
    while thread.moved_to is not None:
        to = ctx.readers.threads(tx, [thread.moved_to], ctx.moment)[thread.moved_to]
        if to.board not in known:
            break
        thread = to
    return thread


def _may_read(tx: Tx, ctx: Context, board: BoardId) -> bool:
    return board in {found for found, _, _ in ctx.readers.boards_readable(tx, ctx)}


def _may_know(tx: Tx, ctx: Context, board: BoardId) -> bool:
    """Whether the actor knows of a board that they may not read: by a seat, or suspended on it."""
    if ctx.acting.boards is not None and board not in ctx.acting.boards:
        return False
    if ctx.readers.seat_of(tx, board, ctx.member) is not None:
        return True
    facts = ctx.readers.board_facts(tx, board)
    return facts is not None and facts.visibility is not Visibility.PRIVATE


def set_floor_on_seat(tx: Tx, ctx: Context, emit: AppendEvent) -> Iterable[Effect]:
    """Set a member's floor when the member takes a seat, so that earlier posts are not unread."""
    changed = emit.event
    assert isinstance(changed, SeatChanged)
    seat = changed.seat
    if emit.stream != board_stream(seat.board):
        return []
    if seat.state is SeatState.LEFT:
        # Delete the floor, so that a member who comes back gets a new one, without a backlog.
        records.delete_floor(tx, seat.member, seat.board)
    seq = event_log.head(tx, emit.stream).seq
    seated = seat.state is SeatState.SEATED
    if not seated or not records.insert_floor(tx, seat.member, seat.board, seq):
        return []
    return [SendEphemeral(seat.member, FloorChanged(floor=Floor(board=seat.board, seq=seq)))]
