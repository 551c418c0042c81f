"""A server that serves a stocked house, once it has come to rest; and copies of houses."""

import asyncio
import shutil
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from pathlib import Path

from bbs import limits
from tests.bench.pinned import PinnedServer, cpu_s
from tests.bench.raw import RawLine, raw_lines
from tests.bench.stocked import House
from tests.faults.server_process import ServerProcess

LOOK_S = 0.5
IDLE_S = 0.02  # of processor time within a look


@asynccontextmanager
async def opened(found: House) -> AsyncIterator[tuple[ServerProcess, RawLine]]:
    """Start a server on a house; return it with a line of the sysop's.

    Waits until the server has looked its whole database over: that takes the core it is measured on.
    """
    with PinnedServer(found.folder) as server:
        await server.start()
        async with asyncio.timeout(600):
            await asyncio.sleep(limits.LOOK_OVER_AFTER_SECONDS)
            while True:
                began, used = time.monotonic(), cpu_s(server.pid)
                await asyncio.sleep(LOOK_S)
                if (cpu_s(server.pid) - used) / (time.monotonic() - began) < IDLE_S / LOOK_S:
                    break
        async with raw_lines(server.port, 1, token=found.person.token) as [line]:
            yield server, line


@contextmanager
def copied(found: House, folder: Path) -> Iterator[House]:
    """Copy a house, so that what is written there is not in the next run; the copy goes afterwards."""
    shutil.copytree(found.folder, folder)
    try:
        yield replace(found, folder=folder)
    finally:
        shutil.rmtree(folder)
