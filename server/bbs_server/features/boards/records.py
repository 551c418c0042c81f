"""The SQL of boards and seats."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bbs.clock import Ms
from bbs.features.boards.messages import Board, Seat, SeatState, Visibility
from bbs.ids import COMMONS, BoardId, MemberId
from bbs.refusals import NotFound
from bbs_server.handler_api import Actor, BoardFacts, Context
from bbs_server.store import texts
from bbs_server.store.api import Row, Tx

_BOARD = (
    "SELECT id, slug, number, title_text, charter_text, visibility, seats, retention_days,"
    " lounge_hours, hold_s, norms_version, revision FROM boards"
)
_SEAT = "SELECT board, member, state, moderator, position, norms_version, revision FROM seats"


def find_board_facts(tx: Tx, board: BoardId) -> BoardFacts | None:
    """Return what every feature needs to know of a board; None if there is none."""
    return tx.memoize(_facts, board)


def _facts(tx: Tx, board: BoardId) -> BoardFacts | None:
    row = tx.fetch_one(
        "SELECT id, slug, visibility, retention_days, lounge_hours, hold_s, norms_version"
        " FROM boards WHERE id = ?",
        board,
    )
    return None if row is None else BoardFacts(row[0], row[1], Visibility(row[2]), *row[3:])


TEXTS = ("slug", "title", "charter")
"""The words of a board; each has a column that holds its text's id."""


def text_ids(tx: Tx, board: BoardId) -> dict[str, str]:
    """Return the text ids of a board's words, by name."""
    row = tx.fetch_one("SELECT slug_text, title_text, charter_text FROM boards WHERE id = ?", board)
    assert row is not None
    return dict(zip(TEXTS, row, strict=True))


def replace_texts(tx: Tx, ctx: Context, board: BoardId, words: Mapping[str, str]) -> None:
    """Keep words of a board under new ids; the old ids lead nowhere from now on (P10)."""
    old = text_ids(tx, board)
    for column in TEXTS:
        if (body := words.get(column)) is not None:
            sql = f"UPDATE boards SET {column}_text = ? WHERE id = ?"  # noqa: S608 - names from TEXTS
            tx.execute(sql, texts.insert_text(tx, ctx, body), board)
    texts.delete_texts(tx, [old[name] for name in words])


def note_shorter_retention(tx: Tx, board: BoardId, kind: str, kept_ms: Ms, upto: int) -> None:
    """Note that words end sooner: what `threads` shows at once and does in slices (P10).

    Args:
        kind: `posts` or `lines`.
        kept_ms: How long words last at most, from when they were seen first.
        upto: The seq of the last post, or the number of the last line, that it is about.
    """
    # What lasts no shorter and was noted earlier is covered by this.
    tx.execute(
        "DELETE FROM shortenings WHERE board = ? AND kind = ? AND ms >= ?", board, kind, kept_ms
    )
    tx.execute(
        "INSERT INTO shortenings (board, kind, ms, upto, below) VALUES (?, ?, ?, ?, ?)",
        *(board, kind, kept_ms, upto, upto + 1),
    )


def find_board_with_free_seat(tx: Tx) -> BoardId | None:
    """Return a board where somebody waits although a seat is free; None if there is none."""
    row = tx.fetch_one(
        "SELECT b.id FROM boards b WHERE EXISTS"
        " (SELECT 1 FROM seats s WHERE s.board = b.id AND s.state = 'waiting') AND b.seats >"
        " (SELECT count(*) FROM seats s WHERE s.board = b.id AND s.state = 'seated')"
        " ORDER BY b.number LIMIT 1"
    )
    return None if row is None else row[0]


def board_views(tx: Tx, rows: Sequence[Row]) -> list[Board]:
    """Make views of rows read with `_BOARD`."""
    words = texts.load_bodies(tx, [key for row in rows for key in row[3:5]])
    return [
        Board(
            id=row[0],
            slug=row[1],
            number=row[2],
            title=words.get(row[3]),
            charter=words.get(row[4]),
            visibility=Visibility(row[5]),
            seats=row[6],
            retention_days=row[7],
            lounge_hours=row[8],
            hold_s=row[9],
            norms_version=row[10],
            revision=row[11],
        )
        for row in rows
    ]


def find_board(tx: Tx, key: BoardId) -> Board | None:
    """Return a board as its readers see it."""
    found = board_views(tx, tx.fetch_all(f"{_BOARD} WHERE id = ?", key))
    return found[0] if found else None


def get_board(tx: Tx, key: BoardId) -> Board:
    """Return a board that is known to exist."""
    found = find_board(tx, key)
    if found is None:
        raise NotFound(what="board")
    return found


def find_board_id(tx: Tx, slug: str) -> BoardId | None:
    """Return the id of the board with this slug."""
    row = tx.fetch_one("SELECT id FROM boards WHERE slug = ?", slug)
    return None if row is None else row[0]


def list_boards(tx: Tx) -> list[Board]:
    """Return every board by number, whoever may see it."""
    return board_views(tx, tx.fetch_all(f"{_BOARD} ORDER BY number"))


