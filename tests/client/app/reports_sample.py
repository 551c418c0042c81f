"""Reports of ana, and the server's answers about them."""

from bbs.features.cases.reporting_messages import (
    ListOwnReports,
    OwnReportList,
    OwnReportResult,
    ReportPost,
)
from bbs.features.cases.views import CaseState, OwnReport
from bbs_client.tui.app import FolkmootApp
from tests.client.app.driving import connection_of
from tests.client.app.sample import GARDEN, NOW, uid

REPORT = OwnReport(
    id=uid(906),
    board=GARDEN,
    post=uid(402),
    at=NOW,
    norm=1,
    words="Too much.",
    state=CaseState.OPEN,
)


def reporting(app: FolkmootApp, *reports: OwnReport, left: int = 9) -> None:
    """Let ana report words, and know of some reports."""
    connection_of(app).answers |= {
        ListOwnReports: OwnReportList(reports=reports, left_today=left),
        ReportPost: OwnReportResult(report=REPORT),
    }
