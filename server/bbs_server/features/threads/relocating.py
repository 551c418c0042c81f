"""Giving posts their place in another thread, on the same board or another, and leaving markers (P5, P10)."""

from collections.abc import Sequence
from typing import NamedTuple

from bbs.features.threads import rules
from bbs.features.threads.tending_messages import PostMoved, PostsRenumbered, ThreadGrew
from bbs.features.threads.views import ContentState, Post
from bbs.ids import PostId, ThreadId
from bbs.messages import Seq
from bbs.streams import board_stream
from bbs_server.features.threads import post_text, records, sizes
from bbs_server.features.threads.rows import (
    IMPORTED,
    POSTS,
    PUBLISHED,
    THREADS,
    PostRow,
    ThreadRow,
    post_end,
)
from bbs_server.features.threads.tending import title_texts
from bbs_server.handler_api import Context
from bbs_server.outcome import AppendEvent
from bbs_server.store import event_log, texts
from bbs_server.store.api import Tx

SYSTEM = "system"


def move_posts(
    tx: Tx,
    ctx: Context,
    source: ThreadRow,
    rows: Sequence[PostRow],
    to: ThreadId,
    *,
    ahead: int = 0,
) -> list[AppendEvent]:
    """Move posts to the end of a thread, and leave markers.

    Args:
        ahead: Events that this act appends before, to the stream of the board that they go to.

    Returns:
        What tells it; these must be the next events on the streams of both boards.
    """
    if not rows:
        return []
    target = _thread(tx, to)
    stream, leaves = board_stream(target.board), target.board != source.board
    seq = event_log.head(tx, stream).seq + ahead + 2
    numbers = tuple((row.number or 0, target.posts + at) for at, row in enumerate(rows, start=1))
    renumbered = PostsRenumbered(board=target.board, thread=source.id, to=to, numbers=numbers)
    markers: list[PostRow] = []
    for row in rows:
        seq += 1
        if leaves:
            _rehome(tx, row, target, seq)
        target = _relocate(tx, source, row, target)
        # Its place in the stream of the board that a post leaves is free for the marker.
        markers.append(_leave_marker(tx, ctx, row, row.seq if leaves else seq))
    tx.upsert(THREADS, (to,), target)
    thread = records.get_thread(tx, to, ctx.moment)
    posts = records.posts_by_row(tx, [row.n for row in rows], ctx.moment)
    shown = records.post_views(tx, markers, ctx.moment)
    # Apart from the posts: a title that is hidden later is left out of this event, which is about it.
    grew = AppendEvent(stream, ThreadGrew(thread=thread), to, title_texts(tx, target))
    emissions = [AppendEvent(stream, renumbered, source.id), grew]
    for row, post, marker in zip(rows, posts, shown, strict=True):
        moved = PostMoved(post=post, marker=None if leaves else marker)
        emissions.append(AppendEvent(stream, moved, row.id, _texts(tx, row, post)))
    if leaves:
        left = board_stream(source.board)
        emissions += [
            AppendEvent(left, PostMoved(marker=marker), row.id)
            for row, marker in zip(rows, shown, strict=True)
        ]
    return emissions


def _thread(tx: Tx, key: ThreadId) -> ThreadRow:
    row = tx.get(THREADS, key)
    assert row is not None
    return row


def _texts(tx: Tx, row: PostRow, shown: Post) -> dict[str, str]:
    """Return the ids of a post's words, by their paths in the event that tells its move."""
    name = records.name_text(tx, row.author) if row.author_kind == IMPORTED else None
    subject = tx.fetch_value("SELECT subject_text FROM posts WHERE id = ?", row.id)
    parts = {"post.body": row.body_text, "post.subject": subject, "post.author.name": name}
    return {path: key for path, key in parts.items() if key is not None and shown.body}


def _rehome(tx: Tx, row: PostRow, target: ThreadRow, seq: Seq) -> None:
    """Let a post stand on another board: it ends when it would, or when it would there if that is sooner.

    Each wording names the board from then on whose norms were in force when it was written.

    Args:
        seq: Its place in that board's stream.
    """
    tx.remove_from_index(row.n)
    sizes.take_along(tx, row, target.board)
    end = tx.fetch_value(f"SELECT {post_end('posts')} FROM posts WHERE id = ?", row.id)  # noqa: S608 - constants
    kept_ms = tx.memoize(records.retention_ms, target.board)
    if row.state == PUBLISHED and kept_ms is not None:
        there = row.visible_at + kept_ms
        end = there if end is None else min(end, there)
    whose = "nullif(coalesce(norms_board, ?), ?)"
    tx.execute(
        f"UPDATE posts SET board = ?, seq = ?, fades_at = ?, norms_board = {whose} WHERE id = ?",  # noqa: S608 - a constant
        *(target.board, seq, end, row.board, target.board, row.id),
    )
    tx.execute(
        f"UPDATE revisions SET norms_board = {whose} WHERE post = ?",  # noqa: S608 - a constant
        *(row.board, target.board, row.id),
    )


