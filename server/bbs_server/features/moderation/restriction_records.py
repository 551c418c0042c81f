"""The SQL of restrictions, with the moments at which each begins and ends (P7)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from bbs.clock import LATEST, Ms, instant
from bbs.features.members.views import Author, SystemAuthor
from bbs.features.moderation.calm_rules import AGAIN_DAYS, remembered_ms
from bbs.features.moderation.messages import RestrictionChanged
from bbs.features.moderation.rules import holds
from bbs.features.moderation.views import Restriction, RestrictionKind
from bbs.ids import COMMONS, BoardId, MemberId, ThreadId
from bbs.rows import columns, marks, view_of
from bbs.streams import all_board_streams, board_stream, member_stream
from bbs_server.handler_api import Context
from bbs_server.outcome import AppendEvent, Effect, RecheckListeners, WatchEdge
from bbs_server.store import texts
from bbs_server.store.api import Tx
from bbs_server.store.meta import find_meta, upsert_meta

NEXT_EDGE = "next_edge"
"""In `meta`: the next moment, in ms, at which something begins or ends by time alone and nobody was
told of it yet."""

NOBODY: MemberId = ""


class RestrictionRow(NamedTuple):
    """A restriction as it is stored; `member` is None where it is about everybody."""

    id: str
    board: BoardId
    thread: ThreadId | None
    member: MemberId | None
    kind: RestrictionKind
    value: int | None
    since: Ms
    until: Ms | None
    act: str | None
    reason_text: str | None = None


class _Found(NamedTuple):
    """A restriction with the clause that its act cites."""

    id: str
    board: BoardId
    thread: ThreadId | None
    member: MemberId | None
    kind: str
    value: int | None
    since: Ms
    until: Ms | None
    act: str | None
    reason_text: str | None
    norm: int | None


_COLUMNS = columns(RestrictionRow)
_FOUND = (
    f"SELECT {columns(RestrictionRow, 'r')}, a.norm FROM restrictions r"  # noqa: S608 - names of ours
    " LEFT JOIN acts a ON a.id = r.act"
)
# In parts, so that each finds its rows by the index, however many there are about others; and each of
# one board, because to look for two with IN costs more than to look twice.
_EVERYBODY = f"{_FOUND} WHERE r.board = ? AND r.member IS NULL"
_ON_ONE = f"{_EVERYBODY} UNION ALL {_FOUND} WHERE r.board = ? AND r.member = ?"


def restrictions_on(tx: Tx, board: BoardId, member: MemberId | None) -> tuple[Restriction, ...]:
    """Return what narrows a member on a board, or on the commons, at any time that is not forgotten.

    Args:
        member: None for what is about everybody alone.
    """
    return tx.memoize(_restrictions_on, board, member or NOBODY)


def _restrictions_on(tx: Tx, board: BoardId, member: MemberId) -> tuple[Restriction, ...]:
    if board == COMMONS:
        rows = _on_one(tx, board, member)
    elif member == NOBODY:
        rows = tx.select(_Found, f"{_EVERYBODY} UNION ALL {_EVERYBODY}", board, COMMONS)
    else:
        rows = tx.select(
            _Found,
            f"{_ON_ONE} UNION ALL {_ON_ONE}",
            *(board, board, member, COMMONS, COMMONS, member),
        )
    # Without their reasons: what is remembered here holds no words (P10).
    return tuple(map(_view, rows))


def _on_one(tx: Tx, board: BoardId, member: MemberId) -> list[_Found]:
    if member == NOBODY:
        return tx.select(_Found, _EVERYBODY, board)
    return tx.select(_Found, _ON_ONE, board, board, member)


def restriction_reason(tx: Tx, restriction: str) -> str | None:
    """Return the reason of a restriction; None if it has none, or once its text is erased."""
    key: str | None = tx.fetch_value(
        "SELECT reason_text FROM restrictions WHERE id = ?", restriction
    )
    return texts.load_bodies(tx, [key]).get(key or "")


def _views(tx: Tx, rows: Sequence[_Found]) -> tuple[Restriction, ...]:
    """Return restrictions with their reasons, in their order."""
    words = texts.load_bodies(tx, [row.reason_text for row in rows])
    return tuple(_view(row, words.get(row.reason_text or "")) for row in rows)


def _view(row: _Found, reason: str | None = None) -> Restriction:
    return view_of(
        Restriction,
        row,
        reason=reason,
        kind=RestrictionKind(row.kind),
        since=instant(row.since),
        until=None if row.until is None else instant(row.until),
    )


def list_restrictions(
    tx: Tx, boards: Iterable[BoardId], member: MemberId, now: Ms
) -> tuple[Restriction, ...]:
    """Return what narrows a member on these boards now or later, but for the community's end."""
    rows = tx.select(
        _Found,
        f"{_FOUND} WHERE r.member = ? UNION ALL {_FOUND} WHERE r.member IS NULL"
        " AND r.kind <> 'closing'",
        member,
    )
    shown = frozenset(boards)
    wanted = [row for row in rows if row.board in shown and (row.until is None or now < row.until)]
    return _views(tx, wanted)


