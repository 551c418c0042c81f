"""Asking for a seat where questions come first, and taking the answers back (protocol 19.8)."""

from collections.abc import Awaitable
from typing import Any

from bbs import limits
from bbs.errors import FolkmootError
from bbs.features.boards.application_messages import (
    Applied,
    Apply,
    ListOwnApplications,
    WithdrawApplication,
)
from bbs.features.boards.application_rules import split_questions
from bbs.ids import new_id
from bbs.terminal.application_text import describe_own_application
from bbs.terminal.seat_text import place_of
from bbs_client.actions.forms import FormField, SettingsQuestion, send_form
from bbs_client.actions.surface import Confirm, Surface
from bbs_client.mirror.file import BoardRow
from bbs_client.safe_text import board_title, describe_error, safe_line

_ABOUT = "Only the moderators read your answers; they are erased when nobody needs them any more."
_NOTHING = "Nothing of yours waits there any more."


async def apply(surface: Surface, row: BoardRow, version: int) -> None:
    """Ask the questions of a board, and send the answers; what was typed stays until it is taken.

    Args:
        surface: The surface that asks.
        row: The board.
        version: The version of its norms that the reader accepts.
    """
    questions = split_questions(row.board.questions)
    fields = tuple(
        FormField(
            name=f"answer{number}",
            label=safe_line(question),
            help=_ABOUT if number == 1 else "",
            chars_max=limits.ANSWER_CHARS_MAX,
            is_paragraph=True,
            is_required=True,
        )
        for number, question in enumerate(questions, 1)
    )

    def send(values: dict[str, Any]) -> Awaitable[Applied]:
        answers = tuple(values[field.name] for field in fields)
        command = Apply(board=row.board.id, norms_version=version, answers=answers, op=new_id())
        return surface.session.connection.call(command)

    where = place_of(row.board.id, board_title(row.board))
    form = SettingsQuestion(f"A seat {where}", fields, yes="send the answers")
    done = await send_form(surface, form, send)
    if done is not None and done.application is not None:
        surface.refresh()
        says = describe_own_application(done.application, surface.session.times.moment)
        surface.notify(f"{says[:1].upper()}{says[1:]}.")


async def take_back(surface: Surface, row: BoardRow) -> None:
    """Take the reader's answers back, after a yes; they are erased at once.

    Raises:
        FolkmootError: What the server answered.
    """
    says = "The moderators cannot read your answers any more. You may ask again at any time."
    if not await surface.ask(Confirm("Take your answers back?", says, yes="take them back")):
        return
    call = surface.session.connection.call
    listed = (await surface.wait(call(ListOwnApplications()))).applications
    own = next((each for each in listed if each.board == row.board.id), None)
    if own is None:
        surface.notify(_NOTHING)
        return
    try:
        await surface.wait(call(WithdrawApplication(application=own.id, op=new_id())))
    except FolkmootError as error:
        surface.notify(describe_error(error))
        return
    surface.refresh()
    surface.notify("Taken back; your answers are erased.")
