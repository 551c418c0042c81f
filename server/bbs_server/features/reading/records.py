"""The SQL of marks and floors, and of unread posts."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec

from bbs import limits
from bbs.clock import Ms
from bbs.features.reading.messages import Floor, Marks, PostInThread, Ranges
from bbs.features.reading.rounds import RoundPreferences, UnreadPost
from bbs.features.reading.rules import contains
from bbs.features.reading.views import Stance
from bbs.features.threads.views import Post
from bbs.ids import BoardId, MemberId, PostId, ThreadId
from bbs.messages import Seq
from bbs.rows import view_of
from bbs.streams import board_stream
from bbs_server.handler_api import Context
from bbs_server.store import event_log
from bbs_server.store.api import Slices, Tx
from bbs_server.store.hidden_now import HIDDEN_NOW
from bbs_server.store.leavers import nameless_on

_ranges = msgspec.json.Decoder(Ranges)


def board_heads(tx: Tx, boards: Iterable[BoardId]) -> dict[BoardId, Seq]:
    """Return the seq of each board's stream: later posts are not in the answer (P4)."""
    return {board: event_log.head(tx, board_stream(board)).seq for board in boards}


def posts_in_threads(tx: Tx, ctx: Context, posts: Sequence[Post]) -> list[PostInThread]:
    """Return posts with their threads, in their order."""
    threads = ctx.readers.threads(tx, [post.thread for post in posts], ctx.moment)
    return [PostInThread(post=post, thread=threads[post.thread]) for post in posts]


class _MarksRow(NamedTuple):
    """A member's marks of a thread; the ranges are JSON."""

    thread: ThreadId
    board: BoardId
    ranges: str
    revision: int

    def view(self) -> Marks:
        """Return the marks as their member sees them."""
        read = _ranges.decode(self.ranges)
        return view_of(Marks, self, read=read)


class _MarksOf(NamedTuple):
    """The same, with whose they are."""

    member: MemberId
    thread: ThreadId
    board: BoardId
    ranges: str
    revision: int


def find_marks(tx: Tx, member: MemberId, thread: ThreadId, board: BoardId) -> Marks:
    """Return a member's marks of a thread; a thread without marks has revision 0."""
    row = tx.select_one(_MarksRow, "FROM marks WHERE member = ? AND thread = ?", member, thread)
    return Marks(thread=thread, board=board) if row is None else row.view()


def marks_by_member(tx: Tx, thread: ThreadId) -> list[tuple[MemberId, Ranges]]:
    """Return each member's marks of a thread."""
    rows = tx.fetch_all("SELECT member, ranges FROM marks WHERE thread = ?", thread)
    return [(member, _ranges.decode(ranges)) for member, ranges in rows]


def marks_of_thread(tx: Tx, thread: ThreadId) -> dict[MemberId, Marks]:
    """Return everybody's marks of a thread."""
    rows = tx.select(_MarksOf, "FROM marks WHERE thread = ?", thread)
    return {row.member: view_of(Marks, row, read=_ranges.decode(row.ranges)) for row in rows}


def last_number(tx: Tx, thread: ThreadId) -> int:
    """Return the number of a thread's last published post; 0 if there is none yet."""
    posts: int | None = tx.fetch_value("SELECT posts FROM threads WHERE id = ?", thread)
    return posts or 0


def _begins(tx: Tx, member: MemberId, found: Marks) -> bool:
    """Whether nothing that counts as unread stands before the first range of `found`."""
    first, _ = found.read[0]
    if first == 1:
        return True
    row = tx.fetch_one(
        "SELECT 1 FROM posts p JOIN floors f ON f.board = p.board AND f.member = ?"
        " WHERE p.thread = ? AND p.number = ? AND p.seq <= f.seq",
        *(member, found.thread, first - 1),
    )
    return row is not None


def upsert_marks(tx: Tx, member: MemberId, found: Marks) -> None:
    """Write a member's marks of a thread.

    For a thread with moved posts `upto` stays 0, because seqs do not grow with numbers there.
    """
    upto = 0
    mixed = "SELECT 1 FROM threads WHERE id = ? AND mixed = 1"
    if found.read and not tx.fetch_one(mixed, found.thread) and _begins(tx, member, found):
        _, upto = found.read[0]
    ranges = _encoded(found.read)
    tx.execute(_UPSERT, member, found.thread, found.board, ranges, upto, found.revision)


