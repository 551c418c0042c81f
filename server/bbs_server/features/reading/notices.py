"""Notices: things done to a member, stored and sent for that member alone (P8)."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from bbs import limits
from bbs.clock import DAY_MS, Ms, instant
from bbs.features.arriving.views import HeldTold
from bbs.features.boards.application_messages import OwnApplication
from bbs.features.boards.application_rules import over_at
from bbs.features.boards.seat_messages import Seat, SeatChanged
from bbs.features.cases.views import CaseTold
from bbs.features.members.views import SystemAuthor
from bbs.features.moderation.messages import Act
from bbs.features.reading.messages import ListNotices, Noticed
from bbs.features.reading.views import Notice, NoticeKind, NoticePage
from bbs.ids import BoardId, MemberId
from bbs.messages import Done
from bbs.streams import StreamKind, member_stream, stream_bounds
from bbs_server.handler_api import Context, Told
from bbs_server.jobs import Job, JobKind
from bbs_server.outcome import AppendEvent, Effect, Outcome
from bbs_server.paging import fit_page, format_page_token, parse_page_token
from bbs_server.store import event_log, texts
from bbs_server.store.api import Tx
from bbs_server.store.hops import in_time
from bbs_server.store.leavers import is_gone
from bbs_server.store.meta import NOTICES_BROUGHT, find_meta, upsert_meta

NOTICE_MS = limits.NOTICE_DAYS * DAY_MS

_WORDS = ("application.decision.word", "held.word")
_BY_ITSELF = msgspec.json.encode(SystemAuthor()).decode()


class _NoticeRow(NamedTuple):
    """A notice as it is stored."""

    member: MemberId
    id: str
    kind: str
    at: Ms
    board: BoardId
    act: int | None
    seat: bytes | None
    proposal: str | None = None
    title_text: str | None = None
    until: Ms | None = None
    application: bytes | None = None
    word_text: str | None = None
    held: bytes | None = None
    told_of_case: bytes | None = None


class _Place(NamedTuple):
    at: Ms
    id: str


class _OfSeat(Struct):
    seat: Seat


def effects_of_notice(tx: Tx, ctx: Context, kind: NoticeKind, told: Told) -> list[Effect]:
    """Store a notice and send it to its member, once for each act or command."""
    act = told.act
    if is_gone(tx, told.member):
        return []
    waits = "SELECT 1 FROM notices WHERE member = ? AND proposal = ?"
    if told.proposal is not None and tx.fetch_one(waits, told.member, told.proposal) is not None:
        return []
    sql = "SELECT 1 FROM notices WHERE board = ? AND act = ? AND member = ?"
    if act is not None and tx.fetch_one(sql, told.board, act.number, told.member) is not None:
        return []
    seat = None if told.seat is None else msgspec.json.encode(told.seat)
    number = None if act is None else act.number
    before = told.texts.get("title")
    word = next((told.texts[path] for path in _WORDS if path in told.texts), None)
    own = told.application
    application = None if own is None else msgspec.json.encode(_without_word(own))
    held = None if told.held is None else msgspec.json.encode(replace(told.held, word=None))
    case = None if told.case is None else msgspec.json.encode(told.case)
    about = (number, seat, told.proposal, before, told.until, application, word, held, case)
    row = _insert(tx, told.member, kind.value, ctx.now, told.board, *about)
    words = {f"notice.{path}": text for path, text in told.texts.items()}
    # Who handles a case, and who reported it, is named to nobody whom it concerns.
    by_nobody = None if told.case is None else SystemAuthor()
    author = by_nobody if act is None else act.author
    told_now = Noticed(notice=_view(row, act, texts.load_bodies(tx, [before, word])))
    return [AppendEvent(member_stream(told.member), told_now, told.member, words, author)]


def _insert(tx: Tx, member: MemberId, *rest: Any) -> _NoticeRow:
    """Store a member's next notice.

    Args:
        rest: The values of the columns after its id.
    """
    sql = 'SELECT id FROM notices WHERE member = ? ORDER BY id COLLATE "binary" DESC LIMIT 1'
    row = _NoticeRow(member, f"{int(tx.fetch_value(sql, member) or 0) + 1:016d}", *rest)
    tx.execute(
        "INSERT INTO notices (member, id, kind, at, board, act, seat, proposal, title_text, until,"
        " application, word_text, held, told_of_case)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        *row,
    )
    return row


def bring_notices_along(tx: Tx) -> None:
    """Write the notices of a database of an older version, unless that was done before.

    One transaction, before the server serves: notices of acts, and of seats that changed by a rule,
    as far as events show them.
    """
    if find_meta(tx, NOTICES_BROUGHT) is not None:
        return
    upsert_meta(tx, NOTICES_BROUGHT, "1")
    found: list[tuple[Any, ...]] = tx.fetch_all(
        "SELECT at, about, 'about', board, number, NULL FROM acts WHERE about IS NOT NULL"
        ' ORDER BY at, board COLLATE "binary", number'
    )
    for at, data in tx.fetch_all(
        "SELECT at, data FROM events WHERE kind = ? AND author = ?"
        ' AND stream COLLATE "binary" > ? AND stream COLLATE "binary" < ?'
        ' ORDER BY at, stream COLLATE "binary", seq',
        *(SeatChanged.kind, _BY_ITSELF, *stream_bounds(StreamKind.MEMBER)),
    ):
        seat = msgspec.json.decode(data, type=_OfSeat).seat
        found.append((at, seat.member, "seat", seat.board, None, msgspec.json.encode(seat)))
    for at, member, kind, board, act, kept in sorted(found, key=lambda told: told[0]):
        _insert(tx, member, kind, at, board, act, kept)


def load_notices(tx: Tx, ctx: Context, keys: Sequence[str]) -> dict[str, Notice]:
    """Return the actor's notices of these ids, at most a page of them.

    A notice whose act is deleted is left out.
    """
    marks = ",".join("?" * len(keys))
    rows = tx.select(
        _NoticeRow, f"FROM notices WHERE member = ? AND id IN ({marks})", ctx.member, *keys
    )
    numbers: dict[BoardId, list[int]] = {}
    for row in rows:
        if row.act is not None:
            numbers.setdefault(row.board, []).append(row.act)
    acts = {board: ctx.readers.acts(tx, board, found) for board, found in numbers.items()}
    words = texts.load_bodies(tx, [key for row in rows for key in (row.title_text, row.word_text)])
    notices: dict[str, Notice] = {}
    for row in rows:
        act = None if row.act is None else acts[row.board].get(row.act)
        if act is not None or row.act is None:
            if row.title_text in words and not (act is not None and _has_title(tx, ctx, act)):
                del words[row.title_text]
            if row.word_text in words and over_at(row.at) <= ctx.now:
                del words[row.word_text]
            notices[row.id] = _view(row, act, words)
    return notices


def _has_title(tx: Tx, ctx: Context, act: Act) -> bool:
    """Return whether the thread of an act still has a title; else the old title goes, too (P10)."""
    key = str(act.thing.id)
    thread = ctx.readers.threads(tx, [key], ctx.moment).get(key)
    return thread is not None and thread.title is not None


def _view(row: _NoticeRow, act: Act | None, words: Mapping[str, str]) -> Notice:
    kind = NoticeKind(row.kind)
    if act is not None and kind is NoticeKind.ABOUT:
        act = replace(act, about=row.member)
    return Notice(
        id=row.id,
        kind=kind,
        at=instant(row.at),
        board=row.board,
        act=act,
        seat=None if row.seat is None else msgspec.json.decode(row.seat, type=Seat),
        proposal=row.proposal,
        until=None if row.until is None else instant(row.until),
        title=words.get(row.title_text or ""),
        application=_application(row, words),
        held=_held(row, words),
        case=None
        if row.told_of_case is None
        else msgspec.json.decode(row.told_of_case, type=CaseTold),
    )


def _without_word(own: OwnApplication) -> OwnApplication:
    decision = own.decision
    return own if decision is None else replace(own, decision=replace(decision, word=None))


def _application(row: _NoticeRow, words: Mapping[str, str]) -> OwnApplication | None:
    if row.application is None:
        return None
    own = msgspec.json.decode(row.application, type=OwnApplication)
    decision, word = own.decision, words.get(row.word_text or "")
    return own if decision is None else replace(own, decision=replace(decision, word=word))


def _held(row: _NoticeRow, words: Mapping[str, str]) -> HeldTold | None:
    if row.held is None:
        return None
    held = msgspec.json.decode(row.held, type=HeldTold)
    return replace(held, word=words.get(row.word_text or ""))


def list_notices(tx: Tx, ctx: Context, query: ListNotices) -> NoticePage:
    """Return a page of the actor's notices, newest first."""
    rows = tx.select(
        _Place,
        "FROM notices WHERE member = ? AND at > ?"
        ' AND (at, id COLLATE "binary") < (?, ?) ORDER BY at DESC, id COLLATE "binary" DESC LIMIT ?',
        *(ctx.member, ctx.now - NOTICE_MS, *parse_page_token(query.before), query.limit + 1),
    )
    page = rows[: query.limit]
    known = load_notices(tx, ctx, [row.id for row in page])
    notices = [known[row.id] for row in page if row.id in known]
    kept = fit_page(notices)
    last = page[-1] if len(rows) > len(page) else None
    if kept < len(notices):
        last = next(row for row in page if row.id == notices[kept - 1].id)
    return NoticePage(
        notices=tuple(notices[:kept]),
        next_before=None if last is None else format_page_token(*last),
        as_of=event_log.heads(tx, [member_stream(ctx.member)]),
    )


def forget_notices(tx: Tx, ctx: Context) -> Outcome[Done]:
    """Delete a slice of the notices that are over."""
    found = tx.fetch_all(
        "SELECT member, id FROM notices WHERE at <= ? ORDER BY at LIMIT ?",
        *(ctx.proven_now - NOTICE_MS, limits.SLICE_ROWS),
    )
    for key in in_time(tx, found):
        tx.execute("DELETE FROM notices WHERE member = ? AND id = ?", *key)
    return Outcome(Done(), more=bool(found))


JOBS: tuple[Job, ...] = (Job("forget notices", 3_600.0, forget_notices, JobKind.TIDIES),)
