"""Threads and posts: how they are written into the mirror."""

from datetime import datetime

from msgspec.structs import asdict, replace

from bbs.clock import DAY_MS, SECOND_MS, Ms, instant, to_ms
from bbs.features.members.author_text import author_id, without_name
from bbs.features.threads import rules
from bbs.features.threads.ended_there import EndedThere
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
from bbs_client.features.threads.post_words import put_title_words, put_words
from bbs_client.features.threads.thanks import forget_thanks
from bbs_client.mirror.rows import encode, thread_decoder
from bbs_client.mirror.transaction import MirrorTransaction, Version, supersedes

_PUT_BONE = (
    "INSERT INTO posts(board, thread, number, parent_number, author, seq, state, imported, fresh,"
    " words, revision) VALUES (:board, :thread, :number, :parent, :author, :seq, :state, :imported,"
    " :fresh, 0, 0) ON CONFLICT(thread, number) WHERE number IS NOT NULL DO UPDATE SET"
    " parent_number = coalesce(excluded.parent_number, parent_number),"
    " state = iif(id IS NULL, excluded.state, state),"
    " fresh = iif(id IS NULL, excluded.fresh, fresh)"
)


def put_thread(pen: MirrorTransaction, thread: Thread) -> None:
    """Keep a thread; its posts and newest moment only ever grow, whichever message came last."""
    if pen.is_at_desk or not pen.has_board(thread.board):
        return
    begun = thread.number is not None or thread.state not in GONE
    if not begun and pen.fetch_value("SELECT 1 FROM posts WHERE thread = ?", thread.id) is None:
        return  # it was taken back before anybody saw it
    known, ends = _known_thread(pen, thread.id)
    fades_at = _thread_fades_at(pen, thread)
    if known is not None:
        base = thread if supersedes(_version(thread), _version(known)) else known
        # Published is published: a held copy that comes late knows no number and no posts.
        thread = replace(
            base,
            number=base.number or known.number or thread.number,
            posts=max(thread.posts, known.posts),
            # A function of the posts counted; of two that count the same, the server's is right.
            last_at=(thread if thread.posts >= known.posts else known).last_at,
        )
        fades_at = min((ms for ms in (fades_at, ends) if ms is not None), default=None)
        pen.erased |= known.title is not None and thread.title is None
        if (thread, fades_at) == (known, ends):
            return
    _store_thread(pen, thread, fades_at)
    if known is None or known.title != thread.title:
        put_title_words(pen, thread.id, thread.title)


def raise_thread(
    pen: MirrorTransaction, told: ThreadPublished | PostPublished | StartThreadResult | PostResult
) -> None:
    """Let a thread reach to a post that was published in it."""
    post = told.post
    thread, fades_at = _known_thread(pen, post.thread)
    if thread is None or post.number is None or thread.posts > post.number:
        return
    if post.imported:
        known_ms = None if thread.last_at is None else to_ms(thread.last_at)
        at_ms = (to_ms(post.at), to_ms(post.visible_at))
        last_at: datetime | None = instant(rules.last_at(known_ms, *at_ms, imported=True))
    elif post.number > thread.posts or thread.last_at is None:
        last_at = post.visible_at
    else:
        last_at = max(thread.last_at, post.visible_at)
    raised = replace(thread, posts=post.number, last_at=last_at)
    if raised != thread:
        _store_thread(pen, raised, fades_at)


def blank_thread(
    pen: MirrorTransaction,
    thread_id: str,
    state: ContentState,
    ended_there: EndedThere | None = None,
) -> None:
    """Take a thread's title; one that went before keeps the way it went."""
    _forget_old_titles(pen, thread_id)
    thread, fades_at = _known_thread(pen, thread_id)
    if thread is None or thread.state in GONE:
        return
    blank = replace(
        thread,
        title=None,
        state=state,
        ended_there=ended_there,
        author=without_name(thread.author),
        revision=thread.revision + 1,
    )
    pen.erased = True
    _store_thread(pen, blank, fades_at)
    put_title_words(pen, thread_id, None)


def _forget_old_titles(pen: MirrorTransaction, thread_id: str) -> None:
    """Take the title before out of the author's notices: it ends with the one the thread has (P10)."""
    if pen.run(
        "UPDATE notices SET doc = CAST(json_remove(CAST(doc AS TEXT), '$.title') AS BLOB)"
        " WHERE json_extract(CAST(doc AS TEXT), '$.act.thing.id') = ?"
        " AND json_extract(CAST(doc AS TEXT), '$.title') IS NOT NULL",
        thread_id,
    ):
        pen.erased = True
        pen.touch("notices")


