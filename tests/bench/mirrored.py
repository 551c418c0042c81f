"""A device with a mirror of many posts: filled from a server as any client's is, then offline."""

import asyncio
from pathlib import Path

import pytest

from bbs.ids import ThreadId, new_id
from bbs.profiles import Profile, save_profile
from bbs_client.session.connection import Connection
from bbs_client.session.events import SessionEvent
from bbs_client.session.storage import ProfileStorage, open_storage
from tests.bench.seeded import add_thread
from tests.faults.people import hurried, move_in
from tests.faults.server_process import ServerProcess

LONG_POSTS = 10_000
SHORT_POSTS = 10
SHORT_TITLE = "A few words"


class Device:
    """A profile with a mirror of a long and a short thread.

    Attributes:
        profile: Who one is; the server is not there any more.
        long, short: The two threads.
    """

    def __init__(self, profile: Profile, long: ThreadId, short: ThreadId) -> None:
        self.profile = profile
        self.long = long
        self.short = short


async def _fill(kept: ProfileStorage, profile: Profile, threads: dict[ThreadId, int]) -> None:
    """Bring whole threads into a mirror."""
    changed = asyncio.Event()

    def hear(_: SessionEvent) -> None:
        changed.set()

    link = Connection(profile, kept.cache, kept.outbox, hear, sleep=hurried)
    run = asyncio.create_task(link.run())
    for thread, posts in threads.items():
        while not (row := kept.cache.thread(thread)) or row.thread.posts < posts:
            changed.clear()
            await changed.wait()
        await link.open_thread(thread)
        while kept.cache.missing(thread):
            changed.clear()
            await changed.wait()
    link.stop()
    await run


async def make_device(home: Path, patch: pytest.MonkeyPatch) -> Device:
    """Fill a mirror below a folder of its own (`BBS_HOME`), and leave it offline."""
    patch.setenv("BBS_HOME", str(home))
    with ServerProcess(home) as server:
        await server.start()
        [person] = await move_in(server.url, server.invitation, 1)
        long = await add_thread(server, person, LONG_POSTS)
        short = await add_thread(server, person, SHORT_POSTS, title=SHORT_TITLE)
        profile = Profile(
            name="bench",
            url=server.url,
            handle=person.handle,
            member=person.id,
            session=new_id(),
            token=person.token,
            host="127.0.0.1",
        )
        save_profile(profile, default=True)
        kept = open_storage(profile)
        try:
            await _fill(kept, profile, {long: LONG_POSTS, short: SHORT_POSTS})
        finally:
            kept.close()
    return Device(profile, long, short)


def nowhere() -> Profile:
    """Return a profile whose server is not there."""
    return Profile(
        name="bench",
        url="ws://127.0.0.1:9/",
        handle="ana",
        member=new_id(),
        session=new_id(),
        token="",
        host="127.0.0.1",
    )
