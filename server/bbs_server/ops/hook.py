"""The hook: a command of the sysop's, run when something needs a person; told facts, never words."""

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

TIMEOUT_SECONDS = 10.0  # time to hand a mail over; longer belongs in the command's background
WAITING_MAX = 32  # a hook that hangs is worth thirty-two happenings, not the memory
PASSED_ON = ("PATH", "HOME", "LANG", "TZ")
"""The only variables the command is given: settings may hold a token."""


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
            command: Split as a shell splits it, run without a shell; empty for no hook.
            timeout_s: How long a run may take before it is killed with all it started.
            done: Told the event and whether it went well after each run.
        """
        self._words = shlex.split(command)
        self._clock = clock
        self._timeout_s = timeout_s
        self._done = done
        self._waiting: asyncio.Queue[tuple[str, bytes]] = asyncio.Queue(WAITING_MAX)
        self.failed = 0
        self.dropped = 0

    def call(self, event: str, **facts: Fact) -> None:
        """Have the command run soon; returns at once.

        The command gets the event's name as its last argument and on stdin one JSON object:
        `event`, `at`, and the facts. Facts are numbers, ids and our own words, never a member's (P11).

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
            # A pipe of our own, filled before: asyncio's would keep `wait` from ever returning
            # where a run is cancelled while its facts are on their way.
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
            # A command that ended by itself may have left a mail program at work, which goes on.
            if process.returncode is None:
                with suppress(ProcessLookupError, PermissionError):
                    os.killpg(process.pid, signal.SIGKILL)
                await process.wait()
        if process.returncode:
            log.error("the hook ended with %d for %s", process.returncode, event)
        return process.returncode == 0


@contextmanager
def _filled_pipe(facts: bytes) -> Iterator[int]:
    """Give the reading end of a pipe that holds `facts`, some hundred bytes, and then ends."""
    reading, writing = os.pipe()
    try:
        try:
            os.write(writing, facts)
        finally:
            os.close(writing)
        yield reading
    finally:
        os.close(reading)
