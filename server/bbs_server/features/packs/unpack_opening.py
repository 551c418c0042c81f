"""Opening a board that was unpacked, in one step; or clearing what was written of one."""

import msgspec

from bbs.errors import FolkmootError
from bbs.features.boards.settings import Visibility
from bbs.features.packs.unpack_messages import UnpackState
from bbs.features.packs.views import PackSettings
from bbs.ids import BoardId
from bbs.refusals import NotFound
from bbs.streams import board_stream
from bbs_server.features.packs import claim_seats, coming_home
from bbs_server.features.packs import unpack_records as records
from bbs_server.features.packs.unpack_checking import found_of
from bbs_server.features.packs.unpack_records import UnpackingRow
from bbs_server.handler_api import Context
from bbs_server.outcome import AppendEvent, Effect
from bbs_server.store import event_log, texts
from bbs_server.store.api import Tx


def end_writing(tx: Tx, ctx: Context, row: UnpackingRow) -> bool:
    """Note that all of a board is written; return whether it opens now, or waits for the last list."""
    records.set_whole(tx, row.board, ctx.now)
    if row.moved:
        records.update_unpacking(tx, row, state=UnpackState.WHOLE.value)
    return not row.moved


def open_board(tx: Tx, ctx: Context, board: BoardId) -> list[Effect]:
    """Let a board be seen of which all is written.

    Returns:
        Its events, which must be the next ones of their streams.

    Raises:
        NotFound: If no such board waits.
    """
    row, pack = records.find_of_board(tx, board), records.find_pack(tx, board)
    if row is None or pack is None or pack.whole_at is None:
        raise NotFound(what="board")
    settings = msgspec.json.decode(pack.settings, type=PackSettings)
    visibility = Visibility(pack.visibility)
    effects = coming_home.end_move(tx, ctx, board)
    is_home = bool(effects)
    if is_home:
        effects += ctx.readers.reopen_board(tx, ctx, board, row.slug, settings, visibility)
    else:
        opened = (row.slug, settings.kind, visibility)
        effects += ctx.readers.open_unpacked_board(tx, ctx, board, *opened)
    records.update_unpacking(tx, row, state=UnpackState.OPEN.value)
    stream = board_stream(board)
    own = [each for each in effects if isinstance(each, AppendEvent) and each.stream == stream]
    seq = event_log.head(tx, stream).seq + len(own)
    records.set_open(tx, board, ctx.now, seq)
    found = found_of(row)
    claim_seats.reserve(tx, ctx, board, named=found.named, widest=found.widest)
    return effects


def refuse(tx: Tx, ctx: Context, row: UnpackingRow, error: FolkmootError) -> None:
    """Refuse a pack, and keep the sentence why for the sysop."""
    why = texts.insert_text(tx, ctx, str(error))
    writes = row.state == UnpackState.WRITING
    after = UnpackState.CLEARING if writes else UnpackState.REFUSED
    records.update_unpacking(tx, row, state=after.value, why_text=why)


_PIECE_ROWS = 20
"""Rows that are deleted between two looks at the time: each has texts and a place in the index."""


def clear_slice(tx: Tx, ctx: Context, row: UnpackingRow) -> None:
    """Delete a slice of what was written of a board that does not come to be."""
    pack = records.find_pack(tx, row.board)
    is_ours = pack is not None and pack.opened_at is None  # else another board has this id by now
    while is_ours and _clear_piece(tx, ctx, row.board):
        if tx.time_is_up():
            return
    if is_ours:
        records.delete_pack(tx, row.board)
        if coming_home.find_away(tx, row.board) is None:
            ctx.readers.drop_unpacked_board(tx, row.board)
    after = UnpackState.STOPPED if row.why_text is None else UnpackState.REFUSED
    records.update_unpacking(tx, row, state=after.value)


def _clear_piece(tx: Tx, ctx: Context, board: BoardId) -> bool:
    """Delete some rows of a board; return whether there were any."""
    is_home = coming_home.find_away(tx, board) is not None
    return (
        ctx.readers.erase_unpacked_words(tx, board, _PIECE_ROWS, keep_threads=is_home)
        or records.delete_beside(tx, board, _PIECE_ROWS)
        or ctx.readers.erase_unpacked_norms(tx, board, _norms_that_stay(tx, ctx, board))
    )


def _norms_that_stay(tx: Tx, ctx: Context, board: BoardId) -> int:
    """Return the last version of a board's norms that was here before its pack; 0 for a new board."""
    found = ctx.readers.board(tx, board)
    is_away = found is not None and coming_home.find_away(tx, board) is not None
    return found.norms_version if found is not None and is_away else 0
