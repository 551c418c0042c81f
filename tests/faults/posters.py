"""Members who post without a pause while the server is hurt, and note what they were told."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count

from bbs.errors import Disconnected, ServerStopping
from bbs.features.threads.messages import WritePost
from bbs.ids import ThreadId, new_id
from tests.faults.oracle import Oracle
from tests.faults.people import Person, hurried, line

GIVING_UP_EVERY = 4  # of the posters, who let go of a post when the line breaks


async def _post_for_ever(url: str, person: Person, thread: ThreadId, oracle: Oracle) -> None:
    """Post without a pause; send again what got no answer, with the same op."""
    async with line(url, person, offline_ok=True) as community:
        for n in count():
            body = f"{person.handle} says {n}"
            command = WritePost(op=new_id(), thread=thread, post=new_id(), body=body)
            oracle.note_sent(command)
            oracle.note_acked(await community.call(command, timeout_s=60))


async def _post_and_let_go(url: str, person: Person, thread: ThreadId, oracle: Oracle) -> None:
    """Post without a pause; whatever got no answer is never sent again."""
    async with line(url, person, offline_ok=True) as community:
        for n in count():
            body = f"{person.handle} says {n}"
            command = WritePost(op=new_id(), thread=thread, post=new_id(), body=body)
            oracle.note_sent(command)
            try:
                oracle.note_acked(await community.call(command, timeout_s=60, retry=False))
            except ServerStopping:
                await hurried(1.0)
            except Disconnected:
                await community.wait_online()


@asynccontextmanager
async def posters(
    url: str, people: list[Person], thread: ThreadId, oracle: Oracle
) -> AsyncIterator[None]:
    """Let everybody post for the length of the block; an error of one of them ends it."""
    async with asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(
                (_post_and_let_go if n % GIVING_UP_EVERY == 0 else _post_for_ever)(
                    url, person, thread, oracle
                )
            )
            for n, person in enumerate(people)
        ]
        yield
        for task in tasks:
            task.cancel()
