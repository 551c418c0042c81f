"""The one way in which a case changes: its row, its entry, and all who are told (protocol 22.3)."""

from typing import Any, NamedTuple

from bbs.clock import Ms
from bbs.features.cases import rules
from bbs.features.cases.own_messages import CaseAboutYou
from bbs.features.cases.views import CaseEnding, CaseState, CaseTold, EntryKind
from bbs.features.members.views import SystemAuthor
from bbs.features.reading.views import NoticeKind
from bbs.ids import MemberId
from bbs.powers import Office, Way
from bbs.streams import case_stream, member_stream
from bbs_server.features.cases import audience, news, own_views, records, reports
from bbs_server.features.cases.records import CaseRow
from bbs_server.handler_api import Context, Told
from bbs_server.outcome import AppendEvent, Effect, RecheckListeners
from bbs_server.store import texts
from bbs_server.store.api import Tx

_SEEN_BY_REPORTERS = ("state", "ending", "told_text")


class NewEntry(NamedTuple):
    """An entry to add to a case.

    Attributes:
        by: Who did it; None for the server and for a reporter.
        text: What was said; it is stored with the entry.
        until: In ms.
        names_reporter: Whether the person whom the case is about must not get it.
        via: Whether a script did it.
    """

    kind: EntryKind
    by: MemberId | None = None
    office: Office | None = None
    text: str | None = None
    norm: int | None = None
    of_commons: bool = False
    until: Ms | None = None
    names_reporter: bool = False
    via: Way = Way.DEVICE


def change(
    tx: Tx,
    ctx: Context,
    row: CaseRow,
    entry: NewEntry | None,
    *,
    told: str | None = None,
    **columns: Any,
) -> tuple[CaseRow, list[Effect]]:
    """Change a case, and return it with everything that tells of it.

    Args:
        entry: What happened; None for what stands in no entry.
        told: The word of the desk to the reporters.
        columns: The columns that change; with `state`, as `CASE_TRANSITIONS` allows it.

    Raises:
        Conflict: If the state does not allow it.
    """
    before = row
    if (state := columns.get("state")) is not None:
        columns["state"] = rules.check_case_move(CaseState(row.state), CaseState(state)).value
    if told is not None:
        columns["told_text"] = texts.insert_text(tx, ctx, told)
        texts.delete_texts(tx, [row.told_text])
    added = None if entry is None else add(tx, ctx, row, entry)
    row = records.update_case(tx, row, **columns)
    effects: list[Effect] = [news.to_handlers(tx, row, added)]
    if (row.level, row.state) != (before.level, before.state):
        effects += news.to_desk(row)
        effects.append(RecheckListeners((case_stream(row.id),)))
    effects += _to_person(tx, ctx, before, row)
    effects += _to_reporters(tx, ctx, before, row)
    return row, effects


def add(tx: Tx, ctx: Context, row: CaseRow, entry: NewEntry) -> records.EntryRow:
    """Add an entry to a case, and return it; whoever calls this tells of it."""
    return records.add_entry(
        tx,
        row,
        entry.kind,
        ctx.now,
        by_member=entry.by,
        office=None if entry.office is None else entry.office.value,
        said_text=None if entry.text is None else texts.insert_text(tx, ctx, entry.text),
        norm=entry.norm,
        of_commons=int(entry.of_commons),
        until=entry.until,
        names_reporter=int(entry.names_reporter),
        via=entry.via.value,
    )


def close(
    tx: Tx, ctx: Context, row: CaseRow, ending: CaseEnding, *, told: str | None = None
) -> tuple[CaseRow, list[Effect]]:
    """End a case: from now on its evidence is kept for some days, and the rest for a year.

    Args:
        told: The word of the desk to the reporters.
    """
    ended = {"ending": ending.value, "ended_at": ctx.now, "decide_by": None}
    entry = NewEntry(EntryKind.CLOSED)
    return change(tx, ctx, row, entry, told=told, state=CaseState.CLOSED, **ended)


def asked(now: Ms) -> dict[str, Any]:
    """Return the columns of a case whose person is asked at `now`, in ms."""
    return {"state": CaseState.ASKED, "asked_at": now, "answer_by": rules.answer_end(now)}


def _to_person(tx: Tx, ctx: Context, before: CaseRow, row: CaseRow) -> list[Effect]:
    """Return what the person hears of their case, once they were told of it."""
    if row.about is None or not audience.is_told(row):
        return []
    view, words = own_views.own_case(tx, row)
    event = CaseAboutYou(case=view)
    stream = member_stream(row.about)
    effects: list[Effect] = [AppendEvent(stream, event, row.id, words, author=SystemAuthor())]
    if row.state == before.state or not _calls_person(row):
        return effects
    case = CaseTold(case=row.id, number=row.number, state=CaseState(row.state), ending=view.ending)
    until = row.answer_by if row.state == CaseState.ASKED else None
    notice = Told(member=row.about, board=row.board, case=case, until=until)
    return [*effects, *ctx.readers.effects_of_notice(tx, ctx, NoticeKind.CASE, notice)]


def _calls_person(row: CaseRow) -> bool:
    """Return whether a notice tells the person of a new state: a decision is told by its act."""
    is_over = row.state == CaseState.CLOSED and row.ending != CaseEnding.DECIDED
    return row.state == CaseState.ASKED or is_over


def _calls_reporters(before: CaseRow, row: CaseRow) -> bool:
    """Return whether a notice tells the reporters of a new state: the outcome, once."""
    if row.state == CaseState.DECIDED:
        return before.decided_at is None
    is_over = row.state == CaseState.CLOSED and before.state != CaseState.CLOSED
    return is_over and row.ending != CaseEnding.DECIDED


def _to_reporters(tx: Tx, ctx: Context, before: CaseRow, row: CaseRow) -> list[Effect]:
    """Return what the reporters hear, where something changed that they may know of."""
    if _seen(before) == _seen(row):
        return []
    effects: list[Effect] = []
    for report in reports.list_of_case(tx, row.id):
        report = reports.next_revision(tx, report)
        effects.append(news.to_reporter(tx, report))
        if not _calls_reporters(before, row):
            continue
        ending = None if row.ending is None else CaseEnding(row.ending)
        case = CaseTold(report=report.id, state=CaseState(row.state), ending=ending)
        notice = Told(member=report.reporter, board=row.board, case=case)
        effects += ctx.readers.effects_of_notice(tx, ctx, NoticeKind.REPORT, notice)
    return effects


def _seen(row: CaseRow) -> tuple[object, ...]:
    seen = row._replace(state=rules.seen_by_reporters(CaseState(row.state)).value)
    return tuple(getattr(seen, name) for name in _SEEN_BY_REPORTERS)
