"""Killed at any write while a hold ends, and while a removed newcomer is erased: all comes, once (P10, P12)."""

import asyncio
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bbs.clock import HOUR_MS
from bbs.features.boards.messages import OpenBoard
from bbs.features.boards.seat_messages import TakeSeat
from bbs.features.cases.hold_messages import HoldCase
from bbs.features.cases.messages import ListCases
from bbs.features.cases.reporting_messages import ReportPost
from bbs.features.cases.views import HoldOf
from bbs.features.norms.messages import Clause
from bbs.features.threads.messages import StartThread, WritePost
from bbs.ids import new_id
from bbs_server.store.sqlite.open import DATABASE
from tests.faults.faultfs import HARMS, FaultFs
from tests.faults.people import line, move_in
from tests.faults.rounds import chance, rounds
from tests.faults.server_process import BBS, ServerProcess

pytestmark = [pytest.mark.faults, pytest.mark.timeout(rounds(180, 1_800))]

NORMS = (Clause(text="Stay with plants.", why="That is what people come here for."),)
BOTH = (HoldOf.WORDS, HoldOf.WRITING)
POSTS = 5
PATIENCE = 200  # tenths of a second
_OVER = "UPDATE cases SET held_at = held_at - ?, answer_by = answer_by - ?"
_REMOVED = (
    "INSERT INTO removed_members (member, of_case, act, state, since, erase_at, step, place)"
    " SELECT about, id, hold_act, 'removed', 0, 0, 'told', '' FROM cases"
)
_HELD_LEFT = (
    "SELECT (SELECT count(*) FROM hidings) + (SELECT count(*) FROM restrictions)"
    " + (SELECT count(*) FROM cases WHERE hold_until IS NOT NULL)"
)
_ENDS_TOLD = "SELECT count(*) FROM case_entries WHERE kind = 'hold_ended'"
_WORDS_LEFT = (
    "SELECT count(*) + (SELECT count(*) FROM removed_members WHERE state <> 'erased') FROM posts"
    " WHERE author_kind = 'member' AND body_text IS NOT NULL"
)


async def _held(folder: Path) -> ServerProcess:
    """Return a community, ended, in which the words and the writing of a newcomer are held."""
    server = ServerProcess(folder)
    with server:
        await server.start()
        founder, ana, tom = await move_in(server.url, server.invitation, 3)
        board, thread, post = new_id(), new_id(), new_id()
        async with line(server.url, founder) as desk:
            await desk.call(
                OpenBoard(
                    board=board, slug="garden", title="G", charter="Plants.", norms=NORMS, hold_s=0
                )
            )
            async with line(server.url, tom) as writer:
                await writer.call(TakeSeat(board=board, norms_version=1))
                first = StartThread(board=board, thread=thread, post=post, title="T", body="B")
                await writer.call(first)
                for _ in range(POSTS - 1):
                    await writer.call(WritePost(thread=thread, post=new_id(), body="B"))
            async with line(server.url, ana) as reader:
                await reader.call(TakeSeat(board=board, norms_version=1))
                await reader.call(ReportPost(post=post, report=new_id(), norm=1))
            [head] = (await desk.call(ListCases(board=board))).cases
            await desk.call(HoldCase(case=head.id, of=BOTH, text="It is said."))
        await server.end()
    return server


def _asked(data: Path, sql: str, *params: object) -> Any:
    """Ask the database, or change it while no server runs; return the first value."""
    with closing(sqlite3.connect(data / DATABASE)) as connection, connection:
        return (connection.execute(sql, params).fetchone() or (None,))[0]


async def _settled(data: Path, sql: str) -> None:
    """Wait until a statement counts nothing any more."""
    for _ in range(PATIENCE):
        if not _asked(data, sql):
            return
        await asyncio.sleep(0.1)  # how often it looks
    raise AssertionError(f"there is something left: {sql}")


@pytest.mark.parametrize("way", ["hold", "removal"])
async def test_killed_at_any_write_it_goes_on(tmp_path: Path, shim: Path, way: str) -> None:
    """The disk fails from some write on, and the server is killed: the next start does the rest."""
    (tmp_path / "model").mkdir()
    model = await _held(tmp_path / "model")
    left = _HELD_LEFT if way == "hold" else _WORDS_LEFT
    if way == "hold":
        _asked(model.data, _OVER, 40 * HOUR_MS, 40 * HOUR_MS)
    else:
        _asked(model.data, _REMOVED)
    assert _asked(model.data, left)
    folder = tmp_path / "try"
    disk = FaultFs(shim, folder / "data", tmp_path)
    chances = chance(f"killed while {way}")
    for _ in range(rounds(3, 30)):
        shutil.copytree(model.data, folder / "data")
        with ServerProcess(folder, program=disk.under(BBS)) as server:
            await server.start()
            disk.arm(chances.randrange(1, 20), HARMS["EIO"], lasting=True)
            await asyncio.sleep(1.5)  # for the timed work to meet the disk that fails
            server.kill()
            print("calls that failed:", disk.disarm())
            await server.start()
            await _settled(server.data, left)
            await server.end()
        if way == "hold":
            assert _asked(folder / "data", _ENDS_TOLD) == 1
        else:
            kinds = "SELECT count(*) FROM posts WHERE author_kind = 'former'"
            assert _asked(folder / "data", kinds) == POSTS
        shutil.rmtree(folder)
