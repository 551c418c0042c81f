"""Killed at any moment, the packing of a board goes on where it was, and the file is the same (P12, 29.8)."""

import asyncio
import sqlite3
import subprocess
import time
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest

from bbs.features.boards.messages import OpenBoard
from bbs.features.norms.messages import Clause
from bbs.features.threads.messages import StartThread, WritePost
from bbs.ids import new_id
from bbs_server.store.sqlite.open import DATABASE
from tests.faults.people import Person, line, move_in
from tests.faults.rounds import chance, rounds
from tests.faults.server_process import BBS, ROOT, ServerProcess

pytestmark = [pytest.mark.faults, pytest.mark.timeout(rounds(120, 1_800))]

KILLS = rounds(4, 50)
THREADS, POSTS = 3, rounds(13, 100)  # of each thread; more than one page of a pack
WAIT_S_MAX = 30.0
NORMS = (Clause(text="Stay with plants.", why="That is what people come here for."),)
OF_SIGNING = frozenset({"acts", "events", "streams", "texts", "ops", "boards", "meta"})
"""Tables that tell that a pack was signed: an act of office, with its event and its words."""
LATER_S = (0.0, 0.01, 0.05, 0.2)  # also while the server signs, and while the file gets its name


class Moment(NamedTuple):
    """When somebody is killed: once so many bytes of the file are there, and some seconds later."""

    size: int
    later_s: float


async def _write(server: ServerProcess, ana: Person) -> None:
    """Fill a board with words."""
    board = new_id()
    opened = OpenBoard(board=board, slug="garden", title="G", charter="P.", norms=NORMS, hold_s=0)
    async with line(server.url, ana) as desk:
        await desk.call(opened)
        for number in range(THREADS):
            thread = new_id()
            body = f"The {number}th begins."
            await desk.call(
                StartThread(board=board, thread=thread, post=new_id(), title="Beans", body=body)
            )
            for place in range(POSTS):
                body = f"{number} and {place}: " + "ёжик в саду ночью, " * 410  # as long as may be
                await desk.call(WritePost(thread=thread, post=new_id(), body=body))


def _rows(data: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return what stands in all tables that the signing of a pack does not touch."""
    with closing(sqlite3.connect(data / DATABASE)) as connection:
        names = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'search%'"
        ).fetchall()
        kept = [name for (name,) in names if name not in OF_SIGNING]
        return {name: connection.execute(f"SELECT * FROM {name}").fetchall() for name in kept}


def _lines(file: Path) -> list[bytes]:
    """Return the lines of a pack above its signature, which has the time of signing."""
    *lines, signature = file.read_bytes().splitlines()
    assert signature.startswith(b'{"line":"signature"')
    return lines


def _size(file: Path) -> int:
    """Return how many bytes of a pack are there, in its part or whole."""
    for path in (file, _part(file)):
        with suppress(FileNotFoundError):
            return path.stat().st_size
    return 0


def _part(file: Path) -> Path:
    return file.with_name(f"{file.name}.part")


def _begin(packing: Sequence[str]) -> "subprocess.Popen[bytes]":
    quiet = subprocess.DEVNULL
    return subprocess.Popen(packing, cwd=ROOT, stdin=quiet, stdout=quiet, stderr=quiet)


def _wait_for(process: "subprocess.Popen[bytes]", file: Path, moment: Moment) -> int:
    """Wait for a moment, or until the command is over; return how many bytes are there then."""
    ends = time.monotonic() + WAIT_S_MAX
    while process.poll() is None and _size(file) < moment.size and time.monotonic() < ends:
        time.sleep(0.001)  # as often as it looks
    with suppress(subprocess.TimeoutExpired):
        process.wait(moment.later_s)
    return _size(file)


async def _interrupted(
    server: ServerProcess, packing: Sequence[str], file: Path, moment: Moment, *, server_dies: bool
) -> int:
    """Pack while one side is killed; return how many bytes were there at that moment."""
    process = _begin(packing)
    try:
        size = await asyncio.to_thread(_wait_for, process, file, moment)
        if server_dies:
            server.kill()
            await server.start()
            await asyncio.to_thread(process.wait, 120)
    finally:
        process.kill()
        process.wait()
    return size


def _put_aside(file: Path, number: int) -> None:
    """Give a file that is whole another name, so that packing begins anew."""
    if file.exists():
        file.rename(file.with_suffix(f".{number}"))


async def _kill(
    server: ServerProcess, packing: Sequence[str], file: Path, chances: Random, whole: int
) -> list[int]:
    """Kill client and server in turn; return how much of the file was there each time."""
    sizes = []
    for number in range(KILLS):
        _put_aside(file, number)
        begun = _size(file)
        moment = Moment(begun + chances.randrange(whole - begun), chances.choice(LATER_S))
        server_dies = number % 2 == 1
        sizes.append(await _interrupted(server, packing, file, moment, server_dies=server_dies))
    _put_aside(file, KILLS)
    return sizes


async def test_a_pack_is_the_same_however_often_it_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Client and server in turn: each file that comes to its end has the same lines, no part is left,
    and nothing of the board changes (P12, protocol 29.8)."""
    monkeypatch.setenv("BBS_HOME", str(tmp_path / "home"))
    folder = tmp_path / "packs"
    folder.mkdir()
    calm, file = folder / "calm.pack", folder / "garden.pack"
    with ServerProcess(tmp_path) as server:
        await server.start()
        [ana] = await move_in(server.url, server.invitation, 1)
        await _write(server, ana)
        monkeypatch.setenv("BBS_URL", server.url)
        monkeypatch.setenv("BBS_TOKEN", ana.token)
        packing = (*BBS, "admin", "pack", "garden")
        assert await asyncio.to_thread(_begin([*packing, str(calm)]).wait, 60) == 0
        rows = _rows(server.data)
        sizes = await _kill(
            server, (*packing, str(file)), file, chance("packing"), calm.stat().st_size
        )
        assert await asyncio.to_thread(_begin([*packing, str(file)]).wait, 60) == 0
        assert _rows(server.data) == rows
        assert await server.end() == 0
    print(f"bytes of {calm.stat().st_size} that were there at the kills: {sizes}")
    found = sorted(folder.iterdir())
    assert _part(file) not in found
    assert {calm, file} <= set(found)
    assert all(_lines(each) == _lines(calm) for each in found)
