"""The words of posts for searching: written beside each post, and ended with it by the tables."""

from bbs.clock import to_ms
from bbs.features.members.author_text import author_id
from bbs.features.threads.views import ContentState, Post
from bbs.words import cut
from bbs_client.mirror.rows import thread_decoder
from bbs_client.mirror.transaction import MirrorTransaction

_PUT = (
    "INSERT INTO post_words(came, seq, key, at, board, author, words)"
    " SELECT ?, ?, key, ?, ?, ?, ? FROM posts WHERE id = ?"
    " ON CONFLICT(key) DO UPDATE SET came = excluded.came, seq = excluded.seq, at = excluded.at,"
    " board = excluded.board, author = excluded.author, words = excluded.words"
)


def put_words(pen: MirrorTransaction, post: Post) -> None:
    """Keep the words of a stored post, if it is published and its text is here."""
    if post.state is not ContentState.PUBLISHED or post.body is None or post.number is None:
        return
    title = _title(pen, post.thread) if post.number == 1 else post.subject
    at = to_ms(post.at)
    # What was imported was stored when it was published, whenever it was written.
    came = to_ms(post.visible_at) if post.imported else at
    words = f"{_title_words(title)} {cut(post.body)} "
    order = (came, post.seq or 0)
    pen.run(_PUT, *order, at, post.board, author_id(post.author), words, post.id)


def put_title_words(pen: MirrorTransaction, thread: str, title: str | None) -> None:
    """Keep the words of a thread's title with its first post, where that is here."""
    pen.run(
        "UPDATE post_words SET words = ? || substr(words, instr(words, char(10)) + 1)"
        " WHERE key = (SELECT key FROM posts WHERE thread = ? AND number = 1)",
        *(_title_words(title), thread),
    )


def _title_words(title: str | None) -> str:
    return f" {cut(title or '')} \n"


def _title(pen: MirrorTransaction, thread: str) -> str | None:
    docs = pen.fetch_all("SELECT doc FROM threads WHERE id = ?", thread)
    return next((thread_decoder.decode(doc).title for (doc,) in docs), None)
