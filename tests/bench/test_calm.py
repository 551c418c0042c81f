"""A post on a board with slow mode, beside one on a board without it."""

import time
from pathlib import Path

import pytest

from bbs.clock import DAY_MS, instant
from bbs.features.boards.seat_messages import TakeSeat
from bbs.features.moderation.calm_messages import SlowDown
from bbs.ids import ThreadId
from tests.bench.measure import Table, interleaved
from tests.support.moot import Line, Moot, open_moot
from tests.support.talk import start, write

pytestmark = [pytest.mark.bench, pytest.mark.timeout(600)]

TURNS = 12
POSTS = 300
MUST = 1.05
PACE_S = 20


async def _write_posts(moot: Moot, line: Line, thread: ThreadId) -> float:
    """Return the processor time of a post in ms, of the whole process, the writer's thread too."""
    began = time.process_time()
    for _ in range(POSTS):
        moot.clock.jump(seconds=PACE_S)
        await write(line, thread)
    return (time.process_time() - began) * 1_000 / POSTS


async def test_a_post_on_a_slow_board(tmp_path: Path, table: Table) -> None:
    """What it costs to know and to keep when a member wrote last, however long the pace is."""
    async with open_moot(tmp_path) as moot:
        ana = await moot.join("ana")
        threads: list[ThreadId] = []
        for slug in ("slow", "free"):
            board = await moot.board(moot.sysop, slug)
            await ana.ask(TakeSeat(board=board, norms_version=1))
            threads.append((await start(ana, board)).thread)
            if slug == "slow":
                until = instant(moot.clock() + 7 * DAY_MS)
                command = SlowDown(board=board, seconds=PACE_S, until=until, reason="A test")
                await moot.sysop.ask(command)
        slow, free = threads
        samples = await interleaved(
            lambda: _write_posts(moot, ana, slow), lambda: _write_posts(moot, ana, free), TURNS
        )
    name = "a post on a board with slow mode, processor time"
    table.add(name, "ms", *samples, "a post on a board without", MUST, by_turns=True)
