"""Writing threads, posts, bones and lines into the mirror."""

from datetime import datetime

from msgspec.structs import replace

from bbs.clock import DAY_MS, HOUR_MS, SECOND_MS, Ms, instant, to_ms
from bbs.features.threads import rules
from bbs.features.threads.as_of import without_name
from bbs.features.threads.views import GONE, ContentState, Line, Post, Thread
from bbs_client.mirror.changes import (
    BlankThread,
    PutBones,
    PutLine,
    PutPost,
    PutThanks,
    PutThread,
    Raise,
    RemoveHeld,
)
from bbs_client.mirror.docs import thread_decoder
from bbs_client.mirror.transaction import MirrorTransaction, author_id, encode, supersedes


def put_thread(pen: MirrorTransaction, change: PutThread) -> None:
    """Keep a thread; its posts and newest moment only ever grow, whichever message came last."""
    thread = change.thread
    if not pen.has_board(thread.board):
        return
    row = pen.one(
        "SELECT state, revision, words, fades_at, doc FROM threads WHERE id = ?", thread.id
    )
    fades_at = _thread_fades_at(pen, thread)
    if row is not None:
        known = thread_decoder.decode(row[4])
        newer = (thread.state, thread.revision, thread.title is not None)
        base = thread if supersedes(newer, (ContentState(row[0]), row[1], bool(row[2]))) else known
        # Published is published: a held copy that comes late knows no number and no posts.
        thread = replace(
            base,
            number=base.number or known.number or thread.number,
            posts=max(thread.posts, known.posts),
            # A function of the posts counted; of two that count the same, the server's is right.
            last_at=(thread if thread.posts >= known.posts else known).last_at,
        )
        fades_at = _earlier(fades_at, row[3])
        pen.erased |= bool(row[2]) and thread.title is None
    _store_thread(pen, thread, fades_at)


def raise_thread(pen: MirrorTransaction, change: Raise) -> None:
    """Let a thread reach to a post that was published in it."""
    row = pen.one("SELECT posts, fades_at, doc FROM threads WHERE id = ?", change.thread)
    if row is None or row[0] > change.number:
        return
    thread = thread_decoder.decode(row[2])
    if change.written is not None:
        known_ms = None if thread.last_at is None else to_ms(thread.last_at)
        at_ms = (to_ms(change.written), to_ms(change.at))
        last_at: datetime | None = instant(rules.last_at(known_ms, *at_ms, imported=True))
    else:
        last_at = change.at if change.number > row[0] else _later(thread.last_at, change.at)
    _store_thread(pen, replace(thread, posts=change.number, last_at=last_at), row[1])


def blank_thread(pen: MirrorTransaction, change: BlankThread) -> None:
    """Take a thread's title; one that went before keeps the way it went."""
    row = pen.one("SELECT state, fades_at, doc FROM threads WHERE id = ?", change.thread)
    if row is None or row[0] in GONE:
        return
    thread = thread_decoder.decode(row[2])
    blank = replace(
        thread,
        title=None,
        state=change.state,
        author=without_name(thread.author),
        revision=thread.revision + 1,
    )
    pen.erased = True
    _store_thread(pen, blank, row[1])


