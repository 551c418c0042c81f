"""`bbs admin events` through kills of the server and of itself: each event at least once, in order (P12)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random

import pytest

from bbs.features.cases.reporting_messages import ReportPost
from bbs.features.threads.messages import Say, WritePost
from bbs.ids import COMMONS, ThreadId, new_id
from tests.faults.followers import Follower, faults_in, history_of
from tests.faults.oracle import Oracle
from tests.faults.people import Person, line, move_in, open_thread
from tests.faults.posters import posters
from tests.faults.rounds import chance, rounds
from tests.faults.server_process import ServerProcess

pytestmark = [pytest.mark.faults, pytest.mark.timeout(rounds(120, 1_800))]

POSTERS = 2
REPORTS_MAX = 8
WITHIN_S = 0.4
AT_FIRST = ("before", "after")  # so that few kills meet both
LATER = (*AT_FIRST, "server", "server")
GROWTH_KIB_MAX = 24_000  # a queue of updates, a pipe and what the loop holds
BREATH_S = 0.05
STALL_S = rounds(1, 20)


@asynccontextmanager
async def _talking(
    url: str, people: list[Person], thread: ThreadId, oracle: Oracle
) -> AsyncIterator[None]:
    """Let people post, with a breath between, for the length of the block: kills count, not words."""

    async def post(person: Person) -> None:
        async with line(url, person, offline_ok=True) as community:
            while True:
                command = WritePost(op=new_id(), thread=thread, post=new_id(), body="Hm.")
                oracle.note_sent(command)
                oracle.note_acked(await community.call(command, timeout_s=60))
                await asyncio.sleep(BREATH_S)

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(post(person)) for person in people]
        yield
        for task in tasks:
            task.cancel()


async def _talk_and_report(url: str, person: Person, oracle: Oracle, reported: set[str]) -> None:
    """Say a line, and report a post that was not reported yet, which opens a case."""
    async with line(url, person, offline_ok=True) as community:
        await community.call(Say(board=COMMONS, line=new_id(), body="Hm."), timeout_s=60)
        fresh = [post for post in oracle.acked if post not in reported]
        if len(reported) < REPORTS_MAX and fresh:
            reported.add(fresh[-1])
            report = ReportPost(post=fresh[-1], report=new_id(), norm=1, of_commons=True)
            await community.call(report, timeout_s=60)


async def _catches_up(server: ServerProcess, person: Person, follower: Follower) -> None:
    """Wait until everything was told; a last line comes after all that is still under way."""
    async with line(server.url, person) as community:
        await community.call(Say(board=COMMONS, line=new_id(), body="That was all."))
    heads: dict[str, int] = {}
    for stream, seq in history_of(server.database):
        heads[stream] = max(seq, heads.get(stream, 0))
    await follower.reaches(heads)


async def _kill_some(server: ServerProcess, follower: Follower, whom: str) -> None:
    """Kill the server, and the follower before, after or not at all; start them again."""
    if whom == "before":
        await follower.kill()
        follower.start()
    server.kill()
    await server.start()
    if whom == "after":
        await follower.kill()
        follower.start()


async def _through_kills(
    server: ServerProcess, folder: Path, rng: Random, kills: int
) -> tuple[Follower, list[str]]:
    """Follow while the server and the follower are killed; return it, and what it got wrong."""
    await server.start()
    founder, talker, *people = await move_in(server.url, server.invitation, 2 + POSTERS)
    thread = await open_thread(server.url, founder)
    oracle, reported = Oracle(), set[str]()
    async with Follower(server.url, founder, folder) as follower:
        async with _talking(server.url, people, thread, oracle):
            await oracle.next_ack()
            for n in range(kills):
                talks = asyncio.create_task(_talk_and_report(server.url, talker, oracle, reported))
                await follower.tells_more()
                await asyncio.sleep(rng.uniform(0.0, WITHIN_S))
                whom = AT_FIRST[n] if n < len(AT_FIRST) else rng.choice(LATER)
                await _kill_some(server, follower, whom)
                await talks
            await oracle.next_ack()
        await _catches_up(server, founder, follower)
        assert await follower.end() == 0
    assert await server.end() == 0
    return follower, faults_in(follower, history_of(server.database))


async def test_every_event_is_told_at_least_once_and_in_order(
    server: ServerProcess, tmp_path: Path
) -> None:
    """Whoever is killed and when: no event is missed, and a run goes on right after its cursor (P12)."""
    kills = rounds(2, 100)
    follower, faults = await _through_kills(server, tmp_path, chance("events killed"), kills)
    told = [each for each in follower.lines if "data" in each]
    places = {(each["stream"], each["seq"]) for each in told}
    print(
        f"{kills} kills of the server, {len(follower.runs)} runs, {len(places)} events of"
        f" {len({stream for stream, _ in places})} streams, {len(told) - len(places)} told again"
    )
    assert faults == []
    assert len(places) > kills


async def test_a_stalled_pipe_costs_no_memory_and_no_event(
    server: ServerProcess, tmp_path: Path
) -> None:
    """While nobody reads its lines the command waits, holds little, and tells everything after (P14)."""
    await server.start()
    founder, *people = await move_in(server.url, server.invitation, 1 + POSTERS)
    thread = await open_thread(server.url, founder)
    oracle = Oracle()
    async with Follower(server.url, founder, tmp_path) as follower:
        async with posters(server.url, people, thread, oracle):
            await follower.tells_more()
            follower.reads.clear()
            before = follower.rss_kib()
            await asyncio.sleep(STALL_S)  # for much more to happen than a pipe holds
            grown, missed = follower.rss_kib() - before, len(oracle.acked)
            follower.reads.set()
        await _catches_up(server, founder, follower)
        assert await follower.end() == 0
    print(f"{missed} posts while it was stalled, {grown} KiB more")
    assert faults_in(follower, history_of(server.database)) == []
    assert grown < GROWTH_KIB_MAX
