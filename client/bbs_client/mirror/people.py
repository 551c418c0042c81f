"""Writing members, boards, seats, norms, marks and floors into the mirror."""

from msgspec import Struct
from msgspec.structs import replace

from bbs.features.boards.messages import Board, Seat, SeatState, Visibility
from bbs.features.members.views import Member
from bbs.features.norms.messages import Norms
from bbs.features.presence.messages import PresenceChanged, PresenceResult
from bbs.features.reading import rules
from bbs.features.reading.messages import Floor, MarkPosts, Marks
from bbs.ids import COMMONS
from bbs.streams import StreamKind, all_board_streams, stream_parts
from bbs_client.mirror.changes import DropStream, ForgetBoard, ForgetRevisions, KeepBoards
from bbs_client.mirror.docs import board_decoder, ranges_decoder
from bbs_client.mirror.manifest import find_features
from bbs_client.mirror.stored import (
    StoredBoard,
    StoredFloor,
    StoredMarks,
    StoredMember,
    StoredNorms,
    StoredSeat,
)
from bbs_client.mirror.transaction import MirrorTransaction, encode


def put_member(pen: MirrorTransaction, member: Member) -> None:
    """Keep a member, unless a later revision is known."""
    row = StoredMember(member.id, member.revision, encode(member))
    if pen.put("members", row, "id", "members.revision <= excluded.revision"):
        pen.touch("members")


def note_closing(pen: MirrorTransaction, message: Struct) -> None:
    """Keep when the community ends, so that it is seen without a connection too.

    Args:
        message: Tells of the end in `closing`; without one, or with None, no end is announced.
    """
    closing = getattr(message, "closing", None)
    told = None if closing is None else encode(closing).decode()
    if told != pen.fetch_value("SELECT value FROM meta WHERE name = 'closing'"):
        pen.run("INSERT OR REPLACE INTO meta VALUES ('closing', ?)", told)
        pen.touch("meta")


def put_board(pen: MirrorTransaction, board: Board) -> None:
    """Keep a board, unless a later revision, or the same one with its words, is known."""
    if not board.slug and (
        known := pen.select_one(StoredBoard, "FROM boards WHERE id = ?", board.id)
    ):
        # Replayed events may come without their words; an address goes on naming the board.
        board = replace(board, slug=board_decoder.decode(known.doc).slug)
    row = StoredBoard(
        id=board.id,
        number=board.number,
        visibility=board.visibility.value,
        hold_s=board.hold_s,
        retention_days=board.retention_days,
        words=board.title is not None,
        revision=board.revision,
        doc=encode(board),
    )
    later = "(boards.revision, boards.words) <= (excluded.revision, excluded.words)"
    changed = pen.put("boards", row, "id", later)
    pen.forget(board.id)
    if changed:
        pen.touch("boards", board.id)


def put_seat(pen: MirrorTransaction, seat: Seat) -> None:
    """Keep a seat, a left one too: what comes late is told by position, then by revision.

    Somebody who comes back asks anew: a higher position, and a revision that begins again.
    """
    row = StoredSeat(
        seat.board, seat.member, seat.state.value, seat.position, seat.revision, encode(seat)
    )
    later = "(seats.position, seats.revision) <= (excluded.position, excluded.revision)"
    if not pen.put("seats", row, "board, member", later):
        return
    pen.touch("seats", seat.board)
    if seat.member != pen.me:
        return
    if seat.state is SeatState.LEFT:
        # Who comes back begins anew at the door, as the server has it too.
        pen.run("DELETE FROM floors WHERE board = ?", seat.board)
    visibility = pen.fetch_value("SELECT visibility FROM boards WHERE id = ?", seat.board)
    if seat.state is SeatState.LEFT and visibility == Visibility.PRIVATE:
        forget_board(pen, ForgetBoard(seat.board))
    else:
        pen.recompute_unread(seat.board)


def put_norms(pen: MirrorTransaction, norms: Norms) -> None:
    """Keep a board's norms in their newest version."""
    row = StoredNorms(norms.board, norms.version, encode(norms))
    if pen.put("norms", row, "board", "norms.version <= excluded.version"):
        pen.touch("norms", norms.board)


def keep_boards(pen: MirrorTransaction, change: KeepBoards) -> None:
    """Forget every board that is not among those the reader may know of."""
    for (board,) in pen.fetch_all("SELECT id FROM boards"):
        if board not in change.boards:
            forget_board(pen, ForgetBoard(board))


