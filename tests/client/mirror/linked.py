"""A running link with everything around it, for the tests of the link."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bbs.features.threads.messages import Say
from bbs.features.threads.views import LineResult
from bbs.ids import COMMONS, new_id
from bbs.messages import Result
from bbs.profiles import Profile
from bbs.testing import FakeClock, a_line
from bbs_client.mirror.file import Mirror
from bbs_client.mirror.outbox import Outbox
from bbs_client.session import events
from bbs_client.session.connection import Connection
from tests.client.mirror.model import Model
from tests.client.mirror.scripted import Scripted


class House:
    """A running link with everything around it."""

    def __init__(self, folder: Path) -> None:
        self.model = Model()
        self.community = Scripted(self.model)
        self.community.answers[Say] = self.say
        self.cache = Mirror.open(folder / "mirror.db", self.model.me.id, self.model.clock)
        self.outbox = Outbox.open(folder / "outbox.db", FakeClock())
        self.news: list[events.SessionEvent] = []
        self.hour = asyncio.Event()
        profile = Profile(
            name="village",
            url="bbs://localhost:1",
            handle="ana",
            member=self.model.me.id,
            session=new_id(),
            token="bbs_secret",
            host="localhost",
        )
        self.link = Connection(
            profile,
            self.cache,
            self.outbox,
            self.news.append,
            connect=self.connect,  # type: ignore[arg-type]  # wider or wrong on purpose
            sleep=self.sleep,
        )
        self.task: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def connect(self) -> AsyncIterator[Scripted]:
        yield self.community

    async def sleep(self, seconds: float) -> None:
        if seconds >= 3_600:
            await self.hour.wait()
            self.hour.clear()
        await asyncio.sleep(0)

    def say(self, command: Say) -> Result:
        line = a_line(id=command.line, number=len(self.model.lines) + 1, body=command.body)
        self.model.lines[line.id] = line
        return LineResult(line=line)

    async def start(self, *, online: bool = True) -> None:
        self.task = asyncio.create_task(self.link.run())
        self.community.turn(online, "connected" if online else "no route")
        if online:
            await self.until(lambda: self.cache.epoch() is not None)
        await self.until(lambda: not self.community.happened)

    async def until(self, true: Callable[[], bool]) -> None:
        """Let the loop turn until something is true; fail if it never is."""
        for _ in range(2_000):
            if true():
                return
            await asyncio.sleep(0)
        raise AssertionError("it never came")

    async def settle(self) -> None:
        """Let the loop turn until nothing is left to do."""
        for _ in range(50):
            await asyncio.sleep(0)

    def told(self, kind: type) -> list[Any]:
        return [one for one in self.news if isinstance(one, kind)]

    def asked(self, kind: type) -> list[Any]:
        return [one for one in self.community.asked if isinstance(one, kind)]

    async def stop(self) -> None:
        self.link.stop()
        if self.task is not None:
            await self.task
        self.cache.close()
        self.outbox.close()


def a_say(body: str = "hello") -> Say:
    return Say(board=COMMONS, line=new_id(), body=body)
