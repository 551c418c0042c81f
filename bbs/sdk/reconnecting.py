"""The connection to a community, made again whenever it is lost."""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from random import Random

from bbs import limits
from bbs.errors import (
    ClockInDoubt,
    Disconnected,
    FolkmootError,
    InternalError,
    Throttled,
    WrongVersion,
)
from bbs.features.members.messages import Resume
from bbs.features.members.views import SignInResult
from bbs.refusals import Refused, SignInFailed
from bbs.sdk.backoff import Backoff, final_error, lost_error, wait_of
from bbs.sdk.connection import RpcConnection
from bbs.sdk.errors import ServerKeyChanged
from bbs.sdk.server_key import KnownServerKey
from bbs.sdk.subscriptions import Subscriptions
from bbs.sdk.transport import Transport, TransportClosed
from bbs.sdk.updates import ConnectionChanged
from bbs.wire.messages import PROTOCOL, SCRIPT_SESSIONS, Hello, Welcome

OpenLink = Callable[[], Awaitable[Transport]]
Sleep = Callable[[float], Awaitable[None]]

_log = logging.getLogger("bbs.sdk")


@dataclass(frozen=True, slots=True)
class _ConnectionEnd:
    """The end of a connection, or of the attempt to make one.

    Attributes:
        reason: A sentence for people.
        lasted_s: Seconds from the welcome to the end; 0 if there was no welcome.
        final: The error that ends all attempts; None if another attempt may succeed.
        retry_after_s: Seconds that the server asked to wait; 0 if it did not.
        cause: The error to raise if there is no other attempt; None for `Disconnected`.
    """

    reason: str
    lasted_s: float = 0.0
    final: FolkmootError | None = None
    retry_after_s: float = 0.0
    cause: FolkmootError | None = None


@dataclass(frozen=True, slots=True)
class ConnectionOptions:
    """A program's options for its connection, as `bbs.sdk.community.connect` describes them."""

    token: str | None
    client: str
    reconnect: bool
    offline_ok: bool
    rng: Random
    sleep: Sleep
    script: bool = False
    server_key: KnownServerKey | None = None


