"""The forms of what is said and done in a case, as desk, judges and the person fill them in."""

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from bbs import limits
from bbs_client.actions.forms import FormField, WholeForm, send_form
from bbs_client.actions.surface import Surface

TEXT, DAYS = "text", "days"

Send = Callable[[dict[str, Any]], Awaitable[object]]
"""Sends the values of a form."""

REASON = FormField(
    name="reason",
    label="reason",
    help="Why: the person reads it, and the log of the board shows it. Quote nothing.",
    chars_max=limits.REASON_CHARS_MAX,
    is_required=True,
)


class Asked(NamedTuple):
    """What is asked before something is done in a case.

    Attributes:
        form: The form; what it does stands above its fields.
        send: Sends what was typed.
        done: What is said once it is done.
    """

    form: WholeForm
    send: Send
    done: str


def text_field(label: str, help: str, *, required: bool = True) -> FormField:
    """Return a field for something that is said in a case."""
    return FormField(
        name=TEXT,
        label=label,
        help=help,
        chars_max=limits.CASE_TEXT_CHARS_MAX,
        is_paragraph=True,
        is_required=required,
        may_be_empty=not required,
    )


async def fill_in(surface: Surface, asked: Asked) -> None:
    """Ask for what a form needs, and send it; where the server refuses it, ask again with all of it.

    Raises:
        FolkmootError: What the server answered, where that is no refusal.
    """
    if await send_form(surface, asked.form, asked.send) is not None:
        surface.notify(asked.done)
