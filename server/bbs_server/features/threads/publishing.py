"""Publishing: how a post gets its number and its place in the board's stream.

A post is published as it is written, or after the board's hold. While it is held, its events go to
its author's stream and the desk's.
"""

from typing import NamedTuple

from msgspec.structs import replace

from bbs.clock import Ms, instant, optional_instant
from bbs.features.members.author_text import without_name
from bbs.features.members.views import MemberAuthor
from bbs.features.threads import rules
from bbs.features.threads.messages import PostHeld, PostPublished, ThreadPublished
from bbs.features.threads.views import Post
from bbs.ids import BoardId, PostId, ThreadId
from bbs.messages import Seq
from bbs.streams import board_stream, desk_stream, member_stream
from bbs_server.features.threads import forwarding, hidden, records
from bbs_server.features.threads.rows import (
    IMPORTED,
    MENTIONS,
    POSTS,
    PUBLISHED,
    THREADS,
    Mention,
    PostRow,
)
from bbs_server.outcome import AppendEvent
from bbs_server.store import event_log
from bbs_server.store.api import Tx
from bbs_server.store.hidden_now import HIDDEN_NOW
from bbs_server.store.proven_time import Moment


class Place(NamedTuple):
    """The place of a published post in its thread and in the board's stream; a held post has none.

    Attributes:
        title_text: With a thread's first post, the text id of the thread's title.
    """

    number: int | None = None
    seq: Seq | None = None
    fades_at: Ms | None = None
    title_text: str | None = None


NO_PLACE = Place()


def take_place(
    tx: Tx,
    board: BoardId,
    thread: ThreadId,
    at: Ms,
    now: Ms,
    *,
    imported: bool = False,
    ahead: int = 0,
) -> Place:
    """Count a post in its thread; with a first post, give the thread its number too.

    Args:
        at: When it was written.
        now: When it is published; the retention runs from then on.
        ahead: Events this act will append to the board's stream before that of the post.
    """
    number, title = _count(tx, thread, at, now, imported=imported)
    kept_ms = tx.memoize(records.retention_ms, board)
    return Place(
        number,
        seq=event_log.head(tx, board_stream(board)).seq + 1 + ahead,
        fades_at=None if kept_ms is None else now + kept_ms,
        title_text=title,
    )


def publish_new(
    tx: Tx, row: PostRow, body: str, title_text: str | None, moment: Moment
) -> AppendEvent:
    """Publish a post of a member that no hold keeps back.

    Args:
        row: The post's, with its place.
        body: Its words.
        title_text: As in its `Place`.

    Returns:
        The event for the board's stream; it must be the next one appended there.
    """
    _store(tx, row)
    bare = _view_of_new(row)
    view = replace(bare, body=body)
    texts = {} if row.body_text is None else {"post.body": row.body_text}
    stream = board_stream(row.board)
    if row.number != 1:
        told, kept = PostPublished(post=view), PostPublished(post=bare)
        return AppendEvent(stream, told, row.id, texts, view.author, kept)
    opened = ThreadPublished(thread=records.get_thread(tx, row.thread, moment), post=view)
    if title_text is not None:
        texts["thread.title"] = title_text
    return AppendEvent(stream, opened, row.id, texts, view.author)


def _view_of_new(row: PostRow) -> Post:
    """Return the view, without its words, of a post that is being published as it is written.

    Unlike one that was held it cannot be hidden, purged, edited or moved; so nothing is looked up.
    """
    return Post(
        id=row.id,
        board=row.board,
        thread=row.thread,
        number=row.number,
        parent=row.parent,
        author=MemberAuthor(id=row.author),
        at=instant(row.at),
        visible_at=instant(row.visible_at),
        fades_at=optional_instant(row.fades_at),
        seq=row.seq,
        norms_version=row.norms_version,
        mentions=tuple(row.mentions.split()),
        answers=row.answers,
        via=records.WAYS[row.via],
        revision=row.revision,
    )


def publish_post(tx: Tx, row: PostRow, moment: Moment, *, ahead: int = 0) -> list[AppendEvent]:
    """Publish a post that was held, or is imported.

    Args:
        row: The post's, as `rows.POST` reads it, in the thread where `follow_moves` leads it.
        ahead: As in `take_place`.

    Returns:
        The event for the board's stream; it must be the next one appended there.
    """
    imported = bool(row.imported)
    place = take_place(
        tx, row.board, row.thread, row.at, moment.now, imported=imported, ahead=ahead
    )
    row = row._replace(
        number=place.number,
        visible_at=moment.now,
        fades_at=place.fades_at,
        seq=place.seq,
        state=PUBLISHED,
        revision=row.revision + 1,
        approval="",
    )
    _store(tx, row)
    name = records.name_text(tx, row.author) if row.author_kind == IMPORTED else None
    parts = {"post.body": row.body_text, "post.subject": row.subject_text, "post.author.name": name}
    view = records.post_views(tx, [row], moment)[0]
    event: PostPublished | ThreadPublished = PostPublished(post=view)
    if place.number == 1:
        event = ThreadPublished(thread=records.get_thread(tx, row.thread, moment), post=view)
        # Its beginning may have been withdrawn while it was held, and the title with it.
        parts |= {"thread.author.name": name, "thread.title": place.title_text}
    texts = {path: key for path, key in parts.items() if key is not None}
    by = without_name(view.author)  # what an event says beside its texts outlasts them
    return [AppendEvent(board_stream(row.board), event, row.id, texts, by)]


