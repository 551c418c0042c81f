"""Erasing much beside a member who posts: nothing the server does by itself holds the writer long."""

import asyncio
import json
import random
import sqlite3
import statistics
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from bbs.features.threads.erasing_messages import Purge
from bbs.features.threads.messages import ListPosts, WithdrawPost
from bbs.ids import COMMONS, ThreadId, new_id
from bbs.refusals import CommandWaits
from tests.bench.measure import Table
from tests.bench.opened import copied, opened
from tests.bench.pinned import PinnedServer, cpu_s
from tests.bench.posts import post_frame
from tests.bench.raw import RawLine, raw_lines
from tests.bench.stocked import POSTS, house
from tests.bench.stocking import Stocking
from tests.faults.people import bring_in, line, move_in, open_thread
from tests.faults.server_process import ServerProcess
from tests.server.ops_net.serving import http_get

pytestmark = [pytest.mark.bench, pytest.mark.timeout(900)]

PURGED_POSTS = 20_000
QUIET_S = 20.0
PACE_S = 0.02
HOP_MS_MAX = 50.0
LONGEST = "folkmoot_writer_hop_longest_seconds "


async def _longest_hop_ms(server: ServerProcess) -> float:
    """Return how long the longest work held the writer since the start, the disk's time left out."""
    page = await http_get(server.port, "/metrics")
    [told] = [row for row in page.body.decode().splitlines() if row.startswith(LONGEST)]
    return float(told.removeprefix(LONGEST)) * 1_000


async def _posts_ms(his: RawLine, thread: ThreadId, done: Callable[[], bool]) -> list[float]:
    """Post at a steady pace until something is done; return what each post took, in ms."""
    found: list[float] = []
    while not done():
        frame = post_frame(thread)
        began = time.perf_counter()
        await his.exchange(frame)
        found.append((time.perf_counter() - began) * 1_000)
        await asyncio.sleep(PACE_S)
    return found


def _after(seconds: float) -> Callable[[], bool]:
    end = time.monotonic() + seconds
    return lambda: time.monotonic() >= end


def _told(
    table: Table, what: str, busy: list[float], quiet: list[float], hops: list[float]
) -> None:
    """Add what a work cost a member who posts, and how long it held the writer."""
    table.add(f"a post beside {what}", "ms", busy, quiet, "a quiet server")
    p99, its = (statistics.quantiles(ms, n=100)[-1] for ms in (busy, quiet))
    table.add(f"p99 beside {what}", "ms", [p99], [its], "a quiet server")
    hop = f"longest hop, {what}"
    table.add(hop, "ms", hops[1:], hops[:1], "before it", HOP_MS_MAX, absolute=True)
    # A machine that holds a quiet server up for longer measures nothing.
    assert hops[1] <= max(HOP_MS_MAX, hops[0])


async def test_a_purge_of_20_000_posts_beside_a_member_who_posts(
    tmp_path: Path, table: Table
) -> None:
    """No hop lasts above 50 ms until every word of the thread is erased (P14)."""
    with PinnedServer(tmp_path) as server:
        await server.start()
        ana, bo = await move_in(server.url, server.invitation, 2)
        await server.end()
        with Stocking(server.database, ana.id, PURGED_POSTS, random.Random(7)) as stocking:
            thread = stocking.thread(COMMONS, PURGED_POSTS, title="To be purged")
        await server.start()
        mine = await open_thread(server.url, bo)
        async with raw_lines(server.port, 1, token=bo.token) as [his]:
            quiet = await _posts_ms(his, mine, _after(QUIET_S))
            hops = [await _longest_hop_ms(server)]
            async with line(server.url, ana) as sysop:
                began = time.perf_counter()
                with pytest.raises(CommandWaits):
                    await sysop.call(Purge(thread=thread, law="A law", reason="It has to go"))
                answered_ms = (time.perf_counter() - began) * 1_000
            with closing(sqlite3.connect(server.database)) as pen, pen:
                pen.execute("UPDATE proposals SET until = moved_at, way = 'delay'")
            with closing(sqlite3.connect(f"file:{server.database}?mode=ro", uri=True)) as look:
                left = (
                    "SELECT (SELECT count(*) FROM purges WHERE reason_text IS NOT NULL)"
                    " + (SELECT count(*) FROM hidings)"
                )
                busy = await _posts_ms(his, mine, lambda: look.execute(left).fetchone() == (0,))
                took_s = time.perf_counter() - began
                words = "SELECT count(*) FROM posts WHERE thread = ? AND body_text IS NOT NULL"
                assert look.execute(words, (thread,)).fetchone() == (0,)
            hops.append(await _longest_hop_ms(server))
    print(f"hidden after {answered_ms:.1f} ms, erased after {took_s:.1f} s")
    _told(table, f"a purge of {PURGED_POSTS:,}", busy, quiet, hops)


async def test_one_withdrawal_on_a_million_posts(tmp_path: Path, table: Table) -> None:
    """To erase one post's traces costs no hop above 50 ms, however much else is there (P10, P14)."""
    with copied(house(POSTS), tmp_path / "copy") as found:
        async with opened(found) as (server, sysop):
            [bo] = await bring_in(server.url, found.person, 1)
            mine = await open_thread(server.url, bo)
            [*_, frame] = await sysop.ask(ListPosts(thread=found.threads[-1], after=1_000, limit=1))
            [post] = json.loads(frame)["result"]["posts"]
            async with raw_lines(server.port, 1, token=bo.token) as [his]:
                used = [cpu_s(server.pid)]
                quiet = await _posts_ms(his, mine, _after(QUIET_S))
                used.append(cpu_s(server.pid))
                hops = [await _longest_hop_ms(server)]
                await sysop.ask(WithdrawPost(post=post["id"], op=new_id()))
                busy = await _posts_ms(his, mine, _after(QUIET_S))
                used.append(cpu_s(server.pid))
                hops.append(await _longest_hop_ms(server))
    what = f"a withdrawal of {POSTS:,}"
    took_s = [used[2] - used[1]], [used[1] - used[0]]
    table.add(f"processor of {QUIET_S:g} s beside {what}", "s", *took_s, "a quiet server")
    _told(table, what, busy, quiet, hops)
