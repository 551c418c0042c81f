"""Passes typed, pasted and clicked input to the screen in order, as soon as it can act on it."""

from collections import deque
from collections.abc import Awaitable, Callable

from textual import events
from textual.app import App
from textual.screen import ModalScreen

from bbs import limits
from bbs_client.tui.main_screen import MainScreen


class TypedAhead:
    """Queues input before there is a screen, while an action begins, and while a dialog is busy.

    A dialog processes one key after the other: input after an answer is for the step that follows.
    """

    def __init__(self, app: App[None], act: Callable[[events.Event], Awaitable[None]]) -> None:
        """Begin with nothing.

        Args:
            app: The app with the screen.
            act: Passes an event to the screen.
        """
        self._app = app
        self._act = act
        self._events: deque[events.InputEvent | events.Paste] = deque()
        self._waits = False  # input for a dialog, which then goes on

    async def take(self, event: events.InputEvent | events.Paste, main: MainScreen) -> None:
        """Act on an event after the events before it, at once if possible.

        Args:
            event: A key, a paste or a click. Esc in an empty queue ends an action that shows
                nothing yet.
            main: The reading screen that is shown, or whose dialog is shown.
        """
        self._forget(main)
        if event.time < main.surface.runner.dropped_until:
            return  # it waited in the app's own queue, behind what was dropped
        escapes = isinstance(event, events.Key) and event.key == "escape" and not self._events
        if escapes and main.surface.runner.cancel():
            return
        # Drop mouse moves before there is a screen: they would fill the queue for keys.
        points = not isinstance(event, events.MouseMove) or main.is_mounted
        # Past the bound, drop the end of the input: the beginning is still what the reader meant.
        if points and len(self._events) < limits.TYPED_AHEAD_MAX:
            self._events.append(event)
        if main.is_mounted:
            await self.act(main)

    async def act(self, main: MainScreen) -> None:
        """Act on the queued events in order, as in `take`; stop once the client's end has begun."""
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
        """Return whether a dialog has not processed its last event yet, which may be its answer.

        Queued events then follow the event that a part of the dialog has to process now.
        """
        screen = self._app.screen
        if isinstance(screen, ModalScreen) and not self._waits:
            pumps = (self._app, *screen.walk_children(with_self=True))
            # A closing dialog takes no more events.
            self._waits = any(
                pump.message_queue_size and pump.call_later(self._app.call_later, self._go_on, main)
                for pump in pumps
            )
        return self._waits

    async def _go_on(self, main: MainScreen) -> None:
        self._waits = False
        await self.act(main)

    def _forget(self, main: MainScreen) -> None:
        """Drop input that was typed for another state than the present one."""
        if main.surface.runner.drops:
            self._events.clear()
            main.surface.runner.drops = False
