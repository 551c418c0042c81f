"""Servers and their load on a core each, and what a process has used of its own."""

import os
import resource
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

from tests.faults.server_process import ServerProcess

FILES_MAX = 8_192  # two sockets for each of a few thousand connections


def prepare_load() -> None:
    """Keep this process, the load, to the last core, and let it and its children open many files."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    soft = FILES_MAX if hard == resource.RLIM_INFINITY else min(FILES_MAX, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


@contextmanager
def on_core(core: int) -> Iterator[None]:
    """Let what is started inside run on one core; this thread goes back to its own."""
    mine = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, mine)


class PinnedServer(ServerProcess):
    """A server that has the first core for itself."""

    def _launch(self) -> int:
        with on_core(0):
            return super()._launch()


def cpu_s(pid: int) -> float:
    """Return the seconds of processor a process has used, all its threads together."""
    # The clock of another process, as clock_getcpuclockid(3) makes it: /proc counts in 10 ms.
    return time.clock_gettime((~pid << 3) | 2)


async def per_cpu_s(
    server: ServerProcess, count: int, work: Callable[[], Awaitable[None]]
) -> float:
    """Do a work; return how much of it the server does in a second of its processor time.

    Args:
        count: How much it is.
    """
    before = cpu_s(server.pid)
    await work()
    return count / (cpu_s(server.pid) - before)
