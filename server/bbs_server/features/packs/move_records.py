"""The SQL of boards that move to another community: how far each has come."""

from typing import NamedTuple

from bbs import limits
from bbs.clock import Ms, instant, optional_instant
from bbs.features.boards.settings import Visibility
from bbs.features.packs.move_rules import MOVE_TRANSITIONS, ends_at
from bbs.features.packs.move_views import Move, MoveState
from bbs.features.packs.places import PlaceParts
from bbs.ids import BoardId, MemberId, ProposalId, ThreadId
from bbs.move_refusals import BoardMoved
from bbs.rows import columns, marks
from bbs_server.store.api import Tx


class MoveRow(NamedTuple):
    """A board's move as it is stored; see the table."""

    board: BoardId
    state: str
    since: Ms
    new_host: str
    key: str
    slug: str
    visibility: str
    proposal: ProposalId | None
    announced_at: Ms
    told_upto: int | None = 0
    restriction: str | None = None
    handed_at: Ms | None = None
    digest: str | None = None
    receipt: str | None = None

    @property
    def is_in(self) -> MoveState:
        """Its state."""
        return MoveState(self.state)

    @property
    def until(self) -> Ms | None:
        """When its state ends at the latest, in ms; None where time alone does not end it."""
        return ends_at(self.is_in, self.since, self.handed_at)


_STAYS_AWAY = (
    "NOT EXISTS (SELECT 1 FROM unpackings u WHERE u.board = board_moves.board"
    " AND u.state IN ('writing', 'whole', 'clearing'))"
)
"""SQL that is true of a board none of which is written here again: what comes home is not erased."""


class _Author(NamedTuple):
    """Who wrote a post, by its place in the order of its board's posts."""

    seq: int
    author: MemberId
    author_kind: str


def find_move(tx: Tx, board: BoardId) -> MoveRow | None:
    """Return the move of a board; None if it does not move."""
    return tx.select_one(MoveRow, "FROM board_moves WHERE board = ?", board)


def find_move_of(tx: Tx, proposal: ProposalId) -> MoveRow | None:
    """Return the move that a command announced; None once it is over."""
    return tx.select_one(MoveRow, "FROM board_moves WHERE proposal = ?", proposal)


def list_moves(tx: Tx) -> list[MoveRow]:
    """Return all moves that time may bring on, by board: there are few. What comes home waits."""
    return tx.select(
        MoveRow,
        f"FROM board_moves WHERE state <> 'rest' AND {_STAYS_AWAY} ORDER BY board COLLATE \"binary\"",
    )


def list_to_erase(tx: Tx) -> list[MoveRow]:
    """Return the moves whose boards have words to erase, or what is left of them, by board."""
    sql = (
        "FROM board_moves WHERE (state = 'erasing' OR (state = 'rest' AND digest IS NOT NULL))"
        f" AND {_STAYS_AWAY}"
    )
    return tx.select(MoveRow, f'{sql} ORDER BY board COLLATE "binary"')


def note_rest(tx: Tx, board: BoardId) -> None:
    """Forget where a board went: of its address only the name is left."""
    tx.execute(
        "UPDATE board_moves SET new_host = '', key = '', slug = '', digest = NULL, receipt = NULL WHERE board = ?",
        board,
    )


def view(row: MoveRow) -> Move:
    """Return a move as its board's readers see it."""
    return Move(
        board=row.board,
        state=row.is_in,
        host=row.new_host,
        key=row.key,
        slug=row.slug,
        visibility=Visibility(row.visibility),
        announced_at=instant(row.announced_at),
        until=optional_instant(row.until),
        handed_at=optional_instant(row.handed_at),
        digest=row.digest,
    )


def store(tx: Tx, before: MoveRow | None, after: MoveRow) -> MoveRow:
    """Store a move that begins, or has come to another state."""
    follow = MOVE_TRANSITIONS[before and before.is_in]
    assert after.is_in in follow, (before, after)
    if before is not None:
        tx.execute("DELETE FROM board_moves WHERE board = ?", before.board)
    sql = f"INSERT INTO board_moves ({columns(MoveRow)}) VALUES ({marks(MoveRow)})"  # noqa: S608 - names of ours
    tx.execute(sql, *after)
    return after


