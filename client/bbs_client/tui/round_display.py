"""The reading screen's view of rounds: home, its head, and the rest of a round in the bar (P4).

Home also lists tasks: refused items, drafts and offered seats.
"""

from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace
from textual.content import Content

from bbs.features.boards.messages import SeatState
from bbs.features.community.first_steps import FirstStep
from bbs.features.reading.views import Round, Stop
from bbs.plural import counted
from bbs_client.actions.surface import Surface
from bbs_client.actions.table import BY_ID
from bbs_client.hues import hue_of_board
from bbs_client.keys import key_of
from bbs_client.safe_text import board_title, safe_line
from bbs_client.session import destination, round_words
from bbs_client.session.destination import DestinationKind
from bbs_client.session.first_steps import steps_of
from bbs_client.session.proposals import Word, list_waiting
from bbs_client.session.session import Session
from bbs_client.session.state import describe_absent
from bbs_client.tui.running import ActionRunner

if TYPE_CHECKING:
    from bbs_client.features.reading.home import HomeView, OpenTask
    from bbs_client.features.reading.round_end import End
    from bbs_client.session.round_reader import RoundPassed, RoundStatus

FIRST_STEPS = "First steps"
BEING_FETCHED = "What waits for you is being fetched."
LOUNGES = "lounges"  # the key of the row about new lines
WAITING_FOR_OTHERS = "Waiting for others"
DRAFT_CHARS = 60  # characters of a draft that identify it
_KINDS = {
    DestinationKind.LINE: "a line",
    DestinationKind.THREAD: "a thread",
    DestinationKind.POST: "an answer",
    DestinationKind.EDIT: "an edit",
    DestinationKind.FIRST: "an edit",
}
ROUND_CELLS = 16


class RoundDisplay:
    """Shows the session's rounds, and leads on from home."""

    def __init__(self, surface: Surface, runner: ActionRunner) -> None:
        """Show the rounds of a surface's session."""
        self._session = surface.session
        self._surface = surface
        self._runner = runner
        self._fixed: Round | None = None  # what home shows while it is shown (P4)
        self._is_caught_up = False
        self._is_chosen = False  # whether the reader came to home by a key, or pressed one there

    def caught_up(self) -> None:
        """Take note that this device has caught up with the server: nothing of before is missing."""
        self._is_caught_up = True

    def begin(self) -> None:
        """Fix what home shows from now on: the reader comes to it."""
        self._fixed, self._is_chosen = None, True

    def fill(self, home: "HomeView", *, is_first: bool = False) -> None:
        """Show the rest of the round, the round that could begin, or the end of the last one.

        Args:
            home: The view to fill.
            is_first: Whether it is painted for the first time, which waits for nothing but the round.
        """
        from bbs_client.features.reading.home import HomeShown

        session, rounds = self._session, self._session.rounds
        me, tasks = session.me, [] if is_first else open_tasks(session, self._runner)
        here = session.now().astimezone(session.zone)
        greeting = round_words.greet(here, safe_line(me.handle if me else None))
        first = [task for task in tasks if task.heading == FIRST_STEPS]
        others = [task for task in tasks if task.heading != FIRST_STEPS]
        self._is_chosen |= home.is_touched
        status, end, about = self._status(), None, ""
        if rounds.progress is not None:
            about = round_words.describe_rest(status.size)
        elif rounds.ended is not None:
            end = end_of(session, rounds.ended.passed(), status.newer)
        elif status.shown.stops:
            about = round_words.describe_waiting(status.size)
        elif absent := describe_absent(session) or (session.fetching and BEING_FETCHED):
            about = absent
        elif first or (is_first and steps_of(session)):
            about = "A new community. Enter does the next step."
        elif is_first:
            return  # the end comes whole, with what is still open
        else:
            end = end_of(session, None, 0)
        if end is not None:
            # Talk that the reader may leave out comes after all that is asked of the reader.
            others.sort(key=lambda task: task.key == LOUNGES)
            others = [_in_short(session, task) for task in others]
        home.fill(HomeShown(greeting, about, status.shown, status.newer, first, others, end))

    def _status(self) -> "RoundStatus":
        """Return what home shows. Nothing enters it under the reader's eye (P4).

        Until this device has caught up with the server and the reader has touched a key, the path
        still fills.
        """
        rounds = self._session.rounds
        if rounds.progress is not None:
            return rounds.status()
        if rounds.ended is not None:
            return rounds.rest(rounds.ended.whole)
        if self._fixed is None or not self._fixed.stops or not self._is_settled:
            self._fixed = rounds.status().shown
        return rounds.rest(self._fixed)

    @property
    def _is_settled(self) -> bool:
        return self._is_caught_up and self._is_chosen

    def head(self) -> tuple[Content, str, Content]:
        """Return the name of the place, the day, and nothing below: home greets by itself."""
        session = self._session
        return Content("Home"), session.times.whole_day(session.now()), Content("")

    def state(self) -> Content:
        """Return the bar's line about the round; empty between rounds."""
        rounds = self._session.rounds
        if rounds.peeked is not None:
            return Content.styled("peeking", "$quiet")
        progress = rounds.progress
        if progress is None:
            return Content("")
        status = rounds.status()
        stops = len(progress.whole.stops)
        done = ROUND_CELLS * (stops - len(status.shown.stops)) // stops
        return Content.assemble(
            ("━" * done + "●", "$primary"),
            ("─" * (ROUND_CELLS - done), "$rule"),
            ("◇", "$rail"),
            (f" {status.size.posts} to the end", "$quiet"),
        )

    def enter(self, row: "Stop | OpenTask | None") -> None:
        """Open a row of home, outside of the round; without a row, read on."""
        from bbs_client.features.reading.home import OpenTask

        match row:
            case Stop() as stop:
                self._surface.show_stop(stop)
            case OpenTask(go=go):
                go()
            case _:
                self._runner.run(BY_ID["page_on"])


