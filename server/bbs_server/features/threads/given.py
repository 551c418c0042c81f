"""What gives members their own posts, threads and lines, and what concerns them of others' (P9).

No index has the posts of an author in order: it would cost every post, and an export is rare. So
these walk through the tables, in pieces between which the read can be cut.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bbs import limits
from bbs.address import LineAddress, PostAddress, ThreadAddress
from bbs.clock import Ms, instant
from bbs.features.ownership.views import OwnLine, OwnPost, OwnThread, OwnWording
from bbs.features.threads.views import Post, PostRevision, Thread
from bbs.ids import BoardId, LineId, MemberId, PostId, ThreadId
from bbs.powers import Way
from bbs.rows import view_of
from bbs_server.features.threads import hidden, records
from bbs_server.features.threads.rows import (
    LINE,
    MEMBER,
    POST,
    POSTS,
    LineRow,
    PostRow,
    post_end,
)
from bbs_server.handler_api import Context
from bbs_server.personal import ExportKey, GivenRow
from bbs_server.store import texts
from bbs_server.store.api import Tx
from bbs_server.store.hidden_now import KIND_NOW, NAMELESS_NOW

_PIECE = limits.READ_PIECE_ROWS


class _Wording(NamedTuple):
    """An earlier wording of a post."""

    n: int
    id: PostId
    thread: ThreadId
    ends_at: Ms | None
    revision: int
    at: Ms
    body_text: str
    via: str
    norms_version: int
    norms_board: BoardId | None


class _Elsewhere(NamedTuple):
    """Where somebody's post stands that answers or mentions a member."""

    row: int
    post: PostId
    board: BoardId
    thread: int
    number: int
    at: Ms
    author_kind: str
    author: str


class _Names:
    """Slugs and handles, each looked up once; a board that the actor may not read has none."""

    def __init__(self, tx: Tx, ctx: Context) -> None:
        self._tx, self._ctx, self._readers = tx, ctx, ctx.readers
        self._readable = {board for board, _, _ in ctx.readers.boards_readable(tx, ctx)}
        self._slugs: dict[BoardId, str | None] = {}
        self._handles: dict[MemberId, str | None] = {}

    def readable(self, board: BoardId) -> bool:
        return board in self._readable

    def slug(self, board: BoardId) -> str | None:
        if board not in self._slugs:
            facts = self._readers.board_facts(self._tx, board) if self.readable(board) else None
            self._slugs[board] = None if facts is None else facts.slug
        return self._slugs[board]

    def handle(self, member: MemberId | None) -> str | None:
        if member is None:
            return None
        if member not in self._handles:
            found = self._readers.member(self._tx, self._ctx, member)
            self._handles[member] = None if found is None else found.handle
        return self._handles[member]

    def thread(self, board: BoardId, number: int | None) -> str | None:
        """Return a thread's address; None if the board has no slug to show, or it is not published."""
        slug = self.slug(board)
        return None if slug is None or number is None else str(ThreadAddress(slug, number))

    def post(self, board: BoardId, thread: int | None, number: int | None) -> str | None:
        """Return a post's address; None as of `thread`."""
        slug = self.slug(board)
        if slug is None or thread is None or number is None:
            return None
        return str(PostAddress(slug, thread, number))


def _last_row(tx: Tx) -> int:
    return tx.fetch_value(POSTS.last) or 0


def give_posts(tx: Tx, ctx: Context, after: ExportKey | None) -> Iterator[GivenRow | None]:
    """Yield the actor's posts in the order of writing, held ones too."""
    names = _Names(tx, ctx)
    (n,) = after or (0,)
    last = _last_row(tx)
    while n < last:
        rows = tx.select(
            PostRow,
            f"{POST} WHERE n > ? AND n <= ? AND author_kind = 'member' AND author = ? ORDER BY n",
            *(n, n + _PIECE, ctx.member),
        )
        yield from _own_posts(tx, ctx, names, rows)
        n = n + _PIECE
        yield None


def _own_posts(tx: Tx, ctx: Context, names: _Names, rows: Sequence[PostRow]) -> Iterator[GivenRow]:
    if not rows:
        return
    posts = records.post_views(tx, rows, ctx.moment, reader=ctx.member)
    threads = records.threads_by_id(
        tx, [post.thread for post in posts], ctx.moment, reader=ctx.member
    )
    numbers = _numbers(tx, [post.parent for post in posts if post.parent is not None])
    for row, post in zip(rows, posts, strict=True):
        yield GivenRow((row.n,), _own_post(ctx, names, post, threads[post.thread], numbers))


