"""The applications at the moderators' desk: who wants a seat, what they answered, and the decision."""

from collections.abc import Awaitable, Mapping
from typing import Any

from msgspec.structs import replace

from bbs import limits
from bbs.features.boards.application_messages import (
    AcceptApplication,
    Application,
    ApplicationResult,
    DeclineApplication,
    ListApplications,
)
from bbs.features.members.author_text import member_name
from bbs.ids import new_id
from bbs.terminal.seat_text import place_of
from bbs.text import sanitize
from bbs_client.actions.desk import DeskItem, DeskSection
from bbs_client.actions.forms import FormError, FormField, SettingsQuestion, send_form
from bbs_client.actions.surface import Confirm, Surface
from bbs_client.mirror.file import BoardRow
from bbs_client.safe_text import board_title, safe_line
from bbs_client.session.session import Session

_NAME = "Applications"
ACCEPT = "accept"
DECLINE = "decline"
_WORD, _NORM = "word", "norm"
_FIELDS = (
    FormField(
        name=_WORD,
        label="a kind word",
        help="One line for them alone; the log does not show it.",
        chars_max=limits.DESK_WORD_CHARS_MAX,
        may_be_empty=True,
    ),
    FormField(
        name=_NORM,
        label="norm",
        help="Or the number of the clause of this board's norms by which you decline.",
        least=1,
        most=limits.NORMS_MAX,
    ),
)


class DeclineForm(SettingsQuestion, frozen=True, kw_only=True):
    """Asks why an application is declined: a kind word, a clause, or both."""

    def read(self, typed: Mapping[str, str]) -> dict[str, Any]:
        """Return what was typed.

        Raises:
            FormError: If neither was.
        """
        values = super().read(typed)
        if not values:
            says = "type a kind word, or the number of a norm; they are told nothing else."
            raise FormError(_WORD, f"a kind word: {says}")
        return values


async def _fetch(session: Session, row: BoardRow) -> tuple[DeskItem, ...]:
    query = ListApplications(board=row.board.id)
    page = await session.connection.call(query)
    found = list(page.applications)
    # Stop if the server leads in circles.
    while page.next_after is not None and page.next_after > (query.after or 0):
        query = replace(query, after=page.next_after)
        page = await session.connection.call(query)
        found += page.applications
    return tuple(_item(session, row, each) for each in found)


def _item(session: Session, row: BoardRow, application: Application) -> DeskItem:
    name = safe_line(member_name(application.member, session.members))
    rows: list[str] = []
    for said in application.answers:
        rows.append(safe_line(said.question or ""))
        rows += [f"  {line}" for line in sanitize(said.answer or "").split("\n")]
    then = (
        f"Without a decision by {session.times.short(application.due_at)} they go on by themselves."
    )
    return DeskItem(
        section=_NAME,
        id=application.id,
        board=row.board.id,
        heading=f"{name} asks for a seat {place_of(row.board.id, board_title(row.board))}",
        since=application.asked_at,
        rows=tuple(rows),
        then=then,
        words=(ACCEPT, DECLINE),
    )


async def _do(surface: Surface, item: DeskItem, word: str) -> None:
    call = surface.session.connection.call
    if word == ACCEPT:
        says = (
            "They get a free seat, or else a place in line. The board's log shows your act, and not"
            " whom it was about."
        )
        if await surface.ask(Confirm(f"Accept: {item.heading}?", says, yes="accept")):
            command = AcceptApplication(board=item.board, application=item.id, op=new_id())
            await surface.wait(call(command))
            surface.notify("Accepted; they are told.")
        return

    def send(values: dict[str, Any]) -> Awaitable[ApplicationResult]:
        return call(
            DeclineApplication(board=item.board, application=item.id, op=new_id(), **values)
        )

    form = DeclineForm(f"Decline: {item.heading}", _FIELDS, yes="decline")
    if await send_form(surface, form, send) is not None:
        surface.notify("Declined; they alone are told why, and may ask again in 30 days.")


SECTION = DeskSection(_NAME, _fetch, _do)
