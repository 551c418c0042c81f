"""A whole small community on loopback for journeys: a real server, real sockets, real mirrors."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import bbs
from bbs.address import parse_invitation_link
from bbs.cli.account.save_profile import profile_from_credentials
from bbs.features.boards.messages import OpenBoard
from bbs.features.boards.seat_messages import TakeSeat
from bbs.features.members.messages import Invite
from bbs.features.norms.messages import Clause
from bbs.features.threads.messages import StartThread
from bbs.ids import BoardId, ThreadId, new_id
from bbs.profiles import Profile
from bbs.sdk.community import Community
from bbs.sdk.credentials import new_secret, sign_up
from bbs.streams import board_stream, lounge_stream
from bbs.testing import FakeClock
from bbs.wire import close
from bbs_client.mirror.file import Mirror
from bbs_client.mirror.outbox import Outbox
from bbs_client.session.connection import Connection
from bbs_client.session.events import MirrorChanged, SessionEvent
from bbs_server.app import RunningServer, run_server
from bbs_server.settings import ServerSettings
from bbs_server.store import event_log
from tests.support.inside import Inside
from tests.support.ready import make_ready

PASSWORD = "six brown hens in the attic"


@dataclass
class Front:
    """A member's mirror, kept true by a link.

    Attributes:
        news: What the link told, in order.
    """

    profile: Profile
    cache: Mirror
    outbox: Outbox
    link: Connection
    task: asyncio.Task[None]
    changed: asyncio.Event
    news: list[SessionEvent]

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until a condition holds, looking again whenever the mirror changes."""
        async with asyncio.timeout(20):
            while not condition():
                self.changed.clear()
                await self.changed.wait()

    def open_letters(self) -> set[str]:
        """Return the letters that the mirror's reader is in."""
        rows = self.cache._db.execute("SELECT board FROM letters WHERE state = 'open'")
        return {letter for (letter,) in rows.fetchall()}

    async def close(self) -> None:
        """Let the link go and close the files."""
        self.link.stop()
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)
        self.cache.close()
        self.outbox.close()


@dataclass
class House(Inside):
    """A running server with its members.

    Attributes:
        members: Profiles by handle; `voices` are their plain SDK connections.
    """

    folder: Path
    clock: FakeClock
    running: RunningServer
    members: dict[str, Profile] = field(default_factory=dict)
    voices: dict[str, Community] = field(default_factory=dict)
    stack: contextlib.AsyncExitStack = field(default_factory=contextlib.AsyncExitStack)

    async def join(self, handle: str) -> Community:
        """Sign somebody up; the first one becomes sysop."""
        if self.members:
            code = new_secret()
            sysop = next(iter(self.voices.values()))
            await sysop.call(Invite(invitation=new_id(), code=code))
        else:
            assert self.running.invitation is not None
            code = parse_invitation_link(self.running.invitation).code
        url = self.running.url
        voice = await self.stack.enter_async_context(bbs.connect(url, listen=False))
        who = await sign_up(
            voice,
            code,
            handle,
            handle.capitalize(),
            PASSWORD,
            "test",
            norms_version=1,
            with_key=False,
        )
        host = url.removeprefix("bbs://")
        self.voices[handle] = voice
        self.members[handle] = profile_from_credentials(who, host=host, name=handle)
        return voice

    async def front(self, handle: str, name: str, *, outside: bool = False) -> Front:
        """Open a mirror for a member, in a folder of its own, and bring it up unless they wait outside."""
        profile = self.members[handle]
        folder = self.folder / name
        cache = Mirror.open(folder / "mirror.db", profile.member, self.clock)
        outbox = Outbox.open(folder / "outbox.db")
        changed = asyncio.Event()

        told: list[SessionEvent] = []

        def notify(news: SessionEvent) -> None:
            told.append(news)
            changed.set()
            if isinstance(news, MirrorChanged) and news.whole:
                up.set()

        up = asyncio.Event()

        async def at_once(seconds: float) -> None:
            await asyncio.sleep(0)

        def connect() -> Any:
            return bbs.connect(
                profile.url, token=profile.token, listen=False, offline_ok=True, sleep=at_once
            )

        link = Connection(profile, cache, outbox, notify, connect=connect)
        task = asyncio.create_task(link.run())
        front = Front(profile, cache, outbox, link, task, changed, told)
        if not outside:
            async with asyncio.timeout(20):
                await up.wait()
        return front

    def cut(self, handle: str) -> None:
        """Cut every connection of a member, as if they had been too slow."""
        member = self.members[handle].member
        for connection in tuple(self.running.listener.connections):
            if connection.caller.member == member:
                connection.outbox.end(close.TOO_SLOW, "cut")

    async def heads(self) -> dict[str, int]:
        """Return the seq of every board's and lounge's stream."""
        boards = await self.running.dispatcher.store.read(
            lambda tx: [board for (board,) in tx.fetch_all("SELECT id FROM boards")]
        )
        streams = [name(board) for board in boards for name in (board_stream, lounge_stream)]
        return await self.running.dispatcher.store.read(lambda tx: event_log.heads(tx, streams))


async def open_garden(community: House) -> tuple[BoardId, ThreadId]:
    """Open a board with a thread as the sysop, sysanne; ana sits there."""
    board, thread = new_id(), new_id()
    sysop = community.voices["sysanne"]
    norms = (Clause(text="Stay with plants.", why="That is what people come here for."),)
    opening = OpenBoard(board=board, slug="garden", title="G", charter="C.", norms=norms, hold_s=0)
    await sysop.call(opening)
    await sysop.call(
        StartThread(board=board, thread=thread, post=new_id(), title="T", body="Rhubarb")
    )
    await community.voices["ana"].call(TakeSeat(board=board, norms_version=1))
    return board, thread


@contextlib.asynccontextmanager
async def house(folder: Path, *, clock: FakeClock | None = None) -> AsyncIterator[House]:
    """Run a server whose time stands still, without timed work of its own."""
    clock = clock or FakeClock()
    make_ready(folder / "data")
    settings = ServerSettings(data=str(folder / "data"), listen="127.0.0.1:0", sample=True)
    async with run_server(settings, clock=clock, job_list=()) as running:
        found = House(folder, clock, running)
        async with found.stack:
            yield found
