"""Sending what waits, commands and marks, whenever there is something and somebody to take it."""

import asyncio
from collections.abc import Callable

from bbs import limits
from bbs.errors import Disconnected, RetryableError
from bbs.messages import Result
from bbs_client.mirror.errors import MirrorUnwritable
from bbs_client.mirror.fetch_queue import FetchTask, Sleep
from bbs_client.mirror.guarding import Seen
from bbs_client.mirror.keeper import Keeper
from bbs_client.mirror.marking import PendingMarks
from bbs_client.mirror.outbox import CHOICES, Outbox, OutboxItem
from bbs_client.mirror.server_api import Caller
from bbs_client.session_events import CommandRefused, MirrorChanged, SessionEvent


class OutboxSender:
    """The way out of the outbox and of the gathered marks."""

    def __init__(
        self,
        outbox: Outbox,
        marking: PendingMarks,
        keeper: Keeper,
        notify: Callable[[SessionEvent], None],
        *,
        online: asyncio.Event,
        sleep: Sleep,
        seen: Seen,
    ) -> None:
        """Make a sender.

        Args:
            outbox: What waits.
            marking: The marks that wait.
            keeper: Given the answers.
            notify: Told when the outbox changed, and what was refused.
            online: Set as long as the server answers.
            sleep: How to wait, in seconds.
            seen: Tells at which revision what a mark or choice changes was seen last; None where
                the server does not take one.
        """
        self._seen = seen
        self._outbox = outbox
        self._marking = marking
        self._keeper = keeper
        self._notify = notify
        self._online = online
        self._sleep = sleep
        self._outgoing = asyncio.Event()
        self._marked = asyncio.Event()

    def wake(self) -> None:
        """Look into the outbox as soon as the server answers."""
        self._outgoing.set()

    def wake_marks(self) -> None:
        """Send the gathered marks after a pause, for one seldom comes alone."""
        self._marked.set()

    async def run(self, community: Caller) -> None:
        """Send what is in the outbox, whenever woken. Cancelling is safe.

        Raises:
            NotSignedIn: If the session has ended; or `SignInFailed`.
            MirrorUnwritable: If this device's disk refuses.
        """
        while True:
            await self._outgoing.wait()
            await self._online.wait()
            self._outgoing.clear()
            try:
                await self._outbox.flush(
                    community,
                    answered=self._answered,
                    refused=self._was_refused,
                    dropped=lambda item: self._refetch(),
                    seen=self._seen,
                )
            except MirrorUnwritable:
                raise
            except RetryableError as error:
                self._outgoing.set()
                if not isinstance(error, Disconnected) or self._online.is_set():
                    await self._sleep(limits.LINK_RETRY_SECONDS)

    async def run_marks(self, community: Caller) -> None:
        """Send gathered marks while online; keep them in the outbox otherwise. As `run`."""
        while True:
            await self._marked.wait()
            await self._sleep(limits.MARKS_PAUSE_SECONDS)
            self._marked.clear()
            try:
                await self._marking.send(
                    community,
                    online=self._online.is_set,
                    fold=self._keeper.fold_answer,
                    dropped=self._refetch,
                    seen=self._seen,
                )
            except MirrorUnwritable:
                raise
            except RetryableError:
                self._marking.move_to_outbox()
            self._outgoing.set()

    def _answered(self, item: OutboxItem, result: Result) -> None:
        self._keeper.fold_answer(result)
        self._notify(MirrorChanged(tables=frozenset({"outbox"})))

    def _was_refused(self, item: OutboxItem) -> None:
        if item.destination.startswith(CHOICES):
            self._refetch()
        self._notify(MirrorChanged(tables=frozenset({"outbox"})))
        self._notify(CommandRefused(item))

    def _refetch(self) -> None:
        """Fetch marks and choices: what was marked or chosen here does not stand."""
        self._keeper.add(FetchTask("marks"))
