"""What waits beside what is to be read: refusals, drafts and offered seats, each leading there."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, Protocol

from bbs.features.boards.messages import SeatState
from bbs.plural import counted
from bbs_client.actions.action import Action
from bbs_client.actions.surface import Surface
from bbs_client.actions.table import BY_ID
from bbs_client.safe_text import safe_line
from bbs_client.session import destination
from bbs_client.session.destination import DestinationKind

if TYPE_CHECKING:
    from bbs_client.features.reading.home import OpenTask
    from bbs_client.mirror.file import BoardRow

DRAFT_CHARS = 60  # of a draft, to know it by
_KINDS = {
    DestinationKind.LINE: "a line",
    DestinationKind.THREAD: "a thread",
    DestinationKind.POST: "an answer",
    DestinationKind.EDIT: "an edit",
    DestinationKind.FIRST: "an edit",
}


class Runner(Surface, Protocol):
    """A surface that is told what to do."""

    def run(self, action: Action, about: str = "") -> None:
        """Do what an action of the table says."""
        ...

    def start(self, work: Callable[[], Awaitable[object]], *, asks: bool = False) -> None:
        """Do something as an action is done."""
        ...


def open_tasks(surface: Runner) -> "list[OpenTask]":
    """Return refusals, what is to be sent, drafts and offered seats, each leading there."""
    from bbs_client.features.reading.home import OpenTask

    session = surface.session
    pending = session.pending()
    refused = sum(1 for item in pending if item.reason)
    show_outbox = partial(surface.run, BY_ID["outbox"])
    found = []
    if refused:
        says = f"{counted(refused, 'refusal')} to look at"
        found.append(OpenTask("refused", says, show_outbox))
    if len(pending) > refused:
        says = f"{len(pending) - refused} to be sent"
        found.append(OpenTask("unsent", says, show_outbox))
    for draft in session.drafts.all():
        where = destination.parse(draft.destination)
        if where is not None:
            says = f"draft of {_KINDS[where.kind]} in {session.slug(where.board)}: "
            begins = says + safe_line(draft.text[:DRAFT_CHARS])
            go = partial(surface.start, partial(_resume, surface, draft.destination))
            found.append(OpenTask(draft.destination, begins, go))
    for row in session.cache.boards():
        if row.seat is not None and row.seat.state is SeatState.OFFERED:
            says = f"a seat is offered to you: {safe_line(row.board.title, '?')}"
            go = partial(surface.start, partial(_show_seat, surface, row), asks=True)
            found.append(OpenTask(row.board.id, says, go))
    return found


async def _show_seat(surface: Surface, row: "BoardRow") -> None:
    from bbs_client.actions.places import show_seat

    await show_seat(surface, row)


async def _resume(surface: Surface, draft: str) -> None:
    from bbs_client.actions.unsent import resume

    await resume(surface, draft)
