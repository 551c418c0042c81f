"""Errands that need the server's answers, done one after the other."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from bbs import limits
from bbs.errors import Disconnected, FolkmootError, RetryableError
from bbs.refusals import NotSignedIn, SignInFailed
from bbs_client.mirror.errors import MirrorUnwritable
from bbs_client.session.outside import KEPT_OUT

Sleep = Callable[[float], Awaitable[None]]

_log = logging.getLogger("bbs_client.session.connection")


async def until_first(*parts: Awaitable[object]) -> None:
    """Wait for the first of several things to end, cancel the others, and raise what it raised."""
    tasks = [asyncio.ensure_future(part) for part in parts]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        task.result()


_LETS_IN = frozenset({"bring_up", "board"})
"""The errands that only a member with a seat in the community can finish."""


class FetchQueue:
    """A queue that holds each errand once. Bounded by the number of things to fetch."""

    def __init__(
        self,
        do: Callable[[str, str], Awaitable[None]],
        *,
        online: asyncio.Event,
        waiting: Callable[[str], None],
        sleep: Sleep,
    ) -> None:
        """Make an empty queue.

        Args:
            do: Does one errand, given its kind and subject; raises the server's error.
            online: Set as long as the server answers.
            waiting: Called with the server's error if the member has no seat in the community yet,
                or is suspended.
            sleep: How to wait, in seconds.
        """
        self._do = do
        self._online = online
        self._waiting = waiting
        self._sleep = sleep
        self._is_kept_out = False
        self._queue: dict[tuple[str, str], None] = {}
        self._due = asyncio.Event()

    def add(self, kind: str, subject: str = "") -> None:
        """Put an errand at the end, unless the queue holds it already.

        Args:
            kind: The errand; `bring_up` is tried again after every error.
            subject: The id or stream it concerns.
        """
        self._queue.setdefault((kind, subject))
        self._due.set()

    async def run(self) -> None:
        """Do the queued errands whenever there are some and the server answers.

        Cancelling is safe: the next session brings everything up to date.

        Raises:
            NotSignedIn: If the session has ended; or `SignInFailed`.
            MirrorUnwritable: If this device's disk cannot be written.
        """
        while True:
            await self._due.wait()
            await self._online.wait()
            if not self._queue:
                self._due.clear()
                continue
            # Take it out first: if it is added again while it is done, it has to be done again.
            errand = next(iter(self._queue))
            del self._queue[errand]
            if not await self._try(*errand):
                self._queue = {errand: None, **self._queue}

    async def _try(self, kind: str, subject: str) -> bool:
        """Do one errand; return whether it is finished."""
        try:
            await self._do(kind, subject)
        except (NotSignedIn, SignInFailed, MirrorUnwritable):
            raise
        except KEPT_OUT as error:
            self._is_kept_out = True
            self._waiting(str(error))
        except FolkmootError as error:
            _log.info("%s failed (%s)", kind, error.code)
            if isinstance(error, RetryableError) or kind == "bring_up":
                # A lost connection ends this wait; `run` waits for the next one.
                if not isinstance(error, Disconnected) or self._online.is_set():
                    await self._sleep(limits.LINK_RETRY_SECONDS)
                return False
        else:
            if self._is_kept_out and kind in _LETS_IN:
                self._is_kept_out = False
                self._waiting("")
        return True
