"""The slugs of boards: finds boards by new and old slugs, and keeps old slugs for a time."""

from bbs import limits
from bbs.clock import DAY_MS, Ms, instant
from bbs.features.boards.messages import OldSlug
from bbs.ids import BoardId
from bbs.refusals import Conflict, NameTaken
from bbs_server.handler_api import Context
from bbs_server.store.api import Tx
from bbs_server.store.proven_time import Moment


def find_board_id(tx: Tx, slug: str, now: Ms) -> BoardId | None:
    """Return the id of the board with this slug, or with this old slug."""
    found: BoardId | None = tx.fetch_value("SELECT id FROM boards WHERE slug = ?", slug)
    if found is None:
        sql = "SELECT board FROM old_slugs WHERE slug = ? AND until > ?"
        found = tx.fetch_value(sql, slug, now)
    return found


def claim(tx: Tx, slug: str, moment: Moment, board: BoardId | None = None) -> None:
    """Check that a board may have a slug, and delete it where it is an old slug.

    Args:
        board: The board; None for a new board.

    Raises:
        NameTaken: If another board has the slug, or has it as an old slug.
    """
    check_free(tx, slug, moment, board)
    tx.execute("DELETE FROM old_slugs WHERE slug = ?", slug)


def check_free(tx: Tx, slug: str, moment: Moment, board: BoardId | None = None) -> None:
    """Check that a board may have a slug, as `claim` does.

    Raises:
        NameTaken: As `claim` does.
    """
    holder = find_board_id(tx, slug, moment.proven_now)
    if holder is not None and holder != board:
        raise NameTaken(field="slug")


def rename(tx: Tx, ctx: Context, board: BoardId, old: str, slug: str) -> None:
    """Set a board's slug and keep the old one; `replace_texts` stores the slug's text.

    Raises:
        NameTaken: As `claim` does.
        Conflict: If the board would have more than `OLD_SLUGS_MAX` old slugs.
    """
    claim(tx, slug, ctx.moment, board)
    kept = tx.fetch_value("SELECT count(*) FROM old_slugs WHERE board = ?", board)
    if kept >= limits.OLD_SLUGS_MAX:
        what = (
            f"this board has had {kept} other names in {limits.OLD_SLUG_DAYS} days, and no more are"
            " kept for it; take one of them again, or wait until one is free"
        )
        raise Conflict(what=what)
    keep(tx, ctx, old, board)
    tx.execute("UPDATE boards SET slug = ? WHERE id = ?", slug, board)


def keep(tx: Tx, ctx: Context, slug: str, board: BoardId) -> None:
    """Keep a free slug, or one of a board's own, for a board: it leads there, and no other board takes it."""
    until = max(ctx.now, ctx.proven_now) + limits.OLD_SLUG_DAYS * DAY_MS
    tx.execute("DELETE FROM old_slugs WHERE slug = ?", slug)
    tx.execute("INSERT INTO old_slugs (slug, board, until) VALUES (?, ?, ?)", slug, board, until)


def list_old_slugs(tx: Tx, now: Ms) -> list[OldSlug]:
    """Return every old slug that still leads to a board, in order, readable by the actor or not."""
    rows = tx.fetch_all(
        'SELECT board, slug, until FROM old_slugs WHERE until > ? ORDER BY slug COLLATE "binary"',
        now,
    )
    return [OldSlug(board=board, slug=slug, until=instant(until)) for board, slug, until in rows]


def forget_ended(tx: Tx, proven_now: Ms) -> bool:
    """Delete a slice of the old slugs whose time is over; return whether there may be more."""
    ended = tx.execute(
        "DELETE FROM old_slugs WHERE slug IN"
        " (SELECT slug FROM old_slugs WHERE until <= ? ORDER BY until LIMIT ?)",
        *(proven_now, limits.SLICE_ROWS),
    )
    return ended == limits.SLICE_ROWS
