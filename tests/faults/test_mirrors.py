"""Two clients with mirror and outbox across kills of the server: both end up with what it has."""

import asyncio
from contextlib import AsyncExitStack, closing
from pathlib import Path

import pytest

from bbs.ids import COMMONS
from tests.faults.clients import Client
from tests.faults.people import all_posts, line, move_in, open_thread
from tests.faults.rounds import chance, rounds
from tests.faults.server_process import ServerProcess

pytestmark = [pytest.mark.faults, pytest.mark.timeout(rounds(90, 900))]

POSTS_A_ROUND = 5


async def test_two_mirrors_and_their_outboxes_end_up_as_the_server_is(
    server: ServerProcess, tmp_path: Path
) -> None:
    """What two clients wrote, online or off, is there once, and both mirrors show it (P12, protocol 6.4).

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
            client = Client(tmp_path / person.handle, server.url, person)
            stack.enter_context(closing(client))
            clients.append(client)
        runs = [asyncio.create_task(client.link.run()) for client in clients]
        for n in range(rounds(6, 30)):
            for m in range(POSTS_A_ROUND):
                for client in clients:
                    client.write(thread, f"round {n}, post {m}")
            await asyncio.sleep(rng.uniform(0.02, 0.3))
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
