"""Killed at random moments under load: what was acknowledged is there, once (P12)."""

import asyncio
from pathlib import Path
from random import Random

import pytest

from tests.faults.oracle import Oracle, copied, faults_of
from tests.faults.people import all_posts, line, move_in, open_thread
from tests.faults.posters import posters
from tests.faults.rounds import DEEP, chance, rounds
from tests.faults.server_process import ServerProcess
from tests.faults.weakened import weakened

pytestmark = [pytest.mark.faults, pytest.mark.timeout(rounds(180, 1_800))]

POSTERS = 20
KILL_WITHIN_S = 0.4


async def _kill_at_random(server: ServerProcess, oracle: Oracle, rng: Random) -> None:
    """Kill the server at a random moment after it began to answer."""
    await oracle.next_ack()
    killed = asyncio.Event()

    def kill() -> None:
        server.kill()
        killed.set()

    asyncio.get_running_loop().call_later(rng.uniform(0.0, KILL_WITHIN_S), kill)
    await killed.wait()


async def _crash_loop(
    server: ServerProcess, folder: Path, rng: Random, times: int
) -> tuple[list[str], Oracle]:
    """Kill and restart under load; return the first round's faults, and what was noted."""
    oracle = Oracle()
    await server.start()
    people = await move_in(server.url, server.invitation, POSTERS)
    thread = await open_thread(server.url, people[0])
    async with posters(server.url, people, thread, oracle):
        for n in range(times):
            await _kill_at_random(server, oracle, rng)
            with copied(server.database, folder / "copy") as connection:
                faults = faults_of(connection, oracle)
            if faults:
                return [f"round {n}", *faults], oracle
            await server.start()
        await oracle.next_ack()
    async with line(server.url, people[0]) as community:
        read = await all_posts(community, thread)
    shown = {post.id: post.number for post in read}
    lost = [post for post, place in oracle.acked.items() if shown.get(post) != place.number]
    assert [post.number for post in read] == list(range(1, len(read) + 1))
    assert len({post.body for post in read}) == len(read)
    return [f"acknowledged and not shown: {post}" for post in lost], oracle


async def test_what_was_acknowledged_survives_kill_9_exactly_once(
    server: ServerProcess, tmp_path: Path
) -> None:
    """Every acknowledged post is kept once at the place it was told, through 30 kills (P12).

    A build that answers before its commit fails this in a few rounds: see below.
    """
    times = rounds(30, 120)
    faults, oracle = await _crash_loop(server, tmp_path, chance("crash loop"), times)
    print(f"{times} kills, {len(oracle.sent)} posts sent, {len(oracle.acked)} acknowledged")
    assert faults == []
    assert len(oracle.acked) > times * POSTERS / 2


@pytest.mark.skipif(not DEEP, reason="proofs that the oracle sees belong to the deep run")
async def test_the_oracle_notices_a_server_that_answers_before_it_commits(tmp_path: Path) -> None:
    """A server that acknowledges too early is found out by the same loop (P12)."""
    with ServerProcess(tmp_path, program=weakened("answers-early")) as server:
        faults, _ = await _crash_loop(server, tmp_path, chance("weakened"), 10)
    assert any("acknowledged and lost" in fault for fault in faults)