def _seat(row: Row) -> Seat:
    return Seat(
        board=row[0],
        member=row[1],
        state=SeatState(row[2]),
        moderator=bool(row[3]),
        position=row[4],
        norms_version=row[5],
        revision=row[6],
    )


def find_seat(tx: Tx, board_id: BoardId, member: MemberId) -> Seat | None:
    """Return a member's seat on a board; None without one."""
    row = tx.fetch_one(f"{_SEAT} WHERE board = ? AND member = ?", board_id, member)
    return None if row is None else _seat(row)


def seat_of(tx: Tx, board_id: BoardId, member: MemberId) -> tuple[SeatState, bool, int] | None:
    """Return state, whether moderator, and norms accepted, for the gate."""
    return tx.memoize(_seat_of, board_id, member)


def _seat_of(tx: Tx, board_id: BoardId, member: MemberId) -> tuple[SeatState, bool, int] | None:
    row = tx.fetch_one(
        "SELECT state, moderator, norms_version FROM seats WHERE board = ? AND member = ?",
        *(board_id, member),
    )
    return None if row is None else (SeatState(row[0]), bool(row[1]), row[2])


def list_seats(tx: Tx, board_id: BoardId) -> list[Seat]:
    """Return a board's seats by position, the seated first."""
    rows = tx.fetch_all(f"{_SEAT} WHERE board = ? ORDER BY state <> 'seated', position", board_id)
    return [_seat(row) for row in rows]


def list_seats_of_member(tx: Tx, member: MemberId) -> list[Seat]:
    """Return all seats of a member, by board number."""
    rows = tx.fetch_all(
        "SELECT s.board, s.member, s.state, s.moderator, s.position, s.norms_version, s.revision"
        " FROM seats s JOIN boards b ON b.id = s.board WHERE s.member = ? ORDER BY b.number",
        member,
    )
    return [_seat(row) for row in rows]


def seat_availability(tx: Tx, board_id: BoardId) -> tuple[int, list[MemberId]]:
    """Return how many seats are free, below zero after a cut, and who waits, in order."""
    row = tx.fetch_one(
        "SELECT b.seats - (SELECT count(*) FROM seats s WHERE s.board = b.id AND s.state = 'seated')"
        " FROM boards b WHERE b.id = ?",
        board_id,
    )
    assert row is not None
    waiting = tx.fetch_all(
        "SELECT member FROM seats WHERE board = ? AND state = 'waiting' ORDER BY position", board_id
    )
    return row[0], [member for (member,) in waiting]


def insert_seat(
    tx: Tx,
    board_id: BoardId,
    member: MemberId,
    state: SeatState,
    *,
    norms_version: int,
    moderator: bool = False,
) -> Seat:
    """Give somebody a new place on a board, last in its order."""
    tx.execute("UPDATE boards SET positions = positions + 1 WHERE id = ?", board_id)
    tx.execute(
        "INSERT INTO seats (board, member, state, moderator, position, norms_version)"
        " SELECT id, ?, ?, ?, positions, ? FROM boards WHERE id = ?",
        *(member, state.value, int(moderator), norms_version, board_id),
    )
    found = find_seat(tx, board_id, member)
    assert found is not None
    return found


def update_seat(
    tx: Tx, before: Seat, *, state: SeatState, moderator: bool, norms_version: int
) -> Seat:
    """Write a seat's new state."""
    tx.execute(
        "UPDATE seats SET state = ?, moderator = ?, norms_version = ?, revision = revision + 1"
        " WHERE board = ? AND member = ?",
        *(state.value, int(moderator), norms_version, before.board, before.member),
    )
    found = find_seat(tx, before.board, before.member)
    assert found is not None
    return found


def delete_seat(tx: Tx, before: Seat) -> None:
    """Take the row of a seat that was left."""
    tx.execute("DELETE FROM seats WHERE board = ? AND member = ?", before.board, before.member)


def list_readable_boards(
    tx: Tx, actor: Actor
) -> list[tuple[BoardId, Visibility, SeatState | None]]:
    """Return all boards an actor may read, by number, with the state of their seat on each."""
    if not actor.seated:
        return []
    rows = tx.fetch_all(
        "SELECT b.id, b.visibility, s.state FROM boards b"
        " LEFT JOIN seats s ON s.board = b.id AND s.member = ?"
        " WHERE b.visibility <> 'private' OR s.state = 'seated' ORDER BY b.number",
        actor.member,
    )
    return [
        (board_id, Visibility(visibility), None if state is None else SeatState(state))
        for board_id, visibility, state in rows
        if actor.boards is None or board_id in actor.boards
    ]


def filter_readers(tx: Tx, about: BoardFacts, members: Iterable[MemberId]) -> frozenset[MemberId]:
    """Return those of `members` who may read a board."""
    kept: list[Any] = []
    for member in members:
        on = about.id if about.visibility is Visibility.PRIVATE else COMMONS
        if tx.fetch_one(
            "SELECT 1 FROM seats WHERE board = ? AND member = ? AND state = 'seated'", on, member
        ):
            kept.append(member)
    return frozenset(kept)
