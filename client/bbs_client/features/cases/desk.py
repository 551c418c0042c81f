"""The cases at the moderators' desk: what is due first before the others, appeals, closed ones last."""

from datetime import UTC, datetime

from msgspec.structs import replace

from bbs import limits
from bbs.errors import UnknownMethod
from bbs.features.cases.listing import is_closed, list_cases
from bbs.features.cases.messages import ListCases
from bbs.features.cases.views import Appeal, CaseHead
from bbs.terminal.case_text import case_brief, case_name, describe_state, due_at
from bbs_client.actions.case_appeals import show_appeal
from bbs_client.actions.case_desk import show_case, show_closed
from bbs_client.actions.desk import DeskItem, DeskSection
from bbs_client.actions.surface import Surface
from bbs_client.mirror.file import BoardRow
from bbs_client.safe_text import safe_line
from bbs_client.session.cases import WAITING
from bbs_client.session.events import CasesFetched
from bbs_client.session.session import Session

_NAME = "Cases"
_CLOSED = "closed"
_LAST = datetime.max.replace(tzinfo=UTC)
OPEN = "open"


async def _fetch(session: Session, row: BoardRow) -> tuple[DeskItem, ...]:
    """Ask for all cases that the reader may handle, wherever they are: once, not for each desk."""
    query = ListCases(closed=True, limit=limits.PAGE_ITEMS_MAX)
    try:  # closed ones stand after the others: one of them is enough to know that there are any
        found = await list_cases(session.connection.call, query, until=is_closed)
    except UnknownMethod:  # an older server has no cases
        return ()
    closed = [head for head in found.cases if is_closed(head)]
    listed = replace(found, cases=tuple(head for head in found.cases if not is_closed(head)))
    session.hear(CasesFetched(desk=listed))
    told = {appeal.case for appeal in listed.appeals}
    cases = tuple(_case(session, head) for head in listed.cases if head.id not in told)
    appeals = (_appeal(session, each) for each in listed.appeals)
    return (*cases, *appeals, *map(_closed, closed[:1]))


def _case(session: Session, head: CaseHead) -> DeskItem:
    name = case_name(head, session.slug(head.board))
    state = describe_state(head, session.times.near)
    return DeskItem(
        section=_NAME,
        id=head.id,
        board=head.board,
        heading=f"{name}  {case_brief(head, session.members)}",
        says=state,
        since=head.opened_at,
        due=due_at(head),
        words=(OPEN,),
        is_quiet=head.state not in WAITING,
        is_row=True,
        revision=head.revision,
    )


def _closed(latest: CaseHead) -> DeskItem:
    """Return the row that leads to the closed cases."""
    return DeskItem(
        section=_NAME,
        id=_CLOSED,
        board=latest.board,
        heading="closed cases",
        says="how each ended",
        since=latest.opened_at,
        due=_LAST,
        words=(OPEN,),
        is_quiet=True,
        is_row=True,
    )


def _appeal(session: Session, appeal: Appeal) -> DeskItem:
    """Return an appeal; one against a decided case is read and answered on the case's page."""
    known = session.members.get(appeal.member)
    who = safe_line(known.handle if known is not None else None, "a member")
    return DeskItem(
        section=_NAME,
        id=appeal.id,
        board=appeal.board,
        heading=f"appeal of {who} on {session.slug(appeal.board)}",
        says=f"answer by {session.times.near(appeal.decide_by)}",
        since=appeal.asked_at,
        due=appeal.decide_by,
        words=(OPEN,),
        is_row=True,
        revision=appeal.revision,
    )


async def _do(surface: Surface, item: DeskItem, word: str) -> None:
    if item.id == _CLOSED:
        await show_closed(surface)
        return
    appeals = {appeal.id: appeal for appeal in surface.session.cases.appeals}
    appeal = appeals.get(item.id)
    if appeal is None:
        await show_case(surface, item.id)
    elif appeal.case is not None:
        await show_case(surface, appeal.case)
    else:
        await show_appeal(surface, appeal.id)


SECTION = DeskSection(_NAME, _fetch, _do, is_whole=True)
