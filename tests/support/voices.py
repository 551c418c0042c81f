"""Members over real sockets: a server that can be stopped and started again, and SDK clients."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import bbs
from bbs.address import parse_invitation_link
from bbs.errors import FolkmootError
from bbs.features.boards.messages import OpenBoard
from bbs.features.boards.seat_messages import Appoint, TakeSeat
from bbs.features.members.messages import Invite, IssueToken
from bbs.features.norms.messages import Clause, GetCommonsNorms
from bbs.features.reading.messages import Search
from bbs.ids import COMMONS, BoardId, SessionId, new_id
from bbs.messages import Event, Request, Result
from bbs.powers import Power
from bbs.sdk import credentials
from bbs.sdk.community import Community
from bbs.sdk.updates import EphemeralHappened, EventHappened, StreamGone, StreamReset, Update
from bbs.streams import member_stream
from bbs.testing import FakeClock
from bbs_server.app import RunningServer, run_server
from bbs_server.settings import ServerSettings
from tests.support.inside import Inside
from tests.support.moments import unhurried
from tests.support.ready import make_ready

R = TypeVar("R", bound=Result)
T = TypeVar("T")

PATIENCE_S = 20.0  # how long anything on this machine may take before a test gives up
PASSWORD = "six brown hens in the attic"
NORMS = (Clause(text="Stay with plants.", why="That is what people come here for."),)


async def at_once(_: float) -> None:
    """Wait a turn of the loop instead of the time asked for: tests need not sit out a backoff."""
    await asyncio.sleep(0)


@dataclass
class Voice:
    """A connected client that keeps everything that happens, in order."""

    community: Community
    handle: str
    token: str
    session: SessionId
    happened: list[Update] = field(default_factory=list)
    ended: FolkmootError | None = None
    hall: "Hall | None" = None
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def id(self) -> str:
        """The id of the member it speaks for."""
        assert self.community.me is not None
        return self.community.me.member.id

    async def ask(self, request: Request[R]) -> R:
        """Send a request and return its answer; a search finds what was said before."""
        if isinstance(request, Search) and self.hall is not None:
            await self.hall.running.dispatcher.store.update_index()
        return await self.community.call(request)

    async def listen(self, *boards: BoardId) -> None:
        """Listen to boards and to one's own stream, from now on."""
        streams = [f"{kind}:{board}" for board in boards for kind in ("board", "lounge")]
        await self.community.listen(dict.fromkeys([*streams, member_stream(self.id)], -1))

    async def refused(self, request: Request[Any]) -> FolkmootError:
        """Return the error a request is answered with."""
        try:
            await self.community.call(request)
        except FolkmootError as error:
            return error
        raise AssertionError(f"{request.method} was not refused")

    async def until(self, condition: Callable[[], T]) -> T:
        """Wait until `condition` gives something true, looking again whenever something happens."""
        async with asyncio.timeout(PATIENCE_S):
            while not (found := condition()):
                self._news.clear()
                await self._news.wait()
        return found

    def events(self, stream: str | None = None, kind: type[Event] | None = None) -> list[Any]:
        """Return what happened on a stream, of a kind, in order."""
        found = [one for one in self.happened if isinstance(one, EventHappened)]
        return [
            one
            for one in found
            if (stream is None or one.stream == stream) and (kind is None or one.kind == kind.kind)
        ]

    async def told(self, kind: type[Event], count: int = 1, stream: str | None = None) -> list[Any]:
        """Wait until so many events of a kind happened, and return their structs."""
        await self.until(lambda: len(self.events(stream, kind)) >= count)
        return [one.event for one in self.events(stream, kind)]

    def ephemerals(self, kind: type[Any]) -> list[Any]:
        """Return the ephemerals of a kind, in order."""
        found = [one.ephemeral for one in self.happened if isinstance(one, EphemeralHappened)]
        return [one for one in found if isinstance(one, kind)]

    def gone(self) -> list[str]:
        """Return the streams that ended, in order."""
        return [one.stream for one in self.happened if isinstance(one, StreamGone)]

    def resets(self) -> list[str]:
        """Return the streams that were reset, in order."""
        return [one.stream for one in self.happened if isinstance(one, StreamReset)]

    async def keep(self) -> None:
        """Take what happens until the community is left."""
        try:
            async for happened in self.community.events():
                self.happened.append(happened)
                self._news.set()
        except FolkmootError as error:
            self.ended = error
        self._news.set()


