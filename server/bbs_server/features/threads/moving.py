"""Moving posts to another thread of their board, in slices: a branch, or a thread as a whole (P5, P8)."""

from typing import NamedTuple

from bbs import limits
from bbs.features.moderation.messages import Change, Thing, ThingKind
from bbs.features.moderation.rules import check_reason
from bbs.features.threads import rules
from bbs.features.threads.tending_messages import (
    MergeThread,
    MovePosts,
    SplitThread,
    ThreadMerged,
)
from bbs.features.threads.views import ContentState, ThreadResult
from bbs.ids import PostId, ThreadId
from bbs.refusals import Conflict, NotFound
from bbs.streams import board_stream
from bbs_server.features.threads import forwarding, hidden, post_text, records, relocating
from bbs_server.features.threads.rows import (
    POSTS,
    PURGES,
    THREADS,
    PostRow,
    ThreadRow,
)
from bbs_server.features.threads.tending import check_published, thing_of
from bbs_server.handler_api import Context
from bbs_server.outcome import AppendEvent, Did, Outcome
from bbs_server.store.api import Tx


class Move(NamedTuple):
    """A move that is not over.

    Attributes:
        below: The last number of the source that was looked at.
    """

    source: ThreadId
    target: ThreadId
    below: int


def move_posts(tx: Tx, ctx: Context, command: MovePosts) -> Outcome[ThreadResult]:
    """Move a post and all answers below it to another thread of its board."""
    check_reason(command.reason)
    root = _branch_root(tx, command.post)
    source = _thread(tx, root.thread)
    target = _target(tx, ctx, source, command.to)
    return _begin(tx, ctx, source, target, root, command.reason)


def split_thread(tx: Tx, ctx: Context, command: SplitThread) -> Outcome[ThreadResult]:
    """Make a new thread of a post and all answers below it."""
    check_reason(command.reason)
    rules.check_title(command.title)
    root = _branch_root(tx, command.post)
    if tx.get(THREADS, command.thread) is not None:
        raise Conflict(what="a thread with this id exists")
    source = _thread(tx, root.thread)
    refuse_busy(tx, source)
    number = tx.fetch_value(
        "UPDATE boards SET threads = threads + 1 WHERE id = ? RETURNING threads", root.board
    )
    target = ThreadRow(
        *(command.thread, root.board, root.author_kind, root.author),
        title_text=post_text.store_text(tx, ctx, root.board, command.title),
        at=root.at,
        imported=root.imported,
        number=number,
        state=ContentState.PUBLISHED.value,
        via=post_text.via_of(ctx),
    )
    tx.upsert(THREADS, (target.id,), target)
    return _begin(tx, ctx, source, target, root, command.reason)


def merge_thread(tx: Tx, ctx: Context, command: MergeThread) -> Outcome[ThreadResult]:
    """Move all posts of a thread to another of its board, to which its address leads from now on."""
    check_reason(command.reason)
    source = _thread(tx, command.thread)
    check_published(source)
    target = _target(tx, ctx, source, command.into)
    first = records.first_post(tx, source.id)
    assert first is not None
    goes_back = relocating.stood_in(tx, first.id, target.id)
    if goes_back:
        # It was split off from there: it stands again below what it answers, without a title.
        tx.remove_from_index(first.n)
        tx.add_to_index(first.n)
    else:
        tx.execute(
            "UPDATE posts SET subject_text = ? WHERE id = ? AND body_text IS NOT NULL",
            *(source.title_text, first.id),
        )
    if goes_back or first.body_text is None:
        post_text.delete_texts(tx, source.board, [source.title_text])
    post_text.forget_old_titles(tx, source.id)
    tx.execute(
        "UPDATE threads SET title_text = NULL, state = ?, moved_to = ?, pinned = 0,"
        " revision = revision + 1 WHERE id = ?",
        *(ContentState.MOVED.value, target.id, source.id),
    )
    merged = records.get_thread(tx, source.id, ctx.moment)
    told = AppendEvent(board_stream(source.board), ThreadMerged(thread=merged), source.id)
    source = _thread(tx, source.id)
    return _begin(tx, ctx, source, target, None, command.reason, told)


def _thread(tx: Tx, key: ThreadId) -> ThreadRow:
    row = tx.get(THREADS, key)
    assert row is not None
    return row


def _branch_root(tx: Tx, key: PostId) -> PostRow:
    """Return the post whose branch is to be moved.

    Raises:
        Conflict: If it is held, begins its thread, or was moved away.
    """
    row = tx.get(POSTS, key)
    assert row is not None
    if row.number is None:
        raise Conflict(what="this post is held still; move it once it is published")
    if row.moved_to is not None:
        raise Conflict(what="this post was moved already; name it where it stands now")
    if row.number == 1:
        raise Conflict(what="this post begins its thread: merge the whole thread instead")
    return row


def _target(tx: Tx, ctx: Context, source: ThreadRow, key: ThreadId) -> ThreadRow:
    """Return the thread to which posts are to be moved.

    Raises:
        NotFound: If the board has no such thread.
        Conflict: If they stand there already, or it cannot take them now.
    """
    target = tx.get(THREADS, key)
    if target is None or target.board != source.board or target.number is None:
        raise NotFound(what="thread")
    if target.id == source.id:
        raise Conflict(what="this thread cannot be moved into itself: name another thread")
    if target.moved_to is not None:
        raise Conflict(what="that thread was merged with another: name the one it leads to")
    if tx.get(PURGES, target.id) is not None:
        # A restore erases again what stood in a purged thread, and could not tell what came later.
        raise Conflict(what="that thread was purged: name another thread")
    refuse_busy(tx, source, target)
    return target


