"""Boards that moved away and come home: their row was there all the time, sealed (protocol 30.11)."""

from collections.abc import Mapping
from typing import Any

from bbs.features.boards.messages import Visibility
from bbs.features.boards.settings import TEXT_SETTINGS, values_of
from bbs.features.packs.views import PackSettings
from bbs.ids import BoardId
from bbs.streams import board_stream
from bbs_server.features.boards import events, old_slugs, records
from bbs_server.handler_api import Context
from bbs_server.outcome import Effect
from bbs_server.store import event_log
from bbs_server.store.api import Tx
from bbs_server.unpack_lookups import BoardToUnpack


def begin_board(tx: Tx, ctx: Context, board: BoardToUnpack) -> None:
    """Let a board's stream go on above the posts that come, as if all before had been trimmed.

    So no client goes on where it was: each fetches the board anew, and keeps nothing of before.
    """
    stream = board_stream(board.id)
    seq = max(event_log.head(tx, stream).seq, board.seqs_after + board.posts)
    tx.execute("DELETE FROM events WHERE stream = ?", stream)
    tx.execute(
        "UPDATE streams SET seq = ?, digest = ?, base_seq = ?, base_digest = ? WHERE stream = ?",
        *(seq, board.root, seq, board.root, stream),
    )
    if tx.fetch_value("SELECT slug FROM boards WHERE id = ?", board.id) != board.slug:
        old_slugs.keep(tx, ctx, board.slug, board.id)  # until it opens under it
    names = " ".join(board.former_slugs)
    tx.execute("UPDATE boards SET came_as = ? WHERE id = ?", names, board.id)


def reopen_board(
    tx: Tx, ctx: Context, board: BoardId, slug: str, came: PackSettings, visibility: Visibility
) -> list[Effect]:
    """Let a board be as its pack says; see `UnpackLookups.reopen_board`."""
    values: Mapping[str, Any] = values_of(came.settings)
    before = records.get_board(tx, board)
    if before.slug != slug:
        old_slugs.rename(tx, ctx, board, before.slug or "", slug)
    words = {name: values[name] or "" for name in TEXT_SETTINGS} | {"slug": slug}
    records.replace_texts(tx, ctx, board, words)
    records.update_board(tx, board, {**values, "visibility": visibility})
    tx.execute(
        "UPDATE boards SET kind = ?, norms_version = ? WHERE id = ?",
        *(came.kind.value, came.norms_version, board),
    )
    sql = "UPDATE boards SET threads = ? WHERE id = ? AND threads < ?"
    tx.execute(sql, came.threads, board, came.threads)
    return events.board_reconfigured(tx, ctx, before.visibility, records.get_board(tx, board))
