"""Reading threads, posts and lines by page: always by number, never by offset, cut by bytes."""

from collections.abc import Sequence

from msgspec.structs import replace

from bbs import limits
from bbs.features.threads.messages import (
    GetHistory,
    GetSkeleton,
    GetThread,
    ListHeld,
    ListLines,
    ListPosts,
    ListRecent,
    ListThreads,
)
from bbs.features.threads.views import (
    History,
    LinePage,
    PostPage,
    RecentPage,
    Skeleton,
    SkeletonPost,
    ThreadPage,
    ThreadResult,
)
from bbs.streams import board_stream, lounge_stream, member_stream
from bbs_server.features.threads import hidden, post_text, records
from bbs_server.features.threads.rows import LINE, LINE_END, POST, LineRow, PostRow, ThreadRow
from bbs_server.handler_api import Context
from bbs_server.paging import fit_page
from bbs_server.store import event_log
from bbs_server.store.api import Slices, Tx

SKELETON_BONES_MAX = 4_000  # about 100 bytes each: well below PAGE_BYTES_MAX


def list_threads(tx: Tx, ctx: Context, query: ListThreads) -> ThreadPage:
    """Return a page of a board's threads, newest first."""
    rows = tx.select(
        ThreadRow,
        "FROM threads WHERE board = ? AND number IS NOT NULL AND number < ?"
        " ORDER BY number DESC LIMIT ?",
        *(query.board, query.before or 2**53, query.limit + 1),
    )
    threads = records.thread_views(tx, rows[: query.limit], ctx.moment)
    more = len(rows) > query.limit
    pinned = () if query.before else records.list_pinned(tx, query.board)
    return ThreadPage(
        threads=tuple(threads),
        pinned=tuple(records.thread_views(tx, pinned, ctx.moment)),
        next_before=threads[-1].number if more else None,
        as_of=event_log.heads(tx, [board_stream(query.board)]),
    )


def get_thread(tx: Tx, ctx: Context, query: GetThread) -> ThreadResult:
    """Return a thread without its posts."""
    return ThreadResult(
        thread=records.get_thread(tx, query.thread, ctx.moment),
        as_of=event_log.heads(tx, [board_stream(ctx.board.id)]),
    )


def list_posts(tx: Tx, ctx: Context, query: ListPosts) -> PostPage:
    """Return a page of a thread's posts by number, forwards or backwards from a number."""
    if query.before is None:
        rows = tx.select(
            PostRow,
            f"{POST} WHERE thread = ? AND number > ? ORDER BY number LIMIT ?",
            *(query.thread, query.after, query.limit + 1),
        )
    else:
        rows = tx.select(
            PostRow,
            f"{POST} WHERE thread = ? AND number < ? ORDER BY number DESC LIMIT ?",
            *(query.thread, query.before, query.limit + 1),
        )
    posts = records.post_views(tx, rows[: query.limit], ctx.moment)
    posts = posts[: fit_page(posts)]
    more_after = more_before = len(rows) > len(posts)
    if query.before is None:
        more_before = bool(posts) and posts[0].number != 1
    else:
        posts.reverse()
        more_after = True
    return PostPage(
        thread=records.get_thread(tx, query.thread, ctx.moment),
        posts=tuple(posts),
        more_after=more_after,
        more_before=more_before,
        as_of=event_log.heads(tx, [board_stream(ctx.board.id)]),
    )


def list_recent(tx: Tx, ctx: Context, query: ListRecent) -> RecentPage:
    """Return a page of a board's posts by their place in its stream, newest first."""
    rows = tx.select(
        PostRow,
        f"{POST} WHERE board = ? AND seq > ? AND seq < ? ORDER BY seq DESC LIMIT ?",
        *(query.board, query.above, query.before or 2**53, query.limit + 1),
    )
    page = _recent(tx, ctx, rows[: query.limit], board_stream(query.board))
    last = page.posts[-1] if len(rows) > len(page.posts) else None
    return replace(page, next_before=last and last.seq)


def _recent(tx: Tx, ctx: Context, rows: Sequence[PostRow], stream: str) -> RecentPage:
    """Return as many of the first posts as fit a page by bytes, with their threads."""
    posts = records.post_views(tx, rows, ctx.moment)
    posts = posts[: fit_page(posts)]
    threads = records.threads_by_id(tx, [post.thread for post in posts], ctx.moment)
    return RecentPage(
        posts=tuple(posts),
        threads=tuple(threads.values()),
        as_of=event_log.heads(tx, [stream]),
    )


def get_skeleton(tx: Tx, ctx: Context, query: GetSkeleton) -> Slices[Skeleton]:
    """Return the shape of a thread as it is when the member asks."""
    stream = board_stream(ctx.board.id)
    as_of = event_log.heads(tx, [stream])
    thread = records.get_thread(tx, query.thread, ctx.moment)
    bones: list[SkeletonPost] = []
    after, piece = query.after, limits.READ_PIECE_ROWS
    while len(bones) <= SKELETON_BONES_MAX:
        found = records.list_skeleton(tx, query.thread, after, as_of[stream], piece, ctx.moment)
        bones += found
        if len(found) < piece:
            break
        after = found[-1].number
        yield
    more = len(bones) > SKELETON_BONES_MAX
    bones = bones[:SKELETON_BONES_MAX]
    return Skeleton(
        thread=thread,
        bones=tuple(bones),
        next_after=bones[-1].number if more else None,
        as_of=as_of,
    )


def get_history(tx: Tx, ctx: Context, query: GetHistory) -> History:
    """Return every wording of a post, oldest first, as many of the newest as fit a page."""
    row = records.post_row(tx, query.post)
    assert row is not None
    post_text.refuse_over(row, ctx.moment)
    hidden.refuse_hidden(row, hidden.find_hidden(tx))
    revisions = post_text.history(tx, row)
    # The newest wordings matter most, and a post edited very often must not exceed a page's bytes.
    kept = fit_page(revisions[::-1])
    return History(
        revisions=tuple(revisions[-kept:]), as_of=event_log.heads(tx, [board_stream(ctx.board.id)])
    )


def list_held(tx: Tx, ctx: Context, query: ListHeld) -> RecentPage:
    """Return the actor's held posts on a board, in the order of writing."""
    rows = tx.select(
        PostRow,
        f"{POST} WHERE board = ? AND state = 'held' AND author_kind = 'member'"
        " AND author = ? ORDER BY n LIMIT ?",
        *(query.board, ctx.member, limits.PAGE_ITEMS_MAX),
    )
    return _recent(tx, ctx, rows, member_stream(ctx.member))


def list_lines(tx: Tx, ctx: Context, query: ListLines) -> LinePage:
    """Return a page of a lounge in the order of time, without lines that have faded by now."""
    rows = tx.select(
        LineRow,
        f"{LINE} WHERE board = ? AND number < ? AND {LINE_END} > ? ORDER BY number DESC LIMIT ?",
        *(query.board, query.before or 2**53, ctx.now, query.limit + 1),
    )
    lines = records.line_views(tx, rows[: query.limit])
    return LinePage(
        lines=tuple(lines[::-1]),
        more_before=len(rows) > query.limit,
        as_of=event_log.heads(tx, [lounge_stream(query.board)]),
    )
