"""The parts that the app has once for all communities: keys, theme, tour, current community."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from textual.app import App

from bbs_client.actions.table import BY_ID
from bbs_client.keys import Pane
from bbs_client.session.events import (
    CaseHappened,
    CasesFetched,
    MirrorChanged,
    NoticesChanged,
    OnlineChanged,
    SignedOut,
    SyncProgress,
)
from bbs_client.session.state import is_leaving

if TYPE_CHECKING:
    from bbs_client.actions.program import TourQuestion
    from bbs_client.actions.surface import Surface
    from bbs_client.communities import Communities, CommunityRow
    from bbs_client.keymap import Keymap
    from bbs_client.preferences import ClientSettings
    from bbs_client.session.events import SessionEvent
    from bbs_client.session.session import Session
    from bbs_client.tui.running import ActionRunner

# Modules of choices are imported late, so that the first painting waits for none of them.


class ScreenProgram:
    """The app, as actions know it.

    Attributes:
        tour_due: Whether to offer the tour at the first connection.
        keymap_name: The name of the current keys: a preset, or a file.
        here: The name of the profile whose community is shown.
    """

    def __init__(
        self,
        app: App[None],
        communities: "Communities | None",
        go_to: Callable[[str], object],
        use_keymap: "Callable[[Keymap], None]",
        settings: "Callable[[], ClientSettings]",
        use_settings: "Callable[[ClientSettings], None]",
        *,
        tour_due: bool,
    ) -> None:
        """Begin with the community and keys that the client was started with.

        Args:
            communities: The communities to switch to; None for none.
            go_to: Shows the community of a profile.
            use_keymap: Makes keys current.
            settings: Returns the settings as they are now.
            use_settings: Makes settings current, but for the keys.
        """
        self._app = app
        self._communities = communities
        self._go_to = go_to
        self._use_keymap = use_keymap
        self._settings = settings
        self._use_settings = use_settings
        self.here = communities.first if communities else ""
        self.keymap_name = "default"
        self.tour_due = tour_due

    def communities(self) -> "list[CommunityRow]":
        """Return the communities of this device, with the unread counts of their mirrors."""
        return self._communities.rows() if self._communities else []

    def names_for(self, id: str) -> list[str]:
        """Return the names that `communities`, `keymap` or `theme` chooses from."""
        from bbs_client.keymap import choices

        others = self._communities.names() if self._communities else []
        themes = list(self._app.available_themes)
        return {"communities": others, "keymap": choices(), "theme": themes}[id]

    def current(self, id: str) -> str:
        """Return the current choice."""
        now = {"communities": self.here, "keymap": self.keymap_name, "theme": self._app.theme}
        return now[id]

    def choose(self, id: str, name: str) -> str:
        """Choose one of several by its name.

        Args:
            id: The id of the action that asks: communities, keymap or theme.
            name: The chosen name.

        Returns:
            The effect, a sentence; empty if the screen shows it.
        """
        from bbs.settings import did_you_mean

        if id == "keymap":
            return self.set("keys", name) or f"Keys: {name}."
        known = self.names_for(id)
        if name not in known:
            return f"There is no {name!r} to choose{did_you_mean(name, known)}."
        if id == "communities":
            self._go_to(name)
            return ""
        return self.set("theme", name) or f"Theme: {name}."

    def set(self, name: str, value: str) -> str:
        """Change a setting at once, and keep it.

        Args:
            name: A field of `ClientSettings`.
            value: One that it takes.

        Returns:
            Why it could not be changed or kept, a sentence; empty if it was.
        """
        return self._change(name, value, value)

    def reset(self, name: str) -> str:
        """Give a setting the value that it has without any choice; return as `set`."""
        from bbs_client.preferences import ClientSettings
        from bbs_client.theme import choose_theme

        default = getattr(ClientSettings(), name)
        return self._change(name, choose_theme("") if name == "theme" else default, None)

    def _change(self, name: str, value: str, kept: str | None) -> str:
        from msgspec.structs import replace

        from bbs_client.keymap import find
        from bbs_client.settings import BadSetting, keep

        if name == "keys":
            try:
                self._use_keymap(find(value))
            except BadSetting as error:
                return f"{error}."
        self._use_settings(replace(self._settings(), **{name: value}))
        return keep(name, kept)

    def place(self, surface: "Surface") -> Pane:
        """Return where the reader is, as help tells its keys."""
        if len(self._app.screen_stack) > 1:
            return Pane.PAGE
        if surface.in_lounge or surface.in_thread:
            return Pane.LOUNGE if surface.in_lounge else Pane.THREAD
        if surface.at_home:
            return Pane.HOME
        return Pane.BOARDS if surface.at_board else Pane.THREADS

    def own_keys(self) -> list[tuple[str, str]]:
        """Return the keys that only the page in front has, and what each does now."""
        return getattr(self._app.screen, "own_keys", [])

    def introduce(self, session: "Session", runner: "ActionRunner", news: "SessionEvent") -> None:
        """Welcome a newcomer once their community is here; show others the tour, or a new banner.

        Args:
            session: The session of the community that is shown.
            runner: Runs the actions there.
            news: What the session reports.
        """
        match news:
            case SyncProgress(done=done, total=total) if done >= total and session.is_new:
                self._welcome(session, runner)
            case OnlineChanged(online=True, reason=reason) if reason and session.is_new:
                self._welcome(session, runner)  # who waits for a seat is not told of boards
            case CasesFetched() | CaseHappened():
                self._meet_decisions(session, runner)
            case MirrorChanged(tables=tables) if "leavings" in tables:
                self._meet_leaving(session, runner)
            case SignedOut() if session.left is not None:
                self._app.call_later(self._show_left, runner)
            case NoticesChanged(banner=banner) if not session.is_new:
                if self.tour_due or banner:
                    from bbs_client.actions.program import TourQuestion

                    question = TourQuestion(brief=not self.tour_due)
                    runner.start(partial(self._ask_tour, session, runner), question)

    async def _ask_tour(
        self,
        session: "Session",
        runner: "ActionRunner",
        surface: "Surface",
        question: "TourQuestion",
    ) -> None:
        """Show the tour; behind it, who is leaving the community finds the way back."""
        await surface.ask(question)
        self._app.call_later(self._meet_leaving, session, runner)

    def _meet_decisions(self, session: "Session", runner: "ActionRunner") -> None:
        """Show decisions about the reader that they have not met; never over what they read or write."""
        from bbs_client.actions.own_cases import keep_out, meet, unmet

        if len(self._app.screen_stack) > 1 or runner.is_busy:
            return
        if session.cases.suspension(session.now()) is not None:
            runner.start(keep_out, asks=True)
        elif unmet(session) and not getattr(self._app.screen, "composing", False):
            runner.start(meet, asks=True)

    def _meet_leaving(self, session: "Session", runner: "ActionRunner") -> None:
        """Show who is leaving the community how to come back; they see nothing else of it."""
        # Who has left on this device is signed out at once, and told how to come back.
        if not is_leaving(session) or session.signed_out or session.cache.leaving(None) is None:
            return
        if len(self._app.screen_stack) > 1 or runner.is_busy:
            return
        from bbs_client.actions.leaving import keep_out  # late: few leave

        runner.start(keep_out, asks=True)

    async def _show_left(self, runner: "ActionRunner") -> None:
        """Show who has left the community the way back, in place of all that was open."""
        from bbs_client.actions.leaving import show_left  # late: few leave

        await runner.leave()
        runner.start(show_left, "", asks=True)

    def _welcome(self, session: "Session", runner: "ActionRunner") -> None:
        from bbs_client.session.welcome import is_due

        if is_due(session):
            runner.run(BY_ID["welcome"])

    def note_tour_taken(self) -> None:
        """Never offer the tour on this device again."""
        if self.tour_due:
            from bbs_client.settings import remember

            self.tour_due = False
            remember("tour", "taken")
