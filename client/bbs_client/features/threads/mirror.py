"""Threads and posts: how they are written into the mirror."""

from datetime import datetime
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from bbs.clock import DAY_MS, SECOND_MS, Ms, instant, to_ms
from bbs.features.members.author_text import without_name
from bbs.features.threads import rules
from bbs.features.threads.messages import PostPublished, ThreadPublished
from bbs.features.threads.views import (
    GONE,
    ContentState,
    Post,
    PostResult,
    Skeleton,
    StartThreadResult,
    Thread,
)
from bbs.rows import columns, marks
from bbs_client.features.threads.reads import thread_decoder
from bbs_client.features.threads.thanks import forget_thanks
from bbs_client.mirror.docs import encode
from bbs_client.mirror.places import EventPlace
from bbs_client.mirror.transaction import MirrorTransaction, Version, author_id, supersedes


class StoredThread(NamedTuple):
    """A row of `threads`, without `unread`, which is counted."""

    id: str
    board: str
    number: int | None
    state: str
    posts: int
    fades_at: Ms | None
    words: bool
    revision: int
    doc: bytes


class StoredPost(NamedTuple):
    """A row of `posts` that has its document."""

    id: str
    board: str
    thread: str
    number: int | None
    parent: str | None
    parent_number: int | None
    author: str | None
    seq: int | None
    state: str
    imported: bool
    visible_at: Ms
    fades_at: Ms | None
    fresh: bool
    for_me: int
    words: bool
    revision: int
    doc: bytes


class StoredBone(NamedTuple):
    """A row of `posts` of which only its place in the thread is known."""

    board: str
    thread: str
    number: int
    parent_number: int | None
    author: str | None
    seq: int
    state: str
    imported: bool
    fresh: bool
    words: bool = False
    revision: int = 0


_PUT_BONE = (
    f"INSERT INTO posts({columns(StoredBone)}) VALUES ({marks(StoredBone)})"  # noqa: S608 - our own names
    " ON CONFLICT(thread, number) WHERE number IS NOT NULL DO UPDATE SET"
    " parent_number = coalesce(excluded.parent_number, parent_number),"
    " state = iif(id IS NULL, excluded.state, state),"
    " fresh = iif(id IS NULL, excluded.fresh, fresh)"
)


class _KnownPost(NamedTuple):
    state: str
    revision: int
    words: bool
    thread: str
    doc: bytes


class _Place(NamedTuple):
    key: int
    id: str | None
    parent_number: int | None


class _Numbered(NamedTuple):
    number: int | None


class _PostEnd(NamedTuple):
    fades_at: Ms | None


class _BoardEnds(NamedTuple):
    retention_days: int
    hold_s: int


class Raise(Struct, frozen=True):
    """A thread reaches at least to this post, published `at`. `written` is for imported posts only."""

    thread: str
    number: int
    at: datetime
    written: datetime | None = None


def fold(message: Struct, place: EventPlace | None) -> tuple[Raise, ...]:
    """Return how far a thread reaches by a post that was published. Pure.

    Args:
        message: An event or a result; one of something else raises nothing.
        place: Where an event happened; nothing here depends on it.
    """
    if not isinstance(message, ThreadPublished | PostPublished | StartThreadResult | PostResult):
        return ()
    post = message.post
    if post.number is None:
        return ()
    written = post.at if post.imported else None
    return (Raise(post.thread, post.number, post.visible_at, written),)


def put_thread(pen: MirrorTransaction, thread: Thread) -> None:
    """Keep a thread; its posts and newest moment only ever grow, whichever message came last."""
    if not pen.has_board(thread.board):
        return
    row = pen.select_one(StoredThread, "FROM threads WHERE id = ?", thread.id)
    fades_at = _thread_fades_at(pen, thread)
    if row is not None:
        known = thread_decoder.decode(row.doc)
        newer = Version(thread.state, thread.revision, thread.title is not None)
        is_newer = supersedes(newer, Version(row.state, row.revision, row.words))
        base = thread if is_newer else known
        # Published is published: a held copy that comes late knows no number and no posts.
        thread = replace(
            base,
            number=base.number or known.number or thread.number,
            posts=max(thread.posts, known.posts),
            # A function of the posts counted; of two that count the same, the server's is right.
            last_at=(thread if thread.posts >= known.posts else known).last_at,
        )
        fades_at = _earlier(fades_at, row.fades_at)
        pen.erased |= bool(row.words) and thread.title is None
        if (thread, fades_at) == (known, row.fades_at):
            return
    _store_thread(pen, thread, fades_at)