def _own_post(
    ctx: Context, names: _Names, post: Post, thread: Thread, numbers: dict[PostId, int | None]
) -> OwnPost:
    own = thread.author == ctx.author
    return OwnPost(
        address=names.post(post.board, thread.number, post.number),
        thread_address=names.thread(post.board, thread.number),
        title=thread.title if own or names.readable(post.board) else None,
        answers=names.handle(post.answers),
        answers_number=numbers.get(post.parent or ""),
        post=post,
    )


def _numbers(tx: Tx, posts: Sequence[PostId]) -> dict[PostId, int | None]:
    """Return the numbers of at most a piece of posts."""
    marks = ",".join("?" * len(posts))
    rows = tx.fetch_all(f"SELECT id, number FROM posts WHERE id IN ({marks})", *posts)  # noqa: S608 - only question marks
    return dict(rows)


def give_wordings(tx: Tx, ctx: Context, after: ExportKey | None) -> Iterator[GivenRow | None]:
    """Yield the earlier wordings of the actor's posts, as far as they are kept."""
    purged = hidden.find_hidden(tx).purged
    n, revision = after or (0, 0)
    last = _last_row(tx)
    while n <= last:
        found = tx.select(
            _Wording,
            f"SELECT p.n, p.id, p.thread, {post_end('p')}, r.revision, r.at, r.body_text, r.via,"  # noqa: S608 - constants
            " r.norms_version, r.norms_board FROM posts p JOIN revisions r ON r.post = p.id WHERE p.n >= ? AND p.n < ? AND p.edits > 0"
            " AND p.author_kind = 'member' AND p.author = ? AND (p.n, r.revision) > (?, ?)"
            " ORDER BY p.n, r.revision",
            *(n, n + _PIECE, ctx.member, n, revision),
        )
        rows = [
            row
            for row in found
            if row.n > purged.get(row.thread, 0) and (row.ends_at is None or row.ends_at > ctx.now)
        ]
        words = texts.load_bodies(tx, [row.body_text for row in rows])
        for row in rows:
            body, via = words.get(row.body_text), Way(row.via)
            wording = view_of(PostRevision, row, at=instant(row.at), body=body, via=via)
            yield GivenRow((row.n, row.revision), OwnWording(post=row.id, wording=wording))
        n, revision = n + _PIECE, 0
        yield None


def give_threads(tx: Tx, ctx: Context, after: ExportKey | None) -> Iterator[GivenRow | None]:
    """Yield the threads that the actor began, by their ids."""
    names = _Names(tx, ctx)
    (key,) = after or ("",)
    while found := tx.fetch_all(
        'SELECT id, author_kind, author FROM threads WHERE id COLLATE "binary" > ?'
        ' ORDER BY id COLLATE "binary" LIMIT ?',
        *(key, _PIECE),
    ):
        own = [thread for thread, kind, who in found if (kind, who) == (MEMBER, ctx.member)]
        for thread in records.threads_by_id(tx, own, ctx.moment, reader=ctx.member).values():
            address = names.thread(thread.board, thread.number)
            yield GivenRow((thread.id,), OwnThread(address=address, thread=thread))
        key, _, _ = found[-1]
        yield None


def give_lines(tx: Tx, ctx: Context, after: ExportKey | None) -> Iterator[GivenRow | None]:
    """Yield the actor's lines by their ids; a line that has faded by now is none."""
    names = _Names(tx, ctx)
    (key,) = after or ("",)
    while found := tx.fetch_all(
        'SELECT id, author_kind, author FROM lines WHERE id COLLATE "binary" > ?'
        ' ORDER BY id COLLATE "binary" LIMIT ?',
        *(key, _PIECE),
    ):
        own = [line for line, kind, who in found if (kind, who) == (MEMBER, ctx.member)]
        marks = ",".join("?" * len(own))
        rows = tx.select(
            LineRow, f'{LINE} WHERE id IN ({marks}) ORDER BY id COLLATE "binary"', *own
        )
        left = [row for row in rows if row.fades_at > ctx.now]
        for line in records.line_views(tx, left, reader=ctx.member):
            slug = names.slug(line.board)
            address = None if slug is None else str(LineAddress(slug, line.number))
            yield GivenRow((line.id,), OwnLine(address=address, line=line))
        key, _, _ = found[-1]
        yield None


_ELSEWHERE = (
    "SELECT p.n, p.id, p.board, t.number, p.number, p.visible_at,"  # noqa: S608 - constants
    f" {KIND_NOW.format('p')}, p.author"
    " FROM posts p JOIN threads t ON t.id = p.thread"
)


def give_answers(tx: Tx, ctx: Context, after: ExportKey | None) -> Iterator[GivenRow | None]:
    """Yield where and by whom the actor was answered, without the words."""
    (n,) = after or (0,)
    while found := tx.select(
        _Elsewhere,
        f"{_ELSEWHERE} WHERE p.answers = ? AND p.n > ? ORDER BY p.n LIMIT ?",
        *(ctx.member, n, _PIECE),
    ):
        yield from _elsewhere(tx, ctx, found)
        n = found[-1].row
        yield None


