"""The SQL of boards that end."""

from collections.abc import Iterable
from typing import NamedTuple

from bbs import limits
from bbs.clock import Ms, instant
from bbs.features.boards.end_rules import END_TRANSITIONS, asked_from
from bbs.features.boards.end_views import AtEnd, BoardEnd, EndState
from bbs.ids import BoardId, MemberId
from bbs_server.store.api import Tx


class EndRow(NamedTuple):
    """The end of a board as it is stored.

    Attributes:
        days: For how many days it was opened or renewed.
        due_at: From when on silence archives it, in ms; None until its members were asked.
        told_upto: The position of the last seat holder who was asked; None: nobody, or all.
    """

    board: BoardId
    ends_at: Ms
    at_end: str
    state: str
    days: int
    due_at: Ms | None = None
    told_upto: int | None = None

    def view(self) -> BoardEnd:
        """Return the end as readers of the board see it."""
        return BoardEnd(
            at=instant(self.ends_at),
            then=AtEnd(self.at_end),
            state=EndState(self.state),
            days=self.days,
        )


def find_end(tx: Tx, board: BoardId) -> EndRow | None:
    """Return a board's end; None for a board without one."""
    return tx.select_one(EndRow, "FROM board_ends WHERE board = ?", board)


def find_ends(tx: Tx, boards: Iterable[BoardId] | None) -> dict[BoardId, BoardEnd]:
    """Return the ends of boards as their readers see them; of all boards for None."""
    if boards is None:
        rows = tx.select(EndRow, "FROM board_ends")
    else:
        rows = [row for board in boards if (row := find_end(tx, board)) is not None]
    return {row.board: row.view() for row in rows}


def move(tx: Tx, before: EndRow | None, after: EndRow) -> None:
    """Store a board's end, in the place of the one it had."""
    _check(before, EndState(after.state))
    tx.execute("DELETE FROM board_ends WHERE board = ?", after.board)
    tx.execute(
        "INSERT INTO board_ends (board, ends_at, at_end, state, days, due_at, told_upto)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        *after,
    )


def remove(tx: Tx, before: EndRow) -> None:
    """Leave a board without an end."""
    _check(before, None)
    tx.execute("DELETE FROM board_ends WHERE board = ?", before.board)


def _check(before: EndRow | None, to: EndState | None) -> None:
    assert to in END_TRANSITIONS[before and EndState(before.state)], (before, to)


def note_asked(tx: Tx, board: BoardId, told_upto: int | None) -> None:
    """Store how many of a board's seat holders were asked; None for all."""
    tx.execute("UPDATE board_ends SET told_upto = ? WHERE board = ?", told_upto, board)


class Holder(NamedTuple):
    """Who sits on a board, and where in the order of asking."""

    member: MemberId
    position: int


def list_holders(tx: Tx, board: BoardId, after: int) -> list[Holder]:
    """Return the next who sit on a board, in the order of asking, behind a position."""
    return tx.select(
        Holder,
        "FROM seats WHERE board = ? AND state = 'seated' AND position > ? ORDER BY position LIMIT ?",
        *(board, after, limits.ASKED_AT_ONCE_MAX),
    )


def find_to_ask(tx: Tx, now: Ms) -> BoardId | None:
    """Return a board of which members are to be asked now, or still; None for none."""
    rows = tx.select(EndRow, "FROM board_ends WHERE state IN ('open', 'renewed') OR told_upto >= 0")
    # Few boards have an end: the rule is written once, and not in SQL too.
    asks = (
        row.board
        for row in rows
        if row.told_upto is not None or asked_from(row.ends_at, row.days) <= now
    )
    return next(asks, None)


def list_due(tx: Tx, now: Ms) -> list[EndRow]:
    """Return the ends that nobody answered, and that are due, the earliest first."""
    return tx.select(
        EndRow, "FROM board_ends WHERE state = 'asked' AND due_at <= ? ORDER BY due_at", now
    )
