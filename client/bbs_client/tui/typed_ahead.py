"""What is typed, pasted or clicked reaches the screen in its order, each once it can be acted on."""

from collections import deque
from collections.abc import Awaitable, Callable

from textual import events
from textual.app import App
from textual.screen import ModalScreen

from bbs import limits
from bbs_client.tui.main_screen import MainScreen


class TypedAhead:
    """Keeps what comes before there is a screen, while an action begins, and while a dialog is at work.

    A dialog takes in one key after the other: what is typed behind an answer is for what that
    leads to.
    """

    def __init__(self, app: App[None], act: Callable[[events.Event], Awaitable[None]]) -> None:
        """Begin with nothing.

        Args:
            app: Whose screen it is for.
            act: Gives the screen an event.
        """
        self._app = app
        self._act = act
        self._events: deque[events.InputEvent | events.Paste] = deque()
        self._waits = False  # for a dialog, which then goes on

    async def take(self, event: events.InputEvent | events.Paste, main: MainScreen) -> None:
        """Act on an event behind those before it, at once where that can be.

        Args:
            event: What was typed, pasted or clicked. Esc behind nothing else ends an action that
                shows nothing yet.
            main: The reading screen that is shown, or whose dialog is.
        """
        self._forget(main)
        escapes = isinstance(event, events.Key) and event.key == "escape" and not self._events
        if escapes and main.surface.runner.cancel():
            return
        # A mouse that moves over no screen yet would use up the room for keys.
        points = not isinstance(event, events.MouseMove) or main.is_mounted
        # Beyond the bound the end is missing: what is done is the beginning of what was meant.
        if points and len(self._events) < limits.TYPED_AHEAD_MAX:
            self._events.append(event)
        if main.is_mounted:
            await self.act(main)

    async def act(self, main: MainScreen) -> None:
        """Act on what waits, in its order, as in `take`; not any more once the end has begun."""
        await main.complete()
        self._forget(main)
        runner = main.surface.runner
        while self._events and main.is_complete and not runner.is_busy:
            if self._waits_for_dialog(main):
                break
            event = self._events.popleft()
            main.pressed = event.key if isinstance(event, events.Key) else ""
            await self._act(event)

    def _waits_for_dialog(self, main: MainScreen) -> bool:
        """Tell whether a dialog has not taken in yet what it was given: that may be its answer.

        Then what waits is acted on behind what a part of the dialog has to take in now.
        """
        screen = self._app.screen
        if isinstance(screen, ModalScreen) and not self._waits:
            pumps = (self._app, *screen.walk_children(with_self=True))
            # One that is closing takes no more.
            self._waits = any(
                pump.message_queue_size and pump.call_later(self._app.call_later, self._go_on, main)
                for pump in pumps
            )
        return self._waits

    async def _go_on(self, main: MainScreen) -> None:
        self._waits = False
        await self.act(main)

    def _forget(self, main: MainScreen) -> None:
        """Drop what was typed for something else than what is there now."""
        if main.surface.runner.drops:
            self._events.clear()
            main.surface.runner.drops = False
