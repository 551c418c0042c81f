"""What can be done to the letter that is here: another title, a report, a block, leaving."""

from typing import Any

from bbs import limits
from bbs.features.threads.messages import Retitle
from bbs.ids import BoardId, new_id
from bbs_client.actions import blocks
from bbs_client.actions.forms import FormField, SettingsQuestion, send_form
from bbs_client.actions.leaving import leave
from bbs_client.actions.letter_here import handle_here
from bbs_client.actions.surface import NothingHere, Surface, TendQuestion
from bbs_client.safe_text import safe_line


async def tend_letter(surface: Surface, letter: BoardId) -> None:
    """Ask what is to be done to a letter: another title, reporting, blocking, leaving."""
    doings = {
        "retitle": "Give the letter a title, or another one; everybody in it sees who did.",
        "report": "Hand posts of it over to the moderators of the commons.",
        "block": "Let no request of the author of this post reach you any more.",
        "leave": "Leave it, with your words or without.",
    }
    address = surface.session.slug(letter)
    match await surface.ask(TendQuestion(f"This letter, {address}", doings)):
        case "retitle":
            await _retitle(surface, letter)
        case "report":
            await blocks.report(surface, "")
        case "block":
            await blocks.block(surface, handle_here(surface))
        case "leave":
            await leave(surface, "")


async def _retitle(surface: Surface, letter: BoardId) -> None:
    session = surface.session
    row = session.cache.letter(letter)
    if row is None or row.letter.thread is None:
        raise NothingHere
    thread = row.letter.thread
    found = session.cache.thread(thread)
    field = FormField(
        name="title",
        label="title",
        help="What the letter is about, for the people in it alone.",
        now=safe_line(found.thread.title if found is not None else None),
        chars_max=limits.TITLE_CHARS_MAX,
        is_required=True,
    )
    form = SettingsQuestion(f"Title of {session.slug(letter)}", (field,))

    async def send(values: dict[str, Any]) -> object:
        command = Retitle(thread=thread, title=values["title"], op=new_id())
        return await session.connection.call(command)

    if await send_form(surface, form, send) is not None:
        surface.refresh()
        surface.notify("The letter has another title.")
