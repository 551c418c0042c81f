"""Reading and searching: does a house with twenty times the posts answer as quickly?"""

import time
from typing import Any

import pytest

from bbs.features.reading.messages import Search
from bbs.features.threads.messages import GetSkeleton, ListPosts
from bbs.messages import Query
from bbs.sdk import Community
from tests.bench.measure import Table, interleaved
from tests.bench.seeded import RARE, Seeded
from tests.faults.people import line

pytestmark = [pytest.mark.bench, pytest.mark.timeout(240)]

TIMES = 30
CALLS = 5


async def _ms(community: Community, query: Query[Any]) -> float:
    """Return how long a query takes, mean of a few in a row, in ms."""
    began = time.perf_counter()
    for _ in range(CALLS):
        await community.call(query)
    return (time.perf_counter() - began) / CALLS * 1_000


async def test_a_page_and_a_search_in_1_000_and_20_000_posts(
    houses: tuple[Seeded, Seeded], table: Table
) -> None:
    """Pages, skeletons and searches of a large house beside those of a small one."""
    small, large = houses
    async with (
        line(small.server.url, small.person) as few,
        line(large.server.url, large.person) as many,
    ):

        async def compare(name: str, ours: Query[Any], bare: Query[Any]) -> None:
            samples = await interleaved(lambda: _ms(many, ours), lambda: _ms(few, bare), TIMES)
            table.add(f"{name}, {large.posts:,} posts", "ms", *samples, f"{small.posts:,} posts")

        await compare(
            "page of the last 100",
            ListPosts(thread=large.thread, before=large.posts + 1, limit=100),
            ListPosts(thread=small.thread, before=small.posts + 1, limit=100),
        )
        await compare(
            "skeleton, one page",
            GetSkeleton(thread=large.thread),
            GetSkeleton(thread=small.thread),
        )
        await compare("search for a rare word", Search(query=RARE), Search(query=RARE))
        await compare("search for a common word", Search(query="garden"), Search(query="garden"))
        common = '"garden grows" -evening board:commons'
        await compare("search for a phrase, without", Search(query=common), Search(query=common))
