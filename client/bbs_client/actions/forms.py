"""Sending what was typed into a form, so that nothing is lost where the server refuses it."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec.structs import replace

from bbs.errors import FolkmootError
from bbs.refusals import CommandWaits
from bbs_client.actions.surface import Surface
from bbs_client.safe_text import describe_error

if TYPE_CHECKING:
    from bbs_client.actions.boards import SettingsQuestion

T = TypeVar("T")


async def send_form(
    surface: Surface,
    question: "SettingsQuestion",
    send: Callable[[dict[str, Any]], Awaitable[T]],
) -> T | None:
    """Ask, and send what was typed; where the server refuses it, ask again with all that was typed.

    Args:
        surface: Where it is asked.
        question: What is asked.
        send: Sends the values of the fields in which something else stands than before.

    Returns:
        What the server answered; None if nothing was sent.

    Raises:
        CommandWaits: If others have their say first: what was typed is with the server.
    """
    while (values := await surface.ask(question)) is not None and (values or question.makes):
        try:
            return await surface.wait(send(values))
        except CommandWaits:
            raise
        except FolkmootError as error:
            question = replace(question, trouble=describe_error(error))
    return None