def refuse_busy(tx: Tx, *threads: ThreadRow) -> None:
    """Refuse to move posts of threads whose posts are moved, hidden or purged just now.

    Raises:
        Conflict: If they are.
    """
    for thread in threads:
        if hidden.holds_together(thread.id, hidden.find_hidden(tx)):
            raise Conflict(
                what="words of this thread are hidden or purged; try again once that is over"
            )
        forwarding.refuse_moving(tx, thread.id)


def _begin(
    tx: Tx,
    ctx: Context,
    source: ThreadRow,
    target: ThreadRow,
    root: PostRow | None,
    reason: str,
    *told: AppendEvent,
) -> Outcome[ThreadResult]:
    """Move the first slice; what is left follows by `go_on_moving`.

    Args:
        root: The post whose branch is moved; None for the whole thread.
    """
    tx.execute("UPDATE threads SET mixed = 1 WHERE id IN (?, ?)", source.id, target.id)
    was, now = f"{source.number}", f"{target.number}"
    thing, below = thing_of(records.get_thread(tx, source.id, ctx.moment)), 0
    if root is not None:
        assert root.number is not None
        was, now = f"{was}/{root.number}", f"{now}/{target.posts + 1}"
        thing = Thing(kind=ThingKind.POST, id=root.id, thread=source.number, number=root.number)
        below = root.number - 1
    moved = begin_slices(tx, ctx, source, target, below, root, ahead=len(told))
    emissions = (*told, *moved)
    shown = ThreadResult(thread=records.get_thread(tx, target.id, ctx.moment))
    change = Change(field="place", before=was, after=now)
    return Outcome(shown, emissions, act=Did(thing=thing, changes=(change,), reason=reason))


def begin_slices(
    tx: Tx,
    ctx: Context,
    source: ThreadRow,
    target: ThreadRow,
    below: int = 0,
    root: PostRow | None = None,
    *,
    ahead: int = 0,
) -> list[AppendEvent]:
    """Move the first slice of a thread, or of a branch, and note what is left.

    Args:
        below: Only posts with higher numbers.
        root: The post whose branch is moved; None for the whole thread.
        ahead: As `relocating.move_posts` takes it.
    """
    part = _next_part(tx, source, target.id, below, None if root is None else root.id)
    if part.below < source.posts:
        sql = "INSERT INTO moves (source, target, below) VALUES (?, ?, ?)"
        tx.execute(sql, source.id, target.id, part.below)
    return relocating.move_posts(tx, ctx, source, part.posts, target.id, ahead=ahead)


def find_move(tx: Tx) -> Move | None:
    """Return a move that is not over; None if there is none."""
    return tx.select_one(Move, 'FROM moves ORDER BY source COLLATE "binary" LIMIT 1')


def go_on_moving(tx: Tx, ctx: Context, thread: ThreadId) -> tuple[AppendEvent, ...]:
    """Move a slice of the posts of a thread that a moderator moved and that are still there."""
    move = tx.select_one(Move, "FROM moves WHERE source = ?", thread)
    if move is None:
        return ()
    source = _thread(tx, move.source)
    part = _next_part(tx, source, move.target, move.below)
    emissions = relocating.move_posts(tx, ctx, source, part.posts, move.target)
    if part.below < source.posts:
        tx.execute("UPDATE moves SET below = ? WHERE source = ?", part.below, source.id)
    else:
        tx.execute("DELETE FROM moves WHERE source = ?", source.id)
    return tuple(emissions)


class _Part(NamedTuple):
    """The posts that are moved in one transaction, and the last number that was looked at."""

    posts: list[PostRow]
    below: int


class _Looked(NamedTuple):
    """A post that may belong to what is moved; `above` is the thread of the post it answers."""

    id: PostId
    number: int
    parent: PostId | None
    moved_to: PostId | None
    above: ThreadId | None


def _next_part(
    tx: Tx, source: ThreadRow, target: ThreadId, below: int, root: PostId | None = None
) -> _Part:
    """Find the next posts to move, by number: of a merged thread all, else answers to what was moved.

    Whatever answers a post has a higher number, so a branch is found in one walk.

    Args:
        below: Only posts with higher numbers.
        root: The post that begins the branch, while it is not moved itself.
    """
    looked = tx.select(
        _Looked,
        "SELECT p.id, p.number, p.parent, p.moved_to, q.thread FROM posts p"
        " LEFT JOIN posts q ON q.id = p.parent WHERE p.thread = ? AND p.number > ?"
        " ORDER BY p.number LIMIT ?",
        *(source.id, below, limits.MOVED_LOOKED_MAX),
    )
    chosen: dict[PostId, None] = {}
    for post in looked:
        if len(chosen) == limits.MOVED_AT_ONCE_MAX:
            break
        below = post.number
        is_whole = source.moved_to is not None
        follows = post.parent in chosen or post.above == target or post.id == root
        if post.moved_to is None and (is_whole or follows):
            chosen[post.id] = None
    rows = [tx.get(POSTS, key) for key in chosen]
    if len(looked) < limits.MOVED_LOOKED_MAX and len(chosen) < limits.MOVED_AT_ONCE_MAX:
        below = source.posts
    return _Part([row for row in rows if row is not None], below)
