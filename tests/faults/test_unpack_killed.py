"""Killed at any moment, a server unpacks a board all the same: whole, and no row twice (P12, 29.10)."""

import asyncio
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from random import Random
from typing import Any

import pytest
from msgspec.structs import replace

from bbs.errors import FolkmootError
from bbs.features.packs.unpack_messages import (
    GetUnpacking,
    Unpacking,
    UnpackState,
)
from bbs.features.packs.views import (
    Line,
    PackAuthor,
    PackHeading,
    PackNorms,
    PackSettings,
    PackThread,
)
from bbs_server.store.sqlite.open import DATABASE
from tests.faults.people import Person, line, move_in
from tests.faults.rounds import chance, rounds
from tests.faults.server_process import ServerProcess
from tests.support.packs import BOARD, NOON, packed, post, small_board, tags_of, uuid
from tests.support.unpacked import beginning, pack_id, pieces

pytestmark = [pytest.mark.faults, pytest.mark.timeout(rounds(120, 1_800))]

THREADS = rounds(10, 200)
POSTS = 30  # of each thread
KILLS = rounds(5, 50)
_WRITTEN = (
    "SELECT id, thread, number, parent, seq, state, author_kind, author, visible_at FROM posts"
    f" WHERE board = '{BOARD}' ORDER BY id",
    f"SELECT id, number, posts, state, last_at FROM threads WHERE board = '{BOARD}' ORDER BY id",
    f"SELECT imported, thread, place, handle, name FROM pack_authors WHERE board = '{BOARD}'",
    f"SELECT thread, tag, imported FROM pack_tags WHERE board = '{BOARD}' ORDER BY thread, tag",
    f"SELECT version, since FROM norms_versions WHERE board = '{BOARD}' ORDER BY version",
    f"SELECT kind, slug, visibility, threads, seats FROM boards WHERE id = '{BOARD}'",
    f"SELECT seq, base_seq, words_bytes FROM streams WHERE stream = 'board:{BOARD}'",
    "SELECT count(*) FROM pack_pieces UNION ALL SELECT count(*) FROM pack_ids",
)


def _large() -> bytes:
    lines: list[Line] = []
    for each in small_board():
        if isinstance(each, PackSettings):
            lines.append(replace(each, threads=THREADS))
        elif isinstance(each, PackHeading | PackNorms):
            lines.append(each)
    for number in range(1, THREADS + 1):
        lines.append(
            PackThread(id=uuid(number), number=number, author=0, title=f"T {number}", at=NOON)
        )
        lines.append(PackAuthor(number=0, tags=tags_of(number)))
        for place in range(1, POSTS + 1):
            above = {"parent": place - 1} if place > 1 else {}
            lines.append(post(number, place, f"{number} and {place}, " + "beans " * 40, **above))
    return packed(lines)


def _tables(data: Path) -> list[list[tuple[Any, ...]]]:
    with closing(sqlite3.connect(data / DATABASE)) as connection:
        return [connection.execute(sql).fetchall() for sql in _WRITTEN]


async def _unpacked(server: ServerProcess, sysop: Person, data: bytes) -> Unpacking:
    """Unpack as the command line does: begin, send what is missing, ask until it is over."""
    async with line(server.url, sysop) as desk:
        shown = (await desk.call(beginning(data))).unpacking
        for piece in pieces(data, shown.arrived):
            shown = (await desk.call(piece)).unpacking
        while shown.state is not UnpackState.OPEN:
            assert shown.state is not UnpackState.REFUSED, shown.why
            await asyncio.sleep(0.02)
            shown = (await desk.call(GetUnpacking(pack=pack_id(data)))).unpacking
        return shown


async def _until_forgotten(data: Path) -> None:
    """Wait until nothing of the file is left beside the board."""
    for _ in range(150):
        if _tables(data)[-1] == [(0,), (0,)]:
            return
        await asyncio.sleep(0.1)
    raise AssertionError("the pieces of the file are still there")


async def _kill(server: ServerProcess, chances: Random, sysop: Person, data: bytes) -> None:
    for _ in range(KILLS):
        task = asyncio.create_task(_unpacked(server, sysop, data))
        await asyncio.wait([task], timeout=chances.uniform(0.0, 0.5))
        server.kill()
        task.cancel()
        with suppress(FolkmootError, asyncio.CancelledError):
            await task
        await server.start()


async def test_a_board_comes_whole_through_kills(tmp_path: Path) -> None:
    """After kills in receiving, checking and writing, the tables are those of a server that ran on."""
    data, found = _large(), []
    for name in ("calm", "killed"):
        folder = tmp_path / name
        folder.mkdir()
        with ServerProcess(folder) as server:
            await server.start()
            [sysop] = await move_in(server.url, server.invitation, 1)
            if name == "killed":
                await _kill(server, chance("unpacking"), sysop, data)
            shown = await _unpacked(server, sysop, data)
            assert shown.state is UnpackState.OPEN
            await _until_forgotten(server.data)
            await server.end()
            found.append(_tables(server.data))
    assert found[0] == found[1]
    assert len(found[0][0]) == THREADS * POSTS
