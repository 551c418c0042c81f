"""Words of boards that move: erased at the old server, and ended at the new one (protocol 30)."""

from bbs import limits
from bbs.features.threads.messages import PostWithdrawn
from bbs.features.threads.views import ContentState
from bbs.ids import BoardId, PostId, ThreadId
from bbs.streams import board_stream
from bbs_server.features.threads import post_text, records
from bbs_server.features.threads.rows import FORMER, IMPORTED, MEMBER, POSTS
from bbs_server.handler_api import Context
from bbs_server.outcome import AppendEvent, Effect
from bbs_server.store.api import RemovalReason, Tx

_HAS_WORDS = (
    "SELECT 1 FROM posts WHERE board = ? AND body_text IS NOT NULL"
    " UNION ALL SELECT 1 FROM threads WHERE board = ? AND title_text IS NOT NULL LIMIT 1"
)


def has_board_words(tx: Tx, board: BoardId) -> bool:
    """Return whether a board has words still; see `MoveLookups.has_board_words`."""
    return tx.fetch_one(_HAS_WORDS, board, board) is not None


def forget_board_authors(tx: Tx, board: BoardId) -> bool:
    """Take a slice of names off a board's markers; see `MoveLookups.forget_board_authors`."""
    found = "SELECT n FROM posts WHERE board = ? AND author_kind <> ? LIMIT ?"
    posts = tx.execute(
        f"UPDATE posts SET author_kind = ?, author = '' WHERE n IN ({found})",  # noqa: S608 - constant
        *(FORMER, board, FORMER, limits.SLICE_ROWS),
    )
    if posts:
        return True
    threads = tx.execute(
        "UPDATE threads SET author_kind = ?, author = '' WHERE board = ? AND author_kind <> ?",
        *(FORMER, board, FORMER),
    )
    return threads > 0


def end_moved_post(
    tx: Tx, ctx: Context, board: BoardId, post: PostId, *, tell: bool
) -> tuple[Effect, ...] | None:
    """End the words of a post that ended at its board's old server; see `MoveLookups.end_moved_post`."""
    row = tx.get(POSTS, post)
    if row is None or row.board != board or row.body_text is None or row.author_kind == MEMBER:
        return None
    post_text.erase(tx, row, ContentState.WITHDRAWN.value)
    tx.execute("UPDATE posts SET author_kind = ?, author = '' WHERE id = ?", FORMER, post)
    if not tell:
        return ()
    event = PostWithdrawn(post=records.get_post(tx, post, ctx.moment))
    return (AppendEvent(board_stream(board), event, post),)


def take_author_off(tx: Tx, board: BoardId, post: PostId) -> str | None:
    """Let a post be a former member's; see `MoveLookups.take_author_off`."""
    row = tx.get(POSTS, post)
    if row is None or row.board != board or row.author_kind != IMPORTED:
        return None
    tx.execute("UPDATE posts SET author_kind = ?, author = '' WHERE id = ?", FORMER, post)
    of_thread = "UPDATE threads SET author_kind = ?, author = '' WHERE id = ? AND author = ?"
    tx.execute(of_thread, FORMER, row.thread, row.author)
    is_left = tx.fetch_one(
        "SELECT 1 FROM posts WHERE thread = ? AND author = ? LIMIT 1", row.thread, row.author
    )
    return None if is_left else row.author


def end_moved_title(tx: Tx, board: BoardId, thread: ThreadId) -> None:
    """End a thread's title that ended at the old server; see `MoveLookups.end_moved_title`."""
    title = tx.fetch_value(
        "SELECT title_text FROM threads WHERE id = ? AND board = ?", thread, board
    )
    if title is not None:
        tx.execute("UPDATE threads SET title_text = NULL WHERE id = ?", thread)
        post_text.delete_texts(tx, board, [title], RemovalReason.WITHDRAWN)
