"""The hook: the sysop's command, run with facts when something needs a person, never with text."""

import asyncio
import json
import logging
import os
import shlex
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from bbs.clock import Clock, instant, system_clock

log = logging.getLogger("bbs.hook")

Fact = str | int | float | bool | None

TIMEOUT_SECONDS = 10.0  # time to pass a mail on; longer work belongs in the command's background
WAITING_MAX = 32  # a hook that hangs may keep thirty-two events waiting, not fill the memory
PASSED_ON = ("PATH", "HOME", "LANG", "TZ")
"""The only variables that the command gets, because settings may hold a token."""


class Hook:
    """Runs the sysop's command for each event, one after the other, in the order of the events.

    Attributes:
        failed: Runs that ended with an error, not at all, or too late.
        dropped: Events without a run, because too many waited.
    """

    def __init__(
        self,
        command: str,
        *,
        clock: Clock = system_clock,
        timeout_s: float = TIMEOUT_SECONDS,
        done: Callable[[str, bool], None] | None = None,
    ) -> None:
        """Prepare to run a command.

        Args:
            command: The command, split as by a shell but run without one; empty for no hook.
            timeout_s: The time after which a run is killed with all its processes.
            done: Called after each run with the event and whether it succeeded.
        """
        self._words = shlex.split(command)
        self._clock = clock
        self._timeout_s = timeout_s
        self._done = done
        self._waiting: asyncio.Queue[tuple[str, bytes]] = asyncio.Queue(WAITING_MAX)
        self.failed = 0
        self.dropped = 0

    def call(self, event: str, **facts: Fact) -> None:
        """Queue a run of the command; returns at once.

        The command gets the event's name as its last argument and on stdin one JSON object:
        `event`, `at`, and the facts. Facts are numbers, ids and our own words, never a member's
        (P11).

        Args:
            event: Such as `disk.low`.
        """
        if not self._words:
            return
        told = {"event": event, "at": instant(self._clock()).isoformat(), **facts}
        try:
            self._waiting.put_nowait((event, json.dumps(told).encode() + b"\n"))
        except asyncio.QueueFull:
            self.dropped += 1
            log.warning("the hook is too slow; %s is not told", event)

    async def run_for_ever(self) -> None:
        """Run the command for each call until cancelled; that kills a run under way."""
        while True:
            event, facts = await self._waiting.get()
            well = await self._run(event, facts)
            if not well:
                self.failed += 1
            if self._done is not None:
                self._done(event, well)

    async def _run(self, event: str, facts: bytes) -> bool:
        environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        try:
            # Use a pipe of our own, filled before. With asyncio's pipe, `wait` would never return
            # if a run is cancelled while its facts are being written.
            with _filled_pipe(facts) as stdin:
                process = await asyncio.create_subprocess_exec(
                    *self._words,
                    event,
                    stdin=stdin,
                    stdout=asyncio.subprocess.DEVNULL,
                    stderr=asyncio.subprocess.DEVNULL,
                    env=environment,
                    start_new_session=True,
                )
        except OSError as error:
            log.error("the hook cannot be run for %s: %s", event, error.strerror)
            return False
        try:
            async with asyncio.timeout(self._timeout_s):
                await process.wait()
        except TimeoutError:
            log.error("the hook took longer than %g s for %s; killed", self._timeout_s, event)
            return False
        finally:
            # A command that ended may have left a mail program running, which may finish its work.
            if process.returncode is None:
                with suppress(ProcessLookupError, PermissionError):
                    os.killpg(process.pid, signal.SIGKILL)
                await process.wait()
        if process.returncode:
            log.error("the hook ended with %d for %s", process.returncode, event)
        return process.returncode == 0


@contextmanager
def _filled_pipe(facts: bytes) -> Iterator[int]:
    """Return the reading end of a pipe with `facts`, some hundred bytes, closed at its end."""
    reading, writing = os.pipe()
    try:
        try:
            os.write(writing, facts)
        finally:
            os.close(writing)
        yield reading
    finally:
        os.close(reading)