def raise_thread(pen: MirrorTransaction, change: Raise) -> None:
    """Let a thread reach to a post that was published in it."""
    row = pen.select_one(StoredThread, "FROM threads WHERE id = ?", change.thread)
    if row is None or row.posts > change.number:
        return
    thread = thread_decoder.decode(row.doc)
    if change.written is not None:
        known_ms = None if thread.last_at is None else to_ms(thread.last_at)
        at_ms = (to_ms(change.written), to_ms(change.at))
        last_at: datetime | None = instant(rules.last_at(known_ms, *at_ms, imported=True))
    else:
        last_at = change.at if change.number > row.posts else _later(thread.last_at, change.at)
    raised = replace(thread, posts=change.number, last_at=last_at)
    if raised != thread:
        _store_thread(pen, raised, row.fades_at)


def blank_thread(pen: MirrorTransaction, thread_id: str, state: ContentState) -> None:
    """Take a thread's title; one that went before keeps the way it went."""
    row = pen.select_one(StoredThread, "FROM threads WHERE id = ?", thread_id)
    if row is None or row.state in GONE:
        return
    thread = thread_decoder.decode(row.doc)
    blank = replace(
        thread,
        title=None,
        state=state,
        author=without_name(thread.author),
        revision=thread.revision + 1,
    )
    pen.erased = True
    _store_thread(pen, blank, row.fades_at)


def put_post(pen: MirrorTransaction, post: Post) -> None:
    """Keep a post, or what its end leaves: of a post that never had a number, nothing (P9).

    A thread loses its title with the words of its first post (P10).
    """
    ended = post.state in GONE
    if ended and post.number is None:
        _remove_held(pen, post)
        return
    _put_post(pen, post)
    if ended and post.number == 1:
        blank_thread(pen, post.thread, post.state)


def _put_post(pen: MirrorTransaction, post: Post) -> None:
    """Keep a post; a bone in its place gives it its parent's number and goes."""
    if not pen.has_board(post.board):
        return
    words, doc = post.body is not None, encode(post)
    row = pen.select_one(_KnownPost, "FROM posts WHERE id = ?", post.id)
    if row is not None:
        old = Version(row.state, row.revision, row.words)
        # Both an answer and an event tell of the reader's own post: it is written once.
        if doc == row.doc or not supersedes(Version(post.state, post.revision, words), old):
            return
        pen.erased |= bool(row.words) and not words
        if row.thread != post.thread:
            pen.touch("posts", thread=row.thread)
    parent_number = _parent_number(pen, post)
    stored = StoredPost(
        id=post.id,
        board=post.board,
        thread=post.thread,
        number=post.number,
        parent=post.parent,
        parent_number=parent_number,
        author=author_id(post.author),
        seq=post.seq,
        state=post.state.value,
        imported=post.imported,
        visible_at=to_ms(post.visible_at),
        fades_at=None if post.fades_at is None else to_ms(post.fades_at),
        fresh=pen.is_unread_by_default(post.board, post.thread, post),
        for_me=_for_me(pen, post),
        words=words,
        revision=post.revision,
        doc=doc,
    )
    pen.put("posts", stored, "id")
    if post.state in GONE:
        forget_thanks(pen, post.id)
    if post.number is not None:
        pen.run(
            "UPDATE posts SET parent_number = ? WHERE parent = ? AND parent_number IS NULL",
            post.number,
            post.id,
        )
    if post.number == 1:
        _adopt_end(pen, post)
    pen.touch("posts", post.board, post.thread)


def put_bones(pen: MirrorTransaction, skeleton: Skeleton) -> None:
    """Keep the shape of a thread; a post that is here learns only where its parent stands."""
    thread, board = skeleton.thread.id, skeleton.thread.board
    if not pen.has_board(board):
        return
    rows = [
        StoredBone(
            board=board,
            thread=thread,
            number=bone.number,
            parent_number=bone.parent,
            author=author_id(bone.author),
            seq=bone.seq,
            state=bone.state.value,
            imported=bone.imported,
            fresh=pen.is_unread_by_default(board, thread, bone),
        )
        for bone in skeleton.bones
    ]
    pen.db.executemany(_PUT_BONE, rows)
    pen.touch("posts", board, thread)


