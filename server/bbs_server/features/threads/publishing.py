"""Publishing: how a post gets its number and its place in the board's stream.

Every post is held first and then published, at once or after the board's hold. While it is held,
its events go to its author's stream and the desk's.
"""

from bbs.clock import Ms
from bbs.features.members.author_text import without_name
from bbs.features.threads import rules
from bbs.features.threads.messages import PostHeld, PostPublished, ThreadPublished
from bbs.ids import PostId
from bbs.streams import board_stream, desk_stream, member_stream
from bbs_server.features.threads import forwarding, hidden, post_text, records
from bbs_server.features.threads.rows import (
    IMPORTED,
    POSTS,
    PUBLISHED,
    THREADS,
    PostRow,
)
from bbs_server.outcome import AppendEvent
from bbs_server.store import event_log
from bbs_server.store.api import HIDDEN_NOW, Tx
from bbs_server.store.proven_time import Moment


def publish_post(tx: Tx, row: PostRow, moment: Moment, *, ahead: int = 0) -> list[AppendEvent]:
    """Publish a held post: give it a number, and with a first post its thread too.

    Args:
        row: The post's, as `rows.POST` reads it, in the thread where `follow_moves` leads it.
        moment: When it is published; the retention runs from then on.
        ahead: Events this act will append to the board's stream before this one.

    Returns:
        The event for the board's stream; it must be the next one appended there.
    """
    post, board, thread, now = row.id, row.board, row.thread, moment.now
    number, title = _count(tx, row, now)
    seq = event_log.head(tx, board_stream(board)).seq + 1 + ahead
    kept_ms = tx.memoize(records.retention_ms, board)
    row = row._replace(
        number=number,
        visible_at=now,
        fades_at=None if kept_ms is None else now + kept_ms,
        seq=seq,
        state=PUBLISHED,
        revision=row.revision + 1,
    )
    tx.upsert(POSTS, (post,), row)
    post_text.add_to_index(tx, row)
    if row.mentions:
        tx.execute_many(
            "INSERT INTO mentions (member, row) VALUES (?, ?) ON CONFLICT DO NOTHING",
            [(member, row.n) for member in row.mentions.split()],
        )
    name = records.name_text(tx, row.author) if row.author_kind == IMPORTED else None
    parts = {"post.body": row.body_text, "post.subject": row.subject_text, "post.author.name": name}
    view = records.post_views(tx, [row], moment)[0]
    event: PostPublished | ThreadPublished = PostPublished(post=view)
    if number == 1:
        event = ThreadPublished(thread=records.get_thread(tx, thread, moment), post=view)
        # Its beginning may have been withdrawn while it was held, and the title with it.
        parts |= {"thread.author.name": name, "thread.title": title}
    texts = {path: key for path, key in parts.items() if key is not None}
    by = without_name(view.author)  # what an event says beside its texts outlasts them
    return [AppendEvent(board_stream(board), event, post, texts, by)]


def follow_moves(tx: Tx, row: PostRow) -> PostRow:
    """Return a held post's row in the thread where what it answers stands by now."""
    thread, parent = forwarding.place_of_answer(tx, row.thread, row.parent)
    if (thread, parent) == (row.thread, row.parent):
        return row
    tx.execute("UPDATE posts SET thread = ?, parent = ? WHERE id = ?", thread, parent, row.id)
    return row._replace(thread=thread, parent=parent)


def _count(tx: Tx, post: PostRow, now: Ms) -> tuple[int, str | None]:
    """Count a thread's next post; return its number, and the text id of the thread's title."""
    thread = tx.get(THREADS, post.thread)
    assert thread is not None
    posts = thread.posts + 1
    if posts == 1:
        number = tx.fetch_value(
            "UPDATE boards SET threads = threads + 1 WHERE id = ? RETURNING threads", thread.board
        )
        # Here and not with each post: what is named in a change has its index written anew.
        tx.execute("UPDATE threads SET number = ? WHERE id = ?", number, thread.id)
        # Its title may have been withdrawn while it was held.
        state = thread.state if thread.title_text is None else PUBLISHED
        thread = thread._replace(number=number, state=state)
    last_at = rules.last_at(thread.last_at, post.at, now, imported=bool(post.imported))
    thread = thread._replace(posts=posts, last_at=last_at)
    tx.upsert(THREADS, (thread.id,), thread)
    return posts, thread.title_text


def held_post_events(tx: Tx, post: PostId, moment: Moment) -> list[AppendEvent]:
    """Tell the author's own devices and the desk how a held post now stands."""
    row = records.post_row(tx, post)
    assert row is not None
    view = records.get_post(tx, post, moment)
    thread = records.get_thread(tx, view.thread, moment)
    found = hidden.find_hidden(tx)
    is_shown = row.body_text is not None and not hidden.is_hidden(row, found)
    texts = {"post.body": row.body_text} if is_shown and row.body_text is not None else {}
    opens = thread.number is None
    if opens and not hidden.is_title_hidden(row.thread, found):
        title = tx.fetch_value("SELECT title_text FROM threads WHERE id = ?", view.thread)
        if title is not None:
            texts["thread.title"] = title
    event = PostHeld(post=view, thread=thread if opens else None)
    return [
        AppendEvent(stream, event, post, dict(texts), view.author)
        for stream in (member_stream(row.author), desk_stream(view.board))
    ]


def find_due_post(tx: Tx, moment: Moment) -> PostId | None:
    """Return the held post that is to be published next; None if none is due.

    Publishing cannot be undone. So while the clock is in doubt, posts that were held before wait by
    the steady clock; only posts dated ahead by the wall clock wait by the wall clock.
    """
    until, beyond = rules.publish_times(moment.now)
    post: PostId | None = tx.fetch_value(
        "SELECT id FROM posts WHERE state = 'held' AND NOT EXISTS (SELECT 1 FROM purges g"  # noqa: S608 - constants
        " WHERE g.thread = posts.thread AND g.upto >= posts.n) AND NOT "
        + HIDDEN_NOW.format("posts")
        + " AND (visible_at <= ? OR visible_at > ?"
        " OR (visible_at <= ? AND at > ?)) ORDER BY visible_at > ?, visible_at, n LIMIT 1",
        *(moment.steady_now, beyond, until, moment.steady_now, beyond),
    )
    return post
