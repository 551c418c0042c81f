"""Queries of boards and seats.

The first painting loads this module, so the writers are in another one.
"""

from collections import Counter

from msgspec.json import Decoder

from bbs import limits
from bbs.clock import HOUR_MS, to_ms
from bbs.features.boards.application_messages import OwnApplication
from bbs.features.boards.kinds import BoardKind
from bbs.features.boards.messages import Board, Visibility
from bbs.features.boards.seat_messages import Seat, SeatState
from bbs.features.moderation.views import Restriction
from bbs.ids import COMMONS
from bbs_client.mirror.database import MirrorDatabase
from bbs_client.mirror.reads import BoardRow
from bbs_client.mirror.unread import hidden_unread

board_decoder = Decoder(Board)
_seat_decoder = Decoder(Seat)
_visit_decoder = Decoder(Restriction)
_VISIT_MS = limits.ENTER_HOURS * HOUR_MS
_application_decoder = Decoder(OwnApplication)
_BOARDS = (
    "SELECT b.id, b.doc, s.doc, (SELECT sum(unread) FROM threads WHERE board = b.id) FROM boards b"
    " LEFT JOIN seats s ON s.board = b.id AND s.member = :me AND s.state != 'left'"
)


def boards(mirror: MirrorDatabase) -> list[BoardRow]:
    """Return the boards the reader may know of: the commons, then in the order of opening (P1).

    Letters are not among them.
    """
    listed = "WHERE b.kind != 'letter' ORDER BY b.id != :board, b.number"
    return _rows(mirror, f"{_BOARDS} {listed}", COMMONS)


def board(mirror: MirrorDatabase, board: str) -> BoardRow | None:
    """Return one board by its id; None if it is not stored."""
    return next(iter(_rows(mirror, f"{_BOARDS} WHERE b.id = :board", board)), None)


def _rows(mirror: MirrorDatabase, sql: str, board: str) -> list[BoardRow]:
    hidden: Counter[str] = Counter()
    for (over, _), count in hidden_unread(mirror).items():
        hidden[over] += count
    rows = [
        BoardRow(
            board_decoder.decode(doc),
            None if seat is None else _seat_decoder.decode(seat),
            (unread or 0) - hidden[id],
        )
        for id, doc, seat, unread in mirror.fetch_all(sql, me=mirror.reader, board=board)
    ]
    return [row for row in rows if row.is_seated or not _is_visit_over(mirror, row.board)]


def _is_visit_over(mirror: MirrorDatabase, board: Board) -> bool:
    """Return whether the reader has visited a private board as sysop, and no more: offline, too."""
    if board.visibility is not Visibility.PRIVATE or board.kind is BoardKind.LETTER:
        return False
    docs = mirror.fetch_all(
        "SELECT doc FROM restrictions WHERE board = ? AND kind = 'entered'", board.id
    )
    ends = [to_ms(_visit_decoder.decode(doc).since) + _VISIT_MS for (doc,) in docs]
    return bool(ends) and max(ends) <= mirror.time()


def seats(mirror: MirrorDatabase, board: str) -> list[Seat]:
    """Return the stored seats of a board: the seated by position, then the others."""
    rows = mirror.fetch_all(
        "SELECT doc FROM seats WHERE board = ? AND state != 'left'"
        " ORDER BY state != 'seated', position, member",
        board,
    )
    return [_seat_decoder.decode(doc) for (doc,) in rows]


def has_left(mirror: MirrorDatabase, board: str) -> bool:
    """Return whether the reader had a seat on a board and left it."""
    sql = "SELECT 1 FROM seats WHERE board = ? AND member = ? AND state = 'left'"
    return mirror.fetch_value(sql, board, mirror.reader) is not None


def awaited(mirror: MirrorDatabase, board: str) -> bool:
    """Return whether something has waited for a board's moderators, as the server said last."""
    return mirror.fetch_value("SELECT 1 FROM awaited WHERE board = ?", board) is not None


def seated(mirror: MirrorDatabase) -> frozenset[str]:
    """Return the ids of the boards on which the reader is seated, boards not stored yet included."""
    sql = "SELECT board FROM seats WHERE member = ? AND state = ?"
    rows = mirror.fetch_all(sql, mirror.reader, SeatState.SEATED.value)
    return frozenset(board for (board,) in rows)


def unknown(mirror: MirrorDatabase) -> frozenset[str]:
    """Return the ids of the boards that are not here, where the reader sits, waits or has an offer."""
    sql = (
        "SELECT board FROM seats WHERE member = ? AND state != ?"
        " AND board NOT IN (SELECT id FROM boards)"
    )
    rows = mirror.fetch_all(sql, mirror.reader, SeatState.LEFT.value)
    return frozenset(board for (board,) in rows)


def applications(mirror: MirrorDatabase) -> list[OwnApplication]:
    """Return the reader's own applications that are here, the oldest first."""
    rows = mirror.fetch_all("SELECT doc FROM applications")
    found = [_application_decoder.decode(doc) for (doc,) in rows]
    return sorted(found, key=lambda own: (own.asked_at, own.id))


def applications_at_desk(mirror: MirrorDatabase) -> dict[str, str]:
    """Return the applications that wait at the reader's desks, each with its board."""
    return dict(mirror.fetch_all("SELECT application, board FROM applications_at_desk"))
