"""One request for every method of cases, as an actor of the cast would send it."""

from collections.abc import Callable
from typing import Any

from bbs.features.cases.reporting_messages import ListOwnReports, ReportLine, ReportPost
from bbs.ids import new_id
from bbs.messages import Request
from tests.server.asking_row import Row

ASKING_CASES: dict[str, Callable[[Row], Request[Any]]] = {
    "cases.report": lambda row: ReportPost(
        post=row.things.post, report=new_id(), norm=1, dry_run=True
    ),
    "cases.report_line": lambda row: ReportLine(
        line=row.things.line, report=new_id(), norm=1, dry_run=True
    ),
    "cases.reports": lambda row: ListOwnReports(),
}