@dataclass
class Hall(Inside):
    """A server on a data folder, and the voices in it.

    Attributes:
        sysop: The first member's.
        port: Kept over restarts.
    """

    folder: Path
    clock: FakeClock
    settings: dict[str, Any]
    running: RunningServer
    port: int = 0
    code: str = ""
    sysop: Voice = field(init=False)
    _server: AsyncExitStack = field(default_factory=AsyncExitStack)
    _clients: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def stop(self) -> None:
        """Stop the server; clients stay and try to come back."""
        await self._server.aclose()

    async def start(self) -> None:
        """Start the server on the same data and port."""
        settings = {**self.settings, "listen": f"127.0.0.1:{self.port}"}
        self.running = await self._server.enter_async_context(
            run_server(ServerSettings(**settings), clock=self.clock, hops=unhurried(), job_list=())
        )

    async def _connected(self, **options: Any) -> Community:
        options = {"sleep": at_once, **options}
        connection = bbs.connect(self.running.url, **options)
        return await self._clients.enter_async_context(connection)

    async def voice(self, handle: str, token: str, **options: Any) -> Voice:
        """Connect with the token of an open session."""
        community = await self._connected(token=token, **options)
        assert community.me is not None
        return self._kept(Voice(community, handle, token, community.me.session.id))

    def _kept(self, voice: Voice) -> Voice:
        voice.hall = self
        task = asyncio.create_task(voice.keep())

        async def end() -> None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

        self._clients.push_async_callback(end)
        return voice

    async def join(self, handle: str, *boards: BoardId) -> Voice:
        """Sign somebody up, and seat them on boards."""
        community = await self._connected()
        norms = await community.call(GetCommonsNorms())
        who = await credentials.sign_up(
            community,
            self.code,
            handle,
            handle.title(),
            PASSWORD,
            "laptop",
            norms_version=norms.version,
        )
        voice = self._kept(Voice(community, handle, who.token, who.session))
        for board in boards:
            await voice.ask(TakeSeat(board=board, norms_version=1))
        await voice.listen(COMMONS, *boards)
        return voice

    async def phone(self, voice: Voice, **options: Any) -> Voice:
        """Sign a member in on a second device."""
        community = await self._connected(**options)
        who = await credentials.sign_in_password(community, voice.handle, PASSWORD, "phone")
        other = self._kept(Voice(community, voice.handle, who.token, who.session))
        if options.get("listen", True):
            await other.listen(COMMONS)
        return other

    async def bot(
        self, voice: Voice, powers: Iterable[Power], boards: Iterable[BoardId] | None = None
    ) -> Voice:
        """Connect with a token of a member's."""
        session, token = new_id(), credentials.new_token()
        reach = None if boards is None else tuple(boards)
        issue = IssueToken(
            session=session, token=token, label="bot", powers=tuple(powers), boards=reach
        )
        await voice.ask(issue)
        return await self.voice(voice.handle, token)

    async def board(self, slug: str, moderator: Voice | None = None, **settings: Any) -> BoardId:
        """Open a board; the sysop sits on it, and somebody else as moderator if wanted."""
        board = new_id()
        given = {"title": slug.title(), "charter": f"About {slug}.", "norms": NORMS, "hold_s": 0}
        await self.sysop.ask(OpenBoard(board=board, slug=slug, **{**given, **settings}))
        await self.sysop.listen(board)
        if moderator is not None:
            await moderator.ask(TakeSeat(board=board, norms_version=1))
            await self.sysop.ask(Appoint(board=board, member=moderator.id))
        return board


@asynccontextmanager
async def open_hall(folder: Path, **settings: Any) -> AsyncIterator[Hall]:
    """Run a server whose time stands still and that does no timed work by itself."""
    given = {"data": str(folder), "listen": "127.0.0.1:0", "sample": True, **settings}
    clock = FakeClock()
    make_ready(folder)
    async with AsyncExitStack() as server:
        running = await server.enter_async_context(
            run_server(ServerSettings(**given), clock=clock, hops=unhurried(), job_list=())
        )
        hall = Hall(folder, clock, given, running, urlsplit(running.url).port or 0)
        hall._server = server
        try:
            assert running.invitation is not None
            hall.code = parse_invitation_link(running.invitation).code
            hall.sysop = await hall.join("sysanne")
            hall.code = credentials.new_secret()
            await hall.sysop.ask(Invite(invitation=new_id(), code=hall.code, uses=100))
            yield hall
        finally:
            await hall._clients.aclose()
