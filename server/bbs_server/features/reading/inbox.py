"""What was meant for one, and what one put aside: pages in the order of time (P1)."""

from collections.abc import Callable, Iterator
from heapq import merge
from typing import NamedTuple

import msgspec

from bbs import limits
from bbs.clock import Ms, instant
from bbs.features.boards.messages import Seat, SeatChanged
from bbs.features.members.views import MemberAuthor
from bbs.features.reading.messages import Found, GetInbox, Inbox, ListSaved, SavedPage
from bbs.features.reading.rounds import Wishes, mutes, wishes_of
from bbs.features.reading.views import InboxItem, InboxKind
from bbs.ids import BoardId, MemberId
from bbs_server.acting import At, member_stream
from bbs_server.features.reading import choices
from bbs_server.paging import fitting, place_of, placed
from bbs_server.store import log
from bbs_server.store.engine import Row, Tx

_CHUNK = (
    64  # rows of a first statement: a page, and some that are muted; each next has twice as many
)
_WRITTEN = (
    " AND p.state = 'published' AND p.imported = 0"
    " AND NOT (p.author_kind = 'member' AND p.author = ?)"
)
_POST = "p.visible_at, p.id, p.n, p.board, p.thread, p.author"
_ANSWERS = (
    f"SELECT {_POST} FROM posts p WHERE p.answers = ?{_WRITTEN}"  # noqa: S608 - constants
    " AND (p.visible_at, p.id) < (?, ?) ORDER BY p.visible_at DESC, p.id DESC LIMIT ?"
)
_MENTIONS = (
    f"SELECT {_POST} FROM mentions m JOIN posts p ON p.n = m.row"  # noqa: S608 - constants
    f" WHERE m.member = ?{_WRITTEN} AND coalesce(p.answers, '') <> m.member"
    " AND (p.visible_at, p.id) < (?, ?) ORDER BY p.visible_at DESC, p.id DESC LIMIT ?"
)
_THANKS = (
    "SELECT t.at, t.post || ':' || t.by, p.n, p.board, p.thread, t.by FROM thanks t"
    " JOIN posts p ON p.id = t.post WHERE t.author = ? AND t.by <> ?"
    " AND (t.at, t.post || ':' || t.by) < (?, ?) ORDER BY t.at DESC, t.post DESC, t.by DESC LIMIT ?"
)


class _Entry(NamedTuple):
    """One item, before anything of it is loaded: `row` is its post's, `seat` a notice's."""

    at: Ms
    key: str
    kind: InboxKind
    row: int | None = None
    board: str = ""
    thread: str = ""
    who: MemberId | None = None
    seat: Seat | None = None


class _SeatTold(msgspec.Struct):
    seat: Seat


def get_inbox(tx: Tx, at: At, query: GetInbox) -> Inbox:
    """Answers, mentions, thanks and notices; what is muted, or not to be read, is passed over.

    However much that is, a page looks at no more than INBOX_LOOKED_MAX: it may hold fewer than asked.
    """
    assert at.actor is not None
    readable = {board for board, _, _ in at.readers.boards_readable(tx, at.actor)}
    wishes = wishes_of(choices.kept(tx, at.member), {})
    below = placed(query.before)
    sources = [
        _posts(tx, at, InboxKind.ANSWER, _ANSWERS, below),
        _posts(tx, at, InboxKind.MENTION, _MENTIONS, below),
        _posts(tx, at, InboxKind.THANKS, _THANKS, below),
        _notices(tx, at, below),
    ]
    found: list[_Entry] = []
    last: _Entry | None = None
    for looked, one in enumerate(merge(*sources, key=lambda one: one[:2], reverse=True), start=1):
        if _is_wanted(one, at.member, readable, wishes):
            if len(found) == query.limit:
                last = found[-1]
                break
            found.append(one)
        if looked == limits.INBOX_LOOKED_MAX:
            last = one
            break
    items = _items(tx, at, found)
    kept = fitting([item for _, item in items])
    if kept < len(items):
        last = items[kept - 1][0]
    return Inbox(
        items=tuple(item for _, item in items[:kept]),
        next_before=None if last is None else place_of(last.at, last.key),
        as_of=log.heads(tx, [member_stream(at.member)]),
    )


