"""Reporting posts and lines: a report opens the case of its matter, or joins it (protocol 22.1)."""

from bbs import limits
from bbs.case_refusals import Barred, Why
from bbs.clock import DAY_MS, instant
from bbs.errors import BadParams
from bbs.features.boards.kinds import BoardKind
from bbs.features.cases import rules
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
from bbs.refusals import Conflict, NotAllowed
from bbs_server.case_lookups import WordsCopied, WordsReported
from bbs_server.features.cases import audience, opening, records, reports
from bbs_server.features.cases.opening import Cited, Copy
from bbs_server.features.cases.records import CaseRow
from bbs_server.handler_api import Context
from bbs_server.outcome import Outcome
from bbs_server.store import texts
from bbs_server.store.api import Tx


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


def _report(
    tx: Tx, ctx: Context, command: ReportPost | ReportLine, kind: ThingKind, key: str
) -> Outcome[OwnReportResult]:
    check_words(command.words, field="words")
    norm, of_commons = command.norm, command.of_commons
    found = ctx.readers.words_reported(tx, ctx, kind, key, norm, of_commons=of_commons)
    words = found.words
    if words.author == ctx.member:
        raise Conflict(what="these words are your own; withdraw them instead")
    names = _named(tx, ctx, command.names) - {ctx.member, words.author}
    before = opening.case_to_join(tx, words, key)
    if command.of_office:
        _check_office(tx, ctx, found, before)
    else:
        opening.check_sender(tx, ctx, command.report, before)
    cited = Cited(norm, found.norms_version, of_commons)
    case = before or opening.open_case(tx, ctx, words.board, key, words.author, cited)
    opening.copy_words(tx, ctx, case, [*opening.context_of(found), Copy(words)])
    records.insert_names(tx, case.id, names)
    if command.of_office:
        return _take_on(tx, ctx, command, case, words, opened=before is None)
    return opening.store_report(
        *(tx, ctx, case, command.report, words, cited, command.words), opened=before is None
    )


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


def _check_office(tx: Tx, ctx: Context, found: WordsReported, case: CaseRow | None) -> None:
    """Refuse to open or take on a case in office without the office, or as a party.

    Raises:
        Barred, NotAllowed: If the actor is party, or has no such office.
    """
    assert ctx.standing is not None
    if Power.JUDGE not in ctx.standing.powers:
        raise NotAllowed(power=Power.JUDGE.value)
    why = None if case is None else audience.case_barred(tx, case.id, ctx.member, ctx.now)
    if why is None and found.answers == ctx.member:
        why = Why.ANSWERED
    if why is not None:
        raise Barred(case="" if case is None else case.id, why=why.value)


def _take_on(
    tx: Tx,
    ctx: Context,
    command: ReportPost | ReportLine,
    case: CaseRow,
    words: WordsCopied,
    *,
    opened: bool,
) -> Outcome[OwnReportResult]:
    """Let a moderator open a case for the desk, and take it on: nobody reported it.

    Raises:
        Conflict: If it is decided.
        NotAllowed: If others handle it: the power alone is the commons' and the sysop's, too.
    """
    if not audience.sight_of(tx, case, ctx.member, ctx.now).handles:
        raise NotAllowed(power=Power.JUDGE.value)
    rules.check_undecided(CaseState(case.state))
    row = records.update_case(tx, case, claimed_by=ctx.member)
    entry = records.add_entry(
        tx,
        row,
        EntryKind.CLAIMED,
        ctx.now,
        by_member=ctx.member,
        office=office_for(Power.JUDGE, ctx.offices).value,
        said_text=None if command.words is None else texts.insert_text(tx, ctx, command.words),
        norm=command.norm,
        of_commons=int(command.of_commons),
        via=ctx.acting.way.value,
    )
    view = OwnReport(
        id=command.report,
        board=row.board,
        post=words.post,
        line=words.line,
        thread=words.thread,
        number=words.number,
        at=instant(ctx.now),
        norm=command.norm,
        of_commons=command.of_commons,
        words=command.words,
        state=CaseState.OPEN,
    )
    told = opening.tell(tx, ctx, row, entry, opened=opened)
    return Outcome(OwnReportResult(report=view), tuple(told))


def list_own_reports(tx: Tx, ctx: Context, query: ListOwnReports) -> OwnReportList:
    """Return what became of the actor's reports."""
    sent = reports.count_since(tx, ctx.member, ctx.now - DAY_MS, ctx.acting.way)
    return OwnReportList(
        reports=reports.views(tx, reports.list_of_member(tx, ctx.member)),
        left_today=max(0, limits.REPORTS_PER_DAY_MAX - sent),
    )
