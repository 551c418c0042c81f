"""Compares the rows of acts with their chain, to find changes made outside the server (P8)."""

from typing import NamedTuple

import msgspec

from bbs import limits
from bbs.chain import keyed_digest
from bbs.features.moderation.messages import ActRecorded
from bbs.ids import BatchId, BoardId, MemberId
from bbs.streams import acts_stream
from bbs_server.store import event_log
from bbs_server.store.api import Tx


def mark_of(salt: bytes | None, about: MemberId | None) -> str | None:
    """Return the mark in the chain of the member an act is about; None if it is about no member."""
    return keyed_digest(salt, about.encode()).hex() if salt and about else None


class _Checked(NamedTuple):
    """An act of the chain beside its row, whose columns are None if the row is missing."""

    seq: int
    data: bytes
    id: str | None
    power: str | None
    norm: int | None
    norms_version: int | None
    norms_board: BoardId | None
    thing: str | None
    about: MemberId | None
    about_salt: bytes | None
    by_office: int | None
    of_batch: BatchId | None
    is_behind: int


def altered_acts(tx: Tx) -> list[str]:
    """Compare the rows of acts with the chain, to find changes made outside the server.

    Returns:
        A line for each board whose rows differ from its chain.
    """
    boards = tx.fetch_all('SELECT id FROM boards ORDER BY id COLLATE "binary"')
    altered = ((board, _find_altered(tx, board)) for (board,) in boards)
    return [f"act {number} of {board} is not as it was" for board, number in altered if number]


def _find_altered(tx: Tx, board: BoardId) -> int | None:
    stream = acts_stream(board)
    head = event_log.head(tx, stream)
    rows: int = tx.fetch_value(
        "SELECT count(*) FROM acts WHERE board = ? AND number > ?", board, head.base_seq
    )
    number = head.base_seq
    while found := tx.select(
        _Checked,
        "SELECT e.seq, e.data, a.id, a.power, a.norm, a.norms_version, a.norms_board, a.thing,"
        " a.about, a.about_salt, a.by_office, a.of_batch, EXISTS (SELECT 1 FROM acts l"
        " WHERE l.board = a.board AND l.thing = a.of_batch)"
        " FROM events e LEFT JOIN acts a ON a.board = ? AND a.number = e.seq"
        " WHERE e.stream = ? AND e.seq > ? ORDER BY e.seq LIMIT ?",
        *(board, stream, number, limits.SLICE_ROWS),
    ):
        for row in found:
            number = row.seq
            if not _fits(row):
                return number
    return None if rows == head.seq - head.base_seq else head.seq + 1


def _fits(row: _Checked) -> bool:
    kept = msgspec.json.decode(row.data, type=ActRecorded)
    act = kept.act
    cites = (act.norm, act.norms_version, act.norms_board)
    if (row.norm, row.norms_version, row.norms_board) != cites:
        return False
    facts = (act.id, act.power, act.thing.id, int(kept.by_office))
    if (row.id, row.power, row.thing, row.by_office) != facts:
        return False
    if row.is_behind and (act.batch != row.of_batch or act.thing.id == row.of_batch):
        return False  # pages of the log would show a batch in its place, and it is no item of that
    if row.about is None:
        return True  # it was about no member, or the member is erased
    return kept.about_digest is not None and kept.about_digest == mark_of(row.about_salt, row.about)
