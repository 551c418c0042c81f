"""Reading and searching: does a house of a million posts answer as quickly?"""

import json
import time
from functools import partial
from typing import Any

import pytest

from bbs.features.reading.messages import Search
from bbs.features.threads.messages import GetSkeleton, ListPosts
from bbs.messages import Query
from bbs.wire.codec import encode_call
from tests.bench.measure import Table, interleaved
from tests.bench.opened import opened
from tests.bench.raw import RawLine, masked
from tests.bench.stocked import FEW_POSTS, POSTS, house
from tests.bench.stocking import COMMON, RARE

pytestmark = [pytest.mark.bench, pytest.mark.timeout(900)]

TIMES = 100
PAGE = 100
FINDS = 50


async def _ms(line: RawLine, query: Query[Any], field: str, count: int) -> float:
    """Return how long a query takes, in ms; it must find something to show."""
    frame = masked(encode_call(1, query))
    began = time.perf_counter()
    [answer] = await line.exchange(frame)
    took_ms = (time.perf_counter() - began) * 1_000
    assert len(json.loads(answer)["result"][field]) == count
    return took_ms


async def test_pages_of_a_thread_of_100_000_posts(table: Table) -> None:
    """The last page of long threads beside that of a short one, of the same house."""
    found = house(POSTS)
    async with opened(found) as (_, line):

        async def last_ms(which: int) -> float:
            query = ListPosts(
                thread=found.threads[which], before=found.sizes[which] + 1, limit=PAGE
            )
            return await _ms(line, query, "posts", PAGE)

        async def shape_ms(which: int) -> float:
            query = GetSkeleton(thread=found.threads[which], after=found.sizes[which] - PAGE)
            return await _ms(line, query, "bones", PAGE)

        for which in (1, 2):
            name = f"last {PAGE} posts of {found.sizes[which]:,}"
            samples = await interleaved(partial(last_ms, which), partial(last_ms, 0), TIMES)
            table.add(name, "ms", *samples, f"of {found.sizes[0]:,}", 1.2)
        samples = await interleaved(lambda: shape_ms(2), lambda: shape_ms(0), TIMES)
        name = f"shape of the last {PAGE} of {found.sizes[2]:,}"
        table.add(name, "ms", *samples, f"of {found.sizes[0]:,}")


async def test_search_in_a_million_posts(table: Table) -> None:
    """The newest finds in a large house beside those in a small one."""
    large, small = house(POSTS), house(FEW_POSTS)
    async with opened(large) as (_, many), opened(small) as (_, few):

        async def compare(name: str, wanted: str, must: float | None) -> None:
            query = Search(query=wanted, limit=FINDS)
            samples = await interleaved(
                lambda: _ms(many, query, "found", FINDS),
                lambda: _ms(few, query, "found", FINDS),
                TIMES,
            )
            table.add(f"{name}, {POSTS:,} posts", "ms", *samples, f"{FEW_POSTS:,} posts", must)

        await compare("search for a rare word", RARE, 1.5)
        await compare("search for a common word", COMMON, 1.5)
        # Its posts are the oldest of all: what the index finds first is not on it.
        await compare("common, on an old board", f"{COMMON} board:garden", 3)
        await compare("search for a phrase, without", f'"in the {COMMON}" -{RARE}', 3)