def put_post(pen: MirrorTransaction, post: Post) -> None:
    """Keep a post, or what its end leaves: of a post that never had a number, nothing (P9).

    A thread loses its title with the words of its first post (P10).
    """
    if pen.is_at_desk:
        return
    ended = post.state in GONE
    if ended and post.number is None:
        _remove_held(pen, post)
        return
    _put_post(pen, post)
    if ended and post.number == 1:
        blank_thread(pen, post.thread, post.state, post.ended_there)


def _put_post(pen: MirrorTransaction, post: Post) -> None:
    """Keep a post; a bone in its place gives it its parent's number and goes."""
    if not pen.has_board(post.board):
        return
    doc = encode(post)
    if not pen.is_news("posts", post, doc) or _has_left(pen, post):
        return
    pen.put(
        "posts",
        post,
        "id",
        parent_number=_parent_number(pen, post),
        author=author_id(post.author),
        fresh=pen.is_unread_by_default(post.board, post.thread, post),
        for_me=_for_me(pen, post),
        words=post.body is not None,
        doc=doc,
    )
    put_words(pen, post)
    if post.state in GONE:
        forget_thanks(pen, post.id)
    if post.number is not None:
        pen.run(
            "UPDATE posts SET parent_number = ? WHERE parent = ? AND parent_number IS NULL"
            " AND thread = ?",
            *(post.number, post.id, post.thread),
        )
    if post.number == 1:
        _adopt_end(pen, post)
    pen.touch("posts", post.board, post.thread)


def _has_left(pen: MirrorTransaction, post: Post) -> bool:
    """Whether a marker stands where a post is told to be: a page that came late brings it not back.

    Where it stands now may be on a board that is not here, so that nothing else says so.
    """
    sql = "SELECT 1 FROM posts WHERE thread = ? AND number = ? AND moved_to = ?"
    return pen.exists(sql, post.thread, post.number, post.id)


def put_bones(pen: MirrorTransaction, skeleton: Skeleton) -> None:
    """Keep the shape of a thread; a post that is here learns only where its parent stands."""
    thread, board = skeleton.thread.id, skeleton.thread.board
    if not pen.has_board(board):
        return
    rows = [
        {
            **asdict(bone),
            "board": board,
            "thread": thread,
            "author": author_id(bone.author),
            "fresh": pen.is_unread_by_default(board, thread, bone),
        }
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
    An imported thread says nothing of when it came, and what is held has no end yet.
    """
    sql = "SELECT retention_days, hold_s FROM boards WHERE id = ? AND retention_days > 0"
    unknown = thread.imported or thread.number is None
    for days, hold_s in () if unknown else pen.fetch_all(sql, thread.board):
        return to_ms(thread.at) + int(hold_s) * SECOND_MS + int(days) * DAY_MS
    return None


def _store_thread(pen: MirrorTransaction, thread: Thread, fades_at: Ms | None) -> None:
    pen.put("threads", thread, "id", fades_at=fades_at, words=thread.title is not None)
    pen.touch("threads", thread.board, thread.id)


def _thread_fades_at(pen: MirrorTransaction, thread: Thread) -> Ms | None:
    sql = "SELECT fades_at FROM posts WHERE thread = ? AND number = 1 AND id IS NOT NULL"
    fades_at: Ms | None
    for (fades_at,) in pen.fetch_all(sql, thread.id):
        return fades_at
    return estimated_end(pen, thread)


def _adopt_end(pen: MirrorTransaction, first: Post) -> None:
    """Let a thread's title end with its first post, exactly."""
    fades_at = None if first.fades_at is None else to_ms(first.fades_at)
    pen.run("UPDATE threads SET fades_at = ? WHERE id = ?", fades_at, first.thread)


def _parent_number(pen: MirrorTransaction, post: Post) -> int | None:
    """Return the place of a post's parent where it is known; clears the post's own place."""
    number: int | None = None
    if post.number is not None:
        sql = "SELECT key, id, parent_number FROM posts WHERE thread = ? AND number = ?"
        for key, id, known in pen.fetch_all(sql, post.thread, post.number):
            number = known
            if id != post.id:
                # Its words go too, where it went to a board that is not here (P10).
                pen.erased |= id is not None
                pen.run("DELETE FROM posts WHERE key = ?", key)
    if post.parent is None:
        return number
    sql = "SELECT number FROM posts WHERE id = ? AND thread = ?"
    parent: int | None = pen.fetch_value(sql, post.parent, post.thread)
    return number if parent is None else parent


def _known_thread(pen: MirrorTransaction, thread: str) -> tuple[Thread | None, Ms | None]:
    """Return a thread that is here and when its title fades; None for none."""
    for doc, fades_at in pen.fetch_all("SELECT doc, fades_at FROM threads WHERE id = ?", thread):
        return thread_decoder.decode(doc), fades_at
    return None, None


def _version(thread: Thread) -> Version:
    return Version(thread.state, thread.revision, thread.title is not None)
