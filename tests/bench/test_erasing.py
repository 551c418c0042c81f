"""Hiding and erasing a removed newcomer who wrote, was answered, was thanked and read much (P14)."""

import time
from pathlib import Path
from typing import Any

import pytest

from bbs import limits
from bbs.features.boards.seat_messages import Appoint
from bbs.features.threads.messages import WritePost
from bbs.ids import COMMONS, new_id
from bbs_server import scheduler
from bbs_server.features.cases import removing
from bbs_server.store.api import Tx
from bbs_server.store.hops import Hops
from tests.bench.measure import Table
from tests.features.cases.desk import Desk, open_desk
from tests.features.cases.test_removing import _removed as removed
from tests.support.moot import open_moot

pytestmark = [pytest.mark.bench, pytest.mark.timeout(600)]

POSTS = 2_000
READ = 5_000
OTHERS = 100_000
HOP_MS_MAX = 50.0


async def _write(desk: Desk) -> None:
    """Let the newcomer write, and be answered each time."""
    for number in range(POSTS):
        post, body = new_id(), f"Words {number} of the newcomer. " * 10
        desk.moot.clock.jump(seconds=1)
        await desk.tom.ask(WritePost(thread=desk.thread.thread, post=post, body=body))
        desk.moot.clock.jump(seconds=1)
        answer = WritePost(thread=desk.thread.thread, post=new_id(), parent=post, body="No")
        await desk.ann.ask(answer)


def _fill(tx: Tx, desk: Desk, at: int) -> None:
    """Write what others have, which no index tells apart, and what the newcomer read and was thanked for."""
    ann, tom = desk.ann.id, desk.tom.id
    threads: list[tuple[Any, ...]] = [(new_id(), desk.board, n + 10, ann) for n in range(OTHERS)]
    tx.execute_many(
        "INSERT INTO threads (id, board, number, author_kind, author, at, state)"
        " VALUES (?, ?, ?, 'member', ?, 1, 'published')",
        threads,
    )
    tx.execute_many(
        "INSERT INTO ops (member, op, hash, result, texts, at) VALUES (?, ?, x'00', x'00', '', ?)",
        [(ann, new_id(), at) for _ in range(OTHERS)],
    )
    tx.execute_many(
        "INSERT INTO marks (member, thread, board, ranges, upto, revision)"
        " VALUES (?, ?, ?, '', 1, 1)",
        [(tom, thread, desk.board) for thread, *_ in threads[:READ]],
    )
    posts = tx.fetch_all("SELECT id FROM posts WHERE author = ?", tom)
    tx.execute_many(
        "INSERT INTO thanks (post, by, author, at, by_text) VALUES (?, ?, ?, 1, 'none')",
        [(post, ann, tom) for (post,) in posts],
    )


async def test_no_slice_of_a_removal_holds_the_writer(tmp_path: Path, table: Table) -> None:
    """The longest stay on the writer's thread, while words are hidden and while all is erased."""
    # The processor's time of the writer's thread: a busy machine is no slow slice.
    hops = Hops(time.thread_time)
    async with open_moot(tmp_path, hops=hops) as moot:
        desk = await open_desk(moot)
        await moot.sysop.ask(Appoint(board=COMMONS, member=desk.mo.id))
        moot.clock.jump(seconds=100)
        await _write(desk)
        await moot.change(lambda tx: _fill(tx, desk, moot.clock()))
        await removed(desk)
        [job] = removing.JOBS
        longest = {}
        for what in ("hiding", "erasing"):
            hops.longest_ms = 0.0
            await scheduler.run_slices(moot.running.dispatcher, job)
            longest[what] = hops.longest_ms
            moot.clock.jump(days=limits.REMOVED_DAYS + 1)
        state = await moot.read(lambda tx: tx.fetch_value("SELECT state FROM removed_members"))
    assert state == "erased"
    for what, ms in longest.items():
        print(f"{what} {POSTS} posts: longest hop {ms:.1f} ms")
        table.add(
            f"longest hop, {what} a newcomer", "ms", [ms], [HOP_MS_MAX], "what a hop may last"
        )
    assert max(longest.values()) <= HOP_MS_MAX
