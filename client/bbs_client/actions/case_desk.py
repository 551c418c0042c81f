"""Handling a case: its page, and what a moderator does with it (protocol 22, 23, 24)."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from typing import Any

from bbs import limits
from bbs.case_refusals import Barred
from bbs.features.cases.listing import is_closed, list_cases
from bbs.features.cases.messages import (
    AskPerson,
    CaseResult,
    ClaimCase,
    GetCase,
    ListCases,
    NoteInCase,
    PassCaseOn,
)
from bbs.features.cases.views import Case, CaseHead
from bbs.ids import new_id
from bbs.refusals import NotFound
from bbs.terminal.case_text import case_name, case_subject, describe_state
from bbs_client.actions.case_appeals import sanction_end, send_verdict
from bbs_client.actions.case_deciding import decide, let_be, lift
from bbs_client.actions.case_forms import DAYS, TEXT, Asked, Send, fill_in, text_field
from bbs_client.actions.case_holding import hold, release
from bbs_client.actions.forms import FormField, WholeForm
from bbs_client.actions.sheets import ListingQuestion, SheetQuestion
from bbs_client.actions.surface import Confirm, Surface
from bbs_client.safe_text import describe_error
from bbs_client.session.case_sheets import CaseWord, case_sheet, show_clause
from bbs_client.session.session import Session
from bbs_client.session.sheets import Listing, ListingItem, Sheet, SheetRow

NAMES = "names"


async def show_case(surface: Surface, case: str) -> None:
    """Show a case, and do what its reader chooses, until they leave it.

    Raises:
        FolkmootError: What the server answered; that the reader is party to it is shown instead.
    """
    session, is_shown = surface.session, False
    await surface.wait(session.connection.watch_case(case))
    try:
        while True:
            try:
                found = await surface.wait(fetch_case(session, case))
            except Barred as error:
                await surface.ask(SheetQuestion(_barred(error)))
                return
            except NotFound:
                if is_shown:
                    return  # it was passed on, and its reader handles it no longer
                raise
            is_shown = True
            shown = await surface.wait(show_clause(session, found))
            question = SheetQuestion(
                case_sheet(session, shown), partial(fetch_sheet, session, case)
            )
            word = await surface.ask(question)
            if word is None:
                return
            # It may have come further while it was read.
            found = await surface.wait(fetch_case(session, case))
            await _do(surface, found, CaseWord(word))
            surface.refresh()
    finally:
        await surface.wait(session.connection.watch_case(""))


async def show_closed(surface: Surface) -> None:
    """Show the closed cases that the reader handled or could have, each with how it ended. Raises as `show_case`."""
    session, at = surface.session, ""
    query = ListCases(closed=True, limit=limits.PAGE_ITEMS_MAX)
    while True:
        found = await surface.wait(list_cases(session.connection.call, query))
        items = tuple(_closed_item(session, head) for head in found.cases if is_closed(head))
        about = f"Cases of your desks that are over; each is kept for {limits.CASE_DAYS} days."
        listing = Listing(name="Closed cases", about=about, items=items, empty="There is none.", leads=True)  # fmt: skip
        chosen = await surface.ask(ListingQuestion(listing, at))
        if chosen is None:
            return
        at = chosen
        await show_case(surface, chosen)


def _closed_item(session: Session, head: CaseHead) -> ListingItem:
    name = f"{case_name(head, session.slug(head.board))}  {case_subject(head, session.members)}"
    ended = describe_state(head, session.times.near)
    when = session.times.short(head.opened_at)
    return ListingItem(head.id, name, when, (f"{ended[:1].upper()}{ended[1:]}.",))


async def fetch_case(session: Session, case: str) -> Case:
    """Return a case as it is now. Raises as `show_case`."""
    found = (await session.connection.call(GetCase(case=case))).case
    session.cases.keep_head(found.head)
    return found


async def fetch_sheet(session: Session, case: str) -> Sheet:
    """Return the page of a case as it is now. Raises as `show_case`."""
    return case_sheet(session, await show_clause(session, await fetch_case(session, case)))


def _barred(error: Barred) -> Sheet:
    rows = (
        SheetRow("You do not handle this case.", "strong"),
        SheetRow(describe_error(error)),
        SheetRow("Somebody else does. What you did before in it stays as it is.", "dim"),
    )
    return Sheet(name="A case that you are party to", rows=rows)


async def _do(surface: Surface, case: Case, word: CaseWord) -> None:
    match word:
        case CaseWord.CLAIM:
            await _claim(surface, case)
        case CaseWord.HOLD:
            await hold(surface, case)
        case CaseWord.RELEASE:
            await release(surface, case)
        case CaseWord.DECIDE:
            await decide(surface, case)
        case CaseWord.LET_BE:
            await let_be(surface, case)
        case CaseWord.LIFT:
            await lift(surface, case)
        case CaseWord.UPHOLD | CaseWord.SHORTEN | CaseWord.LIFT_BY_APPEAL:
            if case.appeal is not None:
                await send_verdict(surface, case.appeal.id, word, sanction_end(case))
        case _:
            await fill_in(surface, _FORMS[word](surface.session, case))


async def _claim(surface: Surface, case: Case) -> None:
    head, call = case.head, surface.session.connection.call
    says = "The others at the desk see that you have it; anybody of them may take it on from you."
    if await surface.ask(Confirm(f"Take case {head.number} on?", says, yes="take it on")):
        await surface.wait(call(ClaimCase(case=head.id, op=new_id())))
        surface.notify("You have it now.")


def _ask(session: Session, case: Case) -> Asked:
    help = "What is said of their words. Nothing that points to a reporter belongs here."
    about = (
        f"They get copies of their own words, the clause and this, and have {limits.ANSWER_HOURS} hours"
        " to answer, once. Nothing is decided before.",
    )
    return _said(session, case, AskPerson, "Ask the author", text_field("to the person", help), about,
                 "Asked. You see the answer here.", "ask")  # fmt: skip


def _pass_on(session: Session, case: Case) -> Asked:
    about = (f"The next level has {limits.DECIDE_HOURS} hours anew. You handle it no longer.",)
    return _said(session, case, PassCaseOn, "Pass it on", text_field("why", "For those who take it."), about,
                 "Passed on.", "pass on")  # fmt: skip


def _said(
    session: Session,
    case: Case,
    command: Callable[..., Any],
    what: str,
    field: FormField,
    about: tuple[str, ...],
    done: str,
    yes: str,
) -> Asked:
    head = case.head
    form = WholeForm(f"{what}, case {head.number}", (field,), yes=yes, about=about)

    def send(values: dict[str, Any]) -> Awaitable[CaseResult]:
        made = command(case=head.id, text=values[TEXT], op=new_id())
        answer: Awaitable[CaseResult] = session.connection.call(made)
        return answer

    return Asked(form, send, done)


_NAMES_REPORTER = FormField(
    name=NAMES,
    label="points to a reporter",
    help="Then the person does not get it in their export.",
    now="no",
    options=(
        ("no", "no: the person can read it, without your name"),
        ("yes", "yes: the desk alone reads it"),
    ),
)


def _note(session: Session, case: Case) -> Asked:
    head = case.head
    about = (
        f"Write it to be read: it ends after {limits.CASE_DAYS} days, and their export has it.",
    )
    fields = (
        text_field("to the desk", "What the others at the desk should know."),
        _NAMES_REPORTER,
    )
    form = WholeForm(f"Write to the desk, case {head.number}", fields, yes="write", about=about)
    return Asked(form, _send_note(session, case), "Written; the desk reads it.")


def _put_off(session: Session, case: Case) -> Asked:
    head, most = case.head, limits.CASE_NOTED_DAYS
    about = (
        f"Once in a case: the decision may wait until then, at most {most} days from the opening.",
    )
    # Until the decision is due the case waits anyway, and the server takes a later moment alone.
    day, now = timedelta(days=1), session.now()
    least = max(((head.decide_by or now) - now) // day + 1, 1)
    latest = max(-((now - head.opened_at - most * day) // day), least)
    days = FormField(name=DAYS, label="days", help=f"In how many days the desk looks again: {least} to {latest}.",
                     now=str(least), least=least, most=latest)  # fmt: skip
    fields = (text_field("to the desk", "What to look at then."), days, _NAMES_REPORTER)
    form = WholeForm(f"Look again later, case {head.number}", fields, yes="note", about=about)
    return Asked(form, _send_note(session, case), "Noted; the desk looks at it again by then.")


def _send_note(session: Session, case: Case) -> Send:
    def send(values: dict[str, Any]) -> Awaitable[CaseResult]:
        until = None
        if DAYS in values:
            latest = case.head.opened_at + timedelta(days=limits.CASE_NOTED_DAYS)
            until = min(session.now() + timedelta(days=int(values[DAYS])), latest)
        return session.connection.call(
            NoteInCase(
                case=case.head.id,
                text=values[TEXT],
                names_reporter=values[NAMES] == "yes",
                until=until,
                op=new_id(),
            )
        )

    return send


_FORMS: dict[CaseWord, Callable[[Session, Case], Asked]] = {
    CaseWord.ASK: _ask,
    CaseWord.NOTE: _note,
    CaseWord.PUT_OFF: _put_off,
    CaseWord.PASS_ON: _pass_on,
}
