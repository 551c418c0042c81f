"""The reports of letters, at the desk of the commons: the quoted posts, and nothing else of the letter."""

from typing import NoReturn

from msgspec.structs import replace

from bbs import limits
from bbs.errors import UnknownMethod
from bbs.features.letters.messages import ListReports
from bbs.features.letters.views import Report
from bbs.features.members.author_text import member_name
from bbs.ids import COMMONS
from bbs.terminal.letter_text import report_heading, report_lines
from bbs_client.actions.desk import DeskItem, DeskSection
from bbs_client.actions.surface import Surface
from bbs_client.mirror.file import BoardRow
from bbs_client.safe_text import safe_line
from bbs_client.session.session import Session

_NAME = "Reports of letters"


async def _fetch(session: Session, row: BoardRow) -> tuple[DeskItem, ...]:
    if row.board.id != COMMONS:
        return ()
    query = ListReports(limit=limits.PAGE_ITEMS_MAX)
    found: list[Report] = []
    while True:
        try:
            page = await session.connection.call(query)
        except UnknownMethod:  # an older server has no letters
            return ()
        found += page.reports
        if page.next_before in (None, query.before):
            return tuple(_item(session, each) for each in found)
        query = replace(query, before=page.next_before)


def _item(session: Session, report: Report) -> DeskItem:
    members = session.members
    return DeskItem(
        section=_NAME,
        id=report.id,
        board=COMMONS,
        heading=report_heading(report, safe_line(member_name(report.by, members))),
        since=report.at,
        rows=tuple(report_lines(report, members)),
        then=f"It is erased on {session.times.day(report.until)}, with the copies.",
    )


async def _do(surface: Surface, item: DeskItem, word: str) -> NoReturn:
    raise AssertionError("nothing is decided about a report")


SECTION = DeskSection(_NAME, _fetch, _do)
