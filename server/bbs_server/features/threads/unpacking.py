"""The words of boards that come as packs: with their numbers and times, new to nobody (protocol 29.10)."""

from collections.abc import Sequence

from bbs.features.threads.views import ContentState
from bbs.ids import BoardId, PostId
from bbs.refusals import Conflict
from bbs_server.features.threads import post_text
from bbs_server.features.threads.rows import (
    IMPORTED,
    NOBODY,
    POSTS,
    PUBLISHED,
    THREADS,
    PostRow,
    ThreadRow,
)
from bbs_server.handler_api import Context
from bbs_server.store import texts
from bbs_server.store.api import AnyTable, Tx
from bbs_server.unpack_lookups import PostToUnpack, ThreadToUnpack

_UPDATE_THREAD = (
    f"UPDATE threads SET {', '.join(f'{name} = ?' for name in ThreadRow._fields)} WHERE id = ?"  # noqa: S608 - names of ours
)


def insert_author(tx: Tx, ctx: Context, board: BoardId, imported: str, name: str) -> None:
    """Insert the name of an author who is no member."""
    tx.execute(
        "INSERT INTO imported_authors (id, board, name_text) VALUES (?, ?, ?)",
        *(imported, board, texts.insert_text(tx, ctx, name)),
    )


def insert_thread(tx: Tx, ctx: Context, thread: ThreadToUnpack) -> None:
    """Insert a thread; its posts follow, and count it up."""
    known = tx.get(THREADS, thread.id)
    is_cleared = known is not None and known.board == thread.board and known.number is None
    if not is_cleared:
        _refuse_known(tx, THREADS, thread.id)
    title = thread.title
    row = ThreadRow(
        id=thread.id,
        board=thread.board,
        author_kind=NOBODY if thread.imported is None else IMPORTED,
        author=thread.imported or thread.id,
        title_text=None if title is None else post_text.store_text(tx, ctx, thread.board, title),
        at=thread.at,
        imported=1,
        number=thread.number,
        state=thread.state,
        ended_there=thread.ended_there,
        via=thread.via,
        pinned=int(thread.pinned),
    )
    if is_cleared:
        _write_anew(tx, row)
    else:
        tx.upsert(THREADS, (row.id,), row)


def _write_anew(tx: Tx, row: ThreadRow) -> None:
    tx.execute(_UPDATE_THREAD, *row, row.id)


def insert_post(tx: Tx, ctx: Context, post: PostToUnpack) -> None:
    """Insert the next post of a thread."""
    _refuse_known(tx, POSTS, post.id)
    thread = tx.get(THREADS, post.thread)
    assert thread is not None
    row = PostRow(
        n=tx.next_number(POSTS),
        id=post.id,
        board=post.board,
        thread=post.thread,
        parent=_parent(tx, post),
        author_kind=NOBODY if post.imported is None else IMPORTED,
        author=post.imported or post.id,
        at=post.at,
        visible_at=post.visible_at,
        norms_version=post.norms_version,
        body_text=_text(tx, ctx, post.board, post.body),
        subject_text=_text(tx, ctx, post.board, post.subject),
        imported=1,
        number=post.number,
        seq=post.seq,
        fades_at=post.fades_at,
        state=post.state,
        ended_there=post.ended_there,
        edits=post.edits,
        edited_at=post.edited_at,
        via=post.via,
        edited_via=post.edited_via,
    )
    tx.upsert(POSTS, (row.id,), row)
    if row.body_text is not None:
        tx.add_to_index(row.n)
    last_at = max(thread.last_at or post.at, post.at)
    tx.upsert(THREADS, (thread.id,), thread._replace(posts=post.number, last_at=last_at))
    sql = "SELECT seq FROM posts WHERE thread = ? AND number = ?"
    before = tx.fetch_value(sql, post.thread, post.number - 1)
    if before is not None and before > post.seq and not thread.mixed:
        # It was moved there after later posts: numbers do not grow with seqs.
        tx.execute("UPDATE threads SET mixed = 1 WHERE id = ?", post.thread)


def _refuse_known(tx: Tx, table: AnyTable, key: str) -> None:
    """Refuse an id that was given here since the pack was checked.

    Raises:
        Conflict: If it was.
    """
    if tx.get(table, key) is not None:
        raise Conflict(what=f"words of this pack stand here already, under the id {key}")


def _parent(tx: Tx, post: PostToUnpack) -> PostId | None:
    if post.parent is None:
        return None
    sql = "SELECT id FROM posts WHERE thread = ? AND number = ?"
    found: PostId | None = tx.fetch_value(sql, post.thread, post.parent)
    return found


def _text(tx: Tx, ctx: Context, board: BoardId, body: str | None) -> str | None:
    return None if body is None else post_text.store_text(tx, ctx, board, body)


def find_standing(tx: Tx, ids: Sequence[str], board: BoardId) -> str | None:
    """Return one of these ids that a thread or post of another board has here; None if none has."""
    asked = ",".join("?" * len(ids))
    for table in ("posts", "threads"):
        sql = f"SELECT id FROM {table} WHERE id IN ({asked}) AND board <> ? LIMIT 1"  # noqa: S608 - only question marks
        found: str | None = tx.fetch_value(sql, *ids, board)
        if found is not None:
            return found
    return None


def end_post(tx: Tx, post: PostId) -> None:
    """Let a post of a board that is not open yet be a marker of nobody."""
    row = tx.get(POSTS, post)
    if row is None or row.state != PUBLISHED:
        return
    post_text.erase(tx, row, ContentState.WITHDRAWN.value)
    tx.execute("UPDATE posts SET author_kind = ?, author = id WHERE id = ?", NOBODY, post)


def erase_words(tx: Tx, board: BoardId, limit: int, *, keep_threads: bool) -> bool:
    """Delete a slice of a board's words; see `UnpackLookups.erase_unpacked_words`."""
    posts = tx.fetch_all(
        "SELECT n, id, body_text, subject_text FROM posts WHERE board = ? LIMIT ?",
        *(board, limit),
    )
    for number, post, body, subject in posts:
        if body is not None:
            tx.remove_from_index(number)
        post_text.delete_texts(tx, board, [body, subject])
        tx.execute("DELETE FROM posts WHERE id = ?", post)
    if posts:
        return True
    threads = tx.fetch_all(
        "SELECT id, title_text, at FROM threads WHERE board = ?"
        " AND (number IS NOT NULL OR author_kind <> ?) LIMIT ?",
        *(board, NOBODY, limit),
    )
    for thread, title, at in threads:
        post_text.delete_texts(tx, board, [title])
        post_text.forget_old_titles(tx, thread)
        if keep_threads:
            _write_anew(tx, ThreadRow(thread, board, NOBODY, thread, None, at))
            # What hid its posts names rows by their numbers, which other posts may get.
            tx.execute("UPDATE hidings SET upto = first - 1 WHERE thread = ?", thread)
        else:
            tx.execute("DELETE FROM threads WHERE id = ?", thread)
    names = tx.fetch_all(
        "SELECT id, name_text FROM imported_authors WHERE board = ? LIMIT ?", board, limit
    )
    texts.delete_texts(tx, [name for _, name in names])
    tx.execute_many("DELETE FROM imported_authors WHERE id = ?", [(key,) for key, _ in names])
    return bool(threads or names)