def _is_wanted(one: _Entry, me: MemberId, readable: set[BoardId], wishes: Wishes) -> bool:
    """Tell whether an item may be read and is not muted; a notice is of one's own seat anyway."""
    if one.kind is InboxKind.NOTICE:
        return one.who != me
    return one.board in readable and not mutes(wishes, one.board, one.thread, one.who)


def list_saved(tx: Tx, at: At, query: ListSaved) -> SavedPage:
    """The posts one put aside, those published last first."""
    assert at.actor is not None
    allowed = [board for board, _, _ in at.readers.boards_readable(tx, at.actor)]
    marks = ",".join("?" * len(allowed))
    rows = tx.all(
        "SELECT p.n, p.visible_at, p.id FROM choices c JOIN posts p ON p.id = c.subject"  # noqa: S608 - only question marks
        " WHERE c.member = ? AND c.kind = 'post' AND p.number IS NOT NULL"
        f" AND p.board IN ({marks}) AND (p.visible_at, p.id) < (?, ?)"
        " ORDER BY p.visible_at DESC, p.id DESC LIMIT ?",
        *(at.member, *allowed, *placed(query.before), query.limit + 1),
    )
    posts = at.readers.posts_by_row(tx, [row[0] for row in rows[: query.limit]], at.moment)
    threads = at.readers.threads(tx, [post.thread for post in posts], at.moment)
    found = [Found(post=post, thread=threads[post.thread]) for post in posts]
    kept = fitting(found)
    last = rows[kept - 1] if len(rows) > kept else None
    return SavedPage(
        found=tuple(found[:kept]),
        next_before=None if last is None else place_of(last[1], last[2]),
    )


def _posts(tx: Tx, at: At, kind: InboxKind, sql: str, below: tuple[Ms, str]) -> Iterator[_Entry]:
    """Go through what one of the three questions finds, newest first, a chunk at a time."""

    def chunk(below: tuple[Ms, str], count: int) -> list[_Entry]:
        rows: list[Row] = tx.all(sql, at.member, at.member, *below, count)
        return [_Entry(row[0], row[1], kind, *row[2:]) for row in rows]

    return _going_on(chunk, below)


def _notices(tx: Tx, at: At, below: tuple[Ms, str]) -> Iterator[_Entry]:
    """Go through the changes that others made to one's seats."""
    stream = member_stream(at.member)

    def chunk(below: tuple[Ms, str], count: int) -> list[_Entry]:
        ms, key = below
        # A page may end with another kind of item: of the same moment, all are looked at again.
        told = log.kept_below(
            tx, stream, SeatChanged.kind, ms, int(key) if key.isdigit() else 2**53, count
        )
        return [
            _Entry(
                at_ms,
                f"{seq:016d}",
                InboxKind.NOTICE,
                who=author.id if isinstance(author, MemberAuthor) else None,
                seat=msgspec.json.decode(data, type=_SeatTold).seat,
            )
            for seq, at_ms, author, data in told
        ]

    return (one for one in _going_on(chunk, below) if one[:2] < below)


def _going_on(
    chunk: Callable[[tuple[Ms, str], int], list[_Entry]], below: tuple[Ms, str]
) -> Iterator[_Entry]:
    count = _CHUNK
    while entries := chunk(below, count):
        yield from entries
        below = entries[-1][:2]
        count *= 2


def _items(tx: Tx, at: At, entries: list[_Entry]) -> list[tuple[_Entry, InboxItem]]:
    """Load what entries are about; a post whose words have ended by now is left out."""
    rows = [one.row for one in entries if one.row is not None]
    posts = at.readers.posts_by_row(tx, rows, at.moment)
    threads = at.readers.threads(tx, [post.thread for post in posts], at.moment)
    post_of = dict(zip(rows, posts, strict=True))
    items: list[tuple[_Entry, InboxItem]] = []
    for one in entries:
        post = post_of[one.row] if one.row is not None else None
        if post is not None and post.body is None:
            continue
        item = InboxItem(
            kind=one.kind,
            at=instant(one.at),
            post=post,
            thread=threads[post.thread] if post else None,
            by=one.who if one.kind is InboxKind.THANKS else None,
            seat=one.seat,
        )
        items.append((one, item))
    return items
