"""A client without its screens: mirror, outbox, and the link that keeps both."""

import asyncio
from pathlib import Path

from bbs.features.threads.messages import WritePost
from bbs.ids import ThreadId, new_id
from bbs.profiles import Profile
from bbs_client.mirror.file import Mirror
from bbs_client.mirror.outbox import Outbox
from bbs_client.session.connection import Connection
from bbs_client.session.events import SessionEvent
from tests.faults.people import Person, hurried

Shown = tuple[int | None, str, str | None]
"""A post's number, id and words."""


class Client:
    """What runs below the screens; its files are closed by `close`.

    Attributes:
        submitted: Ids of what was written here, in order.
    """

    def __init__(self, folder: Path, url: str, person: Person) -> None:
        self.cache = Mirror.open(folder / "mirror.db", person.id)
        self.outbox = Outbox.open(folder / "outbox.db")
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
        self.link = Connection(profile, self.cache, self.outbox, self._take, sleep=hurried)

    def _take(self, news: SessionEvent) -> None:
        self._changed.set()

    def close(self) -> None:
        """Close mirror and outbox, as the end of the process does."""
        self.cache.close()
        self.outbox.close()

    def write(self, thread: ThreadId, body: str) -> None:
        """Write a post, online or not."""
        command = WritePost(op=new_id(), thread=thread, post=new_id(), body=body)
        self.submitted.append(command.post)
        self.link.submit(command, f"thread:{thread}")

    async def holds(self, thread: ThreadId, posts: int) -> None:
        """Wait until nothing waits to be sent and the mirror has so many posts of a thread."""
        while self.outbox.pending() or len(self.posts(thread)) < posts:
            await self.changes()

    async def comes_to_show(self, thread: ThreadId, truth: list[Shown], within_s: float) -> None:
        """Run until the mirror is filled and shows what is true of a thread, and stop.

        Raises:
            TimeoutError: If it goes on to show something else.
        """
        run = asyncio.create_task(self.link.run())
        try:
            async with asyncio.timeout(within_s):
                await self.link.open_thread(thread)
                while self.posts(thread) != truth or self.cache.epoch() is None:
                    await self.changes()
        finally:
            self.link.stop()
            await run

    async def changes(self) -> None:
        """Wait until there is news of the link."""
        self._changed.clear()
        await self._changed.wait()

    def posts(self, thread: ThreadId) -> list[Shown]:
        """Return number, id and words of what the mirror has of a thread."""
        row = self.cache.thread(thread)
        last = row.thread.posts if row else 0
        found = self.cache.posts(thread, range(1, last + 1))
        return [(post.number, post.id, post.body) for post in found]