def _remove_held(pen: MirrorTransaction, post: Post) -> None:
    """Forget a post that was never published, and the thread that it would have begun."""
    posts = pen.run("DELETE FROM posts WHERE id = ? AND number IS NULL", post.id)
    threads = pen.run(
        "DELETE FROM threads WHERE id = ? AND number IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM posts WHERE thread = threads.id)",
        post.thread,
    )
    if posts or threads:
        pen.erased = True
        pen.touch("threads", thread=post.thread)
        pen.touch("posts", thread=post.thread)


def drop_published(pen: MirrorTransaction, board: str) -> None:
    """Drop the threads and posts that a board's stream told of."""
    pen.run("DELETE FROM posts WHERE board = ? AND number IS NOT NULL", board)
    pen.run("DELETE FROM threads WHERE board = ? AND number IS NOT NULL", board)
    pen.touch("threads", board)
    pen.touch("posts", board)


def drop_own(pen: MirrorTransaction, member: str) -> None:
    """Drop what the reader's own stream told of: what waits to be published, and thanks."""
    pen.run("DELETE FROM posts WHERE number IS NULL")
    pen.run("DELETE FROM threads WHERE number IS NULL")
    pen.run("DELETE FROM thanks")
    pen.touch("posts")
    pen.touch("threads")


def _for_me(pen: MirrorTransaction, post: Post) -> int:
    if pen.me is None:
        return 0
    return 2 if post.answers == pen.me else int(pen.me in post.mentions)


def estimated_end(pen: MirrorTransaction, thread: Thread) -> Ms | None:
    """Return when a title fades whose first post is not here; None: not known, or never.

    It fades with that post, which was published at most the board's hold after it was written.
    An imported thread says nothing of when it came.
    """
    row = pen.select_one(_BoardEnds, "FROM boards WHERE id = ?", thread.board)
    if row is None or row.retention_days == 0 or thread.imported:
        return None
    return to_ms(thread.at) + row.hold_s * SECOND_MS + row.retention_days * DAY_MS


def _store_thread(pen: MirrorTransaction, thread: Thread, fades_at: Ms | None) -> None:
    stored = StoredThread(
        id=thread.id,
        board=thread.board,
        number=thread.number,
        state=thread.state.value,
        posts=thread.posts,
        fades_at=fades_at,
        words=thread.title is not None,
        revision=thread.revision,
        doc=encode(thread),
    )
    pen.put("threads", stored, "id")
    pen.touch("threads", thread.board, thread.id)


def _thread_fades_at(pen: MirrorTransaction, thread: Thread) -> Ms | None:
    first = pen.select_one(
        _PostEnd,
        "FROM posts WHERE thread = ? AND number = 1 AND id IS NOT NULL",
        thread.id,
    )
    return estimated_end(pen, thread) if first is None else first.fades_at


def _adopt_end(pen: MirrorTransaction, first: Post) -> None:
    """Let a thread's title end with its first post, exactly."""
    fades_at = None if first.fades_at is None else to_ms(first.fades_at)
    pen.run("UPDATE threads SET fades_at = ? WHERE id = ?", fades_at, first.thread)


def _parent_number(pen: MirrorTransaction, post: Post) -> int | None:
    """Return the place of a post's parent where it is known; clears the post's own place."""
    number: int | None = None
    if post.number is not None:
        place = pen.select_one(
            _Place, "FROM posts WHERE thread = ? AND number = ?", post.thread, post.number
        )
        if place is not None:
            number = place.parent_number
            if place.id != post.id:
                pen.run("DELETE FROM posts WHERE key = ?", place.key)
    if post.parent is not None:
        parent = pen.select_one(_Numbered, "FROM posts WHERE id = ?", post.parent)
        if parent is not None:
            number = parent.number
    return number


def _earlier(one: Ms | None, other: Ms | None) -> Ms | None:
    return min((ms for ms in (one, other) if ms is not None), default=None)


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max((at for at in (one, other) if at is not None), default=None)
