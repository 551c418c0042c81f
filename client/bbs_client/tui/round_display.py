"""The reading screen's view of rounds: home, its head, and the rest of a round in the bar (P4).

Home also lists tasks: refused items, drafts and offered seats.
"""

from functools import partial
from typing import TYPE_CHECKING

from textual.content import Content

from bbs.features.boards.messages import SeatState
from bbs.features.community.first_steps import FirstStep
from bbs.features.reading.round_text import BoardSum, describe_newer, describe_size
from bbs.features.reading.views import Stop
from bbs.plural import counted
from bbs_client.actions.surface import Surface
from bbs_client.actions.table import BY_ID
from bbs_client.keys import key_of
from bbs_client.safe_text import safe_line
from bbs_client.session import destination
from bbs_client.session.destination import DestinationKind
from bbs_client.session.first_steps import steps_of
from bbs_client.session.proposals import Word, list_waiting
from bbs_client.session.session import Session
from bbs_client.tui.running import ActionRunner

if TYPE_CHECKING:
    from bbs_client.features.reading.home import HomeView, OpenTask, Row

FIRST_STEPS = "First steps"
WAITING_FOR_OTHERS = "Waiting for others"
DRAFT_CHARS = 60  # characters of a draft that identify it
_KINDS = {
    DestinationKind.LINE: "a line",
    DestinationKind.THREAD: "a thread",
    DestinationKind.POST: "an answer",
    DestinationKind.EDIT: "an edit",
    DestinationKind.FIRST: "an edit",
}
_NOTHING = ("All caught up.", "There is nothing more to read. What comes next will wait for you.")


class RoundDisplay:
    """Shows the session's rounds, and leads on from home."""

    def __init__(self, surface: Surface, runner: ActionRunner) -> None:
        """Show the rounds of a surface's session."""
        self._session = surface.session
        self._surface = surface
        self._runner = runner

    def fill(self, home: "HomeView") -> None:
        """Show the next round at home, or the result of the round that ended."""
        rounds = self._session.rounds
        ending = list(_NOTHING)
        if rounds.ended is not None:
            posts, threads = rounds.ended.posts, rounds.ended.threads
            ending.insert(1, f"You read {counted(posts, 'post')} in {counted(threads, 'thread')}.")
        home.fill(rounds.status().shown, open_tasks(self._session, self._runner), ending)

    def head(self) -> tuple[Content, str, Content]:
        """Return the head of home: how much is new, and how to go on."""
        rounds = self._session.rounds
        shown, size, newer_posts = rounds.status()
        newer = describe_newer(newer_posts)
        if rounds.progress is not None:
            title, about = "This round", "Space goes on with it." + (f" {newer}." if newer else "")
        elif not shown.stops and steps_of(self._session):
            title, about = "Home", "A new community. Enter does the next step."
        elif not shown.stops:
            title, about = "Home", _NOTHING[0] if open_tasks(self._session, self._runner) else ""
        elif rounds.ended is not None:
            title, about = _NOTHING[0], f"{describe_newer(size.posts)}: Space begins it."
        else:
            title, about = "Home", "Space reads it all, in this order, to its end."
        return Content(title), describe_size(size) if shown.stops else "", Content(about)

    def state(self) -> str:
        """Return the bar's text about the round; empty between rounds."""
        rounds = self._session.rounds
        if rounds.peeked is not None:
            return "peeking"
        if rounds.progress is None:
            return ""
        _, size, newer = rounds.status()
        return ", ".join(filter(None, (f"{size.posts} left", describe_newer(newer))))

    def enter(self, row: "Row | None") -> None:
        """Open a row of home, outside of the round; without a row, read on."""
        from bbs_client.features.reading.home import OpenTask

        match row:
            case Stop() as stop:
                self._surface.show_stop(stop)
            case BoardSum(board=board):
                self._surface.show_board(board)
            case OpenTask(go=go):
                go()
            case _:
                self._runner.run(BY_ID["page_on"])


def _step_text(step: FirstStep) -> str:
    """Return a step after its word or its key."""
    from bbs_client.actions.first_steps import KEYS

    key = key_of(KEYS[step.id]) if step.id in KEYS else "Enter"
    return f"{'done' if step.done else key:<6} {step.says}"


def open_tasks(session: Session, runner: ActionRunner) -> "list[OpenTask]":
    """Return refused items, drafts, offered seats and commands that wait, each with its place."""
    # Imported late, because the first painting needs none of it.
    from bbs_client.actions.first_steps import take_step
    from bbs_client.actions.places import show_seat
    from bbs_client.actions.unsent import resume
    from bbs_client.features.reading.home import OpenTask
    from bbs_client.session.consent import unaccepted, whose_norms

    found = []
    for step in sorted(steps_of(session), key=lambda step: step.done):
        # A completed step is another row, so move the cursor to the next step.
        key = f"{'done' if step.done else 'step'}:{step.id}"
        go = partial(runner.start, take_step, step.id, asks=step.id != "thread")
        found.append(OpenTask(key, _step_text(step), go, FIRST_STEPS))
    pending = session.pending()
    refused = sum(1 for item in pending if item.reason)
    show_outbox = partial(runner.run, BY_ID["outbox"])
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
        elif row.is_seated and unaccepted(session, row.board.id) == row:
            says = f"the norms of {whose_norms(row)} have changed"
            go = partial(runner.start, show_seat, row, asks=True)
            found.append(OpenTask(row.board.id, says, go))
    show_waiting = partial(runner.run, BY_ID["proposals"])
    for waiting in list_waiting(session):
        if Word.AGREE in waiting.words or Word.OBJECT in waiting.words:
            says = f"{waiting.told} ({waiting.wait})"
            found.append(OpenTask(waiting.proposal.id, says, show_waiting, WAITING_FOR_OTHERS))
    return found
