"""Reading the desk: the cases that a member handles, and each of them (protocol 22.3)."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from bbs import limits
from bbs.clock import DAY_MS, Ms, is_in_force
from bbs.features.cases.messages import CaseList, CaseResult, GetCase, ListCases
from bbs.features.cases.rules import Holders
from bbs.ids import COMMONS, BoardId, CaseId
from bbs.messages import Place
from bbs.powers import Office
from bbs.streams import case_stream, desk_stream
from bbs_server.features.cases import appeals, audience, case_views, records
from bbs_server.features.cases.records import CaseRow
from bbs_server.handler_api import Context
from bbs_server.paging import fit_page, format_page_token, parse_page_token
from bbs_server.store import event_log
from bbs_server.store.api import Tx

_APPEAL_MS = limits.APPEAL_DAYS * DAY_MS
_DUE = f"coalesce(decide_by, decided_at + {_APPEAL_MS}, opened_at)"
_HANDLED = (
    "(level = 'any' OR level = 'commons' AND ? = 1 OR level = 'sysop' AND ? = 1"  # noqa: S608 - names of ours
    " OR state IN ('moved', 'appealed') AND ? = 1"
    " OR level = 'board' AND board IN (SELECT board FROM offices WHERE member = ?"
    " AND office = 'moderator' AND since <= ? AND (until IS NULL OR until > ?)))"
    f" AND (level = 'any' OR NOT {audience.PARTY})"
    " AND board = coalesce(?, board) AND number = coalesce(?, number)"
)
_LISTED = (
    f"FROM cases WHERE ended_at IS NULL AND {_HANDLED}"
    f' AND ({_DUE}, id COLLATE "binary") > (?, ?) ORDER BY {_DUE}, id COLLATE "binary" LIMIT ?'
)
"""What is due first before the others."""
_LISTED_CLOSED = (
    f"FROM cases WHERE ended_at IS NOT NULL AND {_HANDLED}"
    ' AND (ended_at, id COLLATE "binary") < (?, ?)'
    ' ORDER BY ended_at DESC, id COLLATE "binary" DESC LIMIT ?'
)
"""What was closed last before the others."""
_OPEN, _CLOSED = "open:", "closed:"


def _place_of(row: CaseRow) -> tuple[Ms, CaseId]:
    """Return the place of a case in its list: by `_DUE`, and of a closed one by its end."""
    if row.ended_at is not None:
        return row.ended_at, row.id
    if row.decide_by is not None:
        return row.decide_by, row.id
    return (row.opened_at if row.decided_at is None else row.decided_at + _APPEAL_MS), row.id


class _Reach(NamedTuple):
    """The offices in which a member handles cases.

    Attributes:
        boards: The boards that they moderate.
        levels: The levels above the board of which they are.
    """

    boards: tuple[BoardId, ...]
    levels: tuple[str, ...]


def _reach_of(tx: Tx, ctx: Context, board: BoardId | None) -> _Reach:
    boards, levels = set(), set()
    for term in ctx.readers.offices_of(tx, ctx.member):
        if not is_in_force(ctx.now, term.since, term.until) or term.office is Office.VISITOR:
            continue
        levels.add("any")
        if term.office is Office.SYSOP:
            levels.add("sysop")
            continue
        if term.board == COMMONS:
            levels.add("commons")
        if board in (None, term.board):
            boards.add(term.board)
    return _Reach(tuple(sorted(boards)), tuple(sorted(levels)))


def list_cases(tx: Tx, ctx: Context, query: ListCases) -> CaseList:
    """Return the cases that the actor handles: what is due first, then what was closed last."""
    reach = _reach_of(tx, ctx, query.board)
    found: list[CaseRow] = []
    if reach.levels:
        held: dict[BoardId, Holders] = {}
        for each in _handled(tx, ctx, query, reach, held):
            found.append(each)
            if len(found) > query.limit:
                break
    heads = [records.head_view(tx, each) for each in found[: query.limit]]
    heads = heads[: fit_page(heads)]
    last = found[len(heads) - 1] if len(heads) < len(found) else None
    # Of desks that the actor hears, and no other: a place in a stream says that something came in.
    desks = {*reach.boards, *({COMMONS} if "commons" in reach.levels else ())}
    streams = [desk_stream(board) for board in sorted(desks)]
    return CaseList(
        cases=tuple(heads),
        appeals=tuple(appeals.list_to_decide(tx, ctx, query.board) if reach.levels else ()),
        next_before=None if last is None else _token(last),
        as_of=event_log.heads(tx, streams),
    )


def _token(last: CaseRow) -> Place:
    at, key = _place_of(last)
    return format_page_token(at, (_OPEN if last.ended_at is None else _CLOSED) + key)


def _handled(
    tx: Tx, ctx: Context, query: ListCases, reach: _Reach, held: dict[BoardId, Holders]
) -> Iterator[CaseRow]:
    """Return the cases that the actor handles, in their order, from a place on."""
    at, part = parse_page_token(query.before)
    began = part.startswith(_CLOSED)
    candidates: list[Iterable[CaseRow]] = []
    if not began:
        after = (at, part.removeprefix(_OPEN)) if part else (-1, "")
        candidates.append(_candidates(tx, ctx, query, reach, after, closed=False))
    if query.closed:
        before = (at, part.removeprefix(_CLOSED)) if began else (2**62, "")
        candidates.append(_candidates(tx, ctx, query, reach, before, closed=True))
    for each in candidates:
        for found in each:
            board = found.board
            if board not in held:
                held[board] = audience.holders(tx, board, ctx.now)
            if audience.sight_of(tx, found, ctx.member, ctx.now, held[board]).handles:
                yield found


def _candidates(
    tx: Tx,
    ctx: Context,
    query: ListCases,
    reach: _Reach,
    place: tuple[Ms, str],
    *,
    closed: bool,
) -> Iterator[CaseRow]:
    """Return the cases of levels and boards of the actor, to which they are no party, by pages."""
    sql = _LISTED_CLOSED if closed else _LISTED
    above = {"commons", "sysop"} & set(reach.levels)
    given = (
        *(int("commons" in above), int("sysop" in above), int(bool(above))),
        *(ctx.member, ctx.now, ctx.now),
        *[ctx.member] * 4,
        *(query.board, query.number),
    )
    while True:
        rows = tx.select(CaseRow, sql, *given, *place, query.limit + 1)
        yield from rows
        if len(rows) <= query.limit:
            return
        place = _place_of(rows[-1])


def get_case(tx: Tx, ctx: Context, query: GetCase) -> CaseResult:
    """Return a case that the actor handles, whatever has become of the words themselves."""
    row, _ = audience.case_for(tx, ctx, query.case)
    return CaseResult(
        case=case_views.case_view(tx, ctx, row),
        as_of=event_log.heads(tx, [case_stream(row.id)]),
    )
