"""What one waits for at a start: the command line's import, and the server's first answer."""

import asyncio
import compileall
import functools
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bbs.wire.codec import encode_call
from bbs.wire.messages import PROTOCOL, Hello
from tests.bench.measure import Table, interleaved
from tests.bench.pinned import PinnedServer, cpu_s
from tests.bench.raw import RawLine, masked
from tests.bench.stocked import POSTS, house
from tests.cli.house import furnished, running_server
from tests.faults.server_process import ROOT

pytestmark = [pytest.mark.bench, pytest.mark.timeout(600)]

TIMES = 15
HELP_MAX = 9  # times a Python that does nothing; most of it is click
QUERY_MAX = 35  # most of it is asyncio, websockets and ssl
STARTS = 10
BARE = (sys.executable, "-m", "tests.bench.bare")
HELLO = masked(encode_call(1, Hello(versions=(PROTOCOL,))))
NOTHING = masked(
    b'{"id":1,"method":"send","params":{}}'
)  # the bare server answers, and stores nothing


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


async def _process_ms(*words: str, **settings: str) -> float:
    """Return how long a Python that runs some words takes from its start to its end, in ms."""
    began = time.perf_counter()
    subprocess.run(  # noqa: ASYNC221 - nothing else is to run meanwhile
        [sys.executable, *words],
        cwd=ROOT,
        env={**os.environ, **settings},
        capture_output=True,
        check=True,
    )
    return (time.perf_counter() - began) * 1_000


async def test_start_of_the_admin_commands(tmp_path: Path, table: Table) -> None:
    """`bbs admin --help`, and a query with its answer, beside a Python that does nothing."""
    _compile()
    cli = "-m", "bbs.cli.main", "admin"
    with running_server(tmp_path / "data") as invitation:
        # In a thread: each command has an event loop of its own.
        people = await asyncio.to_thread(furnished, tmp_path, invitation)
        home = {"BBS_HOME": str(people.home), "BBS_PROFILE": "ana"}
        for words, must in ((("--help",), HELP_MAX), (("log", "garden"), QUERY_MAX)):
            ask = functools.partial(_process_ms, *cli, *words, **home)
            samples = await interleaved(ask, lambda: _process_ms("-c", "pass"), TIMES)
            name = f"bbs admin {words[0]}"
            table.add(name, "ms", *samples, "python -c pass", must, by_turns=True)


@dataclass
class Starts:
    """The starts of one server, each after it was killed.

    Attributes:
        cpu_ms: What its processor worked until the first answer.
    """

    server: PinnedServer
    ask: bytes = HELLO
    cpu_ms: list[float] = field(default_factory=list)

    async def took_ms(self) -> float:
        """Return the ms from its exec to its first answer."""
        began = time.perf_counter()
        await self.server.start()
        loop = asyncio.get_running_loop()
        _, line = await loop.create_connection(
            lambda: RawLine(self.server.port, ours=self.ask == HELLO), "127.0.0.1", self.server.port
        )
        await line.opened()
        await line.exchange(self.ask)
        took_ms = (time.perf_counter() - began) * 1_000
        self.cpu_ms.append(cpu_s(self.server.pid) * 1_000)
        line.transport.abort()
        await line.lost
        self.server.kill()
        return took_ms


def _compile() -> None:
    """Compile what both servers import: of a first start others would see the bytecode written."""
    for package in ("bbs", "server/bbs_server", "tests/bench"):
        compileall.compile_dir(ROOT / package, quiet=1)


async def test_a_cold_start(tmp_path: Path, table: Table) -> None:
    """From exec to the first answer of a server without posts, beside that of a bare one."""
    _compile()
    for name in ("ours", "bare"):
        (tmp_path / name).mkdir()
    with (
        PinnedServer(tmp_path / "ours") as server,
        PinnedServer(tmp_path / "bare", program=BARE) as least,
    ):
        ours, bare = Starts(server), Starts(least, NOTHING)
        samples = await interleaved(ours.took_ms, bare.took_ms, STARTS)
    beside = "a bare websockets server"
    table.add("bbs serve to hello", "ms", *samples, beside, 2, by_turns=True)
    used = ours.cpu_ms[1:], bare.cpu_ms[1:]
    table.add("bbs serve to hello: processor", "ms", *used, beside, by_turns=True)


async def test_start_with_a_million_posts(tmp_path: Path, table: Table) -> None:
    """From exec to the first answered hello, beside an empty community."""
    _compile()
    with PinnedServer(house(POSTS).folder) as full, PinnedServer(tmp_path) as empty:
        samples = await interleaved(Starts(full).took_ms, Starts(empty).took_ms, STARTS)
    table.add(f"bbs serve to hello, {POSTS:,} posts", "ms", *samples, "no posts", 1.3)
