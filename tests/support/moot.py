"""A running community without sockets: requests go through wire and pipeline, every byte is kept."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from msgspec import UNSET
from msgspec.structs import replace

from bbs.address import parse_invitation_link
from bbs.clock import to_ms
from bbs.errors import FolkmootError
from bbs.features.boards.messages import OpenBoard
from bbs.features.members.messages import Invite, IssueToken, Resume
from bbs.features.norms.messages import Clause
from bbs.features.reading.messages import Search
from bbs.features.threads.erasing_messages import Purge
from bbs.features.threads.messages import EditPost, Retitle, WithdrawPost
from bbs.features.threads.tending_messages import MergeThread, MovePosts, MoveThread, SplitThread
from bbs.ids import BoardId, new_id
from bbs.messages import Command, Event, Request, Result
from bbs.powers import Power
from bbs.refusals import CommandWaits
from bbs.testing import FakeClock
from bbs.wire import client_protocol, codec
from bbs.wire.client_protocol import ErrorReply, Reply
from bbs.wire.messages import EphemeralFrame, EventFrame, StreamState, Sync
from bbs_server.app import RunningServer, run_server
from bbs_server.fanout.hub import Subscriber
from bbs_server.fanout.send_queue import FlushBatch, SendQueue, SendQueueCounters
from bbs_server.pipeline import presence
from bbs_server.pipeline.peer import Peer
from bbs_server.settings import ServerSettings
from bbs_server.store.hops import Hops
from tests.support.framed import unframed
from tests.support.inside import Inside
from tests.support.moments import unhurried
from tests.support.people import Person, secret
from tests.support.ready import make_ready

R = TypeVar("R", bound=Result)
T = TypeVar("T")

PATIENCE_S = 20.0  # how long anything on this machine may take before a test gives up
_OF_INDEXED = (
    *(Search, EditPost, Retitle, WithdrawPost, Purge),
    *(MergeThread, MovePosts, MoveThread, SplitThread),
)
NORMS = (Clause(text="Stay with plants.", why="That is what people come here for."),)


class Tape:
    """The wire of a line in memory: keeps what was sent, and why it was closed."""

    def __init__(self) -> None:
        self.frames: list[bytes] = []
        self.closed: tuple[int, str] | None = None
        self._news = asyncio.Event()

    def write(self, frames: Sequence[bytes]) -> None:
        self.frames += frames
        self._news.set()

    def take(self, wired: bytes) -> None:
        """Take bytes as they go over the wire."""
        self.write(unframed(wired))

    def unsent_bytes(self) -> int:
        return 0

    def end(self, code: int, reason: str) -> None:
        self.closed = (code, reason)
        self._news.set()

    async def until(self, condition: Callable[[], T]) -> T:
        """Wait until `condition` gives something true, looking again at every frame."""
        async with asyncio.timeout(PATIENCE_S):
            while not (found := condition()):
                self._news.clear()
                await self._news.wait()
        return found


@dataclass
class Line:
    """One connection in memory.

    Attributes:
        answers: Every answer it got, as bytes.
        events: Every event it was told, in order, all streams.
    """

    moot: "Moot"
    tape: Tape
    outbox: SendQueue
    caller: Peer
    person: Person
    answers: list[bytes] = field(default_factory=list)

    @property
    def id(self) -> str:
        """The id of the member it speaks for."""
        assert self.caller.member is not None
        return self.caller.member

    @property
    def sent(self) -> bytes:
        """Every byte that was sent over this line."""
        return b"\n".join([*self.answers, *self.tape.frames])

    async def ask(self, request: Request[R]) -> R:
        """Send a request and return its answer. Raises the error it was answered with.

        A search finds what was said before, and what is taken back or moved was in the index by then.
        """
        if isinstance(request, _OF_INDEXED):
            await self.moot.running.dispatcher.store.update_index()
        if isinstance(request, Command) and request.op is UNSET:
            request = replace(request, op=new_id())
        call = codec.decode_call(codec.encode_call(len(self.answers) + 1, request))
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        send = partial(_send_to, answer)
        rest = self.moot.running.dispatcher.start_call(self.caller, call, send)
        if rest is not None:
            await rest
        frame = await answer
        self.answers.append(frame)
        reply = client_protocol.decode_message(frame)
        if isinstance(reply, ErrorReply):
            raise reply.error
        assert isinstance(reply, Reply)
        result: R = client_protocol.typed_result(type(request), reply)
        return result

    async def refused(self, request: Request[Any]) -> FolkmootError:
        """Return the error a request is answered with."""
        try:
            await self.ask(request)
        except FolkmootError as error:
            return error
        raise AssertionError(f"{request.method} was not refused")

    async def carry(self, command: Command[Any]) -> None:
        """Send a command; if it has to wait, let it be done all the same, without the time for it."""
        await self.moot.carried(self.ask(command))

    async def listen(self, *streams: str, cursor: int = -1) -> dict[str, StreamState]:
        """Listen to streams, by default from now on."""
        answer = await self.ask(Sync(cursors=dict.fromkeys(streams, cursor)))
        return answer.streams

    @property
    def frames(self) -> list[EventFrame]:
        """The events told so far, in order."""
        found = [client_protocol.decode_message(frame) for frame in self.tape.frames]
        return [frame for frame in found if isinstance(frame, EventFrame)]

    @property
    def ephemerals(self) -> list[EphemeralFrame]:
        """The ephemerals told so far, in order."""
        found = [client_protocol.decode_message(frame) for frame in self.tape.frames]
        return [frame for frame in found if isinstance(frame, EphemeralFrame)]

    def events(self, kind: type[Event]) -> list[Any]:
        """Return the events of one kind told so far, in order."""
        return [
            client_protocol.typed_event(frame) for frame in self.frames if frame.kind == kind.kind
        ]

    async def told(self, kind: type[Event], count: int = 1) -> list[Any]:
        """Wait until so many events of a kind were told, and return them."""
        await self.tape.until(lambda: len(self.events(kind)) >= count)
        return self.events(kind)

    async def settle(self) -> None:
        """Let everything that was committed so far reach the tape."""
        await self.moot.running.dispatcher.store.write(lambda tx: None)
        await self.tape.until(lambda: not len(self.outbox))

    def leave(self) -> None:
        """End the connection, as a cut line does."""
        self.outbox.finish()
        self.moot.running.dispatcher.hub.remove(self.caller.listener)
        presence.gone(self.moot.running.dispatcher, self.caller)


@dataclass
class Moot(Inside):
    """A running server with its clock and its people.

    Attributes:
        sysop: The first member's line.
    """

    running: RunningServer
    clock: FakeClock
    folder: Path
    code: str = ""
    _sysop: Line | None = None

    @property
    def sysop(self) -> Line:
        assert self._sysop is not None
        return self._sysop

    def line(self, person: Person | None = None) -> Line:
        """Connect; nobody is signed in yet."""
        tape = Tape()
        call_later = asyncio.get_running_loop().call_later
        outbox = SendQueue(tape, SendQueueCounters(), FlushBatch().add, call_later)
        outbox.keep_up(tape.take)
        caller = Peer(Subscriber(outbox), host="127.0.0.1", address=None)
        return Line(self, tape, outbox, caller, person or Person("nobody"))

    async def join(self, handle: str) -> Line:
        """Sign somebody up by an invitation of the sysop's."""
        line = self.line(Person(handle))
        await line.ask(line.person.sign_up(self.code))
        return line

    async def take_up(self, sysop: Person) -> None:
        """Connect the sysop of a community that was founded before."""
        self._sysop = self.line(sysop)
        await self._sysop.ask(Resume(token=secret(sysop.session)))

    async def again(self, line: Line, token: str | None = None) -> Line:
        """Open another connection of the same session, or of the one that `token` opens."""
        other = self.line(line.person)
        await other.ask(Resume(token=token or secret(line.person.session)))
        return other

    async def with_token(
        self, line: Line, powers: Iterable[Power], boards: Iterable[BoardId] | None = None
    ) -> Line:
        """Issue a token to the member of `line` and return a connection that uses it."""
        session = new_id()
        reach = None if boards is None else tuple(boards)
        await line.ask(
            IssueToken(
                session=session,
                token=secret(session),
                label="script",
                powers=tuple(powers),
                boards=reach,
            )
        )
        other = self.line(line.person)
        await other.ask(Resume(token=secret(session)))
        return other

    async def do_by_delay(self, line: Line, command: Command[Any]) -> CommandWaits:
        """Send a command that waits, and let its time pass without a word of anybody."""
        waits = await line.refused(command)
        assert isinstance(waits, CommandWaits), waits
        self.clock.jump(seconds=(to_ms(waits.until) - self.clock()) / 1_000)
        await self.do_jobs("commands that wait")
        return waits

    async def board(self, opener: Line, slug: str, **settings: Any) -> BoardId:
        """Open a board and return its id."""
        board = new_id()
        given = {"title": slug.title(), "charter": f"About {slug}.", "norms": NORMS, "hold_s": 0}
        await opener.ask(OpenBoard(board=board, slug=slug, **{**given, **settings}))
        return board


def _send_to(answer: "asyncio.Future[bytes]", frame: bytes) -> None:
    if not answer.done():  # whoever asked has left
        answer.set_result(frame)


@asynccontextmanager
async def open_moot(
    folder: Path, clock: FakeClock | None = None, hops: Hops | None = None, **settings: Any
) -> AsyncIterator[Moot]:
    """Run a server on `folder` whose time stands still and that does no timed work by itself.

    The first time, a sysop joins and invites a hundred; opened again, nobody is connected.
    """
    fields = {"data": str(folder), "listen": "127.0.0.1:0", "sample": True, **settings}
    given = ServerSettings(**fields)
    moot_clock = clock or FakeClock()
    make_ready(folder)
    async with run_server(
        given, clock=moot_clock, hops=hops or unhurried(), job_list=()
    ) as running:
        moot = Moot(running, moot_clock, folder)
        if running.invitation is not None:
            sysop = moot.line(Person("sysanne"))
            await sysop.ask(sysop.person.sign_up(parse_invitation_link(running.invitation).code))
            moot.code = secret(f"invitation into {folder}")
            await sysop.ask(Invite(invitation=new_id(), code=moot.code, uses=100))
            moot._sysop = sysop
        yield moot