class ReconnectingConnection:
    """Keeps a connection as long as `run` runs, greeted and signed in if there is a token.

    Attributes:
        welcome: The server's last answer to `hello`; None before the first connection.
        token: The token that the next connection resumes with; None to stay signed out.
        connection: The open connection; None while there is none.
        final: The error that ended all attempts; None while there may be another.
    """

    def __init__(
        self,
        open_link: OpenLink,
        manner: ConnectionOptions,
        listening: Subscriptions,
        on_signed_in: Callable[[SignInResult], None],
    ) -> None:
        """Take the parts; `run` connects.

        Args:
            open_link: Opens a transport; raises as `bbs.sdk.websocket.open_transport` does.
            manner: The program's options.
            listening: Gets the news of every connection and runs on it.
            on_signed_in: Called with the answer to each resume.
        """
        self.welcome: Welcome | None = None
        self.token = manner.token
        self.connection: RpcConnection | None = None
        self.final: FolkmootError | None = None
        self._open_link = open_link
        self._manner = manner
        self._listening = listening
        self._on_signed_in = on_signed_in
        self._go_on = manner.offline_ok
        self._turn = asyncio.Event()
        self._hurried = asyncio.Event()  # no wait between attempts that the server did not ask for

    async def online(self) -> RpcConnection:
        """Wait for a connection and return it. Cancelling is safe.

        Raises:
            FolkmootError: `final`, if there will be no connection.
        """
        while self.connection is None:
            if self.final is not None:
                raise self.final
            await self._turn.wait()
        return self.connection

    async def run(self) -> None:
        """Connect again and again until an error is final. Cancelling closes the transport."""
        backoff = Backoff(self._manner.rng)
        try:
            while True:
                ended = await self._one_connection()
                error = ended.final
                if error is None and not (self._manner.reconnect and self._go_on):
                    error = ended.cause or Disconnected(ended.reason)
                if error is not None:
                    self.stop(error)
                    return
                # The wait that a stopping server asked for holds for the next attempt only.
                stopping_s, self._listening.stopping_s = self._listening.stopping_s, None
                wait_s = backoff.next_s(ended.lasted_s, stopping_s=stopping_s)
                wait_s = max(wait_s, ended.retry_after_s)
                self._listening.happenings.put_connection_change(
                    ConnectionChanged(False, ended.reason, wait_s)
                )
                await self._wait(wait_s, at_least_s=ended.retry_after_s)
        except Exception:
            reference = secrets.token_hex(4)
            _log.exception("the line's task failed (%s)", reference)
            self.stop(InternalError(reference))

    def try_now(self) -> None:
        """End the wait for the next attempt, as far as the server did not ask for it."""
        self._hurried.set()

    async def _wait(self, wait_s: float, *, at_least_s: float) -> None:
        """Wait until the next attempt is due, or `try_now`."""
        if at_least_s > 0:
            await self._manner.sleep(at_least_s)
            wait_s -= at_least_s
        self._hurried.clear()
        if wait_s <= 0:
            return
        parts = (self._manner.sleep(wait_s), self._hurried.wait())
        tasks = [asyncio.ensure_future(part) for part in parts]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def stop(self, error: FolkmootError) -> None:
        """End all attempts; `online` raises `error` for everybody who waits."""
        if self.final is None:
            self.final = error
            self.connection = None
            self._turn.set()
            self._listening.end(error)

    async def _one_connection(self) -> _ConnectionEnd:
        try:
            async with asyncio.timeout(limits.OPEN_SECONDS_MAX):
                link = await self._open_link()
        except TimeoutError:
            return _ConnectionEnd(f"nobody answered within {limits.OPEN_SECONDS_MAX:g} seconds")
        except TransportClosed as closed:
            # A failed handshake has no close code of the other end, only our own 1006 and our reason.
            return _ConnectionEnd(closed.reason or closed.words, final=final_error(closed))
        except Refused as error:
            return _ConnectionEnd(str(error), final=error)
        except ConnectionRefusedError:
            # asyncio's message names sockets and errno, which does not help the reader.
            return _ConnectionEnd("nobody answers there")
        except OSError as error:
            return _ConnectionEnd(error.strerror or type(error).__name__)
        connection = RpcConnection(
            link, self._listening.cursors, on_news=self._listening.take, on_closed=self._lost
        )
        reader = asyncio.create_task(connection.run())
        try:
            return await self._serve(connection, reader)
        finally:
            reader.cancel()
            await asyncio.gather(reader, return_exceptions=True)
            self._lost()
            self._listening.disconnected()
            with suppress(TimeoutError):
                async with asyncio.timeout(limits.CLOSE_SECONDS_MAX):
                    await link.close()

    async def _serve(
        self, connection: RpcConnection, reader: asyncio.Task[TransportClosed]
    ) -> _ConnectionEnd:
        clock = asyncio.get_running_loop().time
        try:
            async with asyncio.timeout(limits.OPEN_SECONDS_MAX):
                welcome = await self._greet(connection)
        except TimeoutError:
            return _ConnectionEnd(
                f"the server did not greet within {limits.OPEN_SECONDS_MAX:g} seconds"
            )
        except (WrongVersion, SignInFailed, ServerKeyChanged) as error:
            return _ConnectionEnd(str(error), final=error)
        except Disconnected:
            closed = await reader
            return _ConnectionEnd(closed.words, final=final_error(closed), cause=lost_error(closed))
        except (Throttled, ClockInDoubt) as error:
            return _ConnectionEnd(str(error), retry_after_s=wait_of(error), cause=error)
        except FolkmootError as error:
            return _ConnectionEnd(str(error))
        began_s = clock()
        listener = asyncio.create_task(self._listening.run(connection, welcome))
        try:
            await asyncio.wait({reader, listener}, return_when=asyncio.FIRST_COMPLETED)
            if listener.done():
                listener.result()
            closed = await reader
        finally:
            listener.cancel()
            await asyncio.gather(listener, return_exceptions=True)
        return _ConnectionEnd(closed.words, clock() - began_s, final_error(closed))

    async def _greet(self, connection: RpcConnection) -> Welcome:
        """Say hello, resume the session if there is a token, and go online."""
        self._listening.stopping_s = None
        welcome = await connection.request(Hello(versions=(PROTOCOL,), client=self._manner.client))
        if self._manner.server_key is not None:
            self._manner.server_key.check(welcome)  # before the token is told
        signed_in = None
        if self.token is not None:
            script = self._manner.script and SCRIPT_SESSIONS in welcome.features
            signed_in = await connection.request(Resume(token=self.token, script=script))
        if connection.closed is not None:
            raise Disconnected(connection.closed.words)
        self.welcome = welcome
        self._go_on = True
        self.connection = connection
        self._turn.set()
        self._listening.happenings.put_connection_change(ConnectionChanged(True, "connected"))
        if signed_in is not None:
            self._on_signed_in(signed_in)
        return welcome

    def _lost(self) -> None:
        self.connection = None
        if self.final is None:
            self._turn.clear()
