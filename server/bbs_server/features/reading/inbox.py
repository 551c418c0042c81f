"""The inbox and the saved posts: pages in the order of time (P1)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import merge
from typing import NamedTuple

from bbs import limits
from bbs.clock import Ms, instant
from bbs.features.reading.messages import GetInbox, ListSaved, SavedPage
from bbs.features.reading.rounds import RoundPreferences, is_muted_by, round_preferences
from bbs.features.reading.views import Inbox, InboxItem, InboxKind
from bbs.ids import BoardId, MemberId, ThreadId
from bbs.messages import Seq
from bbs.streams import member_stream
from bbs_server.features.reading import choices, records
from bbs_server.features.reading.notices import NOTICE_MS, load_notices
from bbs_server.handler_api import Context
from bbs_server.paging import fit_page, format_page_token, parse_page_token
from bbs_server.store import event_log
from bbs_server.store.api import Slices, Tx
from bbs_server.store.hidden_now import HIDDEN_NOW

# rows of a first statement: a page, and some muted ones; later statements read twice as many
_CHUNK = 64
_MEANT = (
    "p.visible_at, p.id, p.n, p.board, p.thread, p.author, coalesce(p.seq, 0),"
    " p.state = 'published' AND p.imported = 0 AND NOT (p.author_kind = 'member' AND p.author = ?)"
    f" AND NOT {HIDDEN_NOW.format('p')}"
)
_BELOW = (
    '(p.visible_at, p.id COLLATE "binary") < (?, ?)'
    ' ORDER BY p.visible_at DESC, p.id COLLATE "binary" DESC LIMIT ?'
)
_ANSWERS = (
    f"SELECT {_MEANT} FROM posts p WHERE p.answers = ?"  # noqa: S608 - constants
    f" AND {_BELOW}"
)
_MENTIONS = (
    f"SELECT {_MEANT} AND coalesce(p.answers, '') <> m.member"  # noqa: S608 - constants
    " FROM mentions m JOIN posts p ON p.n = m.row"
    " WHERE m.member = ? AND m.row < ? ORDER BY m.row DESC LIMIT ?"
)
_LINES = (
    "SELECT m.at, m.line, 0, l.board, '', l.author, 0,"
    " l.state = 'published' AND NOT (l.author_kind = 'member' AND l.author = m.member)"
    " FROM line_mentions m JOIN lines l ON l.id = m.line WHERE m.member = ?"
    ' AND (m.at, m.line COLLATE "binary") < (?, ?)'
    ' ORDER BY m.at DESC, m.line COLLATE "binary" DESC LIMIT ?'
)
_THANKS = (
    "SELECT t.at, t.post || ':' || t.by, p.n, p.board, p.thread, t.by, 0, 1 FROM thanks t"
    " JOIN posts p ON p.id = t.post WHERE t.author = ?"
    """ AND (t.at, (t.post || ':' || t.by) COLLATE "binary") < (?, ?)"""
    ' ORDER BY t.at DESC, t.post COLLATE "binary" DESC, t.by COLLATE "binary" DESC LIMIT ?'
)

_NOTICES = (
    "SELECT n.at, n.id, 0, n.board, '', '', 0, 1 FROM notices n WHERE n.member = ? AND n.at > ?"
    ' AND (n.at, n.id COLLATE "binary") < (?, ?)'
    ' ORDER BY n.at DESC, n.id COLLATE "binary" DESC LIMIT ?'
)


class _MeantRow(NamedTuple):
    """An answer, a mention, thanks or a notice for a member, as `_MEANT` reads it.

    Attributes:
        row: The post's `n`; 0 for a notice, and for a line.
        who: The id of its author, or of the member who thanked.
        seq: Its seq; 0 while it is held, for thanks, and for a line.
        is_meant: Whether it is an item of the inbox: published, not imported, not hidden, and by
            another member.
    """

    at: Ms
    key: str
    row: int
    board: BoardId
    thread: ThreadId
    who: MemberId
    seq: Seq
    is_meant: int


class _SavedRow(NamedTuple):
    """A post that a member saved."""

    row: int
    at: Ms
    key: str


class _InboxEntry(NamedTuple):
    """An item before its things are loaded: `row` is its post's, `key` its notice's or line's."""

    at: Ms
    key: str
    kind: InboxKind
    row: int
    board: BoardId
    thread: ThreadId
    who: MemberId


