"""`bbs.connect`: a community as a program sees it, across lost and new connections."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from random import Random
from typing import Any, TypeVar

from msgspec import UNSET
from msgspec.structs import replace

from bbs import limits
from bbs.errors import ClockInDoubt, Disconnected, FolkmootError, ServerStopping, Throttled
from bbs.features.members.views import SignInResult
from bbs.ids import new_id
from bbs.messages import Command, Request, Result
from bbs.sdk.backoff import delay_s, wait_of
from bbs.sdk.reconnecting import ConnectionOptions, OpenLink, ReconnectingConnection, Sleep
from bbs.sdk.server_key import KnownServerKey
from bbs.sdk.subscriptions import NO_TAGS, Subscriptions
from bbs.sdk.updates import Update
from bbs.sdk.websocket import open_transport, parse_url
from bbs.wire.cursors import SyncBatch
from bbs.wire.messages import SCRIPT_SESSIONS, StreamState, Welcome

R = TypeVar("R", bound=Result)


class Community:
    """A community that the program is connected to, or will be again. `connect` makes it.

    Attributes:
        url: Its address, as given to `connect`.
        me: The member and the session of the last sign-in; None while not signed in.
    """

    def __init__(
        self, url: str, open_link: OpenLink, manner: ConnectionOptions, listening: Subscriptions
    ) -> None:
        """Take the parts; `connect` makes them."""
        self.url = url
        self.me: SignInResult | None = None
        self._manner = manner
        self._listening = listening
        self._line = ReconnectingConnection(open_link, manner, listening, self._know)

    @property
    def welcome(self) -> Welcome | None:
        """The server's last answer to `hello`; None before the first connection."""
        return self._line.welcome

    @property
    def online(self) -> bool:
        """Whether there is a connection now, as far as this end can know."""
        return self._line.connection is not None

    @property
    def script(self) -> bool:
        """Whether to tell the server that nobody is there; False if it does not ask."""
        welcome = self.welcome
        return self._manner.script and welcome is not None and SCRIPT_SESSIONS in welcome.features

    @property
    def cursors(self) -> dict[str, int]:
        """The last seq of each stream that `events` has yielded; resume from these."""
        return {stream: seq for stream, (seq, _) in self._listening.handed.items()}

    @property
    def tags(self) -> dict[str, str]:
        """The tags of those `cursors` that have a tag; keep both together (protocol 6.7)."""
        return {stream: tag for stream, (_, tag) in self._listening.handed.items() if tag}

    async def wait_online(self) -> None:
        """Wait until there is a connection. Cancelling is safe.

        Raises:
            FolkmootError: If there will be no other connection; see `events`.
        """
        await self._line.online()

    async def call(
        self, request: Request[R], *, timeout_s: float = limits.CALL_SECONDS, retry: bool = True
    ) -> R:
        """Send a query or command and return its result; a command is applied at most once (P12).

        Adds an op to a command that has none. If the connection is lost, the request is sent again
        with the same op on the next connection; if the server throttles it, after the wait that the
        server names. Cancelling is safe: it stops the waiting, not the command.

        A mark or choice without `if_revision` is not sent again after a lost connection: the server
        keeps no op of it, so it might undo a change of another device (protocol 5.4).

        Args:
            request: A query or command.
            timeout_s: Time for all attempts together, in seconds.
            retry: False if the request is valid on this connection only, such as a signed
                challenge: then a lost connection raises at once.

        Raises:
            Disconnected: If no result arrived within `timeout_s`. A command may have been applied.
            Throttled: If the server's wait is longer than the time left. Nothing was applied.
            FolkmootError: The server's error, by its code; or the error that ended the connection,
                as in `events`.
        """
        if isinstance(request, Command) and request.op is UNSET:
            request = replace(request, op=new_id())
        resend = retry and not _may_act_twice(request)
        clock = asyncio.get_running_loop().time
        last: FolkmootError = Disconnected(f"no answer within {timeout_s:g} s")
        tries = 0
        deadline_s = clock() + timeout_s
        try:
            async with asyncio.timeout(timeout_s):
                while True:
                    connection = await self._line.online()
                    tries += 1
                    try:
                        result = await connection.request(request)
                    except (Throttled, ClockInDoubt) as error:
                        last, wait_s = error, wait_of(error)
                        if clock() + wait_s > deadline_s:
                            raise
                    except (Disconnected, ServerStopping) as error:
                        last, wait_s = error, delay_s(tries, self._manner.rng)
                        # A stopping server has not applied the command, so sending it again is
                        # safe.
                        may = retry if isinstance(error, ServerStopping) else resend
                        if not (may and self._manner.reconnect):
                            raise
                        if connection.closed is not None:
                            continue
                    else:
                        self._adopt(request, result)
                        return result
                    await self._manner.sleep(wait_s)
        except TimeoutError:
            raise last from None

    async def events(self) -> AsyncIterator[Update]:
        """Yield what happens, in order, until the block of `connect` ends.

        For a single reader at a time. The queue behind it is bounded: a slow reader misses nothing,
        because its streams are synced again; calls from within the loop are answered meanwhile
        (P14). Cancelling the wait for the next update loses nothing.

        Yields:
            Events of the streams listened to, ephemerals, resets, ends of streams, and changes of
            the connection.

        Raises:
            NotSignedIn: If the session has ended (4401).
            SignInFailed: If the token is no longer valid.
            HostNotServed: If the server does not serve this host or origin (4403).
            WrongVersion: If the two programs share no version of the protocol.
            CertificateRefused: If the certificate is not valid, or differs from the pin.
            ServerKeyChanged: If the server's key is another than the known one, signed by none.
            Disconnected: If the connection was lost and `reconnect` is off.
        """
        while (happened := await self._listening.happenings.get()) is not None:
            self._listening.note_delivered(happened)
            yield happened

    async def listen(
        self, cursors: Mapping[str, int], tags: Mapping[str, str] = NO_TAGS
    ) -> dict[str, StreamState]:
        """Listen to streams, now and after every reconnect (protocol 6).

        `events` yields the missed events. Waits while there is no connection. Cancelling stops the
        waiting; the program still listens to the streams.

        Args:
            cursors: For each stream, the last seq that the program has; -1 to start from now.
            tags: The tags of the cursors that have a tag.

        Returns:
            For each stream: `live`; `reset`: live after a `StreamReset`; `gone`: the member may not
            read it; or `more`: live as soon as the program has emptied the full queue.

        Raises:
            FolkmootError: If the server refuses, such as `NotSignedIn`; or as in `events`.
        """
        if self._line.final is not None:
            raise self._line.final
        return await self._listening.wait_settled(cursors, tags)

    def unlisten(self, *streams: str) -> None:
        """Stop listening to streams. `events` still yields their updates that wait already."""
        self._listening.unlisten(streams)

    def try_now(self) -> None:
        """While there is no connection, make the next attempt now instead of after the wait."""
        self._line.try_now()

    def _adopt(self, request: Request[R], result: Result) -> None:
        """Take over member and token of a sign-in, so that the next connection resumes with it."""
        token = getattr(request, "token", None)
        if isinstance(result, SignInResult) and isinstance(token, str):
            self._line.token = token
            self._know(result)

    def _know(self, signed_in: SignInResult) -> None:
        self.me = signed_in
        self._listening.signed_in(signed_in)

    @asynccontextmanager
    async def _visit(self) -> AsyncIterator["Community"]:
        """Keep a connection for the length of a block; see `connect`."""
        task = asyncio.create_task(self._line.run())
        try:
            if not self._manner.offline_ok:
                await self._line.online()
                await self._listening.ready.wait()
                if self._line.final is not None:
                    raise self._line.final
            yield self
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            self._listening.end(None)
            self._line.stop(Disconnected("the community was left"))


