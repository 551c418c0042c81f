"""Running actions on the screen: one begins, its dialog opens, and what is typed meanwhile waits."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from textual.message import Message
from textual.screen import ModalScreen

from bbs.errors import Disconnected, FolkmootError
from bbs_client.actions.action import Action
from bbs_client.actions.surface import NothingHere, Surface
from bbs_client.actions.verbs import find_run
from bbs_client.safe_text import describe_error
from bbs_client.tui.fetching import Fetching

if TYPE_CHECKING:
    from textual.worker import Worker

T = TypeVar("T")


class ActionRunner:
    """Runs the actions of a reading screen.

    While an action begins, and until the dialog it opens is painted, keys wait (`is_busy`). So they
    do again between the dialog's answer and what it leads to: another dialog, or the action's end.

    Attributes:
        drops: Whether what was typed until now is to be forgotten: it was typed before a question
            that it must not answer was seen, or for a dialog that did not open.
    """

    class Ready(Message):
        """What was typed meanwhile can be acted on."""

    def __init__(self, screen: Fetching, surface: Surface) -> None:
        """Run nothing yet.

        Args:
            screen: Whose workers do the actions, and over which dialogs open.
            surface: What the actions are done on.
        """
        self._screen = screen
        self._surface = surface
        self._action: Worker[None] | None = None
        self._answer: asyncio.Future[Any] | None = None  # of the dialog that is open
        self._begins = False  # and shows nothing yet
        self.drops = False
        self._needs_dialog = False  # what waits was typed for a dialog; without one it is dropped
        self._may_answer = False  # what waits may answer the dialog that opens next

    @property
    def is_busy(self) -> bool:
        """Whether what is typed now has to wait."""
        # An answer counts at once: the next key is for what it leads to.
        return self._begins or (self._answer is not None and self._answer.done())

    def run(self, action: Action) -> None:
        """Do what an action of the table says; one without a `run` is done by what is shown."""
        if action.run:
            self.start(find_run(action), "", asks=action.asks)
        else:
            self._screen.app.call_later(self._surface.do_here, action)

    def start(
        self, do: Callable[..., Awaitable[object]], *about: object, asks: bool = False
    ) -> None:
        """Do something as an action is done.

        Args:
            do: Does it, given the surface and `about`.
            about: What it is done to.
            asks: See `Action`.
        """
        self._begins, self._needs_dialog, self._may_answer = True, asks, asks
        work = partial(self._run, partial(do, self._surface, *about))
        self._action = self._screen.run_worker(work, group="action")

    def cancel(self) -> bool:
        """Stop what is running and waits for no dialog; return whether anything was."""
        # A screen below a dialog is current still, but not active.
        if self._action is None or not self._action.is_running or not self._screen.is_active:
            return False
        self._action.cancel()
        # It may not even have begun.
        self._ready(drops=self._needs_dialog)
        return True

    async def show(self, dialog: ModalScreen[Any], *, destructive: bool) -> Any:
        """Open a dialog of the action that is running, and wait for its answer; None for none.

        Args:
            dialog: To be shown over the screen; never over its like.
            destructive: Whether no key typed before it was painted may answer it.
        """
        if isinstance(self._screen.app.screen, type(dialog)):
            return None
        self._begins, before = True, self._answer
        answer = self._answer = self._screen.app.push_screen(dialog, wait_for_dismiss=True)
        dialog.call_after_refresh(self._ready, drops=destructive or not self._may_answer)
        try:
            # Shielded: the dialog answers it even if nobody waits for that any more.
            return await asyncio.shield(answer)
        finally:
            self._answer = before
            self._begins, self._needs_dialog, self._may_answer = True, False, True
            if dialog.is_active:
                dialog.dismiss(None)

    async def wait(self, work: Awaitable[T]) -> T:
        """Wait for something; keys are acted on meanwhile."""
        self._ready(drops=False)
        self._may_answer = False
        return await work

    async def _run(self, work: Callable[[], Awaitable[object]]) -> None:
        try:
            await work()
        except NothingHere:
            pass  # the screen has said so
        except FolkmootError as error:
            self._screen.tell(describe_error(error), warn=not isinstance(error, Disconnected))
        finally:
            self._ready(drops=self._needs_dialog)

    def _ready(self, *, drops: bool) -> None:
        if self._begins:
            self._begins = self._needs_dialog = False
            self.drops = drops
            self._screen.post_message(self.Ready())
