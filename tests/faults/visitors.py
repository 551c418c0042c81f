"""People and programs that come and go, in every way a connection can begin and end."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from random import Random

from bbs.features.members.messages import Resume
from bbs.features.presence.messages import SetPresence
from bbs.features.threads.messages import ListPosts, WritePost
from bbs.ids import ThreadId, new_id
from bbs.streams import COMMONS_STREAM
from bbs.wire import codec
from bbs.wire.messages import Sync
from tests.faults.people import Person, line
from tests.support.raw import Raw, raw

HANDSHAKE = b"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
PAUSE_S = 0.2  # how long a reader listens before it is gone


@dataclass
class Visitors:
    """Comes and goes on one server.

    Attributes:
        visits: How many came, by the way they went.
    """

    port: int
    people: list[Person]
    thread: ThreadId
    rng: Random
    visits: Counter[str] = field(default_factory=Counter)

    @property
    def url(self) -> str:
        """Where they connect."""
        return f"bbs://127.0.0.1:{self.port}"

    async def come_and_go(self, lasting_s: float, at_once: int) -> None:
        """Let visitors come, so many at once, for some seconds."""
        until_s = asyncio.get_running_loop().time() + lasting_s
        await asyncio.gather(*(self._one_after_another(until_s) for _ in range(at_once)))

    async def _one_after_another(self, until_s: float) -> None:
        ways: list[Callable[[], Awaitable[None]]] = [
            self._member,
            self._member_cut_off,
            self._asks_and_leaves,
            self._stranger,
            self._half_a_handshake,
            self._half_a_frame,
            self._nonsense,
        ]
        while asyncio.get_running_loop().time() < until_s:
            way = self.rng.choice(ways)
            await way()
            self.visits[way.__name__.strip("_")] += 1

    async def _member(self) -> None:
        """Read a little, write a post, listen, leave in good order."""
        person = self.rng.choice(self.people)
        async with line(self.url, person, listen=True, cursors={COMMONS_STREAM: -1}) as community:
            await community.call(SetPresence(visible=self.rng.random() < 0.5))
            await community.call(WritePost(thread=self.thread, post=new_id(), body="Hello again."))
            await community.call(ListPosts(thread=self.thread, limit=20))

    async def _enter(self, client: Raw) -> None:
        await client.hello()
        await client.ask(Resume(token=self.rng.choice(self.people).token))
        await client.ask(Sync(cursors={COMMONS_STREAM: -1}))

    async def _member_cut_off(self) -> None:
        """Listen and be cut off by a reset."""
        async with raw(self.url) as client:
            await self._enter(client)
            with_presence = asyncio.ensure_future(client.ask(SetPresence(visible=True)))
            await asyncio.wait([with_presence], timeout=self.rng.uniform(0, PAUSE_S))
            client.socket.transport.abort()
            await asyncio.gather(with_presence, return_exceptions=True)

    async def _asks_and_leaves(self) -> None:
        """Ask for much at once and be gone before the answers."""
        async with raw(self.url) as client:
            await self._enter(client)
            for n in range(self.rng.randrange(1, 30)):
                frame = codec.encode_call(1_000 + n, ListPosts(thread=self.thread, limit=50))
                await client.send(frame.decode())
            client.socket.transport.abort()

    async def _stranger(self) -> None:
        """Say hello and go without signing in."""
        async with raw(self.url) as client:
            await client.hello()

    async def _nonsense(self) -> None:
        """Send a frame that means nothing and go, or wait to be sent away for one in binary."""
        async with raw(self.url) as client:
            await client.exchange(self.rng.choice(["{", "[]", "null", '{"jsonrpc":1}']))
            if self.rng.random() < 0.5:
                await client.send(b"\0")
                await client.end()

    async def _half_a_handshake(self) -> None:
        """Begin an HTTP request and be gone."""
        _, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(HANDSHAKE[: self.rng.randrange(1, len(HANDSHAKE))])
        await writer.drain()
        writer.transport.abort()

    async def _half_a_frame(self) -> None:
        """Sign in, begin a frame and be gone in the middle of it."""
        async with raw(self.url) as client:
            await self._enter(client)
            # A masked text frame of 60,000 bytes, of which a few come.
            client.socket.transport.write(b"\x81\xfe\xea\x60" + bytes(self.rng.randrange(4, 5_000)))
            client.socket.transport.abort()
