"""The words of an imported author that a claim concerns: found, given to a member, hidden, erased (protocol 31).

An author of a pack is an imported author of one thread, so no walk here goes beyond its words. Each
function does a slice; done again, it changes nothing.
"""

from collections.abc import Iterable

from bbs import limits
from bbs.features.threads.erasing_messages import TextShown
from bbs.features.threads.messages import PostWithdrawn
from bbs.features.threads.views import ContentState
from bbs.ids import MemberId, ThreadId
from bbs.streams import board_stream
from bbs_server.claim_lookups import ImportedPost
from bbs_server.features.threads import chosen_words, hiding, post_text, records
from bbs_server.features.threads.rows import IMPORTED, MEMBER, NOBODY, POST, THREADS, PostRow
from bbs_server.handler_api import Context
from bbs_server.outcome import AppendEvent, Effect
from bbs_server.slices import DONE, Slice
from bbs_server.store import texts
from bbs_server.store.api import Tx
from bbs_server.store.hops import in_time
from bbs_server.store.proven_time import Moment

_WORDS = "author_kind = 'imported' AND author = ? AND body_text IS NOT NULL"  # as the index says


def _rows(tx: Tx, imported: str, above: int, limit: int) -> list[PostRow]:
    sql = f"{POST} WHERE {_WORDS} AND n > ? ORDER BY n LIMIT ?"
    return tx.select(PostRow, sql, imported, above, limit)


def imported_posts(
    tx: Tx, imported: str, above: int, limit: int, moment: Moment
) -> list[ImportedPost]:
    """Return the next posts with words of an imported author, in the order of writing.

    Args:
        above: The row after which they begin; 0 for the first one.
    """
    rows = _rows(tx, imported, above, limit)
    posts = records.post_views(tx, rows, moment, reader=imported)
    found = []
    for row, post in zip(rows, posts, strict=True):
        thread = tx.get(THREADS, row.thread)
        found.append(ImportedPost(row.n, thread.number if thread else None, post))
    return found


def give_imported_words(
    tx: Tx, ctx: Context, imported: str, thread: ThreadId, member: MemberId
) -> Slice:
    """Let a slice of an imported author's posts, and the thread that they began, be a member's.

    Readers are told once for each thread in the slice: they fetch its posts anew.
    """
    sql = (
        f"SELECT n, thread, body_text IS NOT NULL AND number IS NOT NULL FROM posts WHERE {_WORDS}"  # noqa: S608 - a constant
        " UNION SELECT n, thread, 0 FROM posts WHERE thread = ? AND body_text IS NULL"
        " AND author_kind = 'imported' AND author = ?"
        " ORDER BY n LIMIT ?"
    )
    rows = tx.fetch_all(sql, imported, thread, imported, limits.SLICE_ROWS)
    touched: set[ThreadId] = set()
    for n, place, has_words in in_time(tx, rows):
        if has_words:
            tx.remove_from_index(n)  # which knows the author
        tx.execute(
            "UPDATE posts SET author_kind = ?, author = ?, revision = revision + 1 WHERE n = ?",
            *(MEMBER, member, n),
        )
        if has_words:
            tx.add_to_index(n)
        touched.add(place)
    begun = tx.fetch_all(
        "SELECT id FROM threads WHERE id = ? AND author_kind = ? AND author = ?",
        *(thread, IMPORTED, imported),
    )
    for (key,) in begun:
        tx.execute(
            "UPDATE threads SET author_kind = ?, author = ?, revision = revision + 1 WHERE id = ?",
            *(MEMBER, member, key),
        )
        touched.add(key)
    if not rows:
        delete_name(tx, imported)
    return Slice("" if rows else None, tuple(fetch_again(tx, ctx, touched)))


def delete_name(tx: Tx, imported: str) -> bool:
    """Erase the name of an imported author who has none any more; return whether they had one."""
    texts.delete_texts(tx, [records.name_text(tx, imported)])
    return tx.execute("DELETE FROM imported_authors WHERE id = ?", imported) > 0


