"""Lets members who left leave a restored database again, as the record of removals says (P9, P10)."""

from collections.abc import Sequence

from bbs_server.features.ownership.leaving_jobs import RESTORED
from bbs_server.store.api import Tx
from bbs_server.store.gone_author import GoneAuthor
from bbs_server.store.leavers import is_known

_LEAVES = (
    "INSERT INTO leavings (member, board, words, state, left_at, erase_at, posts, lines, told,"
    " seats, step, place, revision)"
    " SELECT id, ?, ?, 'leaving', ?, ?, 0, 0, '', '', ?, '', 1 FROM members WHERE id = ?"
)


def leave_again(tx: Tx, left: Sequence[GoneAuthor]) -> None:
    """Store who left and is there again: from now on no view names them, or has their words.

    Seats and sessions end by the server's own work. Who came back after the backup is there again.

    Args:
        left: The last line about each member and board.
    """
    for each in left:
        if is_known(tx, each):
            continue
        # What the database knows of is older than this line.
        sql = "DELETE FROM leavings WHERE member = ? AND board = ?"
        tx.execute(sql, each.member, each.board)
        if not each.back:
            told = (each.board, each.words, each.at, each.erase_at, RESTORED, each.member)
            tx.execute(_LEAVES, *told)