_Place = tuple[Ms, str]
"""The place of an entry in the order of time."""

_TOP: _Place = parse_page_token(None)


def _place(entry: _InboxEntry | _MeantRow) -> _Place:
    return entry.at, entry.key


def get_inbox(tx: Tx, ctx: Context, query: GetInbox) -> Slices[Inbox]:
    """Return answers, mentions, thanks and notices; leave out muted and unreadable items.

    A page looks at no more than INBOX_LOOKED_MAX entries, so it may hold fewer than asked for.
    Entries that arrive while it is made are left out: it reads the newest answers, lines, thanks
    and notices before it first yields the reader, and takes only posts with mentions that the
    streams had at the start.
    """
    readable = {board for board, _, _ in ctx.readers.boards_readable(tx, ctx)}
    wishes = round_preferences(choices.list_choices(tx, ctx.member), {})
    below = parse_page_token(query.before)
    vector = records.board_heads(tx, readable)
    as_of = event_log.heads(tx, [member_stream(ctx.member)])
    sources = [
        _downwards(tx, InboxKind.ANSWER, _ANSWERS, (ctx.member, ctx.member), vector, below),
        _downwards(tx, InboxKind.MENTION, _LINES, (ctx.member,), vector, below),
        _downwards(tx, InboxKind.THANKS, _THANKS, (ctx.member,), vector, below),
        _downwards(
            tx, InboxKind.NOTICE, _NOTICES, (ctx.member, ctx.now - NOTICE_MS), vector, below
        ),
        iter((yield from _mentions(tx, ctx, vector, below))),
    ]
    found: list[_InboxEntry] = []
    last: _InboxEntry | None = None
    for looked, entry in enumerate(merge(*sources, key=_place, reverse=True), start=1):
        if _is_wanted(entry, readable, wishes):
            if len(found) == query.limit:
                last = found[-1]
                break
            found.append(entry)
        if looked == limits.INBOX_LOOKED_MAX:
            last = entry
            break
        if looked % limits.READ_PIECE_ROWS == 0:
            yield
    items = _items(tx, ctx, found)
    kept = fit_page([item for _, item in items])
    if kept < len(items):
        last, _ = items[kept - 1]
    return Inbox(
        items=tuple(item for _, item in items[:kept]),
        next_before=None if last is None else format_page_token(last.at, last.key),
        as_of=as_of,
    )


def _is_wanted(entry: _InboxEntry, readable: set[BoardId], wishes: RoundPreferences) -> bool:
    """Return whether an item may be read and is not muted; a notice always belongs to the actor."""
    if entry.kind is InboxKind.NOTICE:
        return True
    is_muted = is_muted_by(wishes, entry.board, entry.thread, entry.who)
    return entry.board in readable and not is_muted


def list_saved(tx: Tx, ctx: Context, query: ListSaved) -> SavedPage:
    """Return the posts that the actor saved, the last published first."""
    allowed = [board for board, _, _ in ctx.readers.boards_readable(tx, ctx)]
    marks = ",".join("?" * len(allowed))
    rows = tx.select(
        _SavedRow,
        "SELECT p.n, p.visible_at, p.id FROM choices c JOIN posts p ON p.id = c.subject"  # noqa: S608 - only question marks
        " WHERE c.member = ? AND c.kind = 'post' AND p.number IS NOT NULL"
        f" AND p.board IN ({marks}) AND {_BELOW}",
        *(ctx.member, *allowed, *parse_page_token(query.before), query.limit + 1),
    )
    posts = ctx.readers.posts_by_row(tx, [row.row for row in rows[: query.limit]], ctx.moment)
    found = records.posts_in_threads(tx, ctx, posts)
    kept = fit_page(found)
    last = rows[kept - 1] if len(rows) > kept else None
    return SavedPage(
        found=tuple(found[:kept]),
        next_before=None if last is None else format_page_token(last.at, last.key),
    )


