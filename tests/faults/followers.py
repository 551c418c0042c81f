"""A moderator's script: it takes the lines of `bbs admin events`, is killed, and goes on from its cursor."""

import asyncio
import json
import os
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from bbs.streams import StreamKind, stream_parts
from tests.faults.held import rss_kib
from tests.faults.people import Person
from tests.faults.server_process import BBS, ROOT

PIECE = 65_536
PATIENCE_S = 25.0
LATER = 75
"""The exit code of a command that found no server; a script tries again."""

Place = tuple[str, int]


@dataclass
class Follower:
    """The lines of all its runs, and what they say of each other.

    Attributes:
        runs: The whole lines of each run, in the order in which they came.
        reads: Set while it takes what comes; cleared, it leaves its pipe full.
    """

    url: str
    person: Person
    folder: Path
    runs: list[list[dict[str, Any]]] = field(default_factory=list)
    reads: asyncio.Event = field(default_factory=asyncio.Event)
    _count: int = 0
    _last: dict[str, int] = field(default_factory=dict)
    _spawned: asyncio.Event = field(default_factory=asyncio.Event)
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)
    _process: asyncio.subprocess.Process | None = None
    _task: asyncio.Task[None] | None = None

    def __post_init__(self) -> None:
        """Let it read."""
        self.reads.set()

    async def __aenter__(self) -> Self:
        self.start()
        await self.tells_more()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.kill()

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Every line of every run."""
        return [line for run in self.runs for line in run]

    def rss_kib(self) -> int:
        """Return the memory that the command holds now."""
        assert self._process is not None
        return rss_kib(self._process.pid)

    def start(self) -> None:
        """Begin a run, from the cursor of the last whole line; again while there is no server."""
        self._task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        while True:
            if await self._one_run() != LATER:
                return
            await asyncio.sleep(0.05)  # a script's own patience

    async def _one_run(self) -> int:
        self._spawned.clear()
        known = next((run[-1] for run in reversed(self.runs) if run), None)
        since = ("--since", known["cursor"]) if known else ()
        self._process = process = await asyncio.create_subprocess_exec(
            *(*BBS, "admin", "events", "--follow", "--jsonl", "--url", self.url, *since),
            cwd=ROOT,
            env={**os.environ, "BBS_HOME": str(self.folder), "BBS_TOKEN": self.person.token},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            limit=PIECE,
        )
        self._spawned.set()
        assert process.stdout is not None
        run: list[dict[str, Any]] = []
        self.runs.append(run)
        half = b""
        while await self.reads.wait() and (piece := await process.stdout.read(PIECE)):
            *whole, half = (half + piece).split(b"\n")
            async with self._news:
                for line in map(json.loads, whole):
                    run.append(line)
                    self._count += 1
                    if "stream" in line:
                        last = self._last.get(line["stream"], 0)
                        self._last[line["stream"]] = max(last, line["seq"])
                self._news.notify_all()
        return await process.wait()

    async def kill(self) -> None:
        """Kill the run at once; what half of a line came is thrown away."""
        await self._spawned.wait()
        assert self._process is not None
        assert self._task is not None
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        if self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    async def end(self) -> int:
        """Ask the run to end with SIGTERM; return its exit code."""
        assert self._process is not None
        assert self._task is not None
        self._process.terminate()
        await self._task
        return self._process.returncode or 0

    async def tells_more(self) -> None:
        """Wait for one more line."""
        count = self._count
        async with self._news:
            await self._news.wait_for(lambda: self._count > count)

    async def reaches(self, heads: dict[str, int]) -> None:
        """Wait until every stream was told up to a seq, as long as lines come; `faults_in` judges."""
        with suppress(TimeoutError):
            while any(self._last.get(stream, 0) < seq for stream, seq in heads.items()):
                async with asyncio.timeout(PATIENCE_S):
                    await self.tells_more()


def history_of(database: Path) -> dict[Place, tuple[str, str]]:
    """Return kind and subject of every event that somebody in office at the commons may hear."""
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        rows = connection.execute("SELECT stream, seq, kind, subject FROM events").fetchall()
    heard = {StreamKind.BOARD, StreamKind.LOUNGE, StreamKind.DESK, StreamKind.CASE}
    return {
        (stream, seq): (kind, subject)
        for stream, seq, kind, subject in rows
        if stream_parts(stream).kind in heard
    }


def faults_in(follower: Follower, history: dict[Place, tuple[str, str]]) -> list[str]:
    """Hold what was told against what happened; return what is wrong, a sentence each (P12)."""
    found: list[str] = []
    begun: dict[str, int] = {}
    told: dict[str, int] = {}
    for n, run in enumerate(follower.runs):
        last: dict[str, int] = {}
        for line in run:
            stream, seq = line.get("stream", ""), line.get("seq")
            if line["kind"] == "started":
                begun.setdefault(stream, seq)
                last.setdefault(stream, seq)
            elif "data" not in line:
                found.append(f"run {n}: a line {line['kind']} of {stream}: {line.get('why')}")
            else:
                if history.get((stream, seq)) != (line["kind"], line["subject"]):
                    found.append(f"run {n}: {stream} {seq} never happened so")
                before = last.get(stream, seq - 1)
                if seq != before + 1:
                    found.append(f"run {n}: {stream} {seq} after {before}")
                if seq > told.get(stream, begun.get(stream, seq)) + 1:
                    found.append(f"run {n}: {stream} begins with {seq}")
                last[stream] = seq
                told[stream] = max(seq, told.get(stream, 0))
    for stream, seq in history:
        if stream not in begun:
            found.append(f"{stream} was never begun")
        elif begun[stream] < seq and told.get(stream, 0) < seq:
            found.append(f"{stream} {seq} was never told")
    return found
