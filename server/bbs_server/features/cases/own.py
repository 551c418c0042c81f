"""What the person does whom a case is about: read it, and answer (protocol 22.5)."""

from bbs.features.cases.own_messages import (
    AnswerCase,
    ListOwnCases,
    OwnCaseList,
    OwnCaseResult,
)
from bbs.features.cases.views import CaseState, EntryKind
from bbs.features.cases.wording import check_words
from bbs.refusals import Conflict, NotFound
from bbs.streams import member_stream
from bbs_server.features.cases import audience, changing, own_appeals, own_views, records
from bbs_server.handler_api import Context
from bbs_server.outcome import Outcome
from bbs_server.paging import fit_page
from bbs_server.store import event_log
from bbs_server.store.api import Tx


def list_own_cases(tx: Tx, ctx: Context, query: ListOwnCases) -> OwnCaseList:
    """Return the cases about the actor of which they were told."""
    views = [own_views.own_case(tx, row)[0] for row in own_views.list_of_member(tx, ctx.member)]
    return OwnCaseList(
        cases=tuple(views[: fit_page(views)]),
        appeals=tuple(own_appeals.appeals_of(tx, ctx)),
        can_appeal=tuple(own_appeals.list_appealable(tx, ctx)),
        as_of=event_log.heads(tx, [member_stream(ctx.member)]),
    )


def answer(tx: Tx, ctx: Context, command: AnswerCase) -> Outcome[OwnCaseResult]:
    """Store the answer of the person whom a case is about: they are heard."""
    check_words(command.text, field="text")
    row = records.find_case(tx, command.case)
    if row is None or row.about != ctx.member or not audience.is_told(row):
        raise NotFound(what="case")
    if row.answered_at is not None:
        raise Conflict(
            what="you answered already; moderators read your answer", revision=row.revision
        )
    if row.state == CaseState.CLOSED:
        raise Conflict(what="this case is closed", revision=row.revision)
    if row.state != CaseState.ASKED or ctx.proven_now >= (row.answer_by or 0):
        raise Conflict(what="the time for an answer is over", revision=row.revision)
    entry = changing.NewEntry(EntryKind.ANSWERED, by=ctx.member, text=command.text)
    row, effects = changing.change(tx, ctx, row, entry, state=CaseState.HEARD, answered_at=ctx.now)
    return Outcome(OwnCaseResult(case=own_views.own_case(tx, row)[0]), tuple(effects))
