"""Boards that have moved to another community: what else of them ends here, beside their threads."""

from bbs.ids import BoardId
from bbs.streams import board_stream
from bbs_server.features.boards import records
from bbs_server.store import event_log, texts
from bbs_server.store.api import Tx


def end_lines(tx: Tx, board: BoardId) -> None:
    """Let all lines of a lounge end now; see `MoveLookups.end_lines`."""
    records.note_shorter_retention(
        tx, board, "lines", 0, event_log.head(tx, board_stream(board)).lines
    )


def end_moved_board(tx: Tx, board: BoardId) -> None:
    """End the seats and texts of a board; see `MoveLookups.end_moved_board`."""
    tx.execute("DELETE FROM seats WHERE board = ?", board)
    tx.execute("DELETE FROM offices WHERE board = ?", board)
    keys = records.text_ids(tx, board)
    tx.execute(
        "UPDATE boards SET title_text = NULL, charter_text = NULL, questions_text = NULL WHERE id = ?",
        board,
    )
    texts.delete_texts(tx, [key for name, key in keys.items() if name != "slug"])