def restrictions_about(tx: Tx, member: MemberId, after: str) -> tuple[Restriction, ...]:
    """Return what narrows a member anywhere, by id, of ids above `after`."""
    rows = tx.select(
        _Found,
        f'{_FOUND} WHERE r.member = ? AND r.id COLLATE "binary" > ? ORDER BY r.id COLLATE "binary"',
        *(member, after),
    )
    return _views(tx, rows)


def restricted_boards(
    tx: Tx, kind: RestrictionKind, member: MemberId | None, now: Ms
) -> frozenset[BoardId]:
    """Return the boards with a restriction of a kind in force at `now`, ms.

    Args:
        member: Whom it is about; None for everybody.
    """
    rows = tx.select(
        _Found,
        f"{_FOUND} WHERE r.kind = ? AND (r.member = ? OR (r.member IS NULL AND ? IS NULL))",
        *(kind.value, member, member),
    )
    return frozenset(row.board for row in rows if holds(_view(row), now))


def restricted_members(
    tx: Tx, kind: RestrictionKind, board: BoardId, now: Ms
) -> frozenset[MemberId]:
    """Return whom a restriction of a kind that is set on a board narrows at `now`, in ms."""
    rows = tx.select(
        _Found,
        f"{_FOUND} WHERE r.kind = ? AND r.board = ? AND r.thread IS NULL AND r.member IS NOT NULL",
        *(kind.value, board),
    )
    return frozenset(row.member for row in rows if row.member and holds(_view(row), now))


def last_set(
    tx: Tx, board: BoardId, kind: RestrictionKind, thread: ThreadId | None = None
) -> Restriction | None:
    """Return the last restriction of everybody that was set in a place, over or not; None for none."""
    found = (
        restriction
        for restriction in restrictions_on(tx, board, None)
        if (restriction.kind, restriction.board, restriction.thread) == (kind, board, thread)
    )
    return max(found, key=lambda each: (each.until or LATEST, each.since), default=None)


def set_closing(tx: Tx, ctx: Context, begins: Mapping[int, Ms], act: str | None) -> WatchEdge:
    """Let the community end in stages, in the place of an end announced before.

    Args:
        begins: When each stage begins, in ms, by its number; empty to stay open.
        act: The id of the act that announced it.
    """
    tx.execute("DELETE FROM restrictions WHERE kind = 'closing'")
    for stage, since in begins.items():
        _insert(tx, ctx, COMMONS, RestrictionKind.CLOSING, value=stage, since=since, act=act)
    return watch_edge(tx, ctx)