def _entries(
    kind: InboxKind, rows: Iterable[_MeantRow], vector: Mapping[BoardId, Seq], below: _Place = _TOP
) -> list[_InboxEntry]:
    """Return the rows that are meant for the member and within the vector, as entries."""
    return [
        _InboxEntry(row.at, row.key, kind, row.row, row.board, row.thread, row.who)
        for row in rows
        if row.is_meant and _place(row) < below and row.seq <= vector.get(row.board, row.seq)
    ]


def _downwards(
    tx: Tx,
    kind: InboxKind,
    sql: str,
    given: Sequence[object],
    vector: Mapping[BoardId, Seq],
    below: _Place,
) -> Iterator[_InboxEntry]:
    """Yield a member's answers, lines that mention them, thanks or notices, newest first.

    The first chunk is read at once, so that no newer item comes in.

    Args:
        sql: A statement that takes `given`, the place below which to read, and the number of rows.
    """
    first = tx.select(_MeantRow, sql, *given, *below, _CHUNK)

    def entries() -> Iterator[_InboxEntry]:
        rows, count = first, _CHUNK
        while rows:
            yield from _entries(kind, rows, vector)
            count = min(2 * count, limits.READ_PIECE_ROWS)
            rows = tx.select(_MeantRow, sql, *given, *_place(rows[-1]), count)

    return entries()


def _mentions(
    tx: Tx, ctx: Context, vector: Mapping[BoardId, Seq], below: _Place
) -> Slices[list[_InboxEntry]]:
    """Find the actor's newest mentions among all, because no index has them in order of time."""
    found: list[_InboxEntry] = []
    row, piece = 2**53, limits.READ_PIECE_ROWS
    while rows := tx.select(_MeantRow, _MENTIONS, ctx.member, ctx.member, row, piece):
        found += _entries(InboxKind.MENTION, rows, vector, below)
        row = rows[-1].row
        if len(rows) < piece:
            break
        _keep_newest(found)
        yield
    found.sort(key=_place, reverse=True)
    return found


def _keep_newest(found: list[_InboxEntry]) -> None:
    """Drop the entries that no page reads: a page looks at no more than INBOX_LOOKED_MAX."""
    if len(found) > 2 * limits.INBOX_LOOKED_MAX:
        found.sort(key=_place, reverse=True)
        del found[limits.INBOX_LOOKED_MAX :]


def _items(tx: Tx, ctx: Context, entries: list[_InboxEntry]) -> list[tuple[_InboxEntry, InboxItem]]:
    """Load the things of entries; leave out words that have ended, and notices without an act."""
    rows = [entry.row for entry in entries if entry.row]
    posts = ctx.readers.posts_by_row(tx, rows, ctx.moment)
    threads = ctx.readers.threads(tx, [post.thread for post in posts], ctx.moment)
    post_of = dict(zip(rows, posts, strict=True))
    known = load_notices(tx, ctx, [one.key for one in entries if one.kind is InboxKind.NOTICE])
    said = [one.key for one in entries if one.kind is InboxKind.MENTION and not one.row]
    lines = ctx.readers.lines(tx, said, ctx.moment) if said else {}
    items: list[tuple[_InboxEntry, InboxItem]] = []
    for entry in entries:
        post = post_of.get(entry.row)
        notice, line = known.get(entry.key), lines.get(entry.key)
        words = post or line
        if (notice is None) if words is None else (words.body is None):
            continue
        item = InboxItem(
            kind=entry.kind,
            at=instant(entry.at),
            post=post,
            thread=threads[post.thread] if post else None,
            line=line,
            by=entry.who if entry.kind is InboxKind.THANKS else None,
            seat=notice.seat if notice else None,
            notice=notice,
        )
        items.append((entry, item))
    return items
