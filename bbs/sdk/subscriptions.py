"""The streams a program listens to: syncs them again after gaps, and passes events on in order."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from random import Random

from bbs.errors import Disconnected, FolkmootError, ProtocolError, RetryableError, ServerStopping
from bbs.features.boards.messages import ListBoards
from bbs.features.boards.seat_messages import Seat, SeatChanged, SeatState
from bbs.features.members.views import SignInResult
from bbs.ids import MemberId
from bbs.sdk.backoff import delay_s, wait_of
from bbs.sdk.connection import News, RpcConnection, abandon_future
from bbs.sdk.updates import (
    EphemeralHappened,
    EventHappened,
    StreamGone,
    StreamLive,
    StreamReset,
    Update,
    UpdateQueue,
)
from bbs.streams import COMMONS_STREAM, StreamKind, board_streams, member_stream, stream_parts
from bbs.wire.client_protocol import typed_ephemeral, typed_event
from bbs.wire.cursors import FROM_NOW, Cursors, CursorState, SeqGap, SyncBatch
from bbs.wire.messages import (
    CURSOR_TAGS,
    EphemeralFrame,
    EventFrame,
    StopAnnounced,
    StreamEnded,
    StreamState,
    Sync,
    Welcome,
)

NO_TAGS: Mapping[str, str] = {}

_log = logging.getLogger("bbs.sdk")


class Subscriptions:
    """The streams of a program, kept from connection to connection; `run` serves a connection.

    Attributes:
        cursors: The place in each stream, as received.
        handed: The last seq of each stream that the program was given, with its tag.
        happenings: Updates that wait for the program.
        ready: Set once every requested stream is live for the first time.
        stopping_s: Seconds after which a stopping server expects to be back; None if unknown.
    """

    def __init__(
        self,
        resume_from: SyncBatch,
        *,
        auto: bool,
        rng: Random,
        sleep: Callable[[float], Awaitable[None]],
        size_max: int,
        tell_live: bool = False,
    ) -> None:
        """Listen to nothing yet.

        Args:
            resume_from: Where to begin once a member is signed in; other streams begin from now.
            auto: Whether to follow the member's own stream, the commons and the boards on which
                the member has a seat.
            rng: The chance for waits between syncs that bring nothing.
            sleep: How to wait.
            size_max: How many updates may wait for the program.
            tell_live: Whether the program is told where the replay of a stream ends.
        """
        self.cursors = Cursors()
        self.handed: dict[str, tuple[int, str]] = {}
        self.happenings = UpdateQueue(self._drained, size_max=size_max)
        self.ready = asyncio.Event()
        self.stopping_s: float | None = None
        self._resume_from = resume_from
        self._auto = auto
        self._tells_live = tell_live
        self._rng = rng
        self._sleep = sleep
        self._epoch: str | None = None
        self._tags_taken = False
        self._me: MemberId | None = None
        self._boards_asked = False
        self._hears_seats = True
        self._wake = asyncio.Event()
        self._drop: set[str] = set()
        self._reset: set[str] = set()
        self._waiters: dict[str, list[asyncio.Future[StreamState]]] = {}

    # Called by the program

    def listen(
        self, cursors: Mapping[str, int], epoch: str | None, tags: Mapping[str, str] = NO_TAGS
    ) -> None:
        """Listen to streams, each from its cursor on; -1 from now. Restarts streams listened to."""
        for stream, have in cursors.items():
            tag = tags.get(stream, "")
            self.cursors.add(stream, have, epoch, tag)
            self._drop.discard(stream)
            self._reset.discard(stream)
            self.handed.pop(stream, None)
            if have != FROM_NOW:
                self.handed[stream] = have, tag
        self._wake.set()

    def unlisten(self, streams: Iterable[str]) -> None:
        """Stop listening to streams; the program still gets their updates that wait already."""
        for stream in streams:
            if stream in self.cursors:
                self.cursors.remove(stream)
                self._drop.add(stream)
            self.handed.pop(stream, None)
            self._tell_waiters(stream, StreamState(state="gone"))
        self._wake.set()

    async def wait_settled(
        self, cursors: Mapping[str, int], tags: Mapping[str, str] = NO_TAGS
    ) -> dict[str, StreamState]:
        """Listen to streams and wait until each is live, gone, reset or held; see `listen`."""
        loop = asyncio.get_running_loop()
        waiting = {stream: loop.create_future() for stream in cursors}
        for stream, future in waiting.items():
            self._waiters.setdefault(stream, []).append(future)
        self.listen(cursors, self._epoch, tags)
        try:
            return {stream: await future for stream, future in waiting.items()}
        finally:
            for stream, future in waiting.items():
                if future in self._waiters.get(stream, []):
                    self._waiters[stream].remove(future)
                abandon_future(future)

    def signed_in(self, who: SignInResult) -> None:
        """Listen to the member's own stream, if the program wants that; `run` adds their boards."""
        me = who.member.id
        if self._me == me or not self._auto:
            return
        self._me, self._boards_asked, self._hears_seats = me, False, not who.session.token
        self.listen(*self._resume_from)
        if self._hears_seats and (own := member_stream(me)) not in self._resume_from.cursors:
            self.listen({own: FROM_NOW}, None)

    def note_delivered(self, happened: Update) -> None:
        """Note that the program has been given an update."""
        if isinstance(happened, EventHappened | StreamReset) and happened.stream in self.cursors:
            self.handed[happened.stream] = happened.seq, happened.tag

    # Called by the connection

    def take(self, news: News) -> None:
        """Take news from the connection. Never waits and never raises."""
        match news:
            case SeqGap(position=have):
                _log.info("a gap in a stream after %d; asking again", have)
                self._wake.set()
            case EventFrame():
                self._take_event(news)
            case EphemeralFrame():
                self._take_ephemeral(news)

    def _take_event(self, frame: EventFrame) -> None:
        try:
            event = typed_event(frame)
        except ProtocolError as error:
            _log.warning("an event of kind %r cannot be read (%s)", frame.kind[:64], error.code)
            event = None
        happened = EventHappened(
            *(frame.stream, frame.seq, frame.at, frame.kind, frame.author, frame.subject),
            *(event, frame.tag),
        )
        if not self.happenings.put_nowait(happened):
            self._hold(frame.stream, frame.seq - 1)
        elif isinstance(event, SeatChanged) and stream_parts(frame.stream) == (
            StreamKind.MEMBER,
            self._me,
        ):
            self._take_seat(event.seat)

    def _take_seat(self, seat: Seat) -> None:
        if not self._auto or seat.member != self._me:
            return
        streams = board_streams(seat.board)
        if seat.state is SeatState.SEATED:
            self.listen({s: FROM_NOW for s in streams if s not in self.cursors}, None)
        elif seat.state is SeatState.LEFT:
            self.unlisten(streams)

    def _take_ephemeral(self, frame: EphemeralFrame) -> None:
        try:
            ephemeral = typed_ephemeral(frame)
        except ProtocolError as error:
            _log.warning("an ephemeral of kind %r cannot be read (%s)", frame.kind[:64], error.code)
            return
        if isinstance(ephemeral, StreamEnded):
            self._take_end(ephemeral.stream)
        elif ephemeral is not None:
            if isinstance(ephemeral, StopAnnounced):
                self.stopping_s = ephemeral.retry_after_s
            self.happenings.put_nowait(EphemeralHappened(ephemeral))

    def _take_end(self, stream: str) -> None:
        if stream not in self.cursors:
            return
        if not self.happenings.put_nowait(StreamGone(stream)):
            self._hold(stream, self.cursors.position(stream))
            return
        self.cursors.remove(stream)
        self.handed.pop(stream, None)
        self._tell_waiters(stream, StreamState(state="gone"))

    def _hold(self, stream: str, have: int) -> None:
        """Hold a stream whose updates have no room; it is synced again once they have."""
        self.cursors.pause(stream, have)
        self._tell_waiters(stream, StreamState(state="more", seq=max(have, 0)))

    def _drained(self) -> None:
        if self.cursors.resume():
            self._wake.set()

    # On a connection

    async def run(self, connection: RpcConnection, welcome: Welcome) -> None:
        """Keep every stream live on a connection until it ends. Cancelling is safe.

        Args:
            connection: A connection that said hello and, if it can, is signed in.
            welcome: The server's answer to `hello`.
        """
        self._epoch = epoch = welcome.epoch
        self._tags_taken = CURSOR_TAGS in welcome.features
        self._wake.set()
        try:
            while True:
                await self._wake.wait()
                self._wake.clear()
                await self._catch_up(connection, epoch)
                if self._auto and self._me is not None and not self._boards_asked:
                    await self._ask_boards(connection)
                    await self._catch_up(connection, epoch)
                self.ready.set()
        except (Disconnected, ServerStopping):
            return

    def disconnected(self) -> None:
        """Note that the connection ended, so that every stream is synced again."""
        self.cursors.disconnected()
        if not self._hears_seats:
            # A token may not read its owner's stream: the next connection lists the boards again.
            self._boards_asked = False

    def end(self, error: FolkmootError | None) -> None:
        """End the updates, and raise the error for everybody who waits for a stream."""
        self.happenings.end(error)
        self.ready.set()
        for stream in [*self._waiters]:
            self._tell_waiters(stream, error or Disconnected("closed"))

    async def _catch_up(self, connection: RpcConnection, epoch: str) -> None:
        fruitless = 0
        while True:
            batch = self.cursors.next_batch()
            if batch is None and not self._drop:
                return
            asked = batch or SyncBatch({}, None)
            await self._sync(connection, asked, epoch)
            stuck = any(
                self.cursors.state(stream) is CursorState.WANTED
                and self.cursors.position(stream) == have
                for stream, have in asked.cursors.items()
            )
            fruitless = fruitless + 1 if stuck else 0
            if stuck:
                await self._sleep(delay_s(fruitless, self._rng))

    async def _sync(self, connection: RpcConnection, batch: SyncBatch, epoch: str) -> None:
        drop = tuple(sorted(self._drop))
        try:
            answer = await connection.request(
                Sync(
                    cursors=batch.cursors,
                    epoch=batch.epoch,
                    drop=drop,
                    tags=batch.tags if self._tags_taken else {},
                )
            )
        except (Disconnected, ServerStopping):
            self.cursors.unanswered(batch.cursors)
            raise
        except RetryableError as error:
            self.cursors.unanswered(batch.cursors)
            await self._sleep(wait_of(error))
            return
        except FolkmootError as error:
            self._drop.difference_update(drop)
            self._refused(batch.cursors, error)
            return
        self._drop.difference_update(drop)
        for stream in batch.cursors:
            state = answer.streams.get(stream, StreamState(state="gone"))
            self._take_state(stream, state, batch.epoch, epoch)

    def _take_state(
        self, stream: str, state: StreamState, had_epoch: str | None, epoch: str
    ) -> None:
        if self.cursors.state(stream) is not CursorState.SYNCING:
            return
        if state.state == "gone":
            self._take_end(stream)
            return
        if state.state == "reset":
            have = self.cursors.position(stream)
            # The log was neither shortened nor restored, so its history is another (protocol 6.7).
            lost = had_epoch == epoch and have >= state.base_seq
            if not self.happenings.put_nowait(StreamReset(stream, state.seq, state.tag, lost)):
                self._hold(stream, self.cursors.position(stream))
                return
            self._reset.add(stream)
        from_now = self.cursors.position(stream) == FROM_NOW
        live = self.cursors.synced(stream, state, epoch)
        seq, _ = self.handed.get(stream, (None, ""))
        if (from_now and seq is None) or (state.tag and seq == state.seq):
            self.handed[stream] = state.seq, state.tag
        if live:
            word = "reset" if stream in self._reset else "live"
            have, tag = self.cursors.position(stream), self.cursors.tag(stream)
            if self._tells_live and not self.happenings.put_nowait(StreamLive(stream, have, tag)):
                self._hold(stream, have)
                return
            self._reset.discard(stream)
            told = StreamState(state=word, seq=have, base_seq=state.base_seq, tag=tag)
            self._tell_waiters(stream, told)

    def _refused(self, streams: Iterable[str], error: FolkmootError) -> None:
        """Drop streams that the server refuses, and raise its error for those who wait for them."""
        _log.warning("the server refuses to sync (%s)", error.code)
        for stream in streams:
            self.cursors.remove(stream)
            self.handed.pop(stream, None)
            self._tell_waiters(stream, error)

    async def _ask_boards(self, connection: RpcConnection) -> None:
        """Listen to the commons and the boards where the member has a seat; new ones from now."""
        while True:
            try:
                answer = await connection.request(ListBoards())
            except (Disconnected, ServerStopping):
                raise
            except RetryableError as error:
                await self._sleep(wait_of(error))
            except FolkmootError as error:
                # A member who waits for a seat may not list boards; the seat's event follows.
                _log.info("boards cannot be listed yet (%s)", error.code)
                self._boards_asked = True
                return
            else:
                break
        seated = [s.board for s in answer.seats if s.state is SeatState.SEATED]
        streams = [COMMONS_STREAM, *(s for board in seated for s in board_streams(board))]
        self.listen({s: FROM_NOW for s in streams if s not in self.cursors}, None)
        self._boards_asked = True

    def _tell_waiters(self, stream: str, outcome: StreamState | FolkmootError) -> None:
        for future in self._waiters.pop(stream, []):
            if future.done():
                continue
            if isinstance(outcome, StreamState):
                future.set_result(outcome)
            else:
                future.set_exception(outcome)
