"""Notes of newcomers: reading them, and writing into them (protocol 21.4)."""

from enum import StrEnum
from typing import Any

from bbs import limits
from bbs.features.arriving.messages import (
    NoteLineResult,
    SayInNote,
    UnsayInNote,
)
from bbs.ids import new_id
from bbs_client.actions.forms import FormField, SettingsQuestion, send_form
from bbs_client.actions.surface import Confirm, Question, Surface
from bbs_client.safe_text import safe_line
from bbs_client.session.arriving import note_here, note_looked

NO_NOTE = (
    "There is no note that you read. One opens when a guard holds a newcomer's post for a person."
)
_LINE = FormField(
    name="text",
    label="line",
    help="A line for the note; all who read it are named above it.",
    chars_max=limits.NOTE_LINE_CHARS_MAX,
    is_required=True,
)


class NoteChosen(Question[str], frozen=True):
    """Asks which of several notes to read, by its newcomer."""


class NoteAnswer(StrEnum):
    """What the reader of a note does next."""

    SAY = "say"
    UNSAY = "unsay"  # take back the reader's last line


class NoteQuestion(Question[NoteAnswer], frozen=True):
    """Shows a note, and asks for a line to it.

    Attributes:
        newcomer: Whose note it is.
    """

    newcomer: str


async def note(surface: Surface, _: str) -> None:
    """Show the note that the reader reads, or ask which; write lines into it.

    Raises:
        FolkmootError: If a line could not be written.
    """
    notes = surface.session.cache.notes()
    if not notes:
        surface.notify(NO_NOTE)
        return
    newcomer = notes[0].newcomer
    if len(notes) > 1:
        chosen = await surface.ask(NoteChosen())
        if chosen is None:
            return
        newcomer = chosen
    await show_note(surface, newcomer)


async def show_note(surface: Surface, newcomer: str) -> None:
    """Show a note, and write lines into it. Raises as `note`."""
    while note_here(surface.session, newcomer) is not None:
        answer = await surface.ask(NoteQuestion(newcomer))
        note_looked(surface.session, newcomer)
        if answer is NoteAnswer.SAY:
            await _say(surface, newcomer)
        elif answer is NoteAnswer.UNSAY:
            await _unsay(surface, newcomer)
        else:
            return


async def _say(surface: Surface, newcomer: str) -> None:
    call, line = surface.session.connection.call, new_id()

    async def send(values: dict[str, Any]) -> NoteLineResult:
        return await call(SayInNote(note=newcomer, line=line, text=values[_LINE.name], op=new_id()))

    await send_form(surface, SettingsQuestion("A line for the note", (_LINE,), yes="send"), send)


async def _unsay(surface: Surface, newcomer: str) -> None:
    session = surface.session
    me = session.me.id if session.me is not None else ""
    mine = [line for line in session.cache.note_lines(newcomer) if line.author == me and line.text]
    if not mine:
        surface.notify("You have written no line here that you could take back.")
        return
    what = "Take your last line back?"
    if await surface.ask(
        Confirm(what, f"“{safe_line(mine[-1].text)}” is erased.", yes="take it back")
    ):
        await surface.wait(
            session.connection.call(UnsayInNote(note=newcomer, line=mine[-1].id, op=new_id()))
        )
