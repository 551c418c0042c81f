"""Reporting posts and lines: a report opens the case of its matter, or joins it (protocol 22.1)."""

from typing import NamedTuple

from bbs import limits
from bbs.case_refusals import Barred, Why
from bbs.clock import DAY_MS, instant
from bbs.errors import BadParams
from bbs.features.boards.kinds import BoardKind
from bbs.features.cases.reporting_messages import (
    ListOwnReports,
    OwnReportList,
    OwnReportResult,
    ReportLine,
    ReportPost,
)
from bbs.features.cases.views import CaseState, EntryKind, OwnReport
from bbs.features.cases.wording import check_words
from bbs.features.moderation.messages import ThingKind
from bbs.ids import MemberId
from bbs.powers import Power, office_for
from bbs.refusals import Conflict, LimitReached, NotAllowed
from bbs_server.case_lookups import WordsCopied, WordsReported
from bbs_server.features.cases import news, records, reports
from bbs_server.features.cases.records import CaseRow, EntryRow, EvidenceRow
from bbs_server.features.cases.reports import ReportRow
from bbs_server.handler_api import Context
from bbs_server.outcome import Effect, Outcome
from bbs_server.store import texts
from bbs_server.store.api import Tx

_SAME_YET = frozenset({CaseState.OPEN, CaseState.ASKED, CaseState.HEARD, CaseState.MOVED})
"""The states in which a case is about every wording of its words, also a later one."""


def report_post(tx: Tx, ctx: Context, command: ReportPost) -> Outcome[OwnReportResult]:
    """Report a post by a clause."""
    if ctx.board.kind is BoardKind.LETTER:
        raise BadParams(
            "post", "report posts of a letter as such: to the moderators of the commons"
        )
    return _report(tx, ctx, command, ThingKind.POST, command.post)


def report_line(tx: Tx, ctx: Context, command: ReportLine) -> Outcome[OwnReportResult]:
    """Report a line of a lounge by a clause."""
    return _report(tx, ctx, command, ThingKind.LINE, command.line)


class _Said(NamedTuple):
    """What a report says, ready to be stored."""

    found: WordsReported
    names: frozenset[MemberId]
    words_text: str | None


def _report(
    tx: Tx, ctx: Context, command: ReportPost | ReportLine, kind: ThingKind, key: str
) -> Outcome[OwnReportResult]:
    check_words(command.words, field="words")
    norm, of_commons = command.norm, command.of_commons
    found = ctx.readers.words_reported(tx, ctx, kind, key, norm, of_commons=of_commons)
    if found.words.author == ctx.member:
        raise Conflict(what="these words are your own; withdraw them instead")
    names = _named(tx, ctx, command.names) - {ctx.member, found.words.author}
    before = _case_of(tx, found.words, key)
    _check(tx, ctx, command, found, before)
    words = None if command.words is None else texts.insert_text(tx, ctx, command.words)
    said = _Said(found, names, words)
    case = before or _open(tx, ctx, command, found, key)
    _copy(tx, ctx, case, found)
    records.insert_names(tx, case.id, names)
    if command.of_office:
        return _take_on(tx, ctx, command, case, said, opened=before is None)
    row = ReportRow(
        id=command.report,
        of_case=case.id,
        reporter=ctx.member,
        at=ctx.now,
        post=found.words.post,
        line=found.words.line,
        norm=norm,
        norms_version=found.norms_version,
        of_commons=int(of_commons),
        words_text=words,
    )
    reports.insert(tx, row)
    entry = records.add_entry(
        tx, case, EntryKind.REPORTED, ctx.now, said_text=words, norm=norm, of_commons=of_commons
    )
    [view] = reports.views(tx, [row])
    told = (*_told(tx, case, entry, opened=before is None), news.to_reporter(tx, row))
    return Outcome(OwnReportResult(report=view), told)


def _named(tx: Tx, ctx: Context, handles: tuple[str, ...]) -> frozenset[MemberId]:
    """Return whom a report names.

    Raises:
        BadParams: If nobody has one of the handles.
    """
    wanted = [handle.removeprefix("@") for handle in handles]
    found = ctx.readers.members_by_handle(tx, wanted)
    for handle in wanted:
        if handle not in found:
            raise BadParams("names", f"nobody here has the handle @{handle}")
    return frozenset(found.values())


def _case_of(tx: Tx, words: WordsCopied, key: str) -> CaseRow | None:
    """Return the case that a report of words joins; None if it opens one.

    A decision is about the words as they were: what was reworded since is another matter.
    """
    case = records.find_last_of(tx, key)
    if case is None or case.state == CaseState.CLOSED.value:
        return None
    if CaseState(case.state) not in _SAME_YET and words.written_at > _copied_at(tx, case):
        return None
    return case


def _copied_at(tx: Tx, case: CaseRow) -> int:
    """Return of when the latest wording is that a case has a copy of, in ms."""
    copies = records.list_evidence(tx, case.id)
    return max((each.written_at for each in copies if not each.is_context), default=0)