def forget_board(pen: MirrorTransaction, change: ForgetBoard) -> None:
    """Forget a board and all it held."""
    if change.unless_seated:
        sql = "SELECT 1 FROM seats WHERE board = ? AND member = ? AND state != ?"
        if pen.exists(sql, change.board, pen.me, SeatState.LEFT.value):
            return
    for table in (table for feature in find_features() for table in feature.board_tables):
        pen.run(f"DELETE FROM {table} WHERE board = ?", change.board)  # noqa: S608 - our own names
    pen.run("DELETE FROM boards WHERE id = ?", change.board)
    for stream in all_board_streams(change.board):
        pen.run("DELETE FROM cursors WHERE stream = ?", stream)
    pen.forget(change.board)
    pen.erased = True
    for table in ("boards", "threads", "posts", "lines"):
        pen.touch(table, change.board)


def drop_stream(pen: MirrorTransaction, change: DropStream) -> None:
    """Drop what a stream fed, and its cursor."""
    kind, owner = stream_parts(change.stream)
    pen.run("DELETE FROM cursors WHERE stream = ?", change.stream)
    pen.erased = True
    if kind == StreamKind.BOARD:
        pen.run("DELETE FROM posts WHERE board = ? AND number IS NOT NULL", owner)
        pen.run("DELETE FROM threads WHERE board = ? AND number IS NOT NULL", owner)
        pen.run("DELETE FROM seats WHERE board = ? AND member IS NOT ?", owner, pen.me)
        if owner == COMMONS:
            pen.run("DELETE FROM members WHERE id IS NOT ?", pen.me)
            pen.touch("members")
        pen.touch("threads", owner)
        pen.touch("posts", owner)
    elif kind == StreamKind.LOUNGE:
        pen.run("DELETE FROM lines WHERE board = ?", owner)
        pen.touch("lines", owner)
    elif kind == StreamKind.MEMBER:
        pen.run("DELETE FROM thanks")
        pen.run("DELETE FROM posts WHERE number IS NULL")
        pen.run("DELETE FROM threads WHERE number IS NULL")
        pen.touch("posts")
        pen.touch("threads")


def forget_revisions(pen: MirrorTransaction, change: ForgetRevisions) -> None:
    """Let whatever is told next of marks and choices be later than what is here."""
    pen.run("UPDATE marks SET revision = 0 WHERE revision > 0")
    pen.run("UPDATE choices SET revision = 0 WHERE revision > 0")


def set_marks(pen: MirrorTransaction, marks: Marks) -> None:
    """Take over what the server knows of the reader's marks, unless something later is known."""
    ranges = encode(rules.normalize(marks.read)).decode()
    row = StoredMarks(marks.thread, marks.board, marks.revision, ranges)
    later = (
        "marks.revision < excluded.revision"
        " OR (marks.revision = excluded.revision AND marks.ranges != excluded.ranges)"
    )
    if pen.put("marks", row, "thread", later):
        pen.touch("marks", marks.board, marks.thread)


def mark_posts(pen: MirrorTransaction, mark: MarkPosts) -> None:
    """Mark posts here, at the revision the server knows: its answer will have a later one."""
    board = pen.fetch_value("SELECT board FROM threads WHERE id = ?", mark.thread) or ""
    known = pen.select_one(StoredMarks, "FROM marks WHERE thread = ?", mark.thread)
    row = known or StoredMarks(mark.thread, board, 0, "[]")
    alter = rules.add if mark.read else rules.remove
    ranges = rules.limit_ranges(alter(ranges_decoder.decode(row.ranges), mark.first, mark.last))
    pen.put("marks", row._replace(ranges=encode(ranges).decode()), "thread")
    pen.touch("marks", board, mark.thread)


def set_floor(pen: MirrorTransaction, floor: Floor) -> None:
    """Take over from where on a board is new for the reader; the posts are looked through again."""
    row = StoredFloor(floor.board, floor.seq)
    if pen.put("floors", row, "board", "floors.seq != excluded.seq"):
        pen.recompute_unread(floor.board)


def set_here(pen: MirrorTransaction, message: PresenceChanged | PresenceResult) -> None:
    """Take over who is here; kept in memory only (P11)."""
    pen.here = frozenset(message.members)
    pen.touch("here")
