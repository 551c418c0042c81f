"""Boards that come as packs: there, but seen by nobody, until all of their words are.

Such a board is stored as a letter that nobody is in: it is in no list, no count and no search, nobody
reads it, and the sysop cannot enter it. Opening it is one statement.
"""

from collections.abc import Mapping
from typing import Any

from bbs.errors import BadParams
from bbs.features.boards import rules
from bbs.features.boards.kinds import BoardKind
from bbs.features.boards.messages import BoardOpened, Visibility
from bbs.features.boards.settings import SETTINGS
from bbs.ids import BoardId
from bbs.refusals import CeilingReached
from bbs.streams import board_stream
from bbs_server.features.boards import coming_home, events, old_slugs, records
from bbs_server.handler_api import Context
from bbs_server.outcome import Effect
from bbs_server.store import event_log, texts
from bbs_server.store.api import Tx
from bbs_server.unpack_lookups import BoardToUnpack


def check_place(tx: Tx, ctx: Context, board: BoardId, slug: str) -> None:
    """Refuse a name that a board cannot have here, and a board more than the sysop allows."""
    rules.check_texts({"slug": slug})
    old_slugs.check_free(tx, slug, ctx.moment, board)
    if not stands(tx, board) and records.count_boards(tx) >= ctx.ceilings.boards:
        raise CeilingReached(what="boards", limit=ctx.ceilings.boards, setting="boards_max")


def check_board(tx: Tx, ctx: Context, settings: Mapping[str, Any]) -> None:
    """Refuse settings that no board can have here."""
    texts_of = {name: settings.get(name) or "" for name in ("title", "charter", "questions")}
    rules.check_texts(texts_of)
    for name, value in settings.items():
        if name in SETTINGS and value != SETTINGS[name].at_opening:
            SETTINGS[name].check_on("")
    if not settings.get("title"):
        raise BadParams(field="title", rule="a board has a title")
    if not rules.seats_fit(settings["seats"], ceiling=ctx.ceilings.board_seats, before=0):
        raise CeilingReached(
            what="seats on a board", limit=ctx.ceilings.board_seats, setting="board_seats_max"
        )


def begin_board(tx: Tx, ctx: Context, board: BoardToUnpack) -> None:
    """Insert a board that nobody can see, and keep its name for it as an old name of its own."""
    old_slugs.check_free(tx, board.slug, ctx.moment, board.id)
    if stands(tx, board.id):
        coming_home.begin_board(tx, ctx, board)
        return
    settings = {**board.settings, "slug": "", "visibility": Visibility.PRIVATE}
    settings |= {name: settings.get(name) or "" for name in ("title", "charter", "questions")}
    records.insert_hidden_board(tx, ctx, board, settings)
    old_slugs.keep(tx, ctx, board.slug, board.id)
    # Its words name it by the addresses that it had: they lead on, unless a board here has that name.
    for former in board.former_slugs:
        if former != board.slug and old_slugs.find_board_id(tx, former, ctx.proven_now) is None:
            old_slugs.keep(tx, ctx, former, board.id)
    stream = board_stream(board.id)
    # Its posts stand before the first event: no client follows them one by one.
    row = event_log.StreamRow(stream, board.posts, board.root, board.posts, board.root)
    tx.upsert(event_log.STREAMS, (stream,), row)


def open_board(
    tx: Tx, ctx: Context, board: BoardId, slug: str, kind: BoardKind, visibility: Visibility
) -> list[Effect]:
    """Let a board be seen that nobody could see."""
    old_slugs.claim(tx, slug, ctx.moment, board)
    tx.execute(
        "UPDATE boards SET kind = ?, slug = ?, slug_text = ?, visibility = ?, revision = 1,"
        " number = (SELECT coalesce(max(number), 0) + 1 FROM boards) WHERE id = ?",
        *(kind.value, slug, texts.insert_text(tx, ctx, slug), visibility.value, board),
    )
    event = BoardOpened(board=records.get_board(tx, board))
    return events.board_changed(tx, board, event)


def drop_board(tx: Tx, board: BoardId) -> None:
    """Delete a board that does not come to be; its words, norms and seats are gone or never were."""
    texts.delete_texts(tx, records.text_ids(tx, board).values())
    tx.execute("DELETE FROM old_slugs WHERE board = ?", board)
    tx.execute("DELETE FROM boards WHERE id = ?", board)
    tx.execute("DELETE FROM events WHERE stream = ?", board_stream(board))
    tx.execute("DELETE FROM streams WHERE stream = ?", board_stream(board))


def stands(tx: Tx, board: BoardId) -> bool:
    """Return whether there is a row of a board."""
    return tx.fetch_one("SELECT 1 FROM boards WHERE id = ?", board) is not None
