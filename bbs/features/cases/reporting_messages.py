"""Reporting posts and lines, and what becomes of reports (protocol 22.1)."""

from typing import Annotated, ClassVar

from msgspec import Meta

from bbs import limits
from bbs.features.cases.views import CaseText, OwnReport
from bbs.features.members.messages import Handle
from bbs.features.threads.hiding_messages import ClauseNumber
from bbs.ids import LineId, PostId, ReportId
from bbs.messages import Command, Event, Query, Result
from bbs.powers import Need, NeedTarget, Power, Touches

Named = Annotated[tuple[Handle, ...], Meta(max_length=16)]


class OwnReportResult(Result, frozen=True, kw_only=True):
    """The member's report."""

    text_paths: ClassVar[tuple[str, ...]] = ("report.words", "report.told")
    report: OwnReport


class ReportPost(Command[OwnReportResult], frozen=True, kw_only=True):
    """Report a post to those who handle cases on its board, and to nobody else. From a device only.

    They get a copy of the words. Nobody else learns who reported; a report of the same words joins the
    case there is. Errors: `not_found`, `gone`, `text_refused`, `protocol.bad_params` if there was no
    such clause, `conflict` for the own words, for an id that is taken, and if the member reported the
    same before; `full` above `REPORTS_PER_DAY_MAX` in a day.

    Attributes:
        report: The id of the report.
        norm: The clause, by its number in the version in force when the words were written.
        of_commons: Whether it is one of the commons' norms.
        words: What the reporter adds.
        names: Whom it concerns besides author and reporter: they do not handle the case.
        of_office: Whether a moderator of the board opens the case for the desk, and takes it on; then
            the member is no reporter and no party.
    """

    method: ClassVar[str] = "cases.report"
    needs: ClassVar[Need] = Need(Power.READ, on=NeedTarget.POST, touches=Touches.ACCOUNT)
    text_paths: ClassVar[tuple[str, ...]] = ("words",)
    post: PostId
    report: ReportId
    norm: ClauseNumber
    of_commons: bool = False
    words: CaseText | None = None
    names: Named = ()
    of_office: bool = False


class ReportLine(Command[OwnReportResult], frozen=True, kw_only=True):
    """Report a line of a lounge, as `cases.report` reports a post."""

    method: ClassVar[str] = "cases.report_line"
    needs: ClassVar[Need] = Need(Power.READ, on=NeedTarget.LINE, touches=Touches.ACCOUNT)
    text_paths: ClassVar[tuple[str, ...]] = ("words",)
    line: LineId
    report: ReportId
    norm: ClauseNumber
    of_commons: bool = False
    words: CaseText | None = None
    names: Named = ()
    of_office: bool = False


class OwnReportList(Result, frozen=True, kw_only=True):
    """The member's reports, the latest first.

    Attributes:
        left_today: How many more the member may send today.
    """

    reports: tuple[OwnReport, ...]
    left_today: int = limits.REPORTS_PER_DAY_MAX


class ListOwnReports(Query[OwnReportList], frozen=True, kw_only=True):
    """Read what became of the member's reports. From a device only."""

    method: ClassVar[str] = "cases.reports"
    needs: ClassVar[Need] = Need(Power.DOORS, private=True)


class ReportChanged(Event, frozen=True, kw_only=True):
    """A report of the member came further, or was decided about. In the reporter's own stream."""

    kind: ClassVar[str] = "cases.report_changed"
    text_paths: ClassVar[tuple[str, ...]] = ("report.words", "report.told")
    report: OwnReport
