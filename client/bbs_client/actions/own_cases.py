"""What concerns the reader: what is said of their words, decisions, answering and appealing (protocol 22, 23)."""

from collections.abc import Awaitable
from functools import partial
from typing import Any

from bbs import limits
from bbs.errors import Disconnected
from bbs.features.cases.appeal_messages import AppealResult, AskAppeal, TakeBackAppeal
from bbs.features.cases.appeal_rules import may_appeal
from bbs.features.cases.own_messages import AnswerCase, ListOwnCases, OwnCaseResult
from bbs.features.cases.views import OwnCase
from bbs.ids import new_id
from bbs_client.actions.case_forms import TEXT, text_field
from bbs_client.actions.forms import WholeForm, send_form
from bbs_client.actions.sheets import ListingQuestion, SheetQuestion
from bbs_client.actions.surface import Confirm, Surface
from bbs_client.session.cases import may_answer, met_key, open_appeal
from bbs_client.session.events import CasesFetched
from bbs_client.session.leaving_sheets import COMMUNITY
from bbs_client.session.own_sheets import (
    NOTHING_SAID,
    OwnWord,
    act_item,
    appeal_item,
    community_sheet,
    own_item,
    own_sheet,
    show_own_clause,
)
from bbs_client.session.session import Session
from bbs_client.session.sheets import Listing, Sheet

_ABOUT = (
    "What moderators asked you or decided about your words. You can answer, and appeal to somebody"
    " who did not decide."
)


async def cases(surface: Surface, _: str) -> None:
    """Show what concerns the reader: a list if it is several, else the one case itself.

    Raises:
        FolkmootError: What the server answered.
    """
    session, at = surface.session, ""
    try:
        await surface.wait(fetch_own(session))
    except Disconnected:
        if not session.cases.own:
            surface.notify("You are offline; what concerns you is with the server alone.")
            return
    known = session.cases
    if len(known.own) == 1 and not known.own_appeals and not known.can_appeal:
        await show_own(surface, next(iter(known.own)))
        return
    while True:
        items = (
            *(own_item(session, case) for case in known.own.values()),
            *(appeal_item(session, appeal) for appeal in known.own_appeals.values()),
            *(act_item(session, act) for act in known.can_appeal),
        )
        listing = Listing(
            name="What concerns you", about=_ABOUT, items=items, empty=NOTHING_SAID, leads=True
        )
        chosen = await surface.ask(ListingQuestion(listing, at))
        if chosen is None:
            return
        at = chosen
        if chosen in known.own:
            await show_own(surface, chosen)
        elif chosen in known.own_appeals:
            await _take_back(surface, chosen)
        else:
            await _appeal(surface, chosen)
        await surface.wait(fetch_own(session))


async def fetch_own(session: Session) -> None:
    """Ask the server for what concerns the reader.

    Raises:
        FolkmootError: What the server answered.
    """
    session.hear(CasesFetched(own=await session.connection.call(ListOwnCases())))


async def show_own(surface: Surface, id: str) -> None:
    """Show a case about the reader, and do what they choose, until they leave it. Raises as `cases`."""
    session = surface.session
    while (case := session.cases.own.get(id)) is not None:
        session.cache.set_meta(met_key(case), case.state.value)
        clause = await surface.wait(show_own_clause(session, case))
        again = partial(_fetch_sheet, session, id)
        word = await surface.ask(SheetQuestion(own_sheet(session, case, clause), again))
        if word is None:
            return
        # It may have come further while it was read.
        await _do(surface, session.cases.own.get(id, case), OwnWord(word))
        surface.refresh()


async def _fetch_sheet(session: Session, id: str) -> Sheet:
    await fetch_own(session)
    case = session.cases.own[id]
    return own_sheet(session, case, await show_own_clause(session, case))


async def meet(surface: Surface) -> None:
    """Show the decisions that the reader has not met on this device, one after the other.

    Raises:
        FolkmootError: What the server answered.
    """
    session = surface.session
    for case in unmet(session):
        await show_own(surface, case.id)


def unmet(session: Session) -> tuple[OwnCase, ...]:
    """Return the cases whose sanction restricts the reader, and that they have not met here."""
    return tuple(
        case
        for case in session.cases.on(session.now())
        if session.cache.meta(met_key(case)) != case.state.value
    )


