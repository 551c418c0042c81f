"""`bbs.connect`: a community as a program sees it, whatever becomes of the line in between."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from random import Random
from typing import TypeVar

from msgspec import UNSET
from msgspec.structs import replace

from bbs import limits
from bbs.errors import ClockInDoubt, Disconnected, FolkmootError, ServerStopping, Throttled
from bbs.features.members.views import SignInResult
from bbs.ids import new_id
from bbs.messages import Command, Request, Result
from bbs.sdk.backoff import delay_s, wait_of
from bbs.sdk.reconnecting import ConnectionOptions, OpenLink, ReconnectingConnection, Sleep
from bbs.sdk.subscriptions import NO_TAGS, Subscriptions
from bbs.sdk.updates import Update
from bbs.sdk.websocket import open_transport, parse_url
from bbs.wire.cursors import SyncBatch
from bbs.wire.messages import StreamState, Welcome

R = TypeVar("R", bound=Result)


class Community:
    """A community one is connected to, or will be again. Made by `connect`.

    Attributes:
        url: Where it is, as given to `connect`.
        me: Who one is, as of the last sign-in; None while not signed in.
    """

    def __init__(
        self,
        url: str,
        open_link: OpenLink,
        manner: ConnectionOptions,
        listening: Subscriptions,
    ) -> None:
        """Take the parts; `connect` makes them."""
        self.url = url
        self.me: SignInResult | None = None
        self._manner = manner
        self._listening = listening
        self._line = ReconnectingConnection(open_link, manner, listening, self._know)

    @property
    def welcome(self) -> Welcome | None:
        """What the server said of itself last; None before the first connection."""
        return self._line.welcome

    @property
    def online(self) -> bool:
        """Whether calls are answered now, as far as this end can know."""
        return self._line.connection is not None

    @property
    def cursors(self) -> dict[str, int]:
        """The last seq of each stream that `events` has handed over; resume from these."""
        return {stream: seq for stream, (seq, _) in self._listening.handed.items()}

    @property
    def tags(self) -> dict[str, str]:
        """The tags of `cursors`, where there are any; keep them together (protocol 6.7)."""
        return {stream: tag for stream, (_, tag) in self._listening.handed.items() if tag}

    async def wait_online(self) -> None:
        """Wait until calls are answered. Cancelling is safe.

        Raises:
            FolkmootError: If that will not happen any more; see `events`.
        """
        await self._line.online()

    async def call(
        self, request: Request[R], *, timeout_s: float = limits.CALL_SECONDS, retry: bool = True
    ) -> R:
        """Ask the server for something and return its answer (P12).

        Draws the op of a command that has none. A request whose connection is lost is sent again
        with the same op after the next one is made; a throttled one after the wait the server
        asks for. Cancelling is safe: it stops the waiting, not the act.

        A mark or choice without `if_revision` is not sent again after its connection was lost: no
        op is kept of it, so it might undo what another device did meanwhile (protocol 5.4).

        Args:
            request: A query or command.
            timeout_s: How long to try, in seconds.
            retry: False for what is good on one connection only, such as a signed challenge: a
                lost connection is raised at once.

        Raises:
            Disconnected: If there was no answer within `timeout_s`; the act may have happened.
            Throttled: If the wait asked for is longer than the time left.
            FolkmootError: What the server answered, by its code; or what ended the connection for
                good, as in `events`.
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
                        # A server that stops has not done it.
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
        """Hand over what happens, in order; ends when the community is left.

        For one reader at a time. The queue behind it is bounded: a reader that is slow misses
        nothing, its streams are asked for again; calls from within the loop are answered
        meanwhile (P14). Cancelling the wait for the next one loses nothing.

        Yields:
            Events of the streams listened to, ephemerals, resets, ends of streams, and changes of
            the connection.

        Raises:
            NotSignedIn: If the session was ended (4401).
            SignInFailed: If the token is no longer good.
            HostNotServed: If the server does not want this host or origin (4403).
            WrongVersion: If the two programs share no version of the protocol.
            CertificateRefused: If the certificate is not valid, or not the pinned one.
            Disconnected: If the line was lost and `reconnect` is off.
        """
        while (happened := await self._listening.happenings.get()) is not None:
            self._listening.note_delivered(happened)
            yield happened

    async def listen(
        self, cursors: Mapping[str, int], tags: Mapping[str, str] = NO_TAGS
    ) -> dict[str, StreamState]:
        """Listen to streams, now and after every reconnect (protocol 6).

        What was missed comes out of `events`. Waits while there is no connection. Cancelling
        stops the waiting; the streams stay listened to.

        Args:
            cursors: Stream to the last seq one has; -1 to begin from now.
            tags: The tags of these, where there are any.

        Returns:
            For each stream: `live`; `reset`: live after a `StreamReset`; `gone`: not for you; or
            `more`: live as soon as the program has taken what fills the queue.

        Raises:
            FolkmootError: If the server refuses, as `NotSignedIn`; or as in `events`.
        """
        if self._line.final is not None:
            raise self._line.final
        return await self._listening.wait_settled(cursors, tags)

    def unlisten(self, *streams: str) -> None:
        """Listen to streams no longer. What waits of them already is still handed over."""
        self._listening.unlisten(streams)

    def _adopt(self, request: Request[R], result: Result) -> None:
        """Keep who one is, if the answer says so: the next connection resumes with that token."""
        token = getattr(request, "token", None)
        if isinstance(result, SignInResult) and isinstance(token, str):
            self._line.token = token
            self._know(result)

    def _know(self, signed_in: SignInResult) -> None:
        self.me = signed_in
        self._listening.signed_in(signed_in)

    @asynccontextmanager
    async def _visit(self) -> AsyncIterator["Community"]:
        """Be connected for the length of a block; see `connect`."""
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
    """Tell whether a request could undo a later change if it were sent again."""
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
) -> AbstractAsyncContextManager[Community]:
    """Connect to a community for the length of an `async with` block.

    Args:
        url: `bbs://host:port`, `bbs+unix:///path.sock`, `ws://` (this machine only) or `wss://`.
        token: The secret of a session to go on with; None to sign in later, by a call.
        client: Name and version of the program, told in `hello`.
        listen: Whether to listen, once signed in, to one's own stream, the commons, and the boards
            and lounges one has a seat on, as seats come and go. A script's token cannot read its
            owner's stream: it learns of new seats on its next connection.
        cursors: Stream to the last seq one has, to go on from there; others begin from now.
        epoch: The epoch the cursors belong to; None if there are none.
        tags: The tags of the cursors, as `Community.tags` gave them: with them the server notices
            when it lost what the cursors tell of.
        reconnect: Whether to connect again when the line is lost.
        offline_ok: True to enter the block at once, connected or not. Otherwise the first
            connection has to succeed, and what is listened to is live on entering.
        pin: SHA-256 of the server's certificate in hex, to be trusted instead of an authority.
        link: Opens a link in place of a WebSocket to `url`.
        rng: The chance for the waits between attempts.
        sleep: How to wait; tests give another one.
        queue_max: How many happenings may wait for `events`.

    Returns:
        A context manager that gives the community.

    Raises:
        Disconnected: If the first connection does not succeed, unless `offline_ok`.
        FolkmootError: As in `Community.events`; `AddressRefused` if `url` cannot be used.
    """
    if link is None:
        parse_url(url, pin=pin)
    manner = ConnectionOptions(
        token, client, reconnect, offline_ok, rng or secrets.SystemRandom(), sleep
    )
    resume_from = SyncBatch(dict(cursors or {}), epoch, dict(tags))
    listening = Subscriptions(
        resume_from, auto=listen, rng=manner.rng, sleep=sleep, size_max=queue_max
    )
    open_one = link or partial(open_transport, url, pin=pin)
    return Community(url, open_one, manner, listening)._visit()
