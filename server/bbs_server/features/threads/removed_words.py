"""The words of a member who "never was a member": told to readers as hidden, shown again, or erased.

That they are hidden is read from the member's own state (`hidden`), so it holds in every view from one
commit on. What stands here goes through their words in slices: mirrors are told, and rows get their
revisions. Leaving erases words by the same functions (`bbs_server.forgetting`).
"""

from collections.abc import Iterator

from bbs import limits
from bbs.features.threads.erasing_messages import TextHidden, TextShown
from bbs.features.threads.messages import LineUnsaid, PostWithdrawn
from bbs.features.threads.views import ContentState
from bbs.ids import BoardId, MemberId
from bbs.streams import board_stream, lounge_stream
from bbs_server.features.threads import hiding, post_text, publishing, records
from bbs_server.features.threads.rows import FORMER, LINE, POST, POSTS, LineRow, PostRow
from bbs_server.handler_api import Context
from bbs_server.outcome import AppendEvent, Effect
from bbs_server.slices import DONE, Slice
from bbs_server.store import texts
from bbs_server.store.api import RemovalReason, Tx
from bbs_server.store.hops import in_time

_LINES = "lines:"
"""Begins the place of a slice among the lines, which come after the posts."""


def tell(tx: Tx, ctx: Context, member: MemberId, place: str, *, shown: bool) -> Slice:
    """Tell readers that a slice of a member's words is hidden, or shown again.

    Args:
        place: Where the slice begins; empty at the beginning.
        shown: Whether they are shown again.
    """
    event = TextShown if shown else TextHidden
    effects: list[Effect] = []
    if not place.startswith(_LINES):
        last = last_row(tx)
        rows, upto = next_posts(tx, member, int(place or 0))
        for row in in_time(tx, rows):
            tx.execute("UPDATE posts SET revision = revision + 1 WHERE n = ?", row.n)
            if row.number == 1:
                tx.execute("UPDATE threads SET revision = revision + 1 WHERE id = ?", row.thread)
            effects += hiding.tell(tx, ctx, hiding.of_post(tx, ctx, row.id), event)
            place = str(row.n)
        if not rows:
            place = str(upto)
        if int(place) >= last:
            place = _LINES
        return Slice(place, tuple(effects))
    lines = _lines(tx, member, place.removeprefix(_LINES))
    for line in in_time(tx, lines):
        tx.execute("UPDATE lines SET revision = revision + 1 WHERE id = ?", line.id)
        effects += hiding.tell(tx, ctx, hiding.of_line(tx, ctx, line.id), event)
        place = f"{_LINES}{line.id}"
    return Slice(place, tuple(effects)) if lines else DONE


def last_row(tx: Tx) -> int:
    """Return the row of the newest post of all boards; 0 for none."""
    return tx.fetch_value(POSTS.last) or 0


def next_posts(
    tx: Tx, member: MemberId, above: int, board: BoardId | None = None
) -> tuple[list[PostRow], int]:
    """Return a member's next posts above a row, and up to which row there are no others.

    No index has the posts of an author, so this walks through the table in pieces.

    Args:
        board: The only board of which; None for all.
    """
    last = last_row(tx)
    while above < last:
        upto = above + limits.READ_PIECE_ROWS
        rows = tx.select(
            PostRow,
            f"{POST} WHERE n > ? AND n <= ? AND author_kind = 'member' AND author = ?"
            " AND (? IS NULL OR board = ?) ORDER BY n LIMIT ?",
            *(above, upto, member, board, board, limits.REMOVED_AT_ONCE),
        )
        if rows:
            return rows, upto
        above = upto
        if tx.time_is_up():
            break
    return [], min(above, last)


def _lines(tx: Tx, member: MemberId, above: str) -> list[LineRow]:
    return tx.select(
        LineRow,
        f"{LINE} WHERE author_kind = 'member' AND author = ?"
        ' AND id COLLATE "binary" > ? ORDER BY id COLLATE "binary" LIMIT ?',
        *(member, above, limits.REMOVED_AT_ONCE),
    )


def forget_posts(tx: Tx, ctx: Context, member: MemberId, place: str) -> Slice:
    """Erase a slice of a member's posts; markers stay, of a former member."""
    rows, upto = next_posts(tx, member, int(place or 0))
    effects: list[Effect] = []
    for row in in_time(tx, rows):
        effects += _forget_post(tx, ctx, row)
        upto = row.n
    done = not rows and upto >= last_row(tx)
    return Slice(None if done else str(upto), tuple(effects))


def _forget_post(tx: Tx, ctx: Context, row: PostRow) -> Iterator[Effect]:
    had_words = row.body_text is not None
    if had_words:
        post_text.erase(tx, row, ContentState.WITHDRAWN.value)
    if had_words and row.number is None:
        yield from publishing.held_post_events(tx, row.id, ctx.moment)
    tx.execute("UPDATE posts SET author_kind = ?, author = '' WHERE n = ?", FORMER, row.n)
    if had_words and row.number is not None:
        post = records.get_post(tx, row.id, ctx.moment)
        yield AppendEvent(board_stream(row.board), PostWithdrawn(post=post), row.id)