def put_post(pen: MirrorTransaction, change: PutPost) -> None:
    """Keep a post; a bone in its place gives it its parent's number and goes."""
    post = change.post
    if not pen.has_board(post.board):
        return
    words = post.body is not None
    row = pen.one("SELECT state, revision, words, thread FROM posts WHERE id = ?", post.id)
    if row is not None:
        old = (ContentState(row[0]), row[1], bool(row[2]))
        if not supersedes((post.state, post.revision, words), old):
            return
        pen.erased |= old[2] and not words
        if row[3] != post.thread:
            pen.touch("posts", thread=row[3])
    parent_number = _parent_number(pen, post)
    author = author_id(post.author)
    fresh = pen.is_unread_by_default(
        post.board, post.thread, author, post.state, post.seq, imported=post.imported
    )
    pen.run(
        "INSERT INTO posts(id, board, thread, number, parent, parent_number, author, seq, state,"
        " imported, visible_at, fades_at, fresh, words, revision, doc, for_me)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT(id) DO UPDATE SET board = excluded.board, thread = excluded.thread,"
        " number = excluded.number, parent = excluded.parent,"
        " parent_number = excluded.parent_number, author = excluded.author, seq = excluded.seq,"
        " state = excluded.state, imported = excluded.imported,"
        " visible_at = excluded.visible_at, fades_at = excluded.fades_at,"
        " fresh = excluded.fresh, words = excluded.words, revision = excluded.revision,"
        " doc = excluded.doc, for_me = excluded.for_me",
        post.id,
        post.board,
        post.thread,
        post.number,
        post.parent,
        parent_number,
        author,
        post.seq,
        post.state.value,
        post.imported,
        to_ms(post.visible_at),
        None if post.fades_at is None else to_ms(post.fades_at),
        fresh,
        words,
        post.revision,
        encode(post),
        _for_me(pen, post),
    )
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


def put_thanks(pen: MirrorTransaction, change: PutThanks) -> None:
    """Keep who thanked one for a post; a post that is gone took that along (P2)."""
    thanks = change.thanks
    row = pen.one("SELECT state FROM posts WHERE id = ?", thanks.post)
    if thanks.by is None or (row and row[0] != ContentState.PUBLISHED.value):
        return
    pen.run(
        "INSERT OR REPLACE INTO thanks VALUES (?, ?, ?, ?, ?)",
        *(thanks.post, thanks.by, thanks.board, thanks.thread, to_ms(thanks.at)),
    )
    pen.touch("thanks")


def forget_thanks(pen: MirrorTransaction, post: str) -> None:
    """Forget who thanked one for a post."""
    if pen.run("DELETE FROM thanks WHERE post = ?", post):
        pen.erased = True
        pen.touch("thanks")


def put_bones(pen: MirrorTransaction, change: PutBones) -> None:
    """Keep the shape of a thread; a post that is here learns only where its parent stands."""
    if not pen.has_board(change.board):
        return
    rows = []
    for bone in change.bones:
        author = author_id(bone.author)
        fresh = pen.is_unread_by_default(
            change.board, change.thread, author, bone.state, bone.seq, imported=bone.imported
        )
        rows.append(
            (
                change.board,
                change.thread,
                bone.number,
                bone.parent,
                author,
                bone.seq,
                bone.state.value,
                bone.imported,
                fresh,
            )
        )
    pen.db.executemany(
        "INSERT INTO posts(board, thread, number, parent_number, author, seq, state, imported,"
        " fresh, words, revision) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0)"
        " ON CONFLICT(thread, number) WHERE number IS NOT NULL DO UPDATE SET"
        " parent_number = coalesce(excluded.parent_number, parent_number),"
        " state = iif(id IS NULL, excluded.state, state),"
        " fresh = iif(id IS NULL, excluded.fresh, fresh)",
        rows,
    )
    pen.touch("posts", change.board, change.thread)


def remove_held(pen: MirrorTransaction, change: RemoveHeld) -> None:
    """Forget a post that was never published, and the thread that it would have begun."""
    posts = pen.run("DELETE FROM posts WHERE id = ? AND number IS NULL", change.post)
    threads = pen.run(
        "DELETE FROM threads WHERE id = ? AND number IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM posts WHERE thread = threads.id)",
        change.thread,
    )
    if posts or threads:
        pen.erased = True
        pen.touch("threads", thread=change.thread)
        pen.touch("posts", thread=change.thread)


