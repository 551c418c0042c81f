"""What waits beside what is to be read: refusals, drafts and offered seats, each leading there."""

from functools import partial
from typing import TYPE_CHECKING

from bbs.features.boards.messages import SeatState
from bbs.plural import counted
from bbs_client.actions.table import BY_ID
from bbs_client.safe_text import safe_line
from bbs_client.session import destination
from bbs_client.session.destination import DestinationKind
from bbs_client.session.session import Session
from bbs_client.shell.running import ActionRunner

if TYPE_CHECKING:
    from bbs_client.features.reading.home import OpenTask

DRAFT_CHARS = 60  # of a draft, to know it by
_KINDS = {
    DestinationKind.LINE: "a line",
    DestinationKind.THREAD: "a thread",
    DestinationKind.POST: "an answer",
    DestinationKind.EDIT: "an edit",
    DestinationKind.FIRST: "an edit",
}


def open_tasks(session: Session, runner: ActionRunner) -> "list[OpenTask]":
    """Return refusals, what is to be sent, drafts and offered seats, each leading there."""
    # Late: the first painting needs none of it.
    from bbs_client.actions.places import show_seat
    from bbs_client.actions.unsent import resume
    from bbs_client.features.reading.home import OpenTask

    pending = session.pending()
    refused = sum(1 for item in pending if item.reason)
    show_outbox = partial(runner.run, BY_ID["outbox"])
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
            go = partial(runner.start, resume, draft.destination)
            found.append(OpenTask(draft.destination, begins, go))
    for row in session.cache.boards():
        if row.seat is not None and row.seat.state is SeatState.OFFERED:
            says = f"a seat is offered to you: {safe_line(row.board.title, '?')}"
            go = partial(runner.start, show_seat, row, asks=True)
            found.append(OpenTask(row.board.id, says, go))
    return found
