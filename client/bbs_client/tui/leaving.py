"""How a reader leaves the client: by a key pressed twice, so that none too many ends it."""

import time
from collections.abc import Callable, Iterable

from bbs.plural import counted
from bbs_client.keys import format_key, key_of, keys_of
from bbs_client.session.session import Session
from bbs_client.tui.main_screen import MainScreen

NOTE_SECONDS = 6.0
AGAIN_SECONDS = NOTE_SECONDS  # a second press counts as long as the note about it stands


class Leaving:
    """Asks for the second press of a key that quits."""

    def __init__(
        self, leave: Callable[[], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Begin with no press.

        Args:
            leave: Ends the client.
            clock: Tells the time, in seconds.
        """
        self._leave = leave
        self._clock = clock
        self._asked_at = {"quit": -AGAIN_SECONDS, "interrupt": -AGAIN_SECONDS}

    def interrupt(self, main: MainScreen, sessions: Iterable[Session]) -> None:
        """Copy a selection; without one, leave when asked again."""
        editor = main.composer.editor
        if editor.has_focus and editor.selected_text:
            editor.action_copy()
        elif not main.surface.copy_selection():
            self._when_asked_again("interrupt", key_of("interrupt"), main, sessions)

    def quit(self, main: MainScreen, sessions: Iterable[Session]) -> None:
        """Leave; by a key, only when asked again."""
        if main.pressed in {*keys_of("quit"), *keys_of("back")}:
            self._when_asked_again("quit", format_key(main.pressed), main, sessions)
        else:
            self._leave()

    def _when_asked_again(
        self, how: str, key: str, main: MainScreen, sessions: Iterable[Session]
    ) -> None:
        now = self._clock()
        if now - self._asked_at[how] < AGAIN_SECONDS:
            self._leave()
            return
        self._asked_at[how] = now
        main.surface.keep_draft()
        found = list(sessions)
        waiting = sum(len(session.pending()) for session in found)
        drafts = sum(len(session.drafts.all()) for session in found)
        parts = [counted(waiting, "thing") + " to be sent"] if waiting else []
        parts += [counted(drafts, "draft")] if drafts else []
        kept = f" Kept on this device: {', '.join(parts)}." if parts else ""
        main.tell(f"Press {key} again to quit.{kept}")