def put_line(pen: MirrorTransaction, change: PutLine) -> None:
    """Keep a line of a lounge, unless it is known to be further in its life."""
    line = change.line
    if not pen.has_board(line.board):
        return
    words = line.body is not None
    row = pen.one("SELECT state, revision, words FROM lines WHERE id = ?", line.id)
    if row is not None:
        old = (ContentState(row[0]), row[1], bool(row[2]))
        if not supersedes((line.state, line.revision, words), old):
            return
        pen.erased |= old[2] and not words
    line = _shortened_line(pen, line)
    pen.run(
        "INSERT OR REPLACE INTO lines VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        line.id,
        line.board,
        line.number,
        to_ms(line.at),
        to_ms(line.fades_at),
        line.state.value,
        words,
        line.revision,
        encode(line),
    )
    pen.touch("lines", line.board)


def _for_me(pen: MirrorTransaction, post: Post) -> int:
    if pen.me is None:
        return 0
    return 2 if post.answers == pen.me else int(pen.me in post.mentions)


def _shortened_line(pen: MirrorTransaction, line: Line) -> Line:
    """Return a line as the board's changes since it was said leave it (P10).

    The board's stream tells of a shorter retention, the lounge's of the line: in any order.
    """
    row = pen.one(
        "SELECT min(lounge_hours) FROM shortenings WHERE board = ? AND at >= ?",
        line.board,
        to_ms(line.at),
    )
    if row[0] is None:
        return line
    end = instant(to_ms(line.at) + int(row[0]) * HOUR_MS)
    return replace(line, fades_at=end) if end < line.fades_at else line


def estimated_end(pen: MirrorTransaction, thread: Thread) -> Ms | None:
    """Return when a title fades whose first post is not here; None: not known, or never.

    It fades with that post, which was published at most the board's hold after it was written.
    An imported thread says nothing of when it came.
    """
    row = pen.one("SELECT retention_days, hold_s FROM boards WHERE id = ?", thread.board)
    if row is None or row[0] == 0 or thread.imported:
        return None
    return to_ms(thread.at) + int(row[1]) * SECOND_MS + int(row[0]) * DAY_MS


def _store_thread(pen: MirrorTransaction, thread: Thread, fades_at: Ms | None) -> None:
    pen.run(
        "INSERT INTO threads(id, board, number, state, posts, fades_at, words, revision, doc)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(id) DO UPDATE SET board = excluded.board,"
        " number = excluded.number, state = excluded.state, posts = excluded.posts,"
        " fades_at = excluded.fades_at, words = excluded.words, revision = excluded.revision,"
        " doc = excluded.doc",
        thread.id,
        thread.board,
        thread.number,
        thread.state.value,
        thread.posts,
        fades_at,
        thread.title is not None,
        thread.revision,
        encode(thread),
    )
    pen.touch("threads", thread.board, thread.id)


def _thread_fades_at(pen: MirrorTransaction, thread: Thread) -> Ms | None:
    row = pen.one(
        "SELECT fades_at FROM posts WHERE thread = ? AND number = 1 AND id IS NOT NULL", thread.id
    )
    return row[0] if row is not None else estimated_end(pen, thread)


def _adopt_end(pen: MirrorTransaction, first: Post) -> None:
    """Let a thread's title end with its first post, exactly."""
    fades_at = None if first.fades_at is None else to_ms(first.fades_at)
    pen.run("UPDATE threads SET fades_at = ? WHERE id = ?", fades_at, first.thread)


def _parent_number(pen: MirrorTransaction, post: Post) -> int | None:
    """Return the place of a post's parent where it is known; clears the post's own place."""
    number: int | None = None
    if post.number is not None:
        row = pen.one(
            "SELECT key, id, parent_number FROM posts WHERE thread = ? AND number = ?",
            post.thread,
            post.number,
        )
        if row is not None:
            number = row[2]
            if row[1] != post.id:
                pen.run("DELETE FROM posts WHERE key = ?", row[0])
    if post.parent is not None:
        row = pen.one("SELECT number FROM posts WHERE id = ?", post.parent)
        if row is not None:
            number = row[0]
    return number


def _earlier(one: Ms | None, other: Ms | None) -> Ms | None:
    return min((ms for ms in (one, other) if ms is not None), default=None)


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max((at for at in (one, other) if at is not None), default=None)
