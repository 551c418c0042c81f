"""The words of members who left, once their days are over: erased, or a former member's (P9, protocol 28).

Readers see it already (`leavers`), so nothing is told. Each row gets the revision that they know.
"""

from bbs import limits
from bbs.features.threads.views import ContentState
from bbs.ids import BoardId
from bbs.leave_words import LeaveWords
from bbs_server.features.threads import post_text, records, removed_words
from bbs_server.features.threads.rows import FORMER, LINE, MEMBER, OF_LETTER, LineRow, PostRow
from bbs_server.handler_api import Context
from bbs_server.personal import Leaver
from bbs_server.slices import DONE, Slice
from bbs_server.store.api import RemovalReason, Tx
from bbs_server.store.hops import in_time

_WITHDRAWN = ContentState.WITHDRAWN.value


def choose_posts(tx: Tx, ctx: Context, leaver: Leaver, place: str) -> Slice:
    """Erase a slice of a member's posts, or take the name off; markers stay, of a former member."""
    member, board, words = leaver
    if words is LeaveWords.LEFT:
        return DONE
    rows, upto = removed_words.next_posts(tx, member, int(place or 0), board)
    for row in in_time(tx, rows):
        _choose_post(tx, row, words)
        upto = row.n
    done = not rows and upto >= removed_words.last_row(tx)
    return Slice(None if done else str(upto))


def _choose_post(tx: Tx, row: PostRow, words: LeaveWords | None) -> None:
    is_taken = words is LeaveWords.TAKEN and row.body_text is not None
    is_indexed = row.number is not None and row.body_text is not None and not is_taken
    if is_taken:
        post_text.erase(tx, row, _WITHDRAWN, has_title=not _is_in_letter(tx, row))
    if is_indexed:
        tx.remove_from_index(row.n)  # the index has whose a post is
    tx.execute(
        "UPDATE posts SET author_kind = ?, author = '', revision = revision + ? WHERE n = ?",
        *(FORMER, 0 if is_taken else 1, row.n),
    )
    if is_indexed:
        tx.add_to_index(row.n)


def _is_in_letter(tx: Tx, row: PostRow) -> bool:
    """Return whether a post opens a letter: its title ended when its author left (`letters.end_title`)."""
    sql = "SELECT 1 FROM threads WHERE id = ? AND author_kind = ?"
    return row.number == 1 and tx.fetch_one(sql, row.thread, OF_LETTER) is not None


def choose_threads(tx: Tx, ctx: Context, leaver: Leaver, place: str) -> Slice:
    """Take a member's name off the threads that they began; titles go with the first posts.

    No index has the threads of an author, so this walks through all, a piece at a time.
    """
    member, board, words = leaver
    if words is LeaveWords.LEFT:
        return DONE
    while rows := tx.fetch_all(
        "SELECT id, board, title_text, author_kind, author FROM threads"
        ' WHERE id COLLATE "binary" > ? ORDER BY id COLLATE "binary" LIMIT ?',
        *(place, limits.READ_PIECE_ROWS),
    ):
        for key, on, title, kind, author in rows:
            if (kind, author) == (MEMBER, member) and board in (None, on):
                choose_thread(tx, key, on, title if words is LeaveWords.TAKEN else None)
            place = key
            if tx.time_is_up():
                return Slice(place)
    return DONE


def choose_thread(tx: Tx, key: str, board: BoardId, title: str | None) -> None:
    """Take the name off a thread that its author left.

    Args:
        title: The text of the title that goes, too; None for none.
    """
    first = records.first_post(tx, key)
    goes_later = title is not None and first is not None and first.body_text is not None
    if title is not None and not goes_later:
        post_text.delete_texts(tx, board, [title])
        post_text.forget_old_titles(tx, key, RemovalReason.WITHDRAWN)
        sql = "UPDATE threads SET title_text = NULL, state = ? WHERE id = ?"
        tx.execute(sql, _WITHDRAWN, key)
    tx.execute(
        "UPDATE threads SET author_kind = ?, author = '', revision = revision + ? WHERE id = ?",
        *(FORMER, 0 if goes_later else 1, key),
    )


def choose_lines(tx: Tx, ctx: Context, leaver: Leaver, place: str) -> Slice:
    """Erase a slice of a member's lines, or take the name off; of erased ones nothing stays."""
    member, board, words = leaver
    if words is LeaveWords.LEFT:
        return DONE
    lines = tx.select(
        LineRow,
        f"{LINE} WHERE author_kind = 'member' AND author = ? AND (? IS NULL OR board = ?)"
        ' AND id COLLATE "binary" > ? ORDER BY id COLLATE "binary" LIMIT ?',
        *(member, board, board, place, limits.SLICE_ROWS),
    )
    for line in in_time(tx, lines):
        if words is LeaveWords.TAKEN:
            post_text.delete_texts(tx, line.board, [line.body_text], RemovalReason.WITHDRAWN)
            post_text.delete_line(tx, line.id)
        else:
            tx.execute(
                "UPDATE lines SET author_kind = ?, author = '', revision = revision + 1"
                " WHERE id = ?",
                *(FORMER, line.id),
            )
        place = line.id
    return Slice(place if lines else None)


def choose_answers(tx: Tx, ctx: Context, leaver: Leaver, place: str) -> Slice:
    """Take a member out of a slice of the posts that answer them, unless their words stay theirs."""
    member, board, words = leaver
    if words is LeaveWords.LEFT:
        return DONE
    rows = tx.fetch_all(
        "SELECT n FROM posts WHERE answers = ? AND (? IS NULL OR board = ?) LIMIT ?",
        *(member, board, board, limits.SLICE_ROWS),
    )
    for (n,) in in_time(tx, rows):
        tx.execute("UPDATE posts SET answers = NULL WHERE n = ?", n)
    return Slice(place) if rows else DONE


def choose_thanks_got(tx: Tx, ctx: Context, leaver: Leaver, place: str) -> Slice:
    """Delete a slice of the thanks that a member got: they would say whose the posts are."""
    member, board, words = leaver
    if board is None:
        return removed_words.forget_thanks_got(tx, ctx, member, place)
    if words is LeaveWords.LEFT:
        return DONE
    rows = tx.fetch_all(
        "SELECT t.post, t.by, t.by_text FROM thanks t JOIN posts p ON p.id = t.post"
        " WHERE t.author = ? AND p.board = ? LIMIT ?",
        *(member, board, limits.SLICE_ROWS),
    )
    for row in in_time(tx, rows):
        removed_words.forget_thanks(tx, *row)
    return Slice(place) if rows else DONE
