"""Clients and a bot across kills of the server and of themselves: every event once, one order."""

import asyncio
from collections import Counter
from contextlib import suppress
from random import Random
from uuid import NAMESPACE_OID, uuid5

import pytest

from bbs.features.threads.messages import PostPublished, WritePost
from bbs.features.threads.views import PostResult
from bbs.ids import ThreadId, new_id
from bbs.sdk.updates import EventHappened
from bbs.streams import COMMONS_STREAM
from tests.faults.people import Person, Reader, line, move_in, open_thread
from tests.faults.rounds import chance, rounds
from tests.faults.server_process import ServerProcess

pytestmark = [pytest.mark.faults, pytest.mark.timeout(rounds(90, 900))]

ROUND_S = 0.3
OVER = "That was all."


def _answer_to(thread: ThreadId, post: str) -> WritePost:
    """Return the bot's answer to a post: the same request, op included, however often it is made."""
    own = str(uuid5(NAMESPACE_OID, f"answer {post}")), str(uuid5(NAMESPACE_OID, f"op {post}"))
    return WritePost(op=own[1], thread=thread, post=own[0], parent=post, body=f"Re: {post}")


class _Program:
    """A program that may be stopped at any moment and begun again from what it kept."""

    def __init__(self, url: str, person: Person) -> None:
        self.reader = Reader()
        self.url = url
        self.person = person
        self.kept: dict[str, int] = {COMMONS_STREAM: 0}
        self.epoch: str | None = None
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        assert self._task is not None
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task

    async def _run(self) -> None:
        options = {"listen": True, "offline_ok": True, "epoch": self.epoch, "cursors": self.kept}
        async with line(self.url, self.person, **options) as community:
            try:
                await self.reader.read(community)
            finally:
                self.kept = community.cursors or self.kept
                self.epoch = community.welcome.epoch if community.welcome else self.epoch


class _Bot(_Program):
    """Answers every post of one person; keeps its place only once the answer is acknowledged."""

    def __init__(self, url: str, person: Person, *, of: str, thread: ThreadId) -> None:
        super().__init__(url, person)
        self.over: asyncio.Future[PostResult] = asyncio.get_running_loop().create_future()
        self._of = of
        self._thread = thread

    async def _run(self) -> None:
        options = {"listen": True, "offline_ok": True, "epoch": self.epoch, "cursors": self.kept}
        async with line(self.url, self.person, **options) as community:
            async for happened in community.events():
                if not isinstance(happened, EventHappened):
                    continue
                self.epoch = community.welcome.epoch if community.welcome else None
                if isinstance(happened.event, PostPublished):
                    post = happened.event.post
                    if getattr(post.author, "id", None) == self._of:
                        shown = await community.call(_answer_to(self._thread, post.id))
                        if post.body == OVER and not self.over.done():
                            self.over.set_result(shown)
                self.kept = {**self.kept, happened.stream: happened.seq}


async def _write_for_ever(url: str, person: Person, thread: ThreadId) -> None:
    async with line(url, person, offline_ok=True) as community:
        while True:
            await community.call(WritePost(thread=thread, post=new_id(), body="And another."))


async def _kill_and_begin_again(
    server: ServerProcess, rng: Random, times: int, *programs: _Program
) -> None:
    """Kill the server a few times while programs run; stop and begin one of them each time."""
    for _ in range(times):
        pause = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_later(rng.uniform(0.05, ROUND_S), pause.set_result, None)
        await pause
        server.kill()
        program = rng.choice(programs)
        await program.stop()
        if rng.random() < 0.5:
            program.start()
            await server.start()
        else:
            await server.start()
            program.start()


async def test_two_clients_and_a_bot_see_every_event_once_in_one_order(
    server: ServerProcess,
) -> None:
    """Readers that lose server, line and themselves read the same log without gap or repeat (P12).

    Fails where a replay leaves out or repeats what was committed around the kill, where seq is
    given before the commit is sure, and where a stored answer is lost: the bot would speak twice.
    """
    await server.start()
    people = await move_in(server.url, server.invitation, 4)
    thread = await open_thread(server.url, people[0])
    steady, restarted = _Program(server.url, people[1]), _Program(server.url, people[2])
    bot = _Bot(server.url, people[3], of=people[0].id, thread=thread)
    for program in (steady, restarted, bot):
        program.start()
    writer = asyncio.create_task(_write_for_ever(server.url, people[0], thread))
    times = rounds(6, 30)
    await _kill_and_begin_again(server, chance("resume"), times, restarted, bot)
    writer.cancel()
    async with line(server.url, people[0]) as community:
        await community.call(WritePost(thread=thread, post=new_id(), body=OVER))
    last = (await bot.over).post.seq
    assert last is not None
    for program in (steady, restarted):
        await program.reader.reaches(COMMONS_STREAM, last)
    for program in (steady, restarted, bot):
        await program.stop()

    log = steady.reader.order(COMMONS_STREAM)
    assert [seq for seq, _, _ in log] == list(range(1, last + 1))
    assert restarted.reader.order(COMMONS_STREAM) == log
    assert steady.reader.broken == restarted.reader.broken == []
    assert steady.reader.lost >= times
    posts = [
        e.event.post
        for e in steady.reader.seen[COMMONS_STREAM]
        if isinstance(e.event, PostPublished)
    ]
    asked = {post.id for post in posts if post.parent is None}
    assert Counter(post.parent for post in posts if post.parent) == Counter(asked)
    print(f"{times} kills, {last} events, {len(asked)} answers")
