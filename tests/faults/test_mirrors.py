"""Two clients with mirror and outbox across kills of the server: both end up with what it has."""

import asyncio
from contextlib import AsyncExitStack, closing
from pathlib import Path
from random import Random

import pytest

from bbs.cli.profiles import Profile
from bbs.features.threads.messages import WritePost
from bbs.ids import COMMONS, ThreadId, new_id
from bbs_client.link import Link
from bbs_client.mirror.cache import Cache
from bbs_client.mirror.outbox import Outbox
from bbs_client.news import LinkNews
from tests.faults.people import Person, all_posts, hurried, line, move_in, open_thread
from tests.faults.rounds import chance, rounds
from tests.faults.server_process import ServerProcess

pytestmark = [pytest.mark.faults, pytest.mark.timeout(rounds(90, 900))]

POSTS_A_ROUND = 5


class _Client:
    """What runs below the screens: a mirror, an outbox, and the link that keeps both."""

    def __init__(self, folder: Path, url: str, person: Person) -> None:
        self.cache = Cache.open(folder / "mirror.db", person.id)
        self.outbox = Outbox.open(folder / "outbox.db")
        self.news = asyncio.Condition()
        self.submitted: list[str] = []
        self._changed = asyncio.Event()
        profile = Profile(
            name="here",
            url=url,
            handle=person.handle,
            member=person.id,
            session=new_id(),
            token=person.token,
            host="127.0.0.1",
        )
        self.link = Link(profile, self.cache, self.outbox, self._take, sleep=hurried)

    def _take(self, news: LinkNews) -> None:
        self._changed.set()

    def write(self, thread: ThreadId, body: str) -> None:
        command = WritePost(op=new_id(), thread=thread, post=new_id(), body=body)
        self.submitted.append(command.post)
        self.link.submit(command, f"thread:{thread}")

    async def holds(self, thread: ThreadId, posts: int) -> None:
        """Wait until nothing waits to be sent and the mirror has so many posts of a thread."""
        while self.outbox.pending() or len(self.posts(thread)) < posts:
            self._changed.clear()
            await self._changed.wait()

    def posts(self, thread: ThreadId) -> list[tuple[int | None, str, str | None]]:
        """Return number, id and words of what the mirror has of a thread."""
        row = self.cache.thread(thread)
        last = row.thread.posts if row else 0
        found = self.cache.posts(thread, range(1, last + 1))
        return [(post.number, post.id, post.body) for post in found]


async def _pause(rng: Random) -> None:
    done = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_later(rng.uniform(0.02, 0.3), done.set_result, None)
    await done


async def test_two_mirrors_and_their_outboxes_end_up_as_the_server_is(
    server: ServerProcess, tmp_path: Path
) -> None:
    """What two clients wrote, online or off, is there once, and both mirrors show it (P12, I-5, I-21).

    Fails where an outbox sends again under another op, where a mirror takes an event twice or
    misses one, and where a page and the events after it do not fit together.
    """
    rng = chance("mirrors")
    await server.start()
    people = await move_in(server.url, server.invitation, 2)
    thread = await open_thread(server.url, people[0])
    async with AsyncExitStack() as stack:
        clients = []
        for person in people:
            client = _Client(tmp_path / person.handle, server.url, person)
            stack.enter_context(closing(client.cache))
            stack.enter_context(closing(client.outbox))
            clients.append(client)
        runs = [asyncio.create_task(client.link.run()) for client in clients]
        for n in range(rounds(6, 60)):
            for m in range(POSTS_A_ROUND):
                for client in clients:
                    client.write(thread, f"round {n}, post {m}")
            await _pause(rng)
            server.kill()
            for client in clients:
                client.write(thread, f"round {n}, written offline")
            await server.start()
        sent = [post for client in clients for post in client.submitted]
        for client in clients:
            await client.holds(thread, len(sent) + 1)
        async with line(server.url, people[0]) as community:
            truth = [(p.number, p.id, p.body) for p in await all_posts(community, thread)]
        for client in clients:
            assert client.posts(thread) == truth
            mine = [post for _, post, _ in truth if post in set(client.submitted)]
            assert mine == client.submitted
        assert len(truth) == len(sent) + 1
        assert clients[0].cache.cursor(f"board:{COMMONS}") == clients[1].cache.cursor(
            f"board:{COMMONS}"
        )
        for client in clients:
            client.link.stop()
        await asyncio.gather(*runs)
