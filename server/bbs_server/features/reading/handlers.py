"""What the requests about reading do: marks, what is unread, finding by address."""

from collections.abc import Iterable
from typing import Any

from bbs import address, limits
from bbs.features.boards.messages import SeatChanged, SeatState
from bbs.features.reading import rules
from bbs.features.reading.messages import (
    AllMarks,
    Arrange,
    Floor,
    FloorSet,
    GetChoices,
    GetInbox,
    GetMarks,
    GetRound,
    GetUnread,
    ListMentions,
    ListSaved,
    Mark,
    Marked,
    Marks,
    MarksShown,
    Resolve,
    Resolved,
    Save,
    Search,
    SetBoard,
    SetMember,
    SetThread,
)
from bbs.ids import BoardId
from bbs.messages import Event
from bbs.refusals import Conflict, NotFound
from bbs.streams import board_stream
from bbs_server.acting import At, Emission, Emit, Handler, Outcome, Reaction, Reader, TellMember
from bbs_server.features.reading import choices, finding, inbox, news, records
from bbs_server.paging import fitting
from bbs_server.store import log
from bbs_server.store.engine import Tx


def mark(tx: Tx, at: At, command: Mark) -> Outcome[MarksShown]:
    """Mark posts read or unread; told to one's own devices and to nobody else (P2).

    Raises:
        Conflict: If the marks are not as the sender saw them, and not as asked for either.
    """
    before = records.marks(tx, at.member, command.thread, at.board.id)
    if command.read:
        end = records.last_number(tx, command.thread)
        ranges = rules.add_upto(before.read, command.first, command.last, end)
    else:
        ranges = rules.remove(before.read, command.first, command.last)
    ranges = rules.bounded(ranges)
    if ranges == before.read:
        return Outcome(MarksShown(marks=before))
    if command.if_revision not in (None, before.revision):
        raise Conflict(what="the marks were changed meanwhile", revision=before.revision)
    marks = Marks(
        thread=command.thread, board=at.board.id, read=ranges, revision=before.revision + 1
    )
    records.put_marks(tx, at.member, marks)
    return Outcome(MarksShown(marks=marks), (TellMember(at.member, Marked(marks=marks)),))


def get_marks(tx: Tx, at: At, query: GetMarks) -> AllMarks:
    """A page of one's marks, those of boards one can still read."""
    assert at.actor is not None
    readable = {board for board, _, _ in at.readers.boards_readable(tx, at.actor)}
    page = records.marks_page(tx, at.member, query.after or "", limits.PAGE_ITEMS_MAX + 1)
    kept = min(limits.PAGE_ITEMS_MAX, fitting(page))
    more = len(page) > kept
    page = page[:kept]
    return AllMarks(
        marks=tuple(marks for marks in page if marks.board in readable),
        floors=tuple(floor for floor in records.floors(tx, at.member) if floor.board in readable),
        next_after=page[-1].thread if more else None,
    )


def resolve(tx: Tx, at: At, query: Resolve) -> Resolved:
    """Find what an address names, as far as one may read it."""
    assert at.actor is not None
    named = address.parse(query.address)
    if isinstance(named, address.MemberAddress):
        found = at.readers.members_by_handle(tx, [named.handle]).get(named.handle)
        if found is None:
            raise NotFound(what="member")
        return Resolved(member=at.readers.member(tx, found))
    board = at.readers.board_by_slug(tx, named.board)
    may_read = board is not None and _may_read(tx, at, board)
    # To whom a seat was offered the board is known, and nothing that is said on it.
    know_only = not may_read and isinstance(named, address.BoardAddress)
    if board is None or not (may_read or (know_only and _may_know(tx, at, board))):
        raise NotFound(what="board")
    view = at.readers.board(tx, board)
    as_of = log.heads(tx, [board_stream(board)])
    if isinstance(named, address.LineAddress):
        line = at.readers.line_by_number(tx, board, named.line)
        if line is None or line.fades_at.timestamp() * 1000 <= at.now:
            raise NotFound(what="line")
        return Resolved(board=view, line=line, as_of=as_of)
    if not isinstance(named, address.ThreadAddress | address.PostAddress):
        return Resolved(board=view, as_of=as_of)
    thread = at.readers.thread_by_number(tx, board, named.thread, at.moment)
    if thread is None:
        raise NotFound(what="thread")
    if isinstance(named, address.ThreadAddress):
        return Resolved(board=view, thread=thread, as_of=as_of)
    post = at.readers.post_by_number(tx, thread.id, named.post, at.moment)
    if post is None:
        raise NotFound(what="post")
    return Resolved(board=view, thread=thread, post=post, as_of=as_of)


def _may_read(tx: Tx, at: At, board: BoardId) -> bool:
    assert at.actor is not None
    return board in {found for found, _, _ in at.readers.boards_readable(tx, at.actor)}


def _may_know(tx: Tx, at: At, board: BoardId) -> bool:
    """Whether one was offered a seat on a board that one may not read, or waits for it."""
    assert at.actor is not None
    in_scope = at.actor.boards is None or board in at.actor.boards
    return in_scope and at.readers.seat(tx, board, at.member) is not None


def begin_at_the_door(tx: Tx, at: At, emit: Emit) -> Iterable[Emission]:
    """Reaction: what was there before one sat down is not unread; nobody inherits a backlog."""
    changed = emit.event
    assert isinstance(changed, SeatChanged)
    seat = changed.seat
    if emit.stream == board_stream(seat.board) and seat.state is SeatState.LEFT:
        # Who comes back begins anew: the time away is no backlog either.
        records.drop_floor(tx, seat.member, seat.board)
    if emit.stream != board_stream(seat.board) or seat.state is not SeatState.SEATED:
        return []
    if records.has_floor(tx, seat.member, seat.board):
        return []
    seq = log.head(tx, emit.stream).seq
    records.set_floor(tx, seat.member, seat.board, seq)
    return [TellMember(seat.member, FloorSet(floor=Floor(board=seat.board, seq=seq)))]


COMMANDS: dict[Any, Handler] = {
    Mark: mark,
    SetThread: choices.set_thread,
    SetBoard: choices.set_board,
    SetMember: choices.set_member,
    Arrange: choices.arrange,
    Save: choices.save,
}
QUERIES: dict[Any, Reader] = {
    GetChoices: choices.get_choices,
    GetMarks: get_marks,
    GetUnread: news.get_unread,
    GetRound: news.get_round,
    GetInbox: inbox.get_inbox,
    ListSaved: inbox.list_saved,
    Resolve: resolve,
    Search: finding.search,
    ListMentions: finding.list_mentions,
}
REACTIONS: list[tuple[type[Event], Reaction]] = [(SeatChanged, begin_at_the_door)]
