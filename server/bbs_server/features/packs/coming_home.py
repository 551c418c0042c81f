"""A board that comes home: to the server that it moved away from (protocol 30.11).

What the server still has of it is cleared in slices before the first row of the pack. Until it opens
the board stays sealed, and its address leads on to where it comes from.
"""

from bbs import limits
from bbs.features.packs.move_rules import SEALED
from bbs.features.packs.move_views import MoveState
from bbs.ids import BoardId
from bbs.refusals import Conflict
from bbs.streams import board_stream
from bbs.wire.pack_reader import PackSummary
from bbs_server.features.packs import home_records, move_records, moving
from bbs_server.features.packs import unpack_records as records
from bbs_server.features.packs.move_records import MoveRow
from bbs_server.features.packs.unpack_records import UnpackingRow
from bbs_server.handler_api import Context
from bbs_server.outcome import Effect
from bbs_server.store import event_log
from bbs_server.store.api import Tx

_POSTS_AT_ONCE = 20  # between two looks at the time: each has texts, and a place in the index


def find_away(tx: Tx, board: BoardId) -> MoveRow | None:
    """Return the move of a board that moved away from here and may come home; None for any other."""
    move = move_records.find_move(tx, board)
    is_away = move is not None and move.is_in in SEALED and move.is_in is not MoveState.REST
    return move if is_away else None


def refuse_board(tx: Tx, ctx: Context, board: BoardId, *, moved: bool) -> None:
    """Refuse a pack of a board that stands here, unless it moved away and comes home.

    Args:
        moved: Whether it comes as a move.

    Raises:
        Conflict: If it stands here.
    """
    if not ctx.readers.board_stands(tx, board):
        return
    move = move_records.find_move(tx, board)
    if move is None:
        facts = ctx.readers.board_facts(tx, board)
        known = "" if facts is None or facts.slug is None else f", as {facts.slug}"
        what = (
            f"this board stands here already{known}: a second copy cannot stand beside it, so go on"
            " there; whose words it has claims them there"
        )
        raise Conflict(what=what)
    if move.is_in not in SEALED:
        what = "this board stands here still: its move is not over; cancel the move, and go on here"
        raise Conflict(what=what)
    if move.is_in is MoveState.REST:
        what = (
            "this board moved away from here so long ago that this server knows no more where to:"
            " nobody can prove that it comes home; unpack the file on another server"
        )
        raise Conflict(what=what)
    if not moved:
        what = (
            f"this board moved away from here, to {move.new_host}, and comes home by a move alone:"
            " have it moved there, and unpack its pack with --moved"
        )
        raise Conflict(what=what)


def check_key(tx: Tx, board: BoardId, summary: PackSummary) -> None:
    """Refuse a pack of a board that moved away, unless the server signed it that it moved to.

    Raises:
        Conflict: If another server did.
    """
    move = find_away(tx, board)
    if move is not None and summary.heading.homes[-1].key != move.key:
        what = (
            f"this board moved away from here, to {move.new_host}, and another key than that"
            " server's signed the pack; have it packed and signed there: a server whose key has"
            " changed since cannot bring it home, and the board goes on there"
        )
        raise Conflict(what=what)


def clear_slice(tx: Tx, ctx: Context, row: UnpackingRow) -> bool:
    """Clear a slice of what the server still has of a board that comes home.

    Returns:
        Whether anything was left; then no row of the pack is written yet.
    """
    had_any = False
    while _clear_piece(tx, ctx, row):
        had_any = True
        if tx.time_is_up():
            break
    return had_any


def _clear_piece(tx: Tx, ctx: Context, row: UnpackingRow) -> bool:
    posts = ctx.readers.list_away_posts(tx, row.board, _POSTS_AT_ONCE)
    if posts:
        home_records.note_former(tx, row.board, ctx.readers.list_former_posts(tx, posts))
        same = home_records.same_among(tx, row.pack, posts)
        ended = ctx.readers.clear_away_posts(tx, posts, same)
        home_records.note_ended(tx, row.board, ended)
        return True
    return (
        ctx.readers.erase_unpacked_words(tx, row.board, _POSTS_AT_ONCE, keep_threads=True)
        or records.delete_beside(tx, row.board, _POSTS_AT_ONCE)
        or bool(
            event_log.forget_before(
                tx, board_stream(row.board), ctx.now + 1, limits.SLICE_ROWS, now=ctx.now
            )
        )
        or records.delete_pack(tx, row.board)
    )


def end_move(tx: Tx, ctx: Context, board: BoardId) -> list[Effect]:
    """Unseal a board that comes home, and let its address lead here again.

    Returns:
        What tells its readers; nothing for a board that did not move away from here.
    """
    move = find_away(tx, board)
    if move is None:
        return []
    moving.note_gone(tx, ctx, move, is_home=True)
    return [*moving.open_again(tx, ctx, move)]
