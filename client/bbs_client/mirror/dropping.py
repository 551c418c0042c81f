"""Deletes rows that end together: everything a stream fed, and a board with everything on it."""

from bbs.streams import StreamKind, all_board_streams, stream_parts
from bbs.wire.messages import StreamEnded
from bbs_client.mirror.changes import DropStream, ForgetBoard
from bbs_client.mirror.manifest import find_features
from bbs_client.mirror.transaction import MirrorTransaction


def drop_stream(pen: MirrorTransaction, change: DropStream) -> None:
    """Delete everything that a stream fed, and its cursor (protocol 6.6)."""
    kind, owner = stream_parts(change.stream)
    pen.run("DELETE FROM cursors WHERE stream = ?", change.stream)
    pen.erased = True
    for feature in find_features():
        if (drop := feature.fed_by.get(kind)) is not None:
            drop(pen, owner)


def end_stream(pen: MirrorTransaction, told: StreamEnded) -> None:
    """Delete what a stream fed that the reader may no longer read; with its log, the board."""
    drop_stream(pen, DropStream(told.stream))
    kind, owner = stream_parts(told.stream)
    if kind == StreamKind.BOARD:
        forget_board(pen, ForgetBoard(owner))


def forget_board(pen: MirrorTransaction, change: ForgetBoard) -> None:
    """Forget a board with everything on it (P10)."""
    pen.run("DELETE FROM boards WHERE id = ?", change.board)
    pen.touch("boards", change.board)
    for table in (table for feature in find_features() for table in feature.board_tables):
        pen.run(f"DELETE FROM {table} WHERE board = ?", change.board)  # noqa: S608 - our own names
        pen.touch(table, change.board)
    for stream in all_board_streams(change.board):
        pen.run("DELETE FROM cursors WHERE stream = ?", stream)
    pen.forget(change.board)
    pen.erased = True
