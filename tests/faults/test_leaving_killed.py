"""Killed at any moment of the erasing, the words of who left are gone at the end, and no others (P9, P12, protocol 28.5)."""

import asyncio
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest

from bbs.features.boards.messages import OpenBoard
from bbs.features.boards.seat_messages import TakeSeat
from bbs.features.norms.messages import Clause
from bbs.features.ownership.leaving_messages import Leave
from bbs.features.ownership.views import LeaveWords
from bbs.features.threads.messages import StartThread, WritePost
from bbs.ids import new_id
from bbs_server.store.sqlite.open import DATABASE
from tests.faults.people import Person, line, move_in
from tests.faults.rounds import chance, rounds
from tests.faults.server_process import ServerProcess
from tests.support.kept import bytes_in

pytestmark = [pytest.mark.faults, pytest.mark.timeout(rounds(180, 1_800))]

NORMS = (Clause(text="Stay with plants.", why="That is what people come here for."),)
POSTS = 300  # of who leaves; more than a slice
OTHERS = 30
KILLS = rounds(3, 50)
STEPS_S_MAX = 60.0
PATIENCE = 600  # tenths of a second
CANARY, KEPT = "obsidiancanary", "heliotrope"


class State(NamedTuple):
    """How far a leaving has come, as the database has it."""

    words: int
    named: int
    kept: tuple[tuple[object, ...], ...]
    running: int
    settled: int
    told: int


async def _left(folder: Path) -> tuple[ServerProcess, Person]:
    """Return a community, ended, that somebody left whose days are over, and who that is."""
    server = ServerProcess(folder)
    with server:
        await server.start()
        founder, ana, ben = await move_in(server.url, server.invitation, 3)
        board, threads = new_id(), [new_id(), new_id()]
        async with line(server.url, founder) as desk:
            opened = OpenBoard(
                board=board, slug="garden", title="G", charter="Plants.", norms=NORMS, hold_s=0
            )
            await desk.call(opened)
        async with line(server.url, ana) as writer, line(server.url, ben) as other:
            for community, thread, word in zip(
                (writer, other), threads, (CANARY, KEPT), strict=True
            ):
                await community.call(TakeSeat(board=board, norms_version=1))
                await community.call(
                    StartThread(
                        board=board, thread=thread, post=new_id(), title=word, body=f"{word} first"
                    )
                )
            for number in range(POSTS - 1):
                post = WritePost(
                    thread=threads[number % 2], post=new_id(), body=f"{CANARY} {number}"
                )
                await writer.call(post)
                if number < OTHERS:
                    said = WritePost(
                        thread=threads[number % 2], post=new_id(), body=f"{KEPT} {number}"
                    )
                    await other.call(said)
            await writer.call(Leave(board=board, words=LeaveWords.TAKEN))
        await server.end()
    with closing(sqlite3.connect(server.data / DATABASE)) as connection, connection:
        connection.execute("UPDATE leavings SET erase_at = left_at")
    return server, ana


def _state(data: Path, leaver: Person) -> State:
    with closing(sqlite3.connect(data / DATABASE)) as connection:

        def count(sql: str, *params: object) -> int:
            return int(connection.execute(f"SELECT count(*) FROM {sql}", params).fetchone()[0])

        kept = connection.execute(
            "SELECT p.id, p.number, p.revision, p.state, t.body FROM posts p JOIN texts t"
            " ON t.id = p.body_text WHERE p.author <> ? ORDER BY p.n",
            (leaver.id,),
        ).fetchall()
        return State(
            count("posts WHERE author = ? AND body_text IS NOT NULL", leaver.id),
            count("posts WHERE author = ?", leaver.id),
            tuple(kept),
            count("leavings"),
            count("settled_leavings"),
            count("events WHERE kind = 'threads.author_left'"),
        )


async def test_killed_while_erasing_each_word_goes_once(tmp_path: Path) -> None:
    """However often it is killed: no byte of the words, every post of others whole, each step once."""
    (tmp_path / "model").mkdir()
    model, ana = await _left(tmp_path / "model")
    before = _state(model.data, ana)
    assert before.words == before.named == POSTS
    assert (len(before.kept), before.running, before.settled) == (OTHERS + 1, 1, 0)
    chances = chance("killed while erasing a leaver")
    folder, met = tmp_path / "try", list[int]()
    folder.mkdir()
    shutil.copytree(model.data, folder / "data")
    with ServerProcess(folder) as server:
        for _ in range(KILLS):
            await server.start()
            await _steps(server.data, chances.randrange(1, 8))
            await asyncio.sleep(chances.uniform(0.0, 0.02))
            server.kill()
            found = _state(server.data, ana)
            assert found.kept == before.kept
            assert found.told == before.told, "readers knew already"
            assert found.running + found.settled == 1
            met.append(found.named)
            if found.settled:
                assert (found.words, found.named) == (0, 0)
                shutil.rmtree(server.data)
                shutil.copytree(model.data, server.data)
        await server.start()
        await _erased(server.data, ana)
        await server.end()
    print("words that had their author when it was killed:", met)
    _check_done(folder / "data", before, ana)


async def _steps(data: Path, count: int) -> None:
    """Wait until the work has come some steps further, or to its end."""
    seen: set[object] = set()
    with closing(sqlite3.connect(data / DATABASE)) as connection:
        async with asyncio.timeout(STEPS_S_MAX):
            while len(seen) < count and None not in seen:
                sql = "SELECT state || step || place FROM leavings"
                seen.add((connection.execute(sql).fetchone() or (None,))[0])
                await asyncio.sleep(0.001)  # as often as it looks


async def _erased(data: Path, leaver: Person) -> None:
    """Wait until the timed work has carried it out."""
    for _ in range(PATIENCE):
        if _state(data, leaver).settled and CANARY.encode() not in bytes_in(data):
            return
        await asyncio.sleep(0.1)  # how often it looks
    raise AssertionError("it was not carried out")


def _check_done(data: Path, before: State, leaver: Person) -> None:
    found = _state(data, leaver)
    assert found == State(0, 0, before.kept, 0, 1, before.told)
    assert CANARY.encode() not in bytes_in(data)
    assert KEPT.encode() in bytes_in(data)
    with closing(sqlite3.connect(data / DATABASE)) as connection:
        markers = connection.execute(
            "SELECT state, author, revision, count(*) FROM posts WHERE author_kind = 'former'"
            " GROUP BY state, author, revision"
        ).fetchall()
        assert markers == [("withdrawn", "", 3, POSTS)], "one revision on, however often it began"
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
