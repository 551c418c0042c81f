"""Runs actions on the screen: one starts, its dialog opens, and input waits meanwhile."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from textual.message import Message
from textual.screen import ModalScreen
from textual.worker import WorkerError

from bbs.errors import Disconnected, FolkmootError
from bbs_client.actions.action import Action
from bbs_client.actions.surface import NothingHere, Surface
from bbs_client.actions.verbs import find_run
from bbs_client.safe_text import describe_error
from bbs_client.tui.fetching import Fetching

if TYPE_CHECKING:
    from textual.worker import Worker

    from bbs_client.widgets.dialog import Opened

T = TypeVar("T")


class ActionRunner:
    """Runs the actions of a reading screen.

    Keys wait (`is_busy`) while an action begins and until its dialog is painted. They wait again
    between the dialog's answer and the next dialog or the action's end.

    Attributes:
        drops: Whether to drop the waiting input: it was typed before the reader saw a question that
            it must not answer, or for a dialog that did not open.
        dropped_until: When that was last decided: input typed before, however late it is taken in,
            is dropped as well. In the time of Textual's messages.
    """

    class Ready(Message):
        """The waiting input can be acted on."""

    def __init__(self, screen: Fetching, surface: Surface) -> None:
        """Run nothing yet.

        Args:
            screen: The screen whose workers run the actions and under the dialogs.
            surface: The surface of the actions.
        """
        self._screen = screen
        self._surface = surface
        self._action: Worker[None] | None = None
        self._answer: asyncio.Future[Any] | None = None  # the dialog that is open
        self._begins = False  # and not painted yet
        self._standing: list[Opened[Any]] = []  # pages that were answered and stay behind dialogs
        self.drops = False
        self.dropped_until = 0.0
        # the waiting input was typed for a dialog; without one it is dropped
        self._needs_dialog = False
        self._may_answer = False  # the waiting input may answer the next dialog

    @property
    def is_busy(self) -> bool:
        """Whether input has to wait now."""
        # An answer counts at once: the next key is for the step after it.
        return self._begins or (self._answer is not None and self._answer.done())

    def run(self, action: Action) -> None:
        """Run an action of the table; the shown view does an action without a `run`."""
        if action.run:
            self.start(find_run(action), "", asks=action.asks)
        else:
            self._screen.app.call_later(self._surface.do_here, action)

    def start(
        self, do: Callable[..., Awaitable[object]], *about: object, asks: bool = False
    ) -> None:
        """Run a function as an action.

        Args:
            do: The function; gets the surface and `about`.
            about: The things that it acts on.
            asks: See `Action`.
        """
        self._begins, self._needs_dialog, self._may_answer = True, asks, asks
        work = partial(self._run, partial(do, self._surface, *about))
        self._action = self._screen.run_worker(work, group="action")

    def cancel(self) -> bool:
        """Cancel the running action if it waits for no dialog; return whether there was one."""
        # A screen below a dialog is still current, but not active.
        if self._action is None or not self._action.is_running or not self._screen.is_active:
            return False
        self._action.cancel()
        # The action may not have begun.
        self._ready(drops=self._needs_dialog)
        return True

    async def leave(self) -> None:
        """End all actions that ask something, and close what they opened."""
        app, asking = self._screen.app, self._screen.workers.cancel_group(self._screen, "action")
        for worker in asking:
            with contextlib.suppress(WorkerError):
                await worker.wait()
        while app.screen is not self._screen:  # a page below another does not close by itself
            app.pop_screen()

    async def leave_for(self, action: Action) -> None:
        """Leave all pages, and what asks on them; then run an action of the table."""
        await self.leave()
        self.run(action)

    async def show(self, dialog: ModalScreen[Any], *, destructive: bool) -> Any:
        """Open a dialog of the running action, and wait for its answer; None for no answer.

        Args:
            dialog: The dialog; never opened over another one of its kind.
            destructive: True if keys typed before it was painted must not answer it.
        """
        if self._standing and isinstance(dialog, type(self._standing[-1])):
            self._standing.pop().dismiss(None)  # it is asked anew
        elif isinstance(self._screen.app.screen, type(dialog)):
            return None
        self._begins, before = True, self._answer
        from bbs_client.widgets.dialog import Opened  # late: the first painting needs no dialog

        if isinstance(dialog, Opened) and dialog.stays:
            answer = self._answer = dialog.answered
            self._standing.append(dialog)
            self._screen.app.push_screen(dialog)
        else:
            answer = self._answer = self._screen.app.push_screen(dialog, wait_for_dismiss=True)
        dialog.call_after_refresh(self._ready, drops=destructive or not self._may_answer)
        try:
            # Shielded, because the dialog sets the answer even if the action was cancelled.
            said = await asyncio.shield(answer)
            if said is None and dialog in self._standing:
                self._standing.remove(dialog)  # left, so that what stands below is asked anew
            return said
        finally:
            self._answer = before
            self._begins, self._needs_dialog, self._may_answer = True, False, True
            if dialog.is_active and dialog not in self._standing:
                dialog.dismiss(None)

    async def wait(self, work: Awaitable[T]) -> T:
        """Wait for something; keys are acted on meanwhile."""
        self._ready(drops=False)
        self._may_answer = False
        return await self._screen.watched(work)

    async def _run(self, work: Callable[[], Awaitable[object]]) -> None:
        # Those below belong to an action that waits under this one, such as a page under the help.
        below = len(self._standing)
        try:
            await work()
        except NothingHere:
            pass  # the screen has shown it
        except FolkmootError as error:
            self._screen.tell(describe_error(error), warn=not isinstance(error, Disconnected))
        finally:
            while len(self._standing) > below:
                self._standing.pop().dismiss(None)
            self._ready(drops=self._needs_dialog)

    def _ready(self, *, drops: bool) -> None:
        if self._begins:
            self._begins = self._needs_dialog = False
            ready = self.Ready()
            self.drops = drops
            if drops:
                self.dropped_until = ready.time
            self._screen.post_message(ready)
