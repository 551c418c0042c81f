"""What one waits for at a start: the command line's import, and the server's first answer."""

import asyncio
import compileall
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bbs.wire.messages import PROTOCOL, Hello
from tests.bench.measure import Table, interleaved
from tests.bench.pinned import PinnedServer
from tests.bench.raw import RawLine
from tests.bench.stocked import POSTS, house
from tests.faults.server_process import ROOT

pytestmark = [pytest.mark.bench, pytest.mark.timeout(600)]

TIMES = 15
STARTS = 9


async def _import_ms(module: str) -> float:
    """Return how long a fresh interpreter takes to import a module, in ms."""
    program = f"import time; began = time.perf_counter(); import {module}; print(time.perf_counter() - began)"
    done = subprocess.run(  # noqa: ASYNC221 - nothing else is to run meanwhile
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return float(done.stdout) * 1_000


async def test_import_of_the_command_line(table: Table) -> None:
    """`bbs` beside the library it is made with; the first import writes the bytecode."""
    samples = await interleaved(
        lambda: _import_ms("bbs.cli.main"), lambda: _import_ms("click"), TIMES
    )
    table.add("import bbs.cli.main", "ms", *samples, "import click", 2)


async def _first_hello_ms(server: PinnedServer) -> float:
    """Start a server that was killed; return the ms from its exec to its first answered hello."""
    began = time.perf_counter()
    await server.start()
    loop = asyncio.get_running_loop()
    _, line = await loop.create_connection(
        lambda: RawLine(server.port, ours=True), "127.0.0.1", server.port
    )
    await line.opened()
    await line.ask(Hello(versions=(PROTOCOL,)))
    took_ms = (time.perf_counter() - began) * 1_000
    line.transport.abort()
    await line.lost
    server.kill()
    return took_ms


async def test_start_with_a_million_posts(tmp_path: Path, table: Table) -> None:
    """From exec to the first answered hello, beside an empty community."""
    for package in ("bbs", "server/bbs_server"):
        compileall.compile_dir(ROOT / package, quiet=1)
    with PinnedServer(house(POSTS).folder) as full, PinnedServer(tmp_path) as empty:
        samples = await interleaved(
            lambda: _first_hello_ms(full), lambda: _first_hello_ms(empty), STARTS
        )
    table.add(f"bbs serve to hello, {POSTS:,} posts", "ms", *samples, "no posts", 1.3)
