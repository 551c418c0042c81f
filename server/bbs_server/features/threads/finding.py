"""Finding the words of a board by who wrote them, in slices: a long board holds nobody up."""

from typing import NamedTuple

from msgspec.structs import replace

from bbs import limits
from bbs.clock import Ms, to_ms
from bbs.features.members.views import MemberAuthor
from bbs.features.threads.finding_messages import FindWords, FoundState, FoundWords
from bbs.features.threads.views import GONE, ContentState, Line, Post
from bbs.ids import ThreadId
from bbs.messages import Seq
from bbs.streams import board_stream, lounge_stream
from bbs_server.features.threads import records
from bbs_server.features.threads.rows import LINE, LINE_END, MEMBER, PUBLISHED, LineRow
from bbs_server.handler_api import Context
from bbs_server.paging import fit_page
from bbs_server.store import event_log
from bbs_server.store.api import Slices, Tx
from bbs_server.store.hidden_now import HIDDEN_NOW, KIND_NOW

PIECES_MAX = 40  # of READ_PIECE_ROWS rows each: 10,000 rows an answer, in 40 slices of 1 to 3 ms


class _SeenRow(NamedTuple):
    """What is looked at of each post: enough to pass over most of them."""

    n: int
    seq: Seq
    thread: ThreadId
    author_kind: str
    author: str
    at: Ms
    is_hidden: int


def find_words(tx: Tx, ctx: Context, query: FindWords) -> Slices[FoundWords]:
    """Return posts of a board in the order of its stream, or lines of its lounge in theirs.

    Walks along the index of the board's stream, and reads whole only what was found.
    """
    if query.lines:
        return _find_lines(tx, ctx, query)
    return _find_posts(tx, ctx, query)


def _find_posts(tx: Tx, ctx: Context, query: FindWords) -> Slices[FoundWords]:
    as_of = event_log.heads(tx, [board_stream(query.board)])
    found: list[Post] = []
    after: Seq | None = query.after
    for _ in range(PIECES_MAX):
        rows = _seen(tx, query, after or 0)
        for row in rows:
            if len(found) <= query.limit and _is_wanted(row, query):
                [post] = records.posts_by_row(tx, [row.n], ctx.moment)
                if _is_there(post, query):
                    found.append(post if query.words else _bare(post))
        after = rows[-1].seq if len(rows) == limits.READ_PIECE_ROWS else None
        if after is None or len(found) > query.limit:
            break
        yield
    kept = found[: fit_page(found[: query.limit])]
    if len(kept) < len(found):
        after = kept[-1].seq
    threads = records.threads_by_id(tx, [post.thread for post in kept], ctx.moment).values()
    return FoundWords(
        posts=tuple(kept),
        threads=tuple(each if query.words else replace(each, title=None) for each in threads),
        next_after=after,
        as_of=as_of,
    )


def _seen(tx: Tx, query: FindWords, after: Seq) -> list[_SeenRow]:
    return tx.select(
        _SeenRow,
        f"SELECT n, seq, thread, {KIND_NOW.format('posts')}, author, at, {HIDDEN_NOW.format('posts')}"  # noqa: S608 - constants
        " FROM posts WHERE board = ? AND seq > ? AND moved_to IS NULL AND state = ?"
        " ORDER BY seq LIMIT ?",
        *(query.board, after, PUBLISHED, limits.READ_PIECE_ROWS),
    )


def _is_wanted(row: _SeenRow, query: FindWords) -> bool:
    """Return whether a post is one of those that are looked for, as far as its row says."""
    return (
        (query.thread is None or row.thread == query.thread)
        and _is_by(row.author_kind, row.author, query)
        and _is_between(row.at, query)
        and _is_in(bool(row.is_hidden), query)
    )


def _is_by(kind: str, author: str, query: FindWords) -> bool:
    return query.author is None or (kind == MEMBER and author == query.author)


def _is_between(at: Ms, query: FindWords) -> bool:
    since, until = query.since, query.until
    return (since is None or at >= to_ms(since)) and (until is None or at < to_ms(until))


def _is_in(is_hidden: bool, query: FindWords) -> bool:
    return query.state is None or is_hidden == (query.state is FoundState.HIDDEN)


def _is_there(post: Post, query: FindWords) -> bool:
    """Return whether a post still has words, and is not shown otherwise than its row says."""
    if post.state in GONE or (post.state is ContentState.PUBLISHED and post.body is None):
        return False
    return _is_in(post.state is ContentState.HIDDEN, query)


def _bare(post: Post) -> Post:
    return replace(post, body=None, subject=None)


def _find_lines(tx: Tx, ctx: Context, query: FindWords) -> Slices[FoundWords]:
    as_of = event_log.heads(tx, [lounge_stream(query.board)])
    found: list[Line] = []
    after: Seq | None = query.after
    for _ in range(PIECES_MAX):
        rows = tx.select(
            LineRow,
            f"{LINE} WHERE board = ? AND number > ? AND {LINE_END} > ? ORDER BY number LIMIT ?",
            *(query.board, after or 0, ctx.now, limits.READ_PIECE_ROWS),
        )
        wanted = [
            row
            for row in rows
            if _is_by(row.author_kind, row.author, query) and _is_between(row.at, query)
        ]
        found += (
            line if query.words else replace(line, body=None)
            for line in records.line_views(tx, wanted)
            if line.state not in GONE
            and _is_in(line.state is ContentState.HIDDEN, query)
            and (query.author is None or line.author == MemberAuthor(id=query.author))
        )
        if len(found) > query.limit:
            found = found[: query.limit]
            after = found[-1].number
            break
        after = rows[-1].number if len(rows) == limits.READ_PIECE_ROWS else None
        if after is None:
            break
        yield
    return FoundWords(lines=tuple(found), next_after=after, as_of=as_of)