def forget_lines(tx: Tx, ctx: Context, member: MemberId, place: str) -> Slice:
    """Erase a slice of a member's lines; nothing of them stays."""
    lines = _lines(tx, member, place)
    effects: list[Effect] = []
    for line in in_time(tx, lines):
        post_text.erase_line(tx, line.board, line.id, line.body_text, ContentState.WITHDRAWN.value)
        told = LineUnsaid(line=records.get_line(tx, line.id))
        effects.append(AppendEvent(lounge_stream(line.board), told, line.id))
        post_text.delete_line(tx, line.id)
        place = line.id
    return Slice(place if lines else None, tuple(effects))


def forget_threads(tx: Tx, ctx: Context, member: MemberId, place: str) -> Slice:
    """Let the threads that a member began be a former member's; titles went with the first posts.

    No index has the threads of an author, so this walks through all, a piece at a time.
    """
    while rows := tx.fetch_all(
        "SELECT id, board, title_text, author_kind, author FROM threads"
        ' WHERE id COLLATE "binary" > ? ORDER BY id COLLATE "binary" LIMIT ?',
        *(place, limits.READ_PIECE_ROWS),
    ):
        own = {
            key: (board, title)
            for key, board, title, kind, author in rows
            if (kind, author) == ("member", member)
        }
        for key in in_time(tx, own):
            board, title = own[key]
            place = key
            post_text.delete_texts(tx, board, [title])
            tx.execute(
                "UPDATE threads SET author_kind = ?, author = '', title_text = NULL WHERE id = ?",
                *(FORMER, key),
            )
        if not own or place == max(own):
            place = max(key for key, *_ in rows)
        if tx.time_is_up():
            return Slice(place)
    return DONE


def forget_answers(tx: Tx, ctx: Context, member: MemberId, place: str) -> Slice:
    """Take a member out of a slice of the posts that answer them."""
    sql = "SELECT n FROM posts WHERE answers = ? LIMIT ?"
    rows = tx.fetch_all(sql, member, limits.SLICE_ROWS)
    for (n,) in in_time(tx, rows):
        tx.execute("UPDATE posts SET answers = NULL WHERE n = ?", n)
    return Slice(place) if rows else DONE


def forget_thanks_got(tx: Tx, ctx: Context, member: MemberId, place: str) -> Slice:
    """Delete a slice of the thanks that a member got."""
    sql = "SELECT post, by, by_text FROM thanks WHERE author = ? LIMIT ?"
    rows = tx.fetch_all(sql, member, limits.SLICE_ROWS)
    for row in in_time(tx, rows):
        forget_thanks(tx, *row)
    return Slice(place) if rows else DONE


def forget_thanks_given(tx: Tx, ctx: Context, member: MemberId, place: str) -> Slice:
    """Delete the thanks that a member gave: a walk through all, as of the threads."""
    post, _, by = place.partition(" ")
    while rows := tx.fetch_all(
        'SELECT post, by, by_text FROM thanks WHERE (post COLLATE "binary", by COLLATE "binary") > (?, ?)'
        ' ORDER BY post COLLATE "binary", by COLLATE "binary" LIMIT ?',
        *(post, by, limits.READ_PIECE_ROWS),
    ):
        for post, by, by_text in rows:  # hardly ever theirs
            if by == member:
                forget_thanks(tx, post, by, by_text)
                if tx.time_is_up():
                    break
        if tx.time_is_up():
            return Slice(f"{post} {by}")
    return DONE


def forget_thanks(tx: Tx, post: str, by: MemberId, text: str) -> None:
    """Delete thanks, with the name on them."""
    texts.delete_texts(tx, [text], RemovalReason.WITHDRAWN)
    tx.execute("DELETE FROM thanks WHERE post = ? AND by = ?", post, by)


def forget_mentions(tx: Tx, ctx: Context, member: MemberId, place: str) -> Slice:
    """Take a member out of a slice of the posts that mention them."""
    rows = tx.fetch_all(
        "SELECT p.n, p.mentions FROM mentions m JOIN posts p ON p.n = m.row"
        " WHERE m.member = ? LIMIT ?",
        *(member, limits.SLICE_ROWS),
    )
    for n, mentions in in_time(tx, rows):
        tx.execute("UPDATE posts SET mentions = ? WHERE n = ?", _without(mentions, member), n)
        tx.execute("DELETE FROM mentions WHERE member = ? AND row = ?", member, n)
    if rows:
        return Slice(place)
    # A held post is in no index of mentions yet; few are held at a time.
    held = tx.fetch_all("SELECT n, mentions FROM posts WHERE state = 'held' AND mentions <> ''")
    for n, mentions in held:
        if member in mentions.split():
            tx.execute("UPDATE posts SET mentions = ? WHERE n = ?", _without(mentions, member), n)
    return DONE


def _without(mentions: str, member: MemberId) -> str:
    """Return the mentions of a post or a line without a member."""
    return " ".join(each for each in mentions.split() if each != member)


def forget_line_mentions(tx: Tx, ctx: Context, member: MemberId, place: str) -> Slice:
    """Take a member out of a slice of the lines that mention them."""
    rows = tx.fetch_all(
        "SELECT l.id, l.mentions FROM line_mentions m JOIN lines l ON l.id = m.line"
        " WHERE m.member = ? LIMIT ?",
        *(member, limits.SLICE_ROWS),
    )
    for line, mentions in in_time(tx, rows):
        tx.execute("UPDATE lines SET mentions = ? WHERE id = ?", _without(mentions, member), line)
        tx.execute("DELETE FROM line_mentions WHERE member = ? AND line = ?", member, line)
    return Slice(place) if rows else DONE