def give_mentions(tx: Tx, ctx: Context, after: ExportKey | None) -> Iterator[GivenRow | None]:
    """Yield where and by whom the actor was mentioned, without the words."""
    (n,) = after or (0,)
    while found := tx.select(
        _Elsewhere,
        f"{_ELSEWHERE} JOIN mentions m ON m.row = p.n WHERE m.member = ? AND m.row > ?"
        " ORDER BY m.row LIMIT ?",
        *(ctx.member, n, _PIECE),
    ):
        yield from _elsewhere(tx, ctx, found)
        n = found[-1].row
        yield None


class _SaidElsewhere(NamedTuple):
    """Where somebody's line stands that mentions a member."""

    at: Ms
    line: LineId
    board: BoardId
    number: int
    author: MemberId


def give_line_mentions(tx: Tx, ctx: Context, after: ExportKey | None) -> Iterator[GivenRow | None]:
    """Yield where and by whom the actor was mentioned in lounges, without the words."""
    names = _Names(tx, ctx)
    key = after or (0, "")
    while found := tx.select(
        _SaidElsewhere,
        "SELECT m.at, m.line, s.board, s.number,"  # noqa: S608 - constants
        f" CASE WHEN {NAMELESS_NOW.format('s')} THEN '' ELSE s.author END FROM line_mentions m"
        " JOIN lines s ON s.id = m.line"
        ' WHERE m.member = ? AND (m.at, m.line COLLATE "binary") > (?, ?)'
        ' ORDER BY m.at, m.line COLLATE "binary" LIMIT ?',
        *(ctx.member, *key, _PIECE),
    ):
        for row in found:
            if (slug := names.slug(row.board)) is not None:
                address, by = str(LineAddress(slug, row.number)), names.handle(row.author)
                given = {"address": address, "line": row.line, "at": instant(row.at), "by": by}
                yield GivenRow((row.at, row.line), given)
        key = (found[-1].at, found[-1].line)
        yield None


def _elsewhere(tx: Tx, ctx: Context, rows: Sequence[_Elsewhere]) -> Iterator[GivenRow]:
    """Yield published posts on boards that the actor may read."""
    names = _Names(tx, ctx)
    for row in rows:
        address = names.post(row.board, row.thread, row.number)
        if address is not None:
            by = names.handle(row.author) if row.author_kind == MEMBER else None
            given = {"address": address, "post": row.post, "at": instant(row.at), "by": by}
            yield GivenRow((row.row,), given)


class _Thanks(NamedTuple):
    """Thanks for a post."""

    post: PostId
    by: MemberId
    author: MemberId
    at: Ms


def give_thanks_given(tx: Tx, ctx: Context, after: ExportKey | None) -> Iterator[GivenRow | None]:
    """Yield the thanks that the actor gave."""
    names = _Names(tx, ctx)
    key = after or ("", "")
    while found := tx.select(
        _Thanks,
        "SELECT t.post, t.by, CASE WHEN EXISTS (SELECT 1 FROM posts p WHERE p.id = t.post"  # noqa: S608 - constants
        f" AND {NAMELESS_NOW.format('p')}) THEN '' ELSE t.author END, t.at FROM thanks t"
        ' WHERE (post COLLATE "binary", by COLLATE "binary") > (?, ?)'
        ' ORDER BY post COLLATE "binary", by COLLATE "binary" LIMIT ?',
        *(*key, _PIECE),
    ):
        for row in found:
            if row.by == ctx.member:
                given = {"post": row.post, "to": names.handle(row.author), "at": instant(row.at)}
                yield GivenRow((row.post, row.by), given)
        key = (found[-1].post, found[-1].by)
        yield None


def give_thanks_received(
    tx: Tx, ctx: Context, after: ExportKey | None
) -> Iterator[GivenRow | None]:
    """Yield the thanks that the actor got."""
    names = _Names(tx, ctx)
    key = after or ("", "")
    while found := tx.select(
        _Thanks,
        "FROM thanks WHERE author = ?"
        ' AND (post COLLATE "binary", by COLLATE "binary") > (?, ?)'
        ' ORDER BY post COLLATE "binary", by COLLATE "binary" LIMIT ?',
        *(ctx.member, *key, _PIECE),
    ):
        for row in found:
            given = {"post": row.post, "by": names.handle(row.by), "at": instant(row.at)}
            yield GivenRow((row.post, row.by), given)
        key = (found[-1].post, found[-1].by)
        yield None
