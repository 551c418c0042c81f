"""A connection of the SDK: calls wait for their answers, all other frames are passed on."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any, TypeVar, cast

from bbs import limits
from bbs.errors import Disconnected, FolkmootError, ProtocolError
from bbs.messages import Request, Result
from bbs.sdk.transport import Transport, TransportClosed
from bbs.wire import close
from bbs.wire.client_protocol import Answered, ClientProtocol
from bbs.wire.cursors import Cursors, SeqGap
from bbs.wire.messages import EphemeralFrame, EventFrame

R = TypeVar("R", bound=Result)
News = EventFrame | EphemeralFrame | SeqGap

_log = logging.getLogger("bbs.sdk")


def abandon_future(future: asyncio.Future[Any]) -> None:
    """Cancel a future, or mark its exception as seen, so that asyncio does not report it."""
    if not future.cancel() and not future.cancelled():
        future.exception()


class RpcConnection:
    """The protocol over an open transport.

    Attributes:
        closed: Why the transport ended; None while it is open.
    """

    def __init__(
        self,
        link: Transport,
        cursors: Cursors,
        *,
        on_news: Callable[[News], None],
        on_closed: Callable[[], None],
    ) -> None:
        """Take an open transport; `run` reads from it.

        Args:
            link: The transport.
            cursors: The client's place in each stream.
            on_news: Called with every event, ephemeral and gap; must not raise.
            on_closed: Called once when the transport has ended, before any call raises.
        """
        self.closed: TransportClosed | None = None
        self._link = link
        self._session = ClientProtocol(cursors)
        self._on_news = on_news
        self._on_closed = on_closed
        self._waiting: dict[int, asyncio.Future[Result]] = {}
        # The server refuses more requests at once; waiting here is cheaper than a refusal.
        self._room = asyncio.Semaphore(limits.REQUESTS_IN_FLIGHT_MAX)

    async def request(self, request: Request[R]) -> R:
        """Send a request once and return its result. Cancelling stops the waiting, not the command.

        Raises:
            Disconnected: If the transport ended before the answer came.
            FolkmootError: The error that the server answered.
        """
        await self._room.acquire()
        if self.closed is not None:
            self._room.release()
            raise Disconnected(self.closed.words)
        request_id, frame = self._session.call(request)
        answer: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting[request_id] = answer
        try:
            await self._link.send(frame)
            return cast("R", await answer)
        except TransportClosed as closed:
            raise Disconnected(closed.words) from None
        finally:
            abandon_future(answer)

    async def run(self) -> TransportClosed:
        """Read until the transport ends; return why. Cancelling raises for all waiting calls."""
        closed = TransportClosed(close.ABNORMAL, "the reader was stopped")
        try:
            while True:
                self._take(await self._link.receive())
        except TransportClosed as ended:
            closed = ended
        except ProtocolError as error:
            _log.warning("the server sent what is no message (%s)", error.code)
            closed = TransportClosed(close.PROTOCOL_ABUSE, "the server sent what is no message")
            await self._link.close(close.PROTOCOL_ABUSE, "no message of the protocol")
        finally:
            self._fail_waiting(closed)
        return closed

    def _take(self, frame: bytes) -> None:
        incoming = self._session.receive(frame)
        if isinstance(incoming, Answered):
            self._room.release()
            answer = self._waiting.pop(incoming.id)
            if answer.done():
                return
            if isinstance(incoming.outcome, FolkmootError):
                answer.set_exception(incoming.outcome)
            else:
                answer.set_result(incoming.outcome)
        elif incoming is not None:
            self._on_news(incoming)

    def _fail_waiting(self, closed: TransportClosed) -> None:
        self.closed = closed
        self._on_closed()
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(Disconnected(closed.words))
            self._room.release()
        self._waiting.clear()
