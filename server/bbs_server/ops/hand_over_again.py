"""Lets boards that were handed over be sealed again in a restored database (P10, protocol 30.10)."""

import uuid
from collections.abc import Sequence

from bbs_server.store.api import Tx
from bbs_server.store.gone_board import GONE_BOARD, GoneBoard

_MOVE = (
    "INSERT INTO board_moves (board, state, since, new_host, key, slug, visibility, announced_at,"
    " restriction, handed_at, digest, receipt) VALUES (?, 'handed', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_SEAL = "INSERT INTO restrictions (id, board, kind, since) VALUES (?, ?, 'moved', ?)"
_SEALS = uuid.UUID("0f3e9f3b-59d1-4f86-9a39-36a4a4a3d1f2")
"""The name space of the ids of restrictions that seal restored boards."""


def hand_over_again(tx: Tx, boards: Sequence[GoneBoard]) -> None:
    """Seal boards that the backup has open, or still on their way; their address leads on again.

    Their words are erased by the server's own work, counted from the day of the receipt.
    """
    for gone in boards:
        if tx.fetch_one(GONE_BOARD, gone.board) is None:
            continue
        seal = str(uuid.uuid5(_SEALS, gone.board))
        tx.execute("DELETE FROM board_moves WHERE board = ?", gone.board)
        tx.execute("DELETE FROM restrictions WHERE board = ? AND kind = 'moving'", gone.board)
        tx.execute(_SEAL, seal, gone.board, gone.at)
        place = (gone.host, gone.key, gone.slug, gone.visibility)
        tx.execute(
            _MOVE, gone.board, gone.at, *place, gone.at, seal, gone.at, gone.digest, gone.receipt
        )