def _may_act_twice(request: Request[R]) -> bool:
    """Return whether a request could undo a later change if it were sent again."""
    unguarded = getattr(request, "if_revision", False) is None
    return isinstance(request, Command) and request.needs.private and unguarded


def connect(
    url: str,
    *,
    token: str | None = None,
    client: str = "bbs-sdk",
    listen: bool = True,
    cursors: Mapping[str, int] | None = None,
    epoch: str | None = None,
    tags: Mapping[str, str] = NO_TAGS,
    reconnect: bool = True,
    offline_ok: bool = False,
    pin: str | None = None,
    link: OpenLink | None = None,
    rng: Random | None = None,
    sleep: Sleep = asyncio.sleep,
    queue_max: int = limits.SDK_QUEUE_MAX,
    tell_live: bool = False,
    script: bool = False,
    server_key: KnownServerKey | None = None,
) -> AbstractAsyncContextManager[Community]:
    """Connect to a community for the length of an `async with` block.

    Args:
        url: `bbs://host:port`, `bbs+unix:///path.sock`, `ws://` (this machine only) or `wss://`.
        token: The secret of a session to resume; None to sign in later, by a call.
        client: Name and version of the program; `hello` sends it.
        listen: Whether to listen, once signed in, to the member's own stream, the commons, and the
            boards and lounges where they have a seat, as seats change; a token, on its next connection.
        cursors: For each stream, the last seq that the program has; other streams start from now.
        epoch: The epoch of the cursors; None if there are none.
        tags: The tags of the cursors, as `Community.tags` gave them (protocol 6.7).
        reconnect: Whether to connect again when the connection is lost.
        offline_ok: True to enter the block at once, with or without a connection. Otherwise the
            first connection has to succeed, and the streams are live when the block begins.
        pin: SHA-256 of the server's certificate in hex, trusted instead of an authority; None to
            trust the system's authorities.
        link: Opens a transport instead of a WebSocket to `url`; None for the WebSocket.
        rng: Randomness for the waits between attempts; None for the system's.
        sleep: How to wait for a number of seconds.
        queue_max: How many updates may wait for `events`.
        tell_live: Whether `events` also yields a `StreamLive` where the replay of a stream ends.
        script: Whether no person is there, with a device's session too (protocol 27.2).
        server_key: The known key, compared at every hello (protocol 32.2); None to believe any.

    Returns:
        A context manager that gives the community.

    Raises:
        Disconnected: If the first connection does not succeed, unless `offline_ok`.
        FolkmootError: As in `Community.events`; `AddressRefused` if `url` cannot be used.
    """
    if link is None:
        parse_url(url, pin=pin)
    rng = rng or secrets.SystemRandom()
    manner = ConnectionOptions(token, client, reconnect, offline_ok, rng, sleep, script, server_key)
    resume_from = SyncBatch(dict(cursors or {}), epoch, dict(tags))
    waits: dict[str, Any] = {"rng": rng, "sleep": sleep, "size_max": queue_max}
    listening = Subscriptions(resume_from, auto=listen, tell_live=tell_live, **waits)
    open_one = link or partial(open_transport, url, pin=pin)
    return Community(url, open_one, manner, listening)._visit()
