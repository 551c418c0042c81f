"""Words of boards that move: erased at the old server, and ended at the new one (protocol 30)."""

from collections.abc import Sequence

from bbs import limits
from bbs.features.threads.messages import PostWithdrawn
from bbs.features.threads.views import ContentState
from bbs.ids import BoardId, MemberId, PostId, ThreadId
from bbs.streams import board_stream
from bbs_server.features.threads import imported_words, letters, post_text, records
from bbs_server.features.threads.rows import (
    FORMER,
    IMPORTED,
    MEMBER,
    NOBODY,
    POST,
    POSTS,
    THREADS,
    PostRow,
)
from bbs_server.handler_api import Context
from bbs_server.move_lookups import EndedPost
from bbs_server.outcome import AppendEvent, Effect
from bbs_server.store.api import RemovalReason, Tx
from bbs_server.store.hops import in_time

_HAS_WORDS = (
    "SELECT 1 FROM posts WHERE board = ? AND body_text IS NOT NULL"
    " UNION ALL SELECT 1 FROM threads WHERE board = ? AND title_text IS NOT NULL LIMIT 1"
)


def has_board_words(tx: Tx, board: BoardId) -> bool:
    """Return whether a board has words still; see `MoveLookups.has_board_words`."""
    return tx.fetch_one(_HAS_WORDS, board, board) is not None


def erase_moved_words(tx: Tx, board: BoardId) -> None:
    """Erase a slice of the words of a board that moved away; see `MoveLookups.erase_moved_words`."""
    words = tx.select(
        PostRow,
        f"{POST} WHERE board = ? AND body_text IS NOT NULL LIMIT ?",
        *(board, limits.PURGED_AT_ONCE_MAX),
    )
    for row in in_time(tx, words):
        post_text.erase(tx, row, ContentState.WITHDRAWN.value)
        tx.execute("INSERT INTO moved_words (post, board) VALUES (?, ?)", row.id, board)
    if not words:
        letters.erase_letter_threads(tx, board, rows_too=False)  # what is left: titles


def forget_board_authors(tx: Tx, board: BoardId) -> bool:
    """Take a slice of names off a board's markers; see `MoveLookups.forget_board_authors`."""
    found = "SELECT n FROM posts WHERE board = ? AND author_kind <> ? LIMIT ?"
    posts = tx.execute(
        f"UPDATE posts SET author_kind = ?, author = '' WHERE n IN ({found})",  # noqa: S608 - constant
        *(FORMER, board, FORMER, limits.SLICE_ROWS),
    )
    if posts:
        return True
    notes = "SELECT post FROM moved_words WHERE board = ? LIMIT ?"
    if tx.execute(
        f"DELETE FROM moved_words WHERE post IN ({notes})",  # noqa: S608 - constant
        *(board, limits.SLICE_ROWS),
    ):
        return True
    threads = tx.execute(
        "UPDATE threads SET author_kind = ?, author = '' WHERE board = ? AND author_kind <> ?",
        *(FORMER, board, FORMER),
    )
    return threads > 0


def words_of_members(
    tx: Tx, thread: ThreadId, members: Sequence[MemberId]
) -> dict[PostId | ThreadId, MemberId]:
    """Return what of a thread is by some members; see `MoveLookups.words_of_members`."""
    asked = ",".join("?" * len(members))
    sql = f"author_kind = ? AND author IN ({asked})"
    posts = tx.fetch_all(
        f"SELECT id, author FROM posts WHERE thread = ? AND {sql}",  # noqa: S608 - only question marks
        *(thread, MEMBER, *members),
    )
    begun = tx.fetch_all(
        f"SELECT id, author FROM threads WHERE id = ? AND {sql}",  # noqa: S608 - only question marks
        *(thread, MEMBER, *members),
    )
    return dict([*posts, *begun])


def imported_author_of(tx: Tx, board: BoardId, key: PostId | ThreadId) -> str | None:
    """Return with whom words came; see `MoveLookups.imported_author_of`."""
    row = tx.get(POSTS, key) or tx.get(THREADS, key)
    is_one = row is not None and row.board == board and row.author_kind == IMPORTED
    return row.author if row is not None and is_one else None


