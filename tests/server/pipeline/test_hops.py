"""Timed work is cut by time: whoever writes meanwhile waits for a hop, never for a job."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bbs import limits
from bbs.clock import DAY_MS
from bbs.features.boards.messages import ConfigureBoard
from bbs.features.boards.seat_messages import TakeSeat
from bbs.features.members.messages import Invite
from bbs.features.threads.messages import Say, WithdrawPost, WritePost
from bbs.ids import new_id
from bbs_server import scheduler
from bbs_server.composition import JOBS
from bbs_server.store.api import Tx
from bbs_server.store.hops import Hop, Hops, in_time
from bbs_server.store.sqlite.writer import SqliteStore
from tests.support.moments import SLOW_MS, SlowClock
from tests.support.moot import Moot, open_moot
from tests.support.people import secret
from tests.support.talk import start

MANY = 4


def _count(sql: str) -> Callable[[Tx], int]:
    def count(tx: Tx) -> int:
        return int(tx.fetch_value(sql))

    return count


async def _much_is_due(moot: Moot) -> None:
    """Let every job of the table below have several rows to do."""
    board = await moot.board(moot.sysop, "garden", retention_days=2)
    ana = await moot.join("ana")
    await ana.ask(TakeSeat(board=board, norms_version=1))
    begun = await start(ana, board, "B")
    for handle in ("bo", "cy", "di"):
        await moot.join(handle)
    for n in range(MANY):
        await ana.ask(WritePost(thread=begun.thread, post=new_id(), body="B"))
        await ana.ask(Say(board=board, line=new_id(), body="B"))
        await moot.sysop.ask(Invite(invitation=new_id(), code=secret(f"code {n}"), uses=1))
        moot.clock.jump(seconds=2)
    await moot.change(
        lambda tx: tx.execute_many(
            "INSERT INTO keys (member, key, device, added, revoked) VALUES (?, ?, '', 1, 1)",
            [(ana.id, f"key {n}") for n in range(MANY)],
        )
    )


DUE = {
    "fade posts": "SELECT count(*) FROM posts WHERE body_text IS NOT NULL",
    "fade lounge lines": "SELECT count(*) FROM lines",
    "end sessions that are over": "SELECT count(*) FROM sessions",
    "forget answers": "SELECT count(*) FROM ops",
    "end streams": "SELECT count(*) FROM events",
}


@pytest.mark.parametrize("name", DUE)
async def test_a_job_does_one_row_a_hop_where_rows_are_slow(tmp_path: Path, name: str) -> None:
    """A clock that says 50 ms a row ends each slice after one row, and the job comes to its end (P14)."""
    async with open_moot(tmp_path, hops=Hops(SlowClock())) as moot:
        await _much_is_due(moot)
        moot.clock.jump(days=500)
        [job] = [job for job in JOBS if job.name == name]
        count = _count(DUE[name])
        before = await moot.read(count)
        committed = await moot.running.dispatcher.execute_as_system(job.run)
        appended = len(committed.appended) if name == "end streams" else 0
        assert await moot.read(count) == before - 1 + appended
        await scheduler.run_slices(moot.running.dispatcher, job)
        assert await moot.read(count) <= before - MANY


async def test_members_records_end_one_by_one_where_rows_are_slow(tmp_path: Path) -> None:
    """Invitations and keys that are over, one of each a slice."""
    async with open_moot(tmp_path, hops=Hops(SlowClock())) as moot:
        await _much_is_due(moot)
        moot.clock.jump(days=500)
        [job] = [job for job in JOBS if job.name.startswith("forget invitations")]
        counts = [_count("SELECT count(*) FROM invitations"), _count("SELECT count(*) FROM keys")]
        before = [await moot.read(count) for count in counts]
        await moot.running.dispatcher.execute_as_system(job.run)
        assert [await moot.read(count) for count in counts] == [n - 1 for n in before]
        await scheduler.run_slices(moot.running.dispatcher, job)
        assert await moot.read(counts[1]) <= before[1] - MANY


async def test_a_retention_cut_down_follows_row_by_row_where_rows_are_slow(tmp_path: Path) -> None:
    """Ends come forward in every row in the end, one of them a slice (P10)."""
    async with open_moot(tmp_path, hops=Hops(SlowClock())) as moot:
        await _much_is_due(moot)
        [(board,)] = await moot.read(_boards)
        await moot.sysop.carry(ConfigureBoard(board=board, retention_days=1, lounge_hours=1))
        for name, table, ms in (
            ("fade posts", "posts", "fades_at - visible_at"),
            ("fade lounge lines", "lines", "fades_at - at"),
        ):
            [job] = [job for job in JOBS if job.name == name]
            done = _count(f"SELECT count(*) FROM {table} WHERE {ms} <= {DAY_MS}")
            await moot.running.dispatcher.execute_as_system(job.run)
            assert await moot.read(done) == 1
            await scheduler.run_slices(moot.running.dispatcher, job)
            assert await moot.read(done) >= MANY


def _bytes(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir() if path.is_file())


def _boards(tx: Tx) -> list[Any]:
    return tx.fetch_all("SELECT id FROM boards WHERE slug = 'garden'")


async def test_a_group_takes_no_more_once_its_hop_is_over(tmp_path: Path) -> None:
    """Commands that wait together and are slow share no hop: the others wait for the next (P14);
    each is answered once, in its order (P12)."""
    async with open_moot(tmp_path, hops=Hops(SlowClock())) as moot:
        store = moot.running.dispatcher.store
        assert isinstance(store, SqliteStore)
        groups = store.counters.groups
        found: list[int] = []
        await asyncio.gather(
            *(store.write(lambda tx, n=n: n, after=found.append) for n in range(MANY))  # type: ignore[misc]  # mypy sees no default in a lambda
        )
        assert found == [*range(MANY)]
        assert store.counters.groups >= groups + MANY


async def test_the_index_is_merged_hop_by_hop(tmp_path: Path) -> None:
    """Merging the search index looks at the time between its steps, so that a step is a hop where
    steps are slow; the words of what was withdrawn are gone in the end (P10)."""
    clock = SlowClock()
    async with open_moot(tmp_path, hops=Hops(clock)) as moot:
        board = await moot.board(moot.sysop, "garden")
        begun = [await start(moot.sysop, board, f"quincunx {n}") for n in range(MANY)]
        await moot.sysop.ask(WithdrawPost(post=begun[0].post))
        before = clock.looks
        assert await moot.running.dispatcher.store.run_maintenance()
        assert clock.looks > before + 5
        for _, post in begun[1:]:
            await moot.sysop.ask(WithdrawPost(post=post))
        assert await moot.running.dispatcher.store.run_maintenance()
        assert b"quincunx" not in _bytes(tmp_path)


async def test_the_longest_hop_is_told(tmp_path: Path) -> None:
    """The store keeps how long work held the writer at most, without the waiting at its commit."""
    async with open_moot(tmp_path, hops=Hops(SlowClock())) as moot:
        store = moot.running.dispatcher.store
        assert isinstance(store, SqliteStore)
        before = store.hops.longest_ms
        await store.write(lambda tx: [tx.time_is_up() for _ in range(100)])
        assert store.hops.longest_ms >= max(before, 100 * SLOW_MS)


def test_a_hop_goes_by_time_and_leaves_waiting_out() -> None:
    """At least one row, and then as many as there is time for; what the disk takes is not counted."""
    now = [0.0]
    hop = Hop(lambda: now[0])
    with hop.waiting():
        now[0] = 1.0
    assert hop.worked_ms() == 0

    class Timed:
        def time_is_up(self) -> bool:
            now[0] += limits.HOP_WORK_MS_MAX / 2_000
            return fresh.is_over()

    fresh = Hop(lambda: now[0])
    tx: Any = Timed()
    assert list(in_time(tx, range(9))) == [0, 1]