def _relocate(tx: Tx, source: ThreadRow, row: PostRow, target: ThreadRow) -> ThreadRow:
    """Give a post the next number of another thread; return that thread's row with it."""
    leaves = target.board != source.board
    parent, is_whole = row.parent, source.moved_to is not None and not leaves
    if is_whole and row.number != 1 and parent is None:
        # What answered the merged thread answers now the post that began it.
        parent = tx.fetch_value(
            "SELECT coalesce(moved_to, id) FROM posts WHERE thread = ? AND number = 1", source.id
        )
    elif not is_whole and (above := tx.get(POSTS, parent or "")) is not None:
        parent = parent if above.thread == target.id else None
    if parent is None and not leaves:
        parent = _parent_before(tx, row.id, target.id)
    number = target.posts + 1
    if number == 1 and not leaves:
        tx.remove_from_index(row.n)
        _give_up_subject(tx, row, target)
    tx.execute(
        "UPDATE posts SET thread = ?, number = ?, parent = ?, revision = revision + 1 WHERE id = ?",
        *(target.id, number, parent, row.id),
    )
    # That these words were hidden lately goes with them: it says when they can be hidden again.
    tx.execute("UPDATE hidings SET thread = ? WHERE kind = 'post' AND thing = ?", target.id, row.id)
    if number == 1 or leaves:
        tx.add_to_index(row.n)
    at = rules.last_at(target.last_at, row.at, row.visible_at, imported=bool(row.imported))
    return target._replace(posts=number, last_at=max(at, target.last_at or 0))


def _give_up_subject(tx: Tx, row: PostRow, target: ThreadRow) -> None:
    """Let a post that begins a thread leave its subject, if the thread has it for a title."""
    subject: str | None = tx.fetch_value("SELECT subject_text FROM posts WHERE id = ?", row.id)
    words = texts.load_bodies(tx, [subject, target.title_text])
    if subject is not None and words.get(subject) == words.get(target.title_text or "", ""):
        tx.execute("UPDATE posts SET subject_text = NULL WHERE id = ?", row.id)
        post_text.delete_texts(tx, row.board, [subject])


class _Marker(NamedTuple):
    parent: PostId | None


def _marker_in(tx: Tx, post: PostId, thread: ThreadId) -> _Marker | None:
    sql = "FROM posts WHERE moved_to = ? AND thread = ? ORDER BY n DESC LIMIT 1"
    return tx.select_one(_Marker, sql, post, thread)


def stood_in(tx: Tx, post: PostId, thread: ThreadId) -> bool:
    """Return whether a post stood in a thread before: its marker is there."""
    return _marker_in(tx, post, thread) is not None


def _parent_before(tx: Tx, post: PostId, thread: ThreadId) -> PostId | None:
    """Return what a post answered when it stood in a thread before, if that stands there now.

    So a post that comes back answers again what it answered.
    """
    marker = _marker_in(tx, post, thread)
    above = None if marker is None else tx.get(POSTS, marker.parent or "")
    if above is not None and above.moved_to is not None:
        above = tx.get(POSTS, above.moved_to)
    return above.id if above is not None and above.thread == thread else None


def _leave_marker(tx: Tx, ctx: Context, row: PostRow, seq: Seq | None) -> PostRow:
    """Put a marker where a post stood; it stands in the tree as the post did."""
    above = tx.fetch_value(
        "SELECT id FROM posts WHERE moved_to = ? AND thread = ?", row.parent, row.thread
    )
    marker = PostRow(
        n=tx.next_number(POSTS),
        id=ctx.new_id(),
        board=row.board,
        thread=row.thread,
        parent=above or row.parent,
        author_kind=SYSTEM,
        author="",
        at=row.at,
        visible_at=ctx.now,
        norms_version=row.norms_version,
        norms_board=row.norms_board,
        body_text=None,
        number=row.number,
        seq=seq,
        state=ContentState.WITHDRAWN.value,
        moved_to=row.id,
    )
    tx.upsert(POSTS, (marker.id,), marker)
    return marker