def forget(tx: Tx, before: MoveRow) -> None:
    """Forget a move that came to nothing."""
    assert None in MOVE_TRANSITIONS[before.is_in], before
    tx.execute("DELETE FROM move_packs WHERE board = ?", before.board)
    tx.execute("DELETE FROM board_moves WHERE board = ?", before.board)


def note_pack(tx: Tx, board: BoardId, digest: str) -> None:
    """Note that a pack of a board was signed now."""
    upto = "SELECT coalesce(max(seq), 0) FROM posts WHERE board = ?"
    tx.execute("DELETE FROM move_packs WHERE board = ? AND digest = ?", board, digest)
    tx.execute(
        f"INSERT INTO move_packs (board, digest, upto) VALUES (?, ?, ({upto}))",  # noqa: S608 - constant
        *(board, digest, board),
    )


def find_pack_end(tx: Tx, board: BoardId, digest: str) -> int | None:
    """Return the seq of the last post when a pack was signed; None if none was since the board is ready."""
    sql = "SELECT upto FROM move_packs WHERE board = ? AND digest = ?"
    upto: int | None = tx.fetch_value(sql, board, digest)
    return upto


def has_posts_after(tx: Tx, board: BoardId, upto: int) -> bool:
    """Return whether a post of a board was published after another one."""
    return (
        tx.fetch_one("SELECT 1 FROM posts WHERE board = ? AND seq > ? LIMIT 1", board, upto)
        is not None
    )


def thread_at(tx: Tx, board: BoardId, place: PlaceParts | None) -> ThreadId | None:
    """Return the thread in which a place of a board's pack is; None if it is in none."""
    if place is None or place.part not in ("thread", "author", "post"):
        return None
    sql = "SELECT id FROM threads WHERE board = ? AND number = ?"
    thread: ThreadId | None = tx.fetch_value(sql, board, place.of)
    return thread


def note_asked(tx: Tx, board: BoardId, upto: int | None) -> None:
    """Store how far people were told of a move: authors by posts, then seat holders; None for all."""
    tx.execute("UPDATE board_moves SET told_upto = ? WHERE board = ?", upto, board)


def list_seated(tx: Tx, board: BoardId, after: int) -> tuple[list[MemberId], int | None]:
    """Return a slice of a board's seat holders by id: they are told once its authors are.

    Args:
        after: Negative: below 0 by one more than the number of those passed before.

    Returns:
        The members, and `after` of the next slice; None if nobody is left. Slices overlap, for who
        leaves a seat meanwhile moves the others up; nobody is told twice.
    """
    begin = -after - 1
    rows = tx.fetch_all(
        "SELECT member FROM seats WHERE board = ? AND state = 'seated'"
        ' ORDER BY member COLLATE "binary" LIMIT ? OFFSET ?',
        *(board, limits.SLICE_ROWS, begin),
    )
    passed = begin + max(1, limits.SLICE_ROWS - _OVERLAP)
    return [member for (member,) in rows], -passed - 1 if len(rows) == limits.SLICE_ROWS else None


_OVERLAP = 10  # more seats are hardly left between two slices, half a minute apart


def list_authors(tx: Tx, board: BoardId, after: int) -> tuple[list[MemberId], int]:
    """Return the authors of a slice of a board's posts, in their order, each once.

    Args:
        after: The seq of the last post looked at before.

    Returns:
        The authors, and the seq of the last post looked at; -1 if no post is left (`list_seated`).
    """
    rows = tx.select(
        _Author,
        "FROM posts WHERE board = ? AND seq > ? ORDER BY seq LIMIT ?",
        *(board, after, limits.SLICE_ROWS),
    )
    authors = dict.fromkeys(row.author for row in rows if row.author_kind == "member")
    return [*authors], rows[-1].seq if len(rows) == limits.SLICE_ROWS else -1


def refusal_of_moved(tx: Tx, board: BoardId) -> BoardMoved:
    """Return the error that says where a board went; see `ObjectLocator.refusal_of_moved`."""
    row = find_move(tx, board)
    if row is None or row.is_in is MoveState.REST:
        return BoardMoved(board=board)
    return BoardMoved(
        board=board, host=row.new_host, slug=row.slug, until=optional_instant(_leads_until(row))
    )


def _leads_until(row: MoveRow) -> Ms | None:
    return ends_at(MoveState.LEADS_ON, row.since, row.handed_at)
