"""The SQL of leavings; the words of theirs that they hide are the threads' (`leavers`)."""

from typing import Any, NamedTuple

from bbs.clock import Ms, instant
from bbs.features.ownership.leaving_rules import Comebacks, check_leaving_move
from bbs.features.ownership.views import LeaveWords, Leaving, LeavingState
from bbs.ids import BoardId, MemberId
from bbs.messages import Seq
from bbs.rows import columns, marks, view_of
from bbs_server.store.api import Tx

COMMUNITY = ""
"""In place of a board's id: the member left the community."""


class LeavingRow(NamedTuple):
    """A leaving as it is stored; times in ms.

    Attributes:
        board: The board or letter; `COMMUNITY` for the community.
        erase_at: When the choice is carried out for good, by proven time.
        told: The boards and letters whose readers were told, separated by spaces.
        seats: The boards where a seat ended, each with the version of its norms, as `board:version`.
        step, place: How far the work of the present state has come; empty at its beginning.
    """

    member: MemberId
    board: BoardId
    words: str
    state: str
    left_at: Ms
    erase_at: Ms
    posts: int = 0
    lines: int = 0
    told: str = ""
    seats: str = ""
    step: str = ""
    place: str = ""
    revision: int = 1


def insert(tx: Tx, row: LeavingRow) -> None:
    """Insert a leaving."""
    check_leaving_move(None, LeavingState(row.state))
    tx.execute(
        f"INSERT INTO leavings ({columns(LeavingRow)}) VALUES ({marks(LeavingRow)})",  # noqa: S608 - names of ours
        *row,
    )


def find(tx: Tx, member: MemberId, board: BoardId) -> LeavingRow | None:
    """Return how a member left a board, or the community; None if they did not."""
    return tx.select_one(LeavingRow, "FROM leavings WHERE member = ? AND board = ?", member, board)


def list_of(tx: Tx, member: MemberId) -> list[LeavingRow]:
    """Return what a member left, the community first."""
    return tx.select(
        LeavingRow, 'FROM leavings WHERE member = ? ORDER BY board COLLATE "binary"', member
    )


def list_on(tx: Tx, board: BoardId) -> list[LeavingRow]:
    """Return who left a board or letter, and can still come back or is being erased there."""
    return tx.select(
        LeavingRow, 'FROM leavings WHERE board = ? ORDER BY member COLLATE "binary"', board
    )


def list_unfinished(tx: Tx) -> list[LeavingRow]:
    """Return the leavings in which something is to be done, or will be; there are few."""
    return tx.select(
        LeavingRow,
        "FROM leavings WHERE state <> 'erased'"
        ' ORDER BY erase_at, member COLLATE "binary", board COLLATE "binary"',
    )


def update(tx: Tx, row: LeavingRow, **changes: Any) -> LeavingRow:
    """Write how far a leaving has come, or its next state, and return it."""
    if (state := changes.get("state")) is not None:
        changes["state"] = check_leaving_move(LeavingState(row.state), state).value
    row = row._replace(**changes)
    tx.execute(
        "UPDATE leavings SET state = ?, posts = ?, lines = ?, told = ?, seats = ?, step = ?,"
        " place = ?, revision = ? WHERE member = ? AND board = ?",
        *(row.state, row.posts, row.lines, row.told, row.seats, row.step, row.place),
        *(row.revision, row.member, row.board),
    )
    return row


def delete(tx: Tx, row: LeavingRow) -> None:
    """Forget a leaving."""
    sql = "DELETE FROM leavings WHERE member = ? AND board = ?"
    tx.execute(sql, row.member, row.board)


def settle(tx: Tx, row: LeavingRow, seq: int, lounge_seq: int) -> None:
    """Note that a leaving is over, in place of its row.

    Args:
        seq, lounge_seq: Up to where events of the board and its lounge name a former member; 0 for
            none.
    """
    delete(tx, row)
    before = _find_settled(tx, row.member, row.board)
    seq, lounge_seq = max(seq, before.seq), max(lounge_seq, before.lounge_seq)
    tx.execute(
        "INSERT INTO settled_leavings (member, board, at, seq, lounge_seq) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (member, board) DO UPDATE SET at = excluded.at, seq = excluded.seq,"
        " lounge_seq = excluded.lounge_seq",
        *(row.member, row.board, row.left_at, seq, lounge_seq),
    )


class _Settled(NamedTuple):
    """What is over of leaving a board, or the community, and coming back to it."""

    seq: Seq = 0
    lounge_seq: Seq = 0
    backs: int = 0
    backs_since: Ms = 0


def _find_settled(tx: Tx, member: MemberId, board: BoardId) -> _Settled:
    where = "FROM settled_leavings WHERE member = ? AND board = ?"
    return tx.select_one(_Settled, where, member, board) or _Settled()


def find_comebacks(tx: Tx, member: MemberId, board: BoardId) -> Comebacks:
    """Return how often a member came back to a board, or to the community."""
    settled = _find_settled(tx, member, board)
    return Comebacks(settled.backs, settled.backs_since)


def note_comebacks(tx: Tx, row: LeavingRow, comebacks: Comebacks) -> None:
    """Note how often a member came back where their leaving is settled now."""
    sql = "UPDATE settled_leavings SET backs = ?, backs_since = ? WHERE member = ? AND board = ?"
    tx.execute(sql, *comebacks, row.member, row.board)


def view(
    row: LeavingRow, state: LeavingState | None = None, *, back_from: Ms | None = None
) -> Leaving:
    """Return a leaving as its member sees it.

    Args:
        state: Its state, if that is not the row's.
        back_from: From when on they can come back; None for at once.
    """
    return view_of(
        Leaving,
        row,
        board=row.board or None,
        words=LeaveWords(row.words),
        state=state or LeavingState(row.state),
        left_at=instant(row.left_at),
        erase_at=instant(row.erase_at),
        back_from=None if back_from is None else instant(back_from),
    )
