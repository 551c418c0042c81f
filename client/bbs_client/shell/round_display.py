"""What the reading screen shows of rounds: home, its head, and in the bar how much is left (P4)."""

from typing import TYPE_CHECKING

from textual.content import Content

from bbs.features.reading.round_text import BoardSum, describe_newer, describe_size
from bbs.features.reading.views import Stop
from bbs.plural import counted
from bbs_client.actions.table import BY_ID
from bbs_client.keys import Pane
from bbs_client.shell.own import open_tasks

if TYPE_CHECKING:
    from bbs_client.features.reading.home import OpenTask
    from bbs_client.shell.panes import Panes
    from bbs_client.shell.surface import ScreenSurface

_NOTHING = ("All caught up.", "There is nothing more to read. What comes next will wait for you.")


class RoundDisplay:
    """Shows on a reading screen what the session knows of the reader's rounds."""

    def __init__(self, screen: "Panes", surface: "ScreenSurface") -> None:
        """Serve a screen, and lead on from home by its surface."""
        self._screen = screen
        self._surface = surface

    @property
    def is_home_shown(self) -> bool:
        """Whether home is what is seen, also while the reader is in the sidebar beside it."""
        return self._screen.shown == Pane.HOME

    def fill_home(self) -> None:
        """Show at home what waits now, or what the round that ended came to."""
        rounds = self._screen.session.rounds
        ending = list(_NOTHING)
        if rounds.ended is not None:
            posts, threads = rounds.ended.posts, rounds.ended.threads
            ending.insert(1, f"You read {counted(posts, 'post')} in {counted(threads, 'thread')}.")
        self._screen.home.fill(rounds.status().shown, self._tasks(), ending)

    def _tasks(self) -> "list[OpenTask]":
        return open_tasks(self._screen.session, self._surface.runner)

    def head(self) -> tuple[Content, str, Content]:
        """Return what the head of home says: how much waits, and how to go on."""
        rounds = self._screen.session.rounds
        shown, size, newer_posts = rounds.status()
        newer = describe_newer(newer_posts)
        if rounds.progress is not None:
            title, about = "This round", "Space goes on with it." + (f" {newer}." if newer else "")
        elif not shown.stops:
            title, about = "Home", _NOTHING[0] if self._tasks() else ""
        elif rounds.ended is not None:
            title, about = _NOTHING[0], f"{describe_newer(size.posts)}: Space begins it."
        else:
            title, about = "Home", "Space reads it all, in this order, to its end."
        return Content(title), describe_size(size) if shown.stops else "", Content(about)

    def state(self) -> str:
        """Return what the bar says of the round; empty between rounds."""
        rounds = self._screen.session.rounds
        if rounds.peeked is not None:
            return "peeking"
        if rounds.progress is None:
            return ""
        _, size, newer = rounds.status()
        return ", ".join(filter(None, (f"{size.posts} left", describe_newer(newer))))

    def enter(self) -> None:
        """Go to what home's cursor is on, outside of the round; where nothing is, read on."""
        from bbs_client.features.reading.home import OpenTask

        surface = self._surface
        match self._screen.home.current_row():
            case Stop() as stop:
                surface.show_stop(stop)
            case BoardSum(board=board):
                surface.show_board(board)
            case OpenTask(go=go):
                go()
            case _:
                surface.runner.run(BY_ID["page_on"])