def upsert_mixed(tx: Tx, found: Mapping[MemberId, Marks]) -> None:
    """Write the marks that members have of a thread with moved posts; see `upsert_marks`."""
    tx.execute_many(
        _UPSERT,
        [
            (member, marks.thread, marks.board, _encoded(marks.read), 0, marks.revision)
            for member, marks in found.items()
        ],
    )


def _encoded(ranges: Ranges) -> str:
    return msgspec.json.encode(ranges).decode()


_UPSERT = (
    "INSERT INTO marks (member, thread, board, ranges, upto, revision) VALUES (?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (member, thread) DO UPDATE SET ranges = excluded.ranges,"
    " upto = excluded.upto, revision = excluded.revision"
)


def list_marks(tx: Tx, member: MemberId, after: ThreadId, limit: int) -> list[Marks]:
    """Return a member's marks by thread id, of threads above `after`."""
    rows = tx.select(
        _MarksRow,
        'FROM marks WHERE member = ? AND thread COLLATE "binary" > ? ORDER BY thread COLLATE "binary" LIMIT ?',
        *(member, after, limit),
    )
    return [row.view() for row in rows]


def list_floors(tx: Tx, member: MemberId) -> list[Floor]:
    """Return a member's floors, those of letters first, then by board number."""
    rows = tx.fetch_all(
        "SELECT f.board, f.seq FROM floors f JOIN boards b ON b.id = f.board"
        ' WHERE f.member = ? ORDER BY coalesce(b.number, 0), b.id COLLATE "binary"',
        member,
    )
    return [Floor(board=board, seq=seq) for board, seq in rows]


def floors_of(tx: Tx, board: BoardId) -> dict[MemberId, Seq]:
    """Return the floor of everybody who sits on a board."""
    return dict(tx.fetch_all("SELECT member, seq FROM floors WHERE board = ?", board))


def seqs_of(tx: Tx, thread: ThreadId, numbers: Sequence[int]) -> dict[int, Seq]:
    """Return the place in its board's stream of what has each of a few numbers of a thread."""
    marks = ",".join("?" * len(numbers))
    sql = f"SELECT number, seq FROM posts WHERE thread = ? AND number IN ({marks})"  # noqa: S608 - only question marks
    return dict(tx.fetch_all(sql, thread, *numbers))


def insert_floor(tx: Tx, member: MemberId, board: BoardId, seq: Seq) -> bool:
    """Insert a member's floor on a board; return False if there is one already."""
    sql = "INSERT INTO floors (member, board, seq) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
    return tx.execute(sql, member, board, seq) == 1


def delete_floor(tx: Tx, member: MemberId, board: BoardId) -> None:
    """Delete a member's floor on a board; a member who comes back gets a new one."""
    tx.execute("DELETE FROM floors WHERE member = ? AND board = ?", member, board)


def forget_letter(tx: Tx, letter: BoardId) -> None:
    """Delete what members marked and chose in a letter, before its threads go."""
    of_threads = "IN (SELECT id FROM threads WHERE board = ?)"
    of_posts = "IN (SELECT id FROM posts WHERE board = ?)"
    tx.execute(f"DELETE FROM marks WHERE thread {of_threads}", letter)  # noqa: S608 - constant
    tx.execute(f"DELETE FROM choices WHERE kind = 'thread' AND subject {of_threads}", letter)  # noqa: S608 - constant
    tx.execute(f"DELETE FROM choices WHERE kind = 'post' AND subject {of_posts}", letter)  # noqa: S608 - constant
    tx.execute("DELETE FROM choices WHERE kind = 'board' AND subject = ?", letter)
    tx.execute("DELETE FROM floors WHERE board = ?", letter)


class _WaitingRow(NamedTuple):
    """A post that may be new to a member, with their marks of its thread.

    Attributes:
        in_thread: The number of its thread.
        ranges: The marks as JSON; None without marks.
        is_meant: Whether it answers the member or mentions them.
        is_over: Whether its text has ended, or is purged or hidden.
    """

    in_thread: int
    thread: ThreadId
    ranges: str | None
    number: int
    post: PostId
    seq: Seq
    at: Ms
    author_kind: str
    author: str
    is_meant: int
    body_text: str
    is_over: int

    def unread(self, board: BoardId, nameless: frozenset[MemberId]) -> UnreadPost:
        """Return the post without the columns that only decide whether it is unread.

        Args:
            nameless: Who left the board, and took the name along.
        """
        is_named = self.author_kind == "member" and self.author not in nameless
        by = self.author if is_named else None
        return UnreadPost(
            *(board, self.thread, self.number, self.post, self.seq, self.at, by),
            for_me=bool(self.is_meant),
        )