def _check(
    tx: Tx,
    ctx: Context,
    command: ReportPost | ReportLine,
    found: WordsReported,
    case: CaseRow | None,
) -> None:
    """Refuse a report for what its sender did before, and of a moderator who is party.

    Raises:
        Barred, NotAllowed: If it is sent in an office that the sender does not have, or is party.
        Conflict: If it was sent before.
        LimitReached: If they sent too many today.
    """
    mine = None if case is None else reports.find_of_case(tx, case.id, ctx.member)
    if command.of_office:
        _check_office(ctx, found, case, mine)
        return
    if mine is not None:
        raise Conflict(what="you reported these words already; bbs reports shows what became of it")
    if reports.exists(tx, command.report):
        raise Conflict(what="a report with this id exists")
    if reports.count_since(tx, ctx.member, ctx.now - DAY_MS) >= limits.REPORTS_PER_DAY_MAX:
        raise LimitReached("reports of yours in a day", limits.REPORTS_PER_DAY_MAX)


def _check_office(
    ctx: Context, found: WordsReported, case: CaseRow | None, mine: ReportRow | None
) -> None:
    assert ctx.standing is not None
    if Power.JUDGE not in ctx.standing.powers:
        raise NotAllowed(power=Power.JUDGE.value)
    why = Why.REPORTER if mine else Why.ANSWERED if found.answers == ctx.member else None
    if why is not None:
        raise Barred(case="" if case is None else case.id, why=why.value)


def _open(
    tx: Tx, ctx: Context, command: ReportPost | ReportLine, found: WordsReported, key: str
) -> CaseRow:
    row = records.begin(
        found.words.board,
        ctx.now,
        id=ctx.new_id(),
        number=records.next_number(tx, found.words.board),
        matter=key,
        is_letter=0,
        about=found.words.author,
        norm=command.norm,
        norms_version=found.norms_version,
        of_commons=int(command.of_commons),
    )
    records.insert_case(tx, row)
    return row


def _copy(tx: Tx, ctx: Context, case: CaseRow, found: WordsReported) -> None:
    """Copy words into a case, once for each wording, with what they answer."""
    copies = records.list_evidence(tx, case.id)
    place = len(copies)
    if not any(each.is_context for each in copies) and found.answers is not None:
        context = found.answered or found.words._replace(body=None)
        _insert(tx, ctx, case, place, context, answers=found.answers)
        place += 1
    known = {(each.post, each.line, each.written_at) for each in copies if not each.is_context}
    if (found.words.post, found.words.line, found.words.written_at) not in known:
        _insert(tx, ctx, case, place, found.words)


def _insert(
    tx: Tx,
    ctx: Context,
    case: CaseRow,
    place: int,
    words: WordsCopied,
    answers: MemberId | None = None,
) -> None:
    body = None if words.body is None else texts.insert_text(tx, ctx, words.body)
    row = EvidenceRow(
        of_case=case.id,
        place=place,
        post=words.post,
        line=words.line,
        thread=words.thread,
        number=words.number,
        author=answers or words.author,
        written_at=words.written_at,
        norms_version=words.norms_version,
        norms_board=words.norms_board,
        body_text=body,
        is_context=int(answers is not None),
    )
    records.insert_evidence(tx, row)


def _take_on(
    tx: Tx,
    ctx: Context,
    command: ReportPost | ReportLine,
    case: CaseRow,
    said: _Said,
    *,
    opened: bool,
) -> Outcome[OwnReportResult]:
    """Let a moderator open a case for the desk, and take it on: nobody reported it."""
    row = records.update_case(tx, case, claimed_by=ctx.member)
    entry = records.add_entry(
        tx,
        row,
        EntryKind.CLAIMED,
        ctx.now,
        by_member=ctx.member,
        office=office_for(Power.JUDGE, ctx.offices).value,
        said_text=said.words_text,
        norm=command.norm,
        of_commons=int(command.of_commons),
    )
    view = OwnReport(
        id=command.report,
        board=row.board,
        post=said.found.words.post,
        line=said.found.words.line,
        thread=said.found.words.thread,
        number=said.found.words.number,
        at=instant(ctx.now),
        norm=command.norm,
        of_commons=command.of_commons,
        words=command.words,
        state=CaseState.OPEN,
    )
    return Outcome(OwnReportResult(report=view), tuple(_told(tx, row, entry, opened=opened)))


def _told(tx: Tx, case: CaseRow, entry: EntryRow, *, opened: bool) -> list[Effect]:
    row = records.find_case(tx, case.id)
    assert row is not None
    told: list[Effect] = [news.to_handlers(tx, row, entry)]
    return [*news.to_desk(row), *told] if opened else told


def list_own_reports(tx: Tx, ctx: Context, query: ListOwnReports) -> OwnReportList:
    """Return what became of the actor's reports."""
    sent = reports.count_since(tx, ctx.member, ctx.now - DAY_MS)
    return OwnReportList(
        reports=reports.views(tx, reports.list_of_member(tx, ctx.member)),
        left_today=max(0, limits.REPORTS_PER_DAY_MAX - sent),
    )