def fetch_again(tx: Tx, ctx: Context, threads: Iterable[ThreadId]) -> list[Effect]:
    """Tell readers to drop the posts of threads and to fetch them again."""
    effects: list[Effect] = []
    for key in sorted(threads):
        thread = records.get_thread(tx, key, ctx.moment)
        if thread.number is None:
            continue
        words = hiding.texts_of_title(tx, thread)
        told = TextShown(thread=thread, upto=max(thread.posts, 1))
        effects.append(AppendEvent(board_stream(thread.board), told, key, words))
    return effects


def rename_imported(
    tx: Tx, ctx: Context, imported: str, name: str, thread: ThreadId
) -> list[Effect]:
    """Give an imported author another name; readers fetch the thread's posts anew."""
    before = records.name_text(tx, imported)
    if before is None:
        return []
    text = texts.insert_text(tx, ctx, name)
    tx.execute("UPDATE imported_authors SET name_text = ? WHERE id = ?", text, imported)
    texts.delete_texts(tx, [before])
    tx.execute(
        "UPDATE posts SET revision = revision + 1 WHERE thread = ? AND author_kind = 'imported'"
        " AND author = ?",
        *(thread, imported),
    )
    tx.execute("UPDATE threads SET revision = revision + 1 WHERE id = ?", thread)
    return fetch_again(tx, ctx, [thread])


def fetch_imported_again(tx: Tx, ctx: Context, imported: str, thread: ThreadId) -> list[Effect]:
    """Tell readers to fetch the threads with an author's words again: they are hidden, or shown again.

    What they fetch follows from the claim (`leavers`).
    """
    rows = tx.fetch_all(f"SELECT DISTINCT thread FROM posts WHERE {_WORDS}", imported)  # noqa: S608 - a constant
    return fetch_again(tx, ctx, {thread, *(place for (place,) in rows)})


def erase_imported_words(tx: Tx, ctx: Context, imported: str, thread: ThreadId) -> Slice:
    """Erase a slice of an imported author's words, then their name; markers stay, which name nobody (P10)."""
    rows = _rows(tx, imported, 0, limits.REMOVED_AT_ONCE)
    effects: list[Effect] = []
    for row in in_time(tx, rows):
        post_text.erase(tx, row, ContentState.WITHDRAWN.value)
        tx.execute("UPDATE posts SET author_kind = ?, author = id WHERE n = ?", NOBODY, row.n)
        if row.number == 1:
            sql = "UPDATE threads SET author_kind = ?, author = id WHERE id = ?"
            tx.execute(sql, NOBODY, row.thread)
        post = records.get_post(tx, row.id, ctx.moment)
        effects.append(AppendEvent(board_stream(row.board), PostWithdrawn(post=post), row.id))
    if rows or _forget_on_markers(tx, imported, thread):
        return Slice("", tuple(effects))
    begun = tx.fetch_one(
        "SELECT board, title_text FROM threads WHERE id = ? AND author_kind = ? AND author = ?",
        *(thread, IMPORTED, imported),
    )
    if begun is not None:  # its first post had ended before
        chosen_words.choose_thread(tx, thread, *begun)
    delete_name(tx, imported)
    return DONE


def _forget_on_markers(tx: Tx, imported: str, thread: ThreadId) -> bool:
    """Take an author off a slice of their posts that had ended before; return whether there were any."""
    found = "SELECT n FROM posts WHERE thread = ? AND author_kind = ? AND author = ? LIMIT ?"
    changed = tx.execute(
        f"UPDATE posts SET author_kind = ?, author = id, revision = revision + 1 WHERE n IN ({found})",  # noqa: S608 - a constant
        *(NOBODY, thread, IMPORTED, imported, limits.SLICE_ROWS),
    )
    return bool(changed)