def _store(tx: Tx, row: PostRow) -> None:
    """Store a published post with whom it mentions, and let it be found."""
    tx.upsert(POSTS, (row.id,), row)
    tx.add_to_index(row.n)
    for member in row.mentions.split():
        mention = Mention(member, row.n)
        tx.upsert(MENTIONS, mention, mention)


def follow_moves(tx: Tx, row: PostRow) -> PostRow:
    """Return a held post's row in the thread where what it answers stands by now."""
    thread, parent = forwarding.place_of_answer(tx, row.thread, row.parent)
    if (thread, parent) == (row.thread, row.parent):
        return row
    tx.execute("UPDATE posts SET thread = ?, parent = ? WHERE id = ?", thread, parent, row.id)
    return row._replace(thread=thread, parent=parent)


def _count(tx: Tx, key: ThreadId, at: Ms, now: Ms, *, imported: bool) -> tuple[int, str | None]:
    """Count a thread's next post; return its number, and the text id of the thread's title."""
    thread = tx.get(THREADS, key)
    assert thread is not None
    posts = thread.posts + 1
    last_at = rules.last_at(thread.last_at, at, now, imported=imported)
    if posts == 1:
        number = tx.fetch_value(
            "UPDATE boards SET threads = threads + 1 WHERE id = ? RETURNING threads", thread.board
        )
        # Here and not with each post: what is named in a change has its index written anew.
        tx.execute("UPDATE threads SET number = ? WHERE id = ?", number, key)
        # Its title may have been withdrawn while it was held.
        state = thread.state if thread.title_text is None else PUBLISHED
        thread = thread._replace(number=number, state=state)
    thread = thread._replace(posts=posts, last_at=last_at)
    tx.upsert(THREADS, (key,), thread)
    return posts, thread.title_text


def held_post_events(tx: Tx, post: PostId, moment: Moment) -> list[AppendEvent]:
    """Tell the author's own devices and the desk how a held post now stands."""
    view = records.get_post(tx, post, moment)
    thread = records.get_thread(tx, view.thread, moment)
    event = PostHeld(post=view, thread=thread if thread.number is None else None)
    row = records.post_row(tx, post)
    assert row is not None
    # Of who left the desk learns no more than other readers.
    told = {member_stream(row.author): MemberAuthor(id=row.author)}
    by_stream = told | {desk_stream(view.board): view.author}
    return [
        AppendEvent(stream, event, post, held_texts(tx, post), author)
        for stream, author in by_stream.items()
    ]


def held_texts(tx: Tx, post: PostId) -> dict[str, str]:
    """Return the ids of a held post's texts that are shown, by their paths in `PostHeld`."""
    row = records.post_row(tx, post)
    assert row is not None
    found = hidden.find_hidden(tx)
    texts = {}
    if row.body_text is not None and not hidden.is_hidden(row, found):
        texts["post.body"] = row.body_text
    if not hidden.is_title_hidden(row.thread, found):
        sql = "SELECT title_text FROM threads WHERE id = ? AND number IS NULL"
        if (title := tx.fetch_value(sql, row.thread)) is not None:
            texts["thread.title"] = title
    return texts


def find_due_post(tx: Tx, moment: Moment) -> PostId | None:
    """Return the held post that is to be published next; None if none is due.

    Publishing cannot be undone. So while the clock is in doubt, posts that were held before wait by
    the steady clock; only posts dated ahead by the wall clock wait by the wall clock. What waits for
    a moderator waits by the steady clock in any case: a person may decide sooner.
    """
    until, beyond = rules.publish_times(moment.now)
    post: PostId | None = tx.fetch_value(
        "SELECT id FROM posts WHERE state = 'held' AND approval <> 'declined' AND NOT EXISTS (SELECT 1 FROM purges g"  # noqa: S608 - constants
        " WHERE g.thread = posts.thread AND g.upto >= posts.n) AND NOT "
        + HIDDEN_NOW.format("posts")
        + " AND (visible_at <= ? OR (approval = '' AND (visible_at > ?"
        " OR (visible_at <= ? AND at > ?)))) ORDER BY visible_at > ?, visible_at, n LIMIT 1",
        *(moment.steady_now, beyond, until, moment.steady_now, beyond),
    )
    return post
