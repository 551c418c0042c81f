"""Answering appeals: by somebody who did not decide (protocol 23)."""

from collections.abc import Awaitable
from datetime import datetime, timedelta
from typing import Any

from bbs import limits
from bbs.features.cases.appeal_messages import DecideAppeal, GetAppeal, Verdict
from bbs.features.cases.views import AppealState, Case, EntryKind
from bbs.ids import new_id
from bbs_client.actions.case_forms import DAYS, REASON, Asked, fill_in
from bbs_client.actions.forms import FormField, WholeForm
from bbs_client.actions.sheets import SheetQuestion
from bbs_client.actions.surface import Surface
from bbs_client.session.case_sheets import CaseWord, appeal_sheet

_VERDICTS = {
    CaseWord.UPHOLD: (Verdict.UPHOLD, "The decision stands, and the case is closed."),
    CaseWord.SHORTEN: (Verdict.SHORTEN, "The sanction ends sooner; nothing becomes heavier."),
    CaseWord.LIFT_BY_APPEAL: (
        Verdict.LIFT,
        "The sanction ends now and counts nowhere; words that it hid are shown again.",
    ),
}


def sanction_end(case: Case) -> datetime | None:
    """Return when the sanction that a case decided ends; None if it decided none."""
    ends = (entry.until for entry in case.entries if entry.kind is EntryKind.DECIDED)
    return max(filter(None, ends), default=None)


async def send_verdict(
    surface: Surface, appeal: str, word: CaseWord, ends_at: datetime | None = None
) -> None:
    """Ask why an appeal is answered so, and send the answer. Raises as `fill_in`.

    Args:
        ends_at: When the sanction ends until now; None if it is not known, or there is none.
    """
    session = surface.session
    verdict, says = _VERDICTS[word]
    most = limits.LADDER_DAYS[-1]
    if ends_at is not None:  # the same end would be no sooner one
        most = min(most, (ends_at - session.now() - timedelta.resolution).days)
    if verdict is Verdict.SHORTEN and most < 1:
        surface.notify("It ends within a day, or is over: uphold or lift it.")
        return
    days = FormField(
        name=DAYS,
        label="days",
        help=f"In how many days it ends from now: at most {most}.",
        now="1",
        least=1,
        most=most,
    )
    fields = (days, REASON) if verdict is Verdict.SHORTEN else (REASON,)
    about = (says, "The member who appealed is told this reason, and the log shows it.")
    form = WholeForm("Answer the appeal", fields, yes=verdict.value, about=about)

    def send(values: dict[str, Any]) -> Awaitable[object]:
        until = session.now() + timedelta(days=int(values[DAYS])) if DAYS in values else None
        command = DecideAppeal(
            appeal=appeal, verdict=verdict, until=until, reason=values["reason"], op=new_id()
        )
        return session.connection.call(command)

    await fill_in(surface, Asked(form, send, "Answered; the member who appealed is told."))


async def show_appeal(surface: Surface, appeal: str) -> None:
    """Show an appeal against an act without a case, and ask how to answer it.

    Raises:
        FolkmootError: What the server answered.
    """
    session = surface.session
    while True:
        found = await surface.wait(session.connection.call(GetAppeal(appeal=appeal)))
        word = await surface.ask(SheetQuestion(appeal_sheet(session, found.appeal, found.act)))
        if word is None or found.appeal.state is not AppealState.OPEN:
            return
        await send_verdict(surface, appeal, CaseWord(word))