def end_of(session: Session, passed: "RoundPassed | None", newer: int) -> "End":
    """Return what stands at the end of a round.

    Args:
        session: The session with the boards.
        passed: What the reader went through; None if no round just ended.
        newer: How many posts came since.
    """
    from bbs_client.features.reading.round_end import End

    since = round_words.describe_since(newer)
    if passed is None:
        return End(round_words.NOTHING_NEW, (*_ways_on(session), round_words.COME_BACK))
    rows = [session.cache.board(board) for board in passed.boards]
    hues = [hue_of_board(row.board) for row in rows if row is not None]
    says = [round_words.describe_read(passed.posts, passed.threads, len(passed.boards))]
    if passed.left:
        return End(round_words.OVER, (*says, round_words.describe_left(passed.left)), hues, since)
    return End(round_words.ALL_READ, (*says, round_words.QUIET), hues, since)


def _ways_on(session: Session) -> tuple[str, ...]:
    """Return where a newcomer goes on, who has a seat on the commons alone."""
    boards = session.cache.boards()
    if len(boards) < 2 or any(row.is_seated for row in boards[1:]):
        return ()
    return (f"{key_of('boards')} shows the boards. To write on one, take a seat there.",)


def _step_text(step: FirstStep) -> Content:
    """Return a step after its word or its key."""
    from bbs_client.actions.first_steps import KEYS

    key = key_of(KEYS[step.id]) if step.id in KEYS else "Enter"
    return Content(f"{'done' if step.done else key:<6} {step.says}")


def _in_short(session: Session, task: "OpenTask") -> "OpenTask":
    """Return a task as it stands in the middle of a screen: of many lounges only their number."""
    quiet = sum(1 for news in session.cache.lounges().values() if not news.mentions)
    if task.key != LOUNGES or quiet < 2:
        return task
    return replace(task, says=Content(f"New lines in {counted(quiet, 'lounge')}"))


def _lounge_tasks(session: Session, runner: ActionRunner) -> "list[OpenTask]":
    """Return a row for each lounge in which somebody calls the reader, and one for all new lines."""
    from bbs_client.actions.places import visit_lounge
    from bbs_client.features.reading.home import OpenTask

    found, titles, hues, quiet = [], [], [], []
    for board, news in session.cache.lounges().items():
        place = session.cache.board(board)
        title = board_title(place.board) if place else session.slug(board)
        hue = hue_of_board(place.board) if place else ""
        if news.mentions:
            calls = ("Somebody calls you", "new")
            says = Content.assemble(calls, " in the lounge of ", (title, hue))
            go = partial(runner.start, visit_lounge, board)
            found.append(OpenTask(f"calls:{board}", says, go, board=board))
        else:
            titles.append(title)
            hues += [hue, ""]  # of the title, and of what joins it to the next
            quiet.append(board)
    if not quiet:
        return found
    where = zip(round_words.name_people(titles, "more"), hues, strict=False)
    lounges = "lounge" if len(quiet) == 1 else "lounges"
    says = Content.assemble(f"New lines in the {lounges} of ", *where)
    go = partial(runner.start, visit_lounge, quiet[0])
    only = quiet[0] if len(quiet) == 1 else None
    return [*found, OpenTask(LOUNGES, says, go, board=only)]


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
    found += _lounge_tasks(session, runner)
    pending = session.pending()
    refused = sum(1 for item in pending if item.reason)
    show_outbox = partial(runner.run, BY_ID["outbox"])
    if refused:
        says = Content(f"{counted(refused, 'refusal')} to look at")
        found.append(OpenTask("refused", says, show_outbox, action="outbox"))
    if len(pending) > refused:
        says = Content(f"{len(pending) - refused} to be sent")
        found.append(OpenTask("unsent", says, show_outbox, action="outbox"))
    for draft in session.drafts.all():
        where = destination.parse(draft.destination)
        if where is not None:
            known = session.cache.board(where.board)
            named = (session.slug(where.board), hue_of_board(known.board)) if known else ""
            says = Content.assemble(
                f"A draft of {_KINDS[where.kind]}{' in ' if known else ''}",
                named,
                f": {safe_line(draft.text[:DRAFT_CHARS])}",
            )
            go = partial(runner.start, resume, draft.destination)
            found.append(OpenTask(draft.destination, says, go, board=where.board))
    for row in session.cache.boards():
        hue = hue_of_board(row.board)
        if row.seat is not None and row.seat.state is SeatState.OFFERED:
            named = (board_title(row.board), hue)
            says = Content.assemble("A seat on ", named, " is offered to you")
            go = partial(runner.start, show_seat, row, asks=True)
            found.append(OpenTask(row.board.id, says, go, action="seat", board=row.board.id))
        elif row.is_seated and unaccepted(session, row.board.id) == row:
            named = (whose_norms(row), hue)
            says = Content.assemble("The norms of ", named, " have changed")
            go = partial(runner.start, show_seat, row, asks=True)
            found.append(OpenTask(row.board.id, says, go, action="seat", board=row.board.id))
    show_waiting = partial(runner.run, BY_ID["proposals"])
    for waiting in list_waiting(session):
        if Word.AGREE in waiting.words or Word.OBJECT in waiting.words:
            says = Content(f"{waiting.told} ({waiting.wait})")
            found.append(OpenTask(waiting.proposal.id, says, show_waiting, WAITING_FOR_OTHERS))
    return found
