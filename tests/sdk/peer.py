"""A small scripted server over links in memory: enough of the protocol to test the SDK against."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from random import Random
from typing import Any

import msgspec

from bbs import connect
from bbs.clock import instant
from bbs.errors import FolkmootError
from bbs.features.boards.messages import BoardList, ListBoards
from bbs.features.boards.seat_messages import SeatChanged, SeatState
from bbs.features.members.messages import Resume
from bbs.features.members.views import Session, SignInResult, SystemAuthor
from bbs.features.threads.messages import LoungeFaded
from bbs.ids import COMMONS, new_id
from bbs.messages import Ephemeral, Event, Request, Result
from bbs.refusals import NotFound
from bbs.sdk.community import Community
from bbs.sdk.transport import Transport, TransportClosed
from bbs.sdk.updates import EventHappened
from bbs.streams import COMMONS_STREAM, lounge_stream, member_stream
from bbs.testing import MemoryTransport, a_member, a_seat, memory_transports
from bbs.wire import codec
from bbs.wire.close import Close
from bbs.wire.messages import CURSOR_TAGS, PROTOCOL, Hello, StreamState, Sync, SyncResult, Welcome
from bbs.wire.server_protocol import ServerProtocol

ME = new_id()
MINE = member_stream(ME)
BOARD = COMMONS_STREAM
LOUNGE = lounge_stream(COMMONS)
TOKEN = "bbs_" + "t" * 43
Handler = Callable[[Any], Result | FolkmootError | None]


def signed_in(_: object = None) -> SignInResult:
    """Answer any sign-in: it is ME."""
    return SignInResult(member=a_member(id=ME), session=Session(id=new_id(), label="test"))


class Peer:
    """The scripted server.

    Attributes:
        handlers: What answers a request of a type: a result, an error, or None for no answer.
        streams: The events of each stream by seq, from 1.
        refusals: Errors to raise instead of opening a link, first one first.
        sync_refusals: Errors to answer the next syncs with.
        asked: Every request that arrived, over all connections.
        replay_max: How many events one sync replays before it answers `more`.
        features: What `hello` names. With `cursor_tags` every place has a tag, as `tag_of` makes
            it, and one with another tag is reset.
        waits_s: What the SDK wanted to sleep, without having slept.
    """

    def __init__(self) -> None:
        self.epoch = "e1"
        self.features: tuple[str, ...] = ()
        self.handlers: dict[type, Handler] = {
            Hello: self._welcome,
            Resume: signed_in,
            ListBoards: lambda _: BoardList(boards=(), seats=(a_seat(member=ME),)),
        }
        self.streams: dict[str, list[bytes]] = {MINE: [], BOARD: [], LOUNGE: []}
        self.bases: dict[str, int] = {}
        self.refusals: list[Exception] = []
        self.sync_refusals: list[FolkmootError] = []
        self.asked: list[Request[Any]] = []
        self.opened = 0
        self.histories: dict[str, str] = {}
        self.replay_max = 100
        self.waits_s: list[float] = []
        self._ends: dict[MemoryTransport, set[str]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self) -> Transport:
        """Open a link to this server, or refuse; given to `connect`."""
        self.opened += 1
        if self.refusals:
            raise self.refusals.pop(0)
        ours, theirs = memory_transports()
        self._ends[theirs] = set()
        self._tasks.add(asyncio.create_task(self._serve(theirs)))
        return ours

    async def sleep(self, seconds: float) -> None:
        """Note the wait and go on at once."""
        self.waits_s.append(seconds)
        await asyncio.sleep(0)

    def append(self, stream: str, event: Event, *, subject: str = COMMONS) -> int:
        """Let something happen that nobody is told; return its seq."""
        log = self.streams.setdefault(stream, [])
        data = msgspec.json.encode(event)
        at, seq = instant(0), len(log) + 1
        kind = type(event).kind
        tag = self.tag_of(stream, seq)
        log.append(codec.encode_event(stream, seq, at, kind, SystemAuthor(), subject, data, tag))
        return seq

    def tag_of(self, stream: str, seq: int) -> str:
        """Return the tag of a place in the history this server has now."""
        if CURSOR_TAGS not in self.features:
            return ""
        return f"{self.histories.get(stream, 'h1')}-{stream[:5]}-{seq}"

    def tell(self, stream: str, event: Event) -> int:
        """Let something happen and tell everybody who listens; return its seq."""
        seq = self.append(stream, event)
        self.push(stream, seq)
        return seq

    def push(self, stream: str, seq: int) -> None:
        """Send an event again, or late, to everybody who listens."""
        for link, streams in self._ends.items():
            if stream in streams:
                link.send_nowait(self.streams[stream][seq - 1])

    def say(self, ephemeral: Ephemeral) -> None:
        """Tell every connection something that is true right now."""
        for link in self._ends:
            link.send_nowait(codec.encode_ephemeral(ephemeral))

    def inject(self, frame: bytes) -> None:
        """Send every connection a frame as it is."""
        for link in self._ends:
            link.send_nowait(frame)

    def cut(self, code: int = 1006, reason: str = "") -> None:
        """End every connection."""
        for link in list(self._ends):
            link.abort(code, reason)
        self._ends.clear()

    async def close(self) -> None:
        """Stop serving."""
        self.cut()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, link: MemoryTransport) -> None:
        session = ServerProtocol()
        session.signed_in()
        try:
            while True:
                taken = session.receive(await link.receive())
                if isinstance(taken, Close):
                    link.abort(taken.code, taken.reason)
                elif isinstance(taken, bytes):
                    await link.send(taken)
                else:
                    self.asked.append(taken.request)
                    answer = self._answer(link, taken.request)
                    session.done(taken.id)
                    if isinstance(answer, Result):
                        await link.send(codec.encode_result(taken.id, answer))
                    elif answer is not None:
                        await link.send(codec.encode_error(taken.id, answer))
        except TransportClosed:
            self._ends.pop(link, None)

    def _answer(
        self, link: MemoryTransport, request: Request[Any]
    ) -> Result | FolkmootError | None:
        handler = self.handlers.get(type(request))
        if handler is not None:
            return handler(request)
        if isinstance(request, Sync):
            if self.sync_refusals:
                return self.sync_refusals.pop(0)
            return self._sync(link, request)
        return NotFound("handler")

    def _welcome(self, _: Hello) -> Welcome:
        return Welcome(
            version=PROTOCOL,
            server="peer",
            community="Test",
            epoch=self.epoch,
            features=self.features,
            limits={},
        )

    def _sync(self, link: MemoryTransport, request: Sync) -> SyncResult:
        listened = self._ends[link]
        listened.difference_update(request.drop)
        return SyncResult(
            streams={
                stream: self._catch_up(
                    link, stream, have, request.epoch, request.tags.get(stream, "")
                )
                for stream, have in request.cursors.items()
            }
        )

    def _catch_up(
        self, link: MemoryTransport, stream: str, have: int, epoch: str | None, tag: str
    ) -> StreamState:
        log = self.streams.get(stream)
        if log is None:
            return StreamState(state="gone")
        base, head = self.bases.get(stream, 0), self.tag_of(stream, len(log))
        strange = bool(tag) and tag != self.tag_of(stream, have)
        if have >= 0 and (have < base or strange or epoch not in (None, self.epoch)):
            return StreamState(state="reset", seq=len(log), base_seq=base, tag=head)
        have = len(log) if have < 0 else have
        last = min(len(log), have + self.replay_max)
        for frame in log[have:last]:
            link.send_nowait(frame)
        if last < len(log):
            return StreamState(state="more", seq=last, base_seq=base, tag=self.tag_of(stream, last))
        self._ends[link].add(stream)
        return StreamState(state="live", seq=last, base_seq=base, tag=self.tag_of(stream, last))


def faded() -> LoungeFaded:
    """Return an event of no consequence."""
    return LoungeFaded(board=COMMONS, until=instant(0))


def seat_changed(board: str, state: SeatState, member: str = ME) -> SeatChanged:
    """Return the event of a seat that changed."""
    return SeatChanged(seat=a_seat(board=board, member=member, state=state))


@asynccontextmanager
async def meeting(peer: Peer, **options: Any) -> AsyncIterator[Community]:
    """Connect the SDK to a peer without sockets, without sleeping, and with chance fixed."""
    given: dict[str, Any] = {
        "token": TOKEN,
        "link": peer.open,
        "rng": Random(7),
        "sleep": peer.sleep,
    }
    try:
        async with connect("bbs://localhost:1", **(given | options)) as community:
            yield community
    finally:
        await peer.close()


async def until(happens: Callable[[], object]) -> None:
    """Let other tasks run until something is so; fails if it does not become so."""
    for _ in range(1_000):
        if happens():
            return
        await asyncio.sleep(0)
    raise AssertionError("it did not happen")


async def next_seqs(community: Community, count: int, stream: str = BOARD) -> list[int]:
    """Return the seqs of the next events of a stream, passing over everything else."""
    seqs: list[int] = []
    async for happened in community.events():
        if isinstance(happened, EventHappened) and happened.stream == stream:
            seqs.append(happened.seq)
            if len(seqs) == count:
                break
    return seqs
