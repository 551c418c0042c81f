"""The one thread of a letter, and the words in it: begun, quoted, taken along and erased."""

from collections.abc import Iterable

from bbs import limits
from bbs.features.threads.messages import ThreadRetitled
from bbs.features.threads.views import ContentState, Post
from bbs.ids import BoardId, MemberId, PostId, ThreadId
from bbs.powers import Way
from bbs.streams import board_stream
from bbs_server.features.threads import post_text, records
from bbs_server.features.threads.rows import (
    MEMBER,
    OF_LETTER,
    POST,
    PUBLISHED,
    THREADS,
    PostRow,
    ThreadRow,
)
from bbs_server.handler_api import Context
from bbs_server.letter_lookups import ErasedSlice
from bbs_server.outcome import AppendEvent
from bbs_server.store.api import RemovalReason, Tx
from bbs_server.store.hops import in_time
from bbs_server.store.proven_time import Moment

_PURGED_NOW = (
    "SELECT 1 FROM purges p JOIN threads t ON t.id = p.thread"
    " WHERE t.board = ? AND p.reason_text IS NOT NULL LIMIT 1"
)


def begin_letter(tx: Tx, ctx: Context, letter: BoardId, thread: ThreadId) -> None:
    """Make the thread of a letter, which nobody began and which has no title yet."""
    row = ThreadRow(
        thread,
        letter,
        OF_LETTER,
        OF_LETTER,
        None,
        ctx.now,
        number=1,
        state=PUBLISHED,
        via=Way.SYSTEM.value,
    )
    tx.upsert(THREADS, (thread,), row)


def end_title(tx: Tx, ctx: Context, letter: BoardId, member: MemberId) -> tuple[AppendEvent, ...]:
    """Erase the title of a letter that begins with words of a member who takes theirs back.

    The letter is untitled then, for nobody can tell whose title it was. Coming back does not bring it back.
    """
    found = tx.fetch_one(
        "SELECT t.id, t.title_text FROM threads t JOIN posts p ON p.thread = t.id AND p.number = 1"
        " WHERE t.board = ? AND t.title_text IS NOT NULL AND p.author_kind = ? AND p.author = ?",
        *(letter, MEMBER, member),
    )
    if found is None:
        return ()
    thread, title = found
    first = records.first_post(tx, thread)
    assert first is not None
    tx.remove_from_index(first.n)
    post_text.delete_texts(tx, letter, [title], RemovalReason.WITHDRAWN)
    post_text.forget_old_titles(tx, thread, RemovalReason.WITHDRAWN)
    tx.execute("UPDATE threads SET title_text = NULL, revision = revision + 1 WHERE id = ?", thread)
    tx.add_to_index(first.n)
    told = ThreadRetitled(thread=records.get_thread(tx, thread, ctx.moment))
    return (AppendEvent(board_stream(letter), told, thread),)


def posts_of_letter(
    tx: Tx, letter: BoardId, posts: Iterable[PostId], moment: Moment
) -> dict[PostId, Post]:
    """Return those of some posts that stand in a letter, as its readers see them."""
    sql = f"{POST} WHERE id = ? AND board = ?"
    found = [tx.select_one(PostRow, sql, post, letter) for post in posts]
    views = records.post_views(tx, [row for row in found if row is not None], moment)
    return {view.id: view for view in views}


def erase_letter_threads(tx: Tx, letter: BoardId, *, rows_too: bool) -> ErasedSlice:
    """Erase a slice of what stands in a letter that nobody is in any more: words first, then rows.

    A purge of its thread that is under way is done first. The last post of all boards stays until another one is written: the numbers of posts grow, and the
    search index knows by them what it has.
    """
    words = tx.select(
        PostRow,
        f"{POST} WHERE board = ? AND body_text IS NOT NULL LIMIT ?",
        *(letter, limits.PURGED_AT_ONCE_MAX),
    )
    for row in in_time(tx, words):
        post_text.erase(tx, row, ContentState.WITHDRAWN.value)
    if words:
        return ErasedSlice(more=True)
    titles = tx.fetch_all("SELECT title_text FROM threads WHERE board = ?", letter)
    post_text.delete_texts(tx, letter, [text for (text,) in titles])
    tx.execute("UPDATE threads SET title_text = NULL WHERE board = ?", letter)
    if not rows_too or tx.fetch_one(_PURGED_NOW, letter) is not None:
        return ErasedSlice()
    gone = tx.execute(
        "DELETE FROM posts WHERE n IN (SELECT n FROM posts WHERE board = ?"
        " AND n < (SELECT max(n) FROM posts) LIMIT ?)",
        *(letter, limits.SLICE_ROWS),
    )
    if gone or tx.fetch_one("SELECT 1 FROM posts WHERE board = ? LIMIT 1", letter) is not None:
        return ErasedSlice(more=gone > 0)
    of_thread = "thread IN (SELECT id FROM threads WHERE board = ?)"
    tx.execute(f"DELETE FROM purges WHERE {of_thread}", letter)  # noqa: S608 - constant
    tx.execute("DELETE FROM threads WHERE board = ?", letter)
    return ErasedSlice(done=True)
