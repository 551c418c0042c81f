"""A post in a large community beside one in a small community."""

import statistics
import time
from functools import partial
from pathlib import Path

import pytest

from bbs.ids import ThreadId
from tests.bench.measure import Table, interleaved
from tests.bench.opened import copied, opened
from tests.bench.posts import post_frame
from tests.bench.raw import RawLine
from tests.bench.stocked import FEW_POSTS, POSTS, house

pytestmark = [pytest.mark.bench, pytest.mark.timeout(900)]

TURNS = 10
WRITTEN = 400  # posts of a turn


async def _took_ms(line: RawLine, thread: ThreadId, kept: list[list[float]]) -> float:
    """Write posts one after another; return the 99th percentile of what they took, in ms."""
    took: list[float] = []
    for _ in range(WRITTEN):
        frame = post_frame(thread)
        began = time.perf_counter()
        await line.exchange(frame)
        took.append((time.perf_counter() - began) * 1_000)
    kept.append(took)
    return statistics.quantiles(took, n=100)[98]


async def test_a_post_in_a_million(tmp_path: Path, table: Table) -> None:
    """What a post takes hardly grows with what is stored: neither at the median nor at the worst."""
    with (
        copied(house(POSTS), tmp_path / "large") as large,
        copied(house(FEW_POSTS), tmp_path / "small") as small,
    ):
        async with opened(large) as (_, many), opened(small) as (_, few):
            ours: list[list[float]] = []
            bare: list[list[float]] = []
            samples = await interleaved(
                partial(_took_ms, many, large.threads[-1], ours),
                partial(_took_ms, few, small.threads[-1], bare),
                TURNS,
            )
    beside = f"at {FEW_POSTS:,}"
    medians = [[statistics.median(took) for took in side[1:]] for side in (ours, bare)]
    table.add(f"p50 of a post at {POSTS:,} stored", "ms", *medians, beside, by_turns=True)
    table.add(f"p99 of a post at {POSTS:,} stored", "ms", *samples, beside, 1.4, by_turns=True)