async def keep_out(surface: Surface) -> None:
    """Show a reader who is suspended from the community what is left to them, and nothing else.

    Raises:
        FolkmootError: What the server answered.
    """
    session = surface.session
    while (case := session.cases.suspension(session.now())) is not None:
        session.cache.set_meta(met_key(case), case.state.value)
        clause = await surface.wait(show_own_clause(session, case))
        again = partial(_fetch_community, session)
        word = await surface.ask(SheetQuestion(community_sheet(session, case, clause), again))
        if word is None:
            return
        await _do(surface, session.cases.own.get(case.id, case), OwnWord(word))
        if session.cache.leaving(None) is not None:
            return


async def _fetch_community(session: Session) -> Sheet:
    await fetch_own(session)
    case = session.cases.suspension(session.now())
    if case is None:
        return Sheet(name="Your suspension is over")
    return community_sheet(session, case, await show_own_clause(session, case))


async def _do(surface: Surface, case: OwnCase, word: OwnWord) -> None:
    match word:
        case OwnWord.ANSWER if may_answer(case, surface.session.now()):
            await _answer(surface, case)
        case OwnWord.APPEAL if may_appeal(case) and case.sanction and case.sanction.act:
            await _appeal(surface, case.sanction.act)
        case OwnWord.TAKE_BACK if (appeal := open_appeal(case)) is not None:
            await _take_back(surface, appeal.id)
        case OwnWord.EXPORT:
            from bbs_client.actions.export import export  # late: few leave

            await export(surface, "")
        case OwnWord.LEAVE:
            from bbs_client.actions.leaving import leave  # late: few leave

            await leave(surface, COMMUNITY)
        case _:
            surface.notify("The time for that is over.")


async def _answer(surface: Surface, case: OwnCase) -> None:
    session = surface.session
    about = (
        "You answer once; the desk reads it, and the moderator who decides later. Nobody else does.",
        f"Your words here are kept until {limits.CASE_DAYS} days after the case is over.",
    )
    field = text_field("your answer", "What you say to it, in your own words.")
    form = WholeForm(
        f"Answer in case {case.number}", (field,), yes="answer", about=about, keeps=True
    )
    key = f"answer:{case.id}"
    if (draft := session.drafts.load(key)) is not None:
        form.typed[TEXT] = draft.text

    def send(values: dict[str, Any]) -> Awaitable[OwnCaseResult]:
        return session.connection.call(AnswerCase(case=case.id, text=values[TEXT], op=new_id()))

    done = await send_form(surface, form, send)
    _keep(session, key, form, is_done=done is not None)
    if done is not None:
        session.cases.keep_own(done.case)
        surface.notify("Answered; the desk reads it before anything is decided.")


async def _appeal(surface: Surface, act: str) -> None:
    session = surface.session
    about = (
        "It goes to somebody who did not decide. The decision stands meanwhile; nothing becomes heavier.",
        f"If nobody answers within {limits.APPEAL_DECIDE_DAYS} days, it is lifted.",
    )
    field = text_field("why", "What you want them to see, in your own words.")
    form = WholeForm("Appeal", (field,), yes="appeal", about=about, keeps=True)
    key = f"appeal:{act}"
    if (draft := session.drafts.load(key)) is not None:
        form.typed[TEXT] = draft.text

    def send(values: dict[str, Any]) -> Awaitable[AppealResult]:
        command = AskAppeal(appeal=new_id(), act=act, words=values[TEXT], op=new_id())
        return session.connection.call(command)

    done = await send_form(surface, form, send)
    _keep(session, key, form, is_done=done is not None)
    if done is not None:
        until = session.times.near(done.appeal.decide_by)
        surface.notify(f"Appealed; you get an answer by {until}, or it is lifted.")
        await surface.wait(fetch_own(session))


def _keep(session: Session, key: str, form: WholeForm, *, is_done: bool) -> None:
    """Keep what was typed as a draft if it was not sent."""
    if is_done or not form.typed.get(TEXT):
        session.drafts.clear(key)
    else:
        session.drafts.save(key, form.typed[TEXT], {})


async def _take_back(surface: Surface, appeal: str) -> None:
    session = surface.session
    says = "The decision stands then, and you cannot appeal again."
    if await surface.ask(
        Confirm("Take your appeal back?", says, yes="take it back", destructive=True)
    ):
        await surface.wait(session.connection.call(TakeBackAppeal(appeal=appeal, op=new_id())))
        surface.notify("Taken back.")
        await surface.wait(fetch_own(session))