def restrict(
    tx: Tx,
    ctx: Context,
    board: BoardId,
    kind: RestrictionKind,
    *,
    member: MemberId | None = None,
    thread: ThreadId | None = None,
    value: int | None = None,
    since: Ms | None = None,
    until: Ms | None = None,
    act: str | None = None,
    norm: int | None = None,
    reason: str | None = None,
) -> tuple[Effect, ...]:
    """Set a restriction, and return what tells those whom it is about.

    Args:
        member: Whom it is about; None for everybody. About a member it needs an end (P7).
        thread: The only thread it holds in; None for the whole board.
        value: Seconds between two writings, for a kind that sets a pace; the stage of `closing`.
        since: When it begins, in ms; None: at once.
        until: When it is over, in ms; None until somebody ends it.
        act: The id of the act that sets it.
        norm: The clause that this act will cite, which is stored after the restriction.
        reason: Why, as whoever it stops will read it.
    """
    # Words of its own: an act and a restriction are forgotten on different days.
    key = _insert(
        *(tx, ctx, board, kind),
        member=member,
        thread=thread,
        value=value,
        since=ctx.proven_now if since is None else since,
        until=until,
        act=act,
        reason_text=None if reason is None else texts.insert_text(tx, ctx, reason),
    )
    return (*_effects(tx, key, norm=norm), watch_edge(tx, ctx))


def _insert(tx: Tx, ctx: Context, board: BoardId, kind: RestrictionKind, **columns: Any) -> str:
    """Insert a restriction and return its id."""
    empty = RestrictionRow(ctx.new_id(), board, None, None, kind, None, ctx.now, None, None, None)
    row = empty._replace(**columns)
    sql = f"INSERT INTO restrictions ({_COLUMNS}) VALUES ({marks(RestrictionRow)})"  # noqa: S608 - names of ours
    tx.execute(sql, *row)
    return row.id


def lift(tx: Tx, ctx: Context, restriction: str) -> tuple[Effect, ...]:
    """End a restriction now, and return what tells those whom it is about.

    One that is over, or is not there, stays as it is. It ends by the proven time: by a clock that is
    ahead it would hold again once that is put right.
    """
    changed = tx.execute(
        "UPDATE restrictions SET until = CASE WHEN since > ? THEN since ELSE ? END"
        " WHERE id = ? AND (until IS NULL OR until > ?)",
        *(ctx.proven_now, ctx.proven_now, restriction, ctx.proven_now),
    )
    effects = _effects(tx, restriction) if changed else ()
    return (*effects, watch_edge(tx, ctx))


def shorten(tx: Tx, ctx: Context, restriction: str, until: Ms) -> tuple[Effect, ...]:
    """Let a restriction end sooner, at a moment in ms, and return what tells those whom it is about.

    One that ends before, or is not there, stays as it is.
    """
    changed = tx.execute(
        "UPDATE restrictions SET since = CASE WHEN since > ? THEN ? ELSE since END, until = ?"
        " WHERE id = ? AND (until IS NULL OR until > ?)",
        *(until, until, until, restriction, until),
    )
    effects = _effects(tx, restriction) if changed else ()
    return (*effects, watch_edge(tx, ctx))


def _effects(
    tx: Tx, restriction: str, author: Author | None = None, norm: int | None = None
) -> tuple[Effect, ...]:
    row = tx.select_one(_Found, f"{_FOUND} WHERE r.id = ?", restriction)
    assert row is not None
    about = row.member
    stream = board_stream(row.board) if about is None else member_stream(about)
    [view] = _views(tx, [row if norm is None else row._replace(norm=norm)])
    paths = {} if row.reason_text is None else {"restriction.reason": row.reason_text}
    event = RestrictionChanged(restriction=view)
    effects: tuple[Effect, ...] = (AppendEvent(stream, event, row.id, paths, author),)
    if row.kind == RestrictionKind.SUSPENDED:
        # First: what is told from here on may be no longer theirs to hear.
        effects = RecheckListeners(_streams(tx, row.board, about), about), *effects
    return effects


def told_in(effects: Iterable[Effect]) -> list[Restriction]:
    """Return the restrictions that are told, as they are then, in the order of telling."""
    events = (effect.event for effect in effects if isinstance(effect, AppendEvent))
    return [event.restriction for event in events if isinstance(event, RestrictionChanged)]


