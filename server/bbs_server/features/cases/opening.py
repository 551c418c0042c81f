"""How a report comes into a case: the case it opens or joins, the copies, and who is told (22.1, 22.2)."""

from collections.abc import Sequence
from typing import NamedTuple

from bbs import limits
from bbs.clock import DAY_MS
from bbs.features.cases.reporting_messages import OwnReportResult
from bbs.features.cases.views import CaseState, EntryKind
from bbs.ids import COMMONS, BoardId, MemberId, ReportId
from bbs.refusals import Conflict, LimitReached
from bbs.streams import case_stream
from bbs_server.case_lookups import LetterReport, WordsCopied, WordsReported
from bbs_server.features.cases import audience, news, records, reports
from bbs_server.features.cases.records import CaseRow, EntryRow, EvidenceRow
from bbs_server.features.cases.reports import ReportRow
from bbs_server.handler_api import Context
from bbs_server.outcome import Effect, Outcome, RecheckListeners
from bbs_server.store import texts
from bbs_server.store.api import Tx

_SAME_YET = frozenset({CaseState.OPEN, CaseState.ASKED, CaseState.HEARD, CaseState.MOVED})
"""The states in which a case is about every wording of its words, also a later one."""


class Cited(NamedTuple):
    """The clause of a report, in a version of the norms of the board, or of the commons."""

    norm: int
    norms_version: int
    of_commons: bool


class Copy(NamedTuple):
    """Words to be copied; `answers` makes them context: whom the reported words answer."""

    words: WordsCopied
    answers: MemberId | None = None


def case_to_join(tx: Tx, words: WordsCopied, matter: str) -> CaseRow | None:
    """Return the case that a report of words joins; None if it opens one.

    A decision is about the words as they were: what was reworded since is another matter.
    """
    case = records.find_last_of(tx, matter)
    if case is None or case.state == CaseState.CLOSED.value:
        return None
    if CaseState(case.state) not in _SAME_YET and words.written_at > _copied_at(tx, case):
        return None
    return case


def _copied_at(tx: Tx, case: CaseRow) -> int:
    """Return of when the latest wording is that a case has a copy of, in ms."""
    copies = records.list_evidence(tx, case.id)
    return max((each.written_at for each in copies if not each.is_context), default=0)


def check_sender(tx: Tx, ctx: Context, report: ReportId, case: CaseRow | None) -> None:
    """Refuse a report for what its sender did before.

    Raises:
        Conflict: If it was sent before.
        LimitReached: If they sent too many today.
    """
    if case is not None and reports.find_of_case(tx, case.id, ctx.member) is not None:
        raise Conflict(what="you reported these words already; bbs reports shows what became of it")
    if reports.exists(tx, report):
        raise Conflict(what="a report with this id exists")
    sent = reports.count_since(tx, ctx.member, ctx.now - DAY_MS, ctx.acting.way)
    if sent >= limits.REPORTS_PER_DAY_MAX:
        raise LimitReached("reports of yours in a day", limits.REPORTS_PER_DAY_MAX)


def open_case(
    tx: Tx,
    ctx: Context,
    board: BoardId,
    matter: str,
    about: MemberId | None,
    cited: Cited,
    *,
    is_letter: bool = False,
) -> CaseRow:
    """Open the case of a matter."""
    row = records.begin(
        board,
        ctx.now,
        id=ctx.new_id(),
        number=records.next_number(tx, board),
        matter=matter,
        is_letter=int(is_letter),
        about=about,
        norm=cited.norm,
        norms_version=cited.norms_version,
        of_commons=int(cited.of_commons),
    )
    records.insert_case(tx, row)
    return row


def context_of(found: WordsReported) -> list[Copy]:
    """Return what reported words answer, to understand them; where it is gone, whose it was."""
    if found.answers is None:
        return []
    gone = found.words._replace(post=None, line=None, body=None)
    return [Copy(found.answered or gone, found.answers)]


def copy_words(tx: Tx, ctx: Context, case: CaseRow, copies: Sequence[Copy]) -> None:
    """Copy words into a case, each wording once."""
    known = {_key(each) for each in records.list_evidence(tx, case.id)}
    place = len(known)
    for words, answers in copies:
        if (words.post, words.line, words.written_at) in known:
            continue
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
        place += 1


def _key(row: EvidenceRow) -> tuple[str | None, str | None, int]:
    return row.post, row.line, row.written_at


def store_report(
    tx: Tx,
    ctx: Context,
    case: CaseRow,
    report: ReportId,
    words: WordsCopied,
    cited: Cited,
    said: str | None,
    *,
    opened: bool,
) -> Outcome[OwnReportResult]:
    """Store a report of the actor's, and tell its case, without a name.

    Args:
        words: What was reported.
        said: What the reporter adds.
        opened: Whether the case is new, so that desks hear of it.
    """
    row = ReportRow(
        id=report,
        of_case=case.id,
        reporter=ctx.member,
        at=ctx.now,
        post=words.post,
        line=words.line,
        norm=cited.norm,
        norms_version=cited.norms_version,
        of_commons=int(cited.of_commons),
        words_text=None if said is None else texts.insert_text(tx, ctx, said),
        via=ctx.acting.way.value,
    )
    reports.insert(tx, row)
    entry = records.add_entry(
        tx,
        case,
        EntryKind.REPORTED,
        ctx.now,
        said_text=row.words_text,
        norm=cited.norm,
        of_commons=int(cited.of_commons),
        via=row.via,
    )
    [view] = reports.views(tx, [row])
    told = (*tell(tx, ctx, case, entry, opened=opened), news.to_reporter(tx, row))
    return Outcome(OwnReportResult(report=view), told)


def tell(
    tx: Tx, ctx: Context, case: CaseRow, entry: EntryRow | None, *, opened: bool
) -> list[Effect]:
    """Return what is told of a new entry, and of a case that opens, to who handles it from now on.

    A report may make somebody a party who handled the case until now.

    Args:
        entry: None if it is told with what follows.
    """
    told: list[Effect] = [RecheckListeners((case_stream(case.id),))]
    if opened:
        case = _at_first_level(tx, ctx, case)
        told += news.to_desk(case)
    return told if entry is None else [*told, news.to_handlers(tx, case, entry)]


def _at_first_level(tx: Tx, ctx: Context, case: CaseRow) -> CaseRow:
    """Let a new case begin where anybody is free to handle it; later, time passes it on."""
    held = audience.holders(tx, case.board, ctx.now)
    level = audience.level_of(case, held, audience.parties_of(tx, case).everybody)
    return case if level == case.level else records.update_case(tx, case, level=level.value)


def report_of_letter(tx: Tx, ctx: Context, report: LetterReport) -> Outcome[OwnReportResult]:
    """Let the actor report posts of a letter to the commons."""
    matter = report.posts[-1]
    for words in report.posts:
        if words.author != ctx.member:
            matter = words
    assert matter.post is not None
    cited = Cited(report.norm, report.norms_version, of_commons=True)
    before = case_to_join(tx, matter, matter.post)
    check_sender(tx, ctx, report.id, before)
    case = before or open_case(tx, ctx, COMMONS, matter.post, matter.author, cited, is_letter=True)
    others = [
        Copy(words, None if words.author == matter.author else words.author)
        for words in report.posts
    ]
    copy_words(tx, ctx, case, others)
    opened = before is None
    return store_report(tx, ctx, case, report.id, matter, cited, report.said, opened=opened)
