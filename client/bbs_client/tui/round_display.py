"""The reading screen's view of rounds: home, its head, and the rest of a round in the bar (P4).

Home also lists tasks: refused items, drafts and offered seats.
"""

from typing import TYPE_CHECKING

from msgspec.structs import replace
from textual.content import Content

from bbs.features.reading.views import Round, Stop
from bbs.plural import counted
from bbs_client.actions.surface import Surface
from bbs_client.actions.table import BY_ID
from bbs_client.hues import hue_of_board
from bbs_client.keys import key_of
from bbs_client.safe_text import safe_line
from bbs_client.session import round_words
from bbs_client.session.first_steps import steps_of
from bbs_client.session.session import Session
from bbs_client.session.state import describe_absent
from bbs_client.tui.open_tasks import FIRST_STEPS, LOUNGES, open_tasks
from bbs_client.tui.running import ActionRunner

if TYPE_CHECKING:
    from bbs_client.features.reading.home import HomeView, OpenTask
    from bbs_client.features.reading.round_end import End
    from bbs_client.session.round_reader import RoundPassed, RoundStatus

BEING_FETCHED = "What waits for you is being fetched."
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
            new = "A new community." if me is not None and me.sysop else "You are new here."
            about = f"{new} Enter does the next step."
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


def _in_short(session: Session, task: "OpenTask") -> "OpenTask":
    """Return a task as it stands in the middle of a screen: of many lounges only their number."""
    quiet = sum(1 for news in session.cache.lounges().values() if not news.mentions)
    if task.key != LOUNGES or quiet < 2:
        return task
    return replace(task, says=Content(f"New lines in {counted(quiet, 'lounge')}"))
