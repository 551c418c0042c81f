"""What a server still has of a board that comes home: cleared before its pack is written (protocol 30.11)."""

from collections.abc import Collection, Sequence

from bbs.ids import BoardId, PostId
from bbs.leave_words import LeaveWords
from bbs_server.features.threads import hidden, leavers, post_text
from bbs_server.features.threads.rows import FORMER, POST, POSTS, THREADS, PostRow
from bbs_server.store import texts
from bbs_server.store.api import RemovalReason, Tx


def is_away_post(
    tx: Tx, board: BoardId, post: PostId, words: tuple[str | None, str | None, str | None]
) -> bool:
    """Return whether a post still has exactly these words here; see `UnpackLookups.is_away_post`."""
    row = tx.get(POSTS, post)
    if row is None or row.board != board or row.body_text is None:
        return False
    keys = [row.body_text, row.subject_text, _title_of(tx, row)]
    bodies = texts.load_bodies(tx, [key for key in keys if key is not None])
    return words == tuple(None if key is None else bodies.get(key) for key in keys)


def _title_of(tx: Tx, post: PostRow) -> str | None:
    thread = tx.get(THREADS, post.thread) if post.number == 1 else None
    return None if thread is None else thread.title_text


def list_posts(tx: Tx, board: BoardId, limit: int) -> list[PostId]:
    """Return posts that are left of a board; see `UnpackLookups.list_away_posts`."""
    rows = tx.fetch_all("SELECT id FROM posts WHERE board = ? LIMIT ?", board, limit)
    return [post for (post,) in rows]


def list_former(tx: Tx, posts: Sequence[PostId]) -> list[PostId]:
    """Return which posts are a former member's; see `UnpackLookups.list_former_posts`."""
    left = hidden.find_hidden(tx).left
    rows = [tx.get(POSTS, post) for post in posts]
    return [row.id for row in rows if row is not None and _is_former(row, left)]


def _is_former(row: PostRow, left: leavers.Left) -> bool:
    chosen = leavers.words_of(left, row.author, row.board)
    return row.author_kind == FORMER or chosen == LeaveWords.FORMER


def clear_posts(tx: Tx, posts: Sequence[PostId], same: Collection[PostId]) -> list[PostId]:
    """Delete posts of a board that comes home; see `UnpackLookups.clear_away_posts`."""
    ended: list[PostId] = []
    now_hidden = hidden.find_hidden(tx)
    for post in posts:
        row = tx.select_one(PostRow, f"{POST} WHERE id = ?", post)
        assert row is not None
        if row.body_text is not None and hidden.is_hidden(row, now_hidden):
            # Readers had lost them, though the text was kept: for an appeal, or to come back to.
            ended.append(post)
            _clear_words(tx, row, comes_home=False)
        elif row.body_text is not None:
            _clear_words(tx, row, comes_home=post in same)
        elif not tx.execute("DELETE FROM moved_words WHERE post = ?", post):
            ended.append(post)
        tx.execute("DELETE FROM posts WHERE id = ?", post)
    return ended


def _clear_words(tx: Tx, row: PostRow, *, comes_home: bool) -> None:
    if not comes_home:
        post_text.erase(tx, row, RemovalReason.WITHDRAWN.value)
        return
    tx.remove_from_index(row.n)
    old = tx.fetch_all("SELECT body_text FROM revisions WHERE post = ?", row.id)
    post_text.delete_texts(tx, row.board, [text for (text,) in old])
    tx.execute("DELETE FROM revisions WHERE post = ?", row.id)
    tx.execute("DELETE FROM mentions WHERE row = ?", row.n)
    post_text.forget_thanks(tx, row.id)
    post_text.drop_texts(tx, row.board, [row.body_text, row.subject_text, _title_of(tx, row)])
    if row.number == 1:
        tx.execute("UPDATE threads SET title_text = NULL WHERE id = ?", row.thread)
