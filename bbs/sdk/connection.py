"""One connection of the SDK: calls wait for their answers, the rest is handed on."""

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
    """Wait for `future` no longer; an error in it that nobody saw is not reported as forgotten."""
    if not future.cancel() and not future.cancelled():
        future.exception()


class RpcConnection:
    """A link on which the protocol is spoken.

    Attributes:
        closed: Why the link ended; None while it is open.
    """

    def __init__(
        self,
        link: Transport,
        cursors: Cursors,
        *,
        on_news: Callable[[News], None],
        on_closed: Callable[[], None],
    ) -> None:
        """Speak over `link`; nothing is read before `run`.

        Args:
            link: An open link.
            cursors: Where one is in each stream.
            on_news: Called with every event, ephemeral and gap; must not raise.
            on_closed: Called once when the link has ended, before any call learns of it.
        """
        self.closed: TransportClosed | None = None
        self._link = link
        self._session = ClientProtocol(cursors)
        self._on_news = on_news
        self._on_closed = on_closed
        self._waiting: dict[int, asyncio.Future[Result]] = {}
        # The server refuses more than these; waiting here is cheaper than being refused there.
        self._room = asyncio.Semaphore(limits.REQUESTS_IN_FLIGHT_MAX)

    async def request(self, request: Request[R]) -> R:
        """Send a request once and return its answer. Cancelling stops waiting, not the act.

        Raises:
            Disconnected: If the link ended before the answer came.
            FolkmootError: What the server answered instead of a result.
        """
        await self._room.acquire()
        if self.closed is not None:
            self._room.release()
            raise Disconnected(self.closed.reason)
        request_id, frame = self._session.call(request)
        answer: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting[request_id] = answer
        try:
            await self._link.send(frame)
            return cast("R", await answer)
        except TransportClosed as closed:
            raise Disconnected(closed.reason) from None
        finally:
            abandon_future(answer)

    async def run(self) -> TransportClosed:
        """Read until the link ends; return why. Cancelling stops reading and fails what waits."""
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
                answer.set_exception(Disconnected(closed.reason))
            self._room.release()
        self._waiting.clear()
