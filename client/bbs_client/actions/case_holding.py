"""The urgent hold of a case: holding words or writing at once, and releasing them (protocol 24)."""

from collections.abc import Awaitable
from typing import Any

from bbs import limits
from bbs.features.cases.hold_messages import HoldCase, ReleaseHold
from bbs.features.cases.messages import CaseResult
from bbs.features.cases.views import Case, HoldOf
from bbs.ids import new_id
from bbs_client.actions.case_forms import TEXT, Asked, fill_in, text_field
from bbs_client.actions.forms import FormField, WholeForm
from bbs_client.actions.surface import Confirm, Surface

OF = "of"
WRITING, BOTH = "writing", "both"

_HELD = FormField(
    name=OF,
    label="what",
    help="What is held until it is decided.",
    now=HoldOf.WORDS.value,
    options=(
        (HoldOf.WORDS.value, "these words: author and desk alone read them"),
        (WRITING, "the person’s writing on this board: they read, and do not write"),
        (BOTH, "both"),
    ),
)


async def hold(surface: Surface, case: Case) -> None:
    """Hold the words, or the person's writing, at once. Raises as `fill_in`."""
    head, session = case.head, surface.session
    about = (
        f"At once, without a clause, once in {limits.HOLD_AGAIN_DAYS} days. The person is told what is said,"
        f" and has {limits.ANSWER_HOURS} hours to answer.",
        f"It ends {limits.HOLD_AFTER_ANSWER_HOURS} hours after the answer, or after the time for it, and"
        f" {limits.HOLD_HOURS_MAX} hours from now at the latest, unless a decision confirms it.",
    )
    help = "What the person is told is said. Nothing that points to a reporter belongs here."
    fields = (_HELD, text_field("to the person", help))
    form = WholeForm(f"Hold, case {head.number}", fields, yes="hold", about=about)

    def send(values: dict[str, Any]) -> Awaitable[CaseResult]:
        of = values[OF]
        held = tuple(HoldOf) if of == BOTH else (HoldOf(of),)
        return session.connection.call(
            HoldCase(case=head.id, of=held, text=values[TEXT], op=new_id())
        )

    await fill_in(surface, Asked(form, send, "Held. The person is told, and can answer."))


async def release(surface: Surface, case: Case) -> None:
    """End the hold now, once the reader said yes.

    Raises:
        FolkmootError: What the server answered.
    """
    says = "What is held stands again at once, and the person is told. It cannot be held again."
    if await surface.ask(Confirm("Release the hold?", says, yes="release")):
        command = ReleaseHold(case=case.head.id, op=new_id())
        await surface.wait(surface.session.connection.call(command))
        surface.notify("Released.")