_WAITING = (
    "SELECT t.number, t.id, m.ranges, p.number, p.id, p.seq, p.visible_at, p.author_kind, p.author,"  # noqa: S608 - a constant
    " coalesce(p.answers = ?, false) OR EXISTS"
    " (SELECT 1 FROM mentions n WHERE n.member = ? AND n.row = p.n), p.body_text,"
    " (p.fades_at IS NOT NULL AND p.fades_at <= ?)"
    " OR EXISTS (SELECT 1 FROM shortenings s WHERE s.board = p.board"
    " AND s.kind = 'posts' AND s.upto >= p.seq AND p.visible_at + s.ms <= ?)"
    " OR EXISTS (SELECT 1 FROM purges g WHERE g.thread = p.thread AND g.upto >= p.n)"
    f" OR {HIDDEN_NOW.format('p')}"
    " FROM threads t"
    " LEFT JOIN marks m ON m.thread = t.id AND m.member = ?"
    " LEFT JOIN choices c ON c.member = ? AND c.kind = 'thread' AND c.subject = t.id"
    " JOIN posts p ON p.thread = t.id"
    " WHERE t.board = ? AND t.number >= ? AND t.number < ? AND t.posts > coalesce(m.upto, 0)"
    " AND coalesce(c.stance, ?) <> 'mute'"
    " AND p.seq > CASE WHEN t.number = ? THEN ? ELSE"
    " coalesce((SELECT q.seq FROM posts q"
    " WHERE q.thread = t.id AND q.number = m.upto AND q.seq > ?), ?) END AND p.seq <= ?"
    " AND p.state = 'published' AND p.imported = 0"
    " ORDER BY t.number LIMIT ?"
)


def list_unread(
    tx: Tx,
    member: MemberId,
    board: BoardId,
    now: Ms,
    wishes: RoundPreferences,
    upto: Seq,
    limit: int,
) -> Slices[tuple[list[tuple[UnreadPost, str]], bool]]:
    """Find the posts that are new to a member on a board, by thread, each with its text's id.

    It reads only rows above the member's floor and above `upto` of their marks, because numbers and
    seqs of a thread grow together. A piece reads READ_PIECE_ROWS numbers of threads and as many of
    their posts; the next piece goes on above its last post.

    Args:
        wishes: The member's choices. Muted posts are left out here, so that a busy muted thread
            does not use up `limit`.
        upto: The highest seq of the board's stream to include.
        limit: The number of posts to find; 0 to learn only whether there are any.

    Returns:
        The posts, and whether there are more.
    """
    floor: Seq | None = tx.fetch_value(
        "SELECT seq FROM floors WHERE member = ? AND board = ?", member, board
    )
    if floor is None:
        return [], False
    silent = {member, *(who for who, stance in wishes.members.items() if stance is Stance.MUTE)}
    stance = wishes.boards.get(board, Stance.NONE).value
    nameless = nameless_on(tx, board) - {member}
    found: list[tuple[UnreadPost, str]] = []
    ranges: dict[ThreadId, Ranges] = {}
    counted, piece = 0, limits.READ_PIECE_ROWS
    number, above = 1, 0
    last: int = tx.fetch_value("SELECT max(number) FROM threads WHERE board = ?", board) or 0
    while number <= last:
        rows = tx.select(
            _WaitingRow,
            _WAITING,
            *(member, member, now, now, member, member, board, number, number + piece, stance),
            *(number if above else 0, above, floor, floor, upto, piece),
        )
        for row in rows:
            post = row.unread(board, nameless)
            if row.is_over or post.author in silent:
                continue
            if counted == limit:
                return found, True
            counted += 1
            if post.thread not in ranges:
                ranges[post.thread] = () if row.ranges is None else _ranges.decode(row.ranges)
            if not contains(ranges[post.thread], post.number):
                found.append((post, row.body_text))
        number, above = number + piece, 0
        if len(rows) == piece:
            number, above = rows[-1].in_thread, rows[-1].seq
        yield
    return found, False
