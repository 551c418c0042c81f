"""The round: everything new, in one order, one key after another, to its end (P4)."""

from typing import TYPE_CHECKING, NamedTuple

from textual.content import Content
from textual.widgets import ContentSwitcher

from bbs.errors import FolkmootError
from bbs.features.reading.round_text import describe_newer, describe_size
from bbs.features.reading.views import Round, RoundSize, Stop
from bbs.plural import counted
from bbs_client.keys import Pane
from bbs_client.shell.frame import PaneHead, StatusBar
from bbs_client.shell.reading import Reading

if TYPE_CHECKING:
    from bbs.features.reading.rounds import CatchUpMode, Vector
    from bbs_client.features.reading.home import OpenTask
    from bbs_client.features.reading.round_progress import RoundProgress

_NOTHING = ("All caught up.", "There is nothing more to read. What comes next will wait for you.")


class RoundStatus(NamedTuple):
    """What waits at one moment, how much that is, and how much more came for the next round."""

    shown: Round
    size: RoundSize
    newer: int


class Rounds(Reading):
    """The keys that walk what is new. How a round is made is imported when one begins."""

    walk: "RoundProgress | None" = None
    _ended: "RoundProgress | None" = (
        None  # the round that ended last, as long as its end is on the screen
    )

    # Walking

    def action_page_on(self) -> None:
        """Read on: by a page in what is open, and from its end to what is new next."""
        if self.pane is Pane.THREAD and self._in_walk():
            if not self.thread.show_rest():
                self.thread.blocks_passed(self.thread.seen())
                self.read_on()
        elif self.pane in {Pane.THREAD, Pane.LOUNGE} and self.view.page_on():
            pass
        else:
            if self.pane is Pane.THREAD:
                self.thread.pass_rest()
            self.read_on()

    def action_next_unread(self) -> None:
        """Go to the next unread post: one at a time through the round."""
        view = self.thread
        if self.pane is Pane.THREAD:
            place = None if self._in_walk() else view.next_unread(view.cursor)
            view.blocks_passed(view.keys[view.cursor : view.cursor + 1])
            if place is not None:
                view.jump(place, top=True)
                return
        self.read_on()

    def read_on(self) -> None:
        """Go to what is next in the round; without one, home, and from there into a new one."""
        if self.pane is Pane.THREAD and self.thread.peeking:
            # A look ends with what was looked at.
            self.thread.peeking = False
            self.go(Pane.THREADS)
            self.show_state()
            return
        if self.walk is None:
            if self.pane is Pane.HOME:
                self._begin()
            else:
                self.action_home()
            return
        stop = self.walk.here(self.session.cache.unread)
        if stop is None:
            self._ended, self.walk = self.walk, None
            self.action_home()
            return
        self._show_stop(stop)

    def _show_stop(self, stop: Stop) -> None:
        """Bring the next post of a stop to the top, in the order the thread shows them."""
        if self.thread.thread != stop.thread or self.pane is not Pane.THREAD:
            self.open_thread(stop.thread)
        place = self.thread.next_of(stop.numbers)
        if place is None:
            # What is counted and cannot be shown yet would hold the reader for ever.
            assert self.walk is not None
            self.walk.skip(stop.thread)
            self.read_on()
            return
        self.thread.jump(place, top=True)
        self.show_state()

    def _in_walk(self) -> bool:
        """Tell whether the open thread is where the round is."""
        if self.walk is None or self.thread.peeking:
            return False
        stop = self.walk.here(self.session.cache.unread)
        return stop is not None and stop.thread == self.thread.thread

    # Beginning

    def _begin(self) -> None:
        """Fix what belongs to the round: by the server's word, or the mirror's where that is not here."""
        from bbs.features.reading import rounds

        async def fix() -> None:
            vector = await self._server_vector() or self.session.cache.vector()
            waiting, wishes = self.session.cache.waiting(), self.session.cache.wishes()
            shown = rounds.build_round(waiting, wishes, vector)
            if not shown.stops:
                self._ended = None
                self.refresh_soon()
            elif rounds.should_offer_catch_up(shown, waiting, self.session.now_ms()):
                self._ask_how(shown)
            else:
                self._walk(shown)

        self.fetch("round", fix)

    async def _server_vector(self) -> "Vector | None":
        """Return what the server fixed, once the mirror holds all of it; None: the mirror decides."""
        from bbs.features.reading.messages import GetRound

        if not self.session.online:
            return None
        try:
            found = await self.session.connection.call(GetRound())
        except FolkmootError:
            return None
        vector = found.round.vector
        return vector if self.session.cache.has_reached(vector) else None

    def _ask_how(self, shown: Round) -> None:
        from bbs.features.reading import rounds
        from bbs_client.features.reading.catch_up import CatchUpDialog

        waiting = self.session.cache.waiting()

        def answered(choice: "CatchUpMode | None") -> None:
            if choice is None:
                return
            beginning = rounds.start_round(shown, waiting, choice, self.session.today_ms())
            for stop in beginning.read:
                self.mark_passed(stop.thread, list(stop.numbers))
            self._walk(beginning.round)

        says = describe_size(rounds.size(shown, waiting))
        self.app.push_screen(CatchUpDialog(says), answered)

    def _walk(self, shown: Round) -> None:
        from bbs_client.features.reading.round_progress import RoundProgress

        self._ended = None
        self.walk = RoundProgress(shown)
        self.read_on()

    # Leaving something out

    def action_skip(self) -> None:
        """Leave what is unread of this thread for the next round."""
        thread = self._thread_here()
        if self.walk is None or thread is None or not (left := self.walk.skip(thread)):
            self.tell("Nothing of this thread is in the round.")
            return
        self.tell(f"{counted(left, 'post')} left for the next round.")
        self.read_on()

    def action_peek(self) -> None:
        """Look without marking anything read; again, and what one goes on from counts."""
        view = self.thread
        if self.pane is not Pane.THREAD:
            thread = self._thread_here()
            if thread is None:
                return
            self.open_thread(thread)
            view.peeking = False
        view.peeking = not view.peeking
        self.tell("Peeking: nothing is marked read." if view.peeking else "No longer peeking.")
        self.show_state()

    # Home

    def action_home(self) -> None:
        """Show what waits."""
        self.go(Pane.HOME)
        self.refresh_all()

    def open_home(self) -> None:
        """Begin with what waits, where something does."""
        if any(row.unread for row in self.session.cache.boards()):
            self.action_home()

    def refresh_all(self) -> None:
        """Read the screen from the mirror again, home and the round included."""
        if self._shows_home():
            standing = self._standing()
            ending = list(_NOTHING)
            if self._ended is not None:
                posts, threads = self._ended.posts, self._ended.threads
                says = f"You read {counted(posts, 'post')} in {counted(threads, 'thread')}."
                ending.insert(1, says)
            self.home.fill(standing.shown, self.asides(), ending)
        super().refresh_all()

    def _shows_home(self) -> bool:
        """Tell whether home is what is seen, also while one is in the sidebar beside it."""
        return self.query_one("#panes", ContentSwitcher).current == "home"

    def _standing(self) -> RoundStatus:
        """Return what waits now: of the round under way, or of the one that could begin."""
        from bbs.features.reading import rounds

        cache = self.session.cache
        waiting, wishes = cache.waiting(), cache.wishes()
        if self.walk is None:
            shown = rounds.build_round(waiting, wishes, cache.vector())
            return RoundStatus(shown, rounds.size(shown, waiting), 0)
        shown = rounds.remaining_round(self.walk.shown, waiting, wishes)
        newer = rounds.count_newer(waiting, wishes, self.walk.vector)
        return RoundStatus(shown, rounds.size(shown, waiting), newer)

    def asides(self) -> "list[OpenTask]":
        """Return what waits beside what is to be read; in the part of the screen that has it."""
        return []

    def action_enter(self) -> None:
        """Go to what home's cursor is on, outside of the round; elsewhere, go in."""
        from bbs_client.features.reading.home import BoardSum, OpenTask

        if self.pane is not Pane.HOME:
            super().action_enter()
            return
        match self.home.current_row():
            case Stop(thread=thread, numbers=numbers):
                self.open_thread(thread)
                place = self.thread.next_of(numbers)
                if place is not None:
                    self.thread.jump(place, top=True)
            case BoardSum(board=board):
                self.open_board(board)
                self.boards.go_to(board)
                self.go(Pane.THREADS)
            case OpenTask(go=go):
                go()
            case _:
                self.read_on()

    def show_head(self) -> None:
        """Say what the pane shows; of home, how much waits and how to go on."""
        if not self._shows_home():
            super().show_head()
            return
        standing = self._standing()
        facts = describe_size(standing.size) if standing.shown.stops else ""
        newer = describe_newer(standing.newer)
        if self.walk is not None:
            title, about = "This round", "Space goes on with it." + (f" {newer}." if newer else "")
        elif not standing.shown.stops:
            title, about = "Home", _NOTHING[0] if self.asides() else ""
        elif self._ended is not None:
            newer = describe_newer(standing.size.posts)
            title, about = _NOTHING[0], f"{newer}: Space begins it."
        else:
            title, about = "Home", "Space reads it all, in this order, to its end."
        self.query_one(PaneHead).say(Content(title), facts, Content(about))

    def show_state(self) -> None:
        """Say who and where one is, what waits, and how far the round is."""
        super().show_state()
        says = ""
        if self.walk is not None:
            standing = self._standing()
            newer = describe_newer(standing.newer)
            says = f"{standing.size.posts} left" + (f", {newer}" if newer else "")
        if self.is_complete and self.thread.peeking:
            says = "peeking"
        self.query_one(StatusBar).round = says