def forget_imported_name(
    tx: Tx, ctx: Context, imported: str, thread: ThreadId, *, tell: bool
) -> list[Effect]:
    """Erase an imported author's name; see `MoveLookups.forget_imported_name`."""
    if not imported_words.delete_name(tx, imported) or not tell:
        return []
    sql = (
        "UPDATE posts SET revision = revision + 1 WHERE thread = ? AND author_kind = ?"
        " AND author = ?"
    )
    tx.execute(sql, thread, IMPORTED, imported)
    return _tell_again(tx, ctx, thread)


def _tell_again(tx: Tx, ctx: Context, thread: ThreadId) -> list[Effect]:
    """Tell readers of a thread that is not as they know it to fetch it again."""
    tx.execute("UPDATE threads SET revision = revision + 1 WHERE id = ?", thread)
    return imported_words.fetch_again(tx, ctx, [thread])


def end_moved_post(
    tx: Tx, ctx: Context, board: BoardId, post: PostId, *, how: str, tell: bool
) -> EndedPost | None:
    """End the words of a post that ended at its board's old server; see `MoveLookups.end_moved_post`."""
    row = tx.get(POSTS, post)
    if row is None or row.board != board or row.body_text is None or row.author_kind == MEMBER:
        return None
    post_text.erase(tx, row, ContentState.WITHDRAWN.value)
    tx.execute("UPDATE posts SET ended_there = ? WHERE id = ?", how, post)
    if row.number == 1:  # its thread's title ended with it
        tx.execute("UPDATE threads SET ended_there = ? WHERE id = ?", how, row.thread)
    alone = _take_off(tx, row)
    if not tell:
        return EndedPost(alone=alone)
    event = PostWithdrawn(post=records.get_post(tx, post, ctx.moment))
    return EndedPost((AppendEvent(board_stream(board), event, post),), alone)


def take_author_off(
    tx: Tx, ctx: Context, board: BoardId, post: PostId, *, tell: bool
) -> EndedPost | None:
    """Let a post be nobody's; see `MoveLookups.take_author_off`."""
    row = tx.get(POSTS, post)
    if row is None or row.board != board or row.author_kind != IMPORTED:
        return None
    is_indexed = row.body_text is not None
    if is_indexed:
        tx.remove_from_index(row.n)  # which knows the author
    alone = _take_off(tx, row)
    if is_indexed:
        tx.add_to_index(row.n)
    if not tell:
        return EndedPost(alone=alone)
    tx.execute("UPDATE posts SET revision = revision + 1 WHERE id = ?", post)
    return EndedPost(tuple(_tell_again(tx, ctx, row.thread)), alone)


def _take_off(tx: Tx, row: PostRow) -> str | None:
    """Take the author off a post, and off the thread that they began; return who has nothing else there."""
    tx.execute("UPDATE posts SET author_kind = ?, author = id WHERE id = ?", NOBODY, row.id)
    if row.author_kind != IMPORTED:
        return None
    if row.number == 1:
        of_thread = "UPDATE threads SET author_kind = ?, author = id WHERE id = ? AND author = ?"
        tx.execute(of_thread, NOBODY, row.thread, row.author)
    sql = "SELECT 1 FROM posts WHERE thread = ? AND author = ? LIMIT 1"
    is_left = tx.fetch_one(sql, row.thread, row.author)
    return None if is_left else row.author


def end_moved_title(
    tx: Tx, ctx: Context, board: BoardId, thread: ThreadId, *, tell: bool
) -> list[Effect]:
    """End a thread's title that ended at the old server; see `MoveLookups.end_moved_title`."""
    row = tx.get(THREADS, thread)
    is_one = row is not None and row.board == board and row.author_kind != MEMBER
    if row is None or not is_one or row.title_text is None:
        return []
    sql = "UPDATE threads SET title_text = NULL, state = ? WHERE id = ?"
    tx.execute(sql, ContentState.WITHDRAWN.value, thread)
    post_text.delete_texts(tx, board, [row.title_text], RemovalReason.WITHDRAWN)
    return _tell_again(tx, ctx, thread) if tell else []