def _streams(tx: Tx, board: BoardId, member: MemberId | None) -> tuple[str, ...]:
    """Return the streams that a suspension on a board ends: for the commons of all the member reads."""
    boards = [board]
    if board == COMMONS:
        rows = tx.fetch_all(
            "SELECT id FROM boards WHERE kind <> 'letter' UNION"
            " SELECT board FROM seats WHERE member = ?",
            member,
        )
        boards = [key for (key,) in rows]
    return tuple(stream for each in boards for stream in all_board_streams(each))


def watch_edge(tx: Tx, ctx: Context) -> WatchEdge:
    """Return what tells the server when a restriction or an office begins or ends next."""
    pending = _pending_edge(tx)
    if pending is not None and pending <= ctx.now:
        return WatchEdge(pending)  # it is to be told first
    edge = _next_edge(tx, ctx, ctx.now)
    if edge != pending:
        _keep_pending_edge(tx, edge)
    return WatchEdge(edge)


def _pending_edge(tx: Tx) -> Ms | None:
    stored = find_meta(tx, NEXT_EDGE)
    return int(stored) if stored else None


def _keep_pending_edge(tx: Tx, edge: Ms | None) -> None:
    upsert_meta(tx, NEXT_EDGE, "" if edge is None else str(edge))


def _next_edge(tx: Tx, ctx: Context, after: Ms) -> Ms | None:
    edges: Iterable[Ms | None] = (
        tx.fetch_value("SELECT min(since) FROM restrictions WHERE since > ?", after),
        tx.fetch_value("SELECT min(until) FROM restrictions WHERE until > ?", after),
        ctx.readers.next_office_edge(tx, after),
    )
    return min((edge for edge in edges if edge is not None), default=None)


def announce_edges(tx: Tx, ctx: Context) -> tuple[Effect, ...]:
    """Return what tells of the first moment, not told yet, at which something began or ended.

    Only to be told: what holds is decided by comparing with the time.
    """
    while (edge := _pending_edge(tx)) is not None and edge <= ctx.now:
        _keep_pending_edge(tx, _next_edge(tx, ctx, edge))
        found = tx.fetch_all(
            'SELECT id FROM restrictions WHERE since = ? OR until = ? ORDER BY id COLLATE "binary"',
            *(edge, edge),
        )
        told = [effect for (key,) in found for effect in _effects(tx, key, SystemAuthor())]
        told += ctx.readers.offices_changed_at(tx, ctx, edge)
        if told:
            return tuple(told)
    return ()


_REMEMBERED = " ".join(f"WHEN '{kind.value}' THEN {remembered_ms(kind)}" for kind in AGAIN_DAYS)
_OVER = (
    "SELECT id FROM restrictions WHERE until < ?"  # noqa: S608 - names and numbers of ours
    f" AND until < ? - CASE kind {_REMEMBERED} ELSE 0 END"
)


def list_over(tx: Tx, before: Ms, limit: int) -> list[str]:
    """Return restrictions that ended before a moment, in ms, and of whose end everybody was told."""
    edge = _pending_edge(tx)
    upto = before if edge is None else min(before, edge)
    rows = tx.fetch_all(f"{_OVER} ORDER BY until LIMIT ?", upto, upto, limit)
    return [key for (key,) in rows]


def delete_restriction(tx: Tx, restriction: str) -> None:
    """Forget a restriction that is over; the act that set it stays (P8)."""
    key = tx.fetch_value("SELECT reason_text FROM restrictions WHERE id = ?", restriction)
    texts.delete_texts(tx, [key])
    tx.execute("DELETE FROM restrictions WHERE id = ?", restriction)


def list_by_clause(tx: Tx, board: BoardId, now: Ms) -> list[tuple[MemberId, Restriction]]:
    """Return what restricts members on a board at `now`, in ms, by acts that cite a clause.

    Returns:
        Each member with the restriction, without its reason; what ends first before the rest.
    """
    rows = tx.select(
        _Found,
        f"{_FOUND} WHERE r.board = ? AND r.member IS NOT NULL AND a.norm IS NOT NULL"
        ' AND r.since <= ? AND r.until > ? ORDER BY r.until, r.id COLLATE "binary"',
        *(board, now, now),
    )
    return [(row.member, _view(row)) for row in rows if row.member is not None]
