"""What a surface reads of boards and seats.

The first painting loads it, so what writes them stands elsewhere.
"""

from msgspec.json import Decoder

from bbs.features.boards.messages import Board, Seat, SeatState
from bbs.ids import COMMONS
from bbs_client.mirror.database import MirrorDatabase
from bbs_client.mirror.reads import BoardRow
from bbs_client.mirror.unread import hidden_unread

board_decoder = Decoder(Board)
_seat_decoder = Decoder(Seat)


def boards(mirror: MirrorDatabase) -> list[BoardRow]:
    """Return the boards the reader may know of: the commons, then in the order of opening (P1)."""
    sql = "SELECT board, doc FROM seats WHERE member = ? AND state != 'left'"
    seats = {
        board: _seat_decoder.decode(doc) for board, doc in mirror.fetch_all(sql, mirror.reader)
    }
    unread = dict(mirror.fetch_all("SELECT board, sum(unread) FROM threads GROUP BY board"))
    for (board, _), hidden in hidden_unread(mirror).items():
        unread[board] -= hidden
    rows = mirror.fetch_all("SELECT doc FROM boards ORDER BY id != ?, number", COMMONS)
    boards = (board_decoder.decode(doc) for (doc,) in rows)
    return [BoardRow(one, seats.get(one.id), unread.get(one.id, 0)) for one in boards]


def board(mirror: MirrorDatabase, board: str) -> BoardRow | None:
    """Return one board by its id; None if it is not here."""
    doc = mirror.fetch_value("SELECT doc FROM boards WHERE id = ?", board)
    if doc is None:
        return None
    sql = "SELECT doc FROM seats WHERE board = ? AND member = ? AND state != 'left'"
    seat_doc = mirror.fetch_value(sql, board, mirror.reader)
    seat = None if seat_doc is None else _seat_decoder.decode(seat_doc)
    unread = mirror.fetch_value("SELECT sum(unread) FROM threads WHERE board = ?", board) or 0
    hidden = sum(n for (of, _), n in hidden_unread(mirror).items() if of == board)
    return BoardRow(board_decoder.decode(doc), seat, unread - hidden)


def seats(mirror: MirrorDatabase, board: str) -> list[Seat]:
    """Return the seats of a board that are here: the seated by position, then the others."""
    rows = mirror.fetch_all(
        "SELECT doc FROM seats WHERE board = ? AND state != 'left'"
        " ORDER BY state != 'seated', position, member",
        board,
    )
    return [_seat_decoder.decode(doc) for (doc,) in rows]


def seated(mirror: MirrorDatabase) -> frozenset[str]:
    """Return the ids of the boards the reader sits on, those included that are not here yet."""
    sql = "SELECT board FROM seats WHERE member = ? AND state = ?"
    rows = mirror.fetch_all(sql, mirror.reader, SeatState.SEATED.value)
    return frozenset(board for (board,) in rows)
