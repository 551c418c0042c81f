"""The listening socket: admits connections, bounds their number, and closes them all at the end."""

import asyncio
import errno
import http
import ipaddress
import logging
import os
import re
import socket as sockets
import ssl
from collections.abc import Awaitable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from msgspec import Struct, field
from websockets.asyncio.server import Server, ServerConnection, serve, unix_serve
from websockets.datastructures import Headers
from websockets.exceptions import NegotiationError
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from bbs import limits
from bbs.address import canonical_ip, is_loopback, plain_host
from bbs.wire import close
from bbs.wire.messages import PROTOCOL, StopAnnounced
from bbs_server.fanout.send_queue import BEHIND_BYTES, FlushBatch, SendQueueCounters
from bbs_server.net.bounded_socket import BoundedSocket, Outside
from bbs_server.net.connection import Connection
from bbs_server.net.health import PATHS, HealthPages
from bbs_server.pipeline.dispatch import Dispatcher

log = logging.getLogger("bbs.net")

RETRY_AFTER_SECONDS = 5.0  # clients spread their reconnects over this time after a stop
FORWARDING = ("X-Forwarded-For", "X-Real-IP", "Forwarded", "Via")
"""Headers that show that a request came through a proxy."""

ONCE = ("Host", "Origin", "Authorization")
"""Headers that may occur only once: two could name two different hosts, pages or tokens."""

HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._~%-]*)(:[0-9]*)?")
"""A Host header (RFC 9110, 7.2); an empty one, too, because programs without a host name send it.
"""

UNIX = "unix"
"""The value for the unix socket in the setting for a proxy's address."""

HANDSHAKE_OVER = Request("/", Headers())
"""Replaces every connection's request once its host and address are known, because headers are a
sixth of the memory of an idle connection. The library only asks whether there was a request.
"""

# Time for the tasks of aborted connections to end: closing and aborting together take less than
# ten seconds (protocol 8.3).
ABORT_SECONDS = 0.5
DRAIN_SECONDS = 3.0  # together with closing and aborting under ten seconds (protocol 8.3)


class ListenConfig(Struct, frozen=True):
    """The addresses to listen on, and the clients to admit.

    Attributes:
        hosts: Host names that this server answers to; empty for any.
        origins: Browser origins that may connect; clients that send no origin always may.
        proxy: The address of a reverse proxy whose `X-Forwarded-For` the server believes, as
            `canonical_ip` writes it; `UNIX` for connections over the unix socket; None to believe
            no proxy.
        connections: The greatest number of connections; the server refuses more.
        handed: A listening socket from a service manager; used instead of host, port and unix.
    """

    host: str = "127.0.0.1"
    port: int = 0
    unix: Path | None = None
    hosts: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    proxy: str | None = None
    tls: ssl.SSLContext | None = None
    connections: int = limits.CONNECTIONS_DEFAULT
    handed: sockets.socket | None = None


class Listener(Struct):
    """All connections of a server.

    Attributes:
        pages: Answers /healthz, /readyz and /metrics; None for no such pages.
    """

    door: ListenConfig
    dispatcher: Dispatcher
    pages: HealthPages | None = None
    counters: SendQueueCounters = field(default_factory=SendQueueCounters)
    turn: FlushBatch = field(default_factory=FlushBatch)
    connections: set[Connection] = field(default_factory=set)
    _outside: Outside = field(default_factory=dict)
    _server: Server | None = None
    _sweeper: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Begin to listen.

        Raises:
            OSError: If the address cannot be bound.
        """
        options: dict[str, Any] = {
            "process_request": self._check_request,
            "select_subprotocol": _select_subprotocol,
            "compression": None,  # 60 KiB of memory a connection for texts that are short
            "max_size": limits.STRANGER_FRAME_BYTES_MAX,  # until signing in
            "write_limit": BEHIND_BYTES,
            # the sweep sends pings instead: the library would close with 1011
            "ping_interval": None,
            "open_timeout": limits.OPEN_SECONDS_MAX,
            "close_timeout": limits.CLOSE_SECONDS_MAX,
            "server_header": None,
            "backlog": limits.BACKLOG_CONNECTIONS,
            "create_connection": partial(BoundedSocket, outside=self._outside),
        }
        door = self.door
        if door.handed is not None:
            self._server = await serve(self._serve, sock=door.handed, ssl=door.tls, **options)
        elif door.unix is not None:
            _refuse_taken(door.unix)
            self._server = await unix_serve(self._serve, str(door.unix), **options)
            door.unix.chmod(0o660)
        else:
            self._server = await serve(self._serve, door.host, door.port, ssl=door.tls, **options)
        self._sweeper = asyncio.get_running_loop().create_task(self._sweep(), name="sweep")

    @property
    def port(self) -> int:
        """The port listened on, also where 0 was asked for; 0 for a unix socket."""
        assert self._server is not None
        name = next(iter(self._server.sockets)).getsockname()
        return int(name[1]) if isinstance(name, tuple) else 0

    async def close(self) -> None:
        """Refuse new connections, finish the requests under way, close all with 1012.

        Returns within ten seconds, whatever the peers do (protocol 8.3).
        """
        if self._server is None:
            return
        self.dispatcher.stopping = True
        self._server.close(close_connections=False)
        self.dispatcher.hub.broadcast(StopAnnounced(retry_after_s=RETRY_AFTER_SECONDS))
        with suppress(TimeoutError):
            async with asyncio.timeout(DRAIN_SECONDS):
                while any(each.is_busy for each in self.connections):  # noqa: ASYNC110 - cheaper than events
                    await asyncio.sleep(0.02)
        for connection in tuple(self.connections):
            connection.outbox.end(close.RESTARTING, "the server is stopping")
        if self._sweeper is not None:
            self._sweeper.cancel()
        ended = asyncio.ensure_future(self._server.wait_closed())
        await asyncio.wait([ended], timeout=limits.CLOSE_SECONDS_MAX)
        for socket in (*self._outside, *(connection.socket for connection in self.connections)):
            socket.transport.abort()
        await asyncio.wait([ended], timeout=ABORT_SECONDS)
        ended.cancel()

    async def _serve(self, socket: Any) -> None:
        address = self._address(socket)
        if (refusal := self._too_many(address)) is not None:
            await socket.close(close.TOO_MANY, refusal)
            return
        assert socket.request is not None
        host = socket.request.headers.get("Host", "localhost")
        socket.request, socket.response = HANDSHAKE_OVER, None
        del socket.protocol.select_subprotocol  # a function that refers to the socket
        connection = Connection(
            *(socket, self.dispatcher, self.counters, self.turn), host=host, address=address
        )
        self.connections.add(connection)
        socket.let_in(connection.receive, connection.outbox.keep_up)
        try:
            await connection.run()
        finally:
            self.connections.discard(connection)

    def _too_many(self, address: bytes | None) -> str | None:
        if len(self.connections) >= self.door.connections:
            return f"the server takes {self.door.connections} connections (setting connections)"
        if address is None:
            return None
        theirs = [each for each in self.connections if each.caller.address == address]
        if len(theirs) >= limits.CONNECTIONS_PER_ADDRESS_MAX:
            return "too many connections from this address"
        strangers = sum(each.session.stranger for each in theirs)
        if strangers >= limits.STRANGERS_PER_ADDRESS_MAX:
            return "too many connections from this address that are not signed in"
        return None

    def _address(self, socket: ServerConnection) -> bytes | None:
        """Return the key of a peer's address; None for loopback and unix sockets (P11)."""
        host = _peer(socket)
        if (host or UNIX) == self.door.proxy and socket.request is not None:
            # Header lines of the same name form one list (RFC 9110, 5.3).
            forwarded = ",".join(socket.request.headers.get_all("X-Forwarded-For"))
            # Our own proxy wrote the last entry; the client may have invented earlier ones.
            host = forwarded.rpartition(",")[2].strip() or host
        if not host:
            return None
        try:
            parsed = canonical_ip(host)
        except ValueError:
            return self.dispatcher.throttle.address_key(host)
        if parsed.is_loopback:
            return None
        household = str(parsed)
        if isinstance(parsed, ipaddress.IPv6Address):  # one household has a /64
            household = str(ipaddress.ip_network((parsed, 64), strict=False))
        return self.dispatcher.throttle.address_key(household)

    def _check_request(
        self, socket: ServerConnection, request: Request
    ) -> Response | Awaitable[Response] | None:
        """Refuse hosts, origins and paths that websockets would accept (protocol 1.3)."""
        for name in ONCE:
            if len(request.headers.get_all(name)) > 1:
                return socket.respond(http.HTTPStatus.BAD_REQUEST, f"send one {name} header\n")
        named = request.headers.get("Host", "")
        if HOST.fullmatch(named) is None:
            return socket.respond(http.HTTPStatus.BAD_REQUEST, "this is no host and port\n")
        if self.pages is not None and request.path in PATHS:
            return self.pages.answer(socket, request, local=self._is_local(socket, request))
        if request.path.partition("?")[0] != "/":
            return socket.respond(http.HTTPStatus.NOT_FOUND, "there is one path here: /\n")
        if self.door.hosts and _host_only(named) not in self.door.hosts:
            said = "this host is not served; the sysop can add it to hosts in the settings\n"
            return socket.respond(http.HTTPStatus.MISDIRECTED_REQUEST, said)
        origin = request.headers.get("Origin")
        if origin is not None and origin not in self.door.origins:
            return socket.respond(http.HTTPStatus.FORBIDDEN, "this origin may not connect\n")
        return None

    def _is_local(self, socket: ServerConnection, request: Request) -> bool:
        """Return whether a request certainly comes from a program on this machine.

        A proxy on this machine forwards strangers' requests from a local address, and a web page in
        a local browser may send requests for a stranger: neither is local.
        """
        headers = request.headers
        if any(name in headers for name in (*FORWARDING, "Origin")):
            return False
        peer = _peer(socket)
        return not peer or (
            peer != self.door.proxy
            and is_loopback(peer)
            and is_loopback(_host_only(headers.get("Host", "")))
        )

    async def _sweep(self) -> None:
        """Check every socket: send pings, close at deadlines, and bound buffers (P14)."""
        loop, pause = asyncio.get_running_loop(), limits.SWEEP_SECONDS
        while True:
            await asyncio.sleep(pause)
            for socket in tuple(self._outside):
                socket.look(loop.time(), lambda *_, cut=socket: cut.transport.abort())
            for connection in tuple(self.connections):
                connection.socket.look(loop.time(), connection.outbox.end)
                if connection.wire.unsent_bytes() > limits.WRITE_BUFFER_BYTES_MAX:
                    self.counters.cut_off += 1
                    log.info("a reader let its socket fill up and was cut off")
                    connection.outbox.end(close.TOO_SLOW, "too slow; resume from your cursors")


def _refuse_taken(path: Path) -> None:
    """Refuse to take a unix socket on which another server listens.

    Binding replaces the file, so clients could no longer reach a server that still runs there.

    Raises:
        OSError: If it is in use, or if this process may not open it.
    """
    with sockets.socket(sockets.AF_UNIX, sockets.SOCK_STREAM) as probe:
        probe.setblocking(False)
        try:
            probe.connect(str(path))
        except (FileNotFoundError, ConnectionRefusedError):
            return
        except BlockingIOError:  # a server listens there, and its queue is full
            pass
    raise OSError(errno.EADDRINUSE, os.strerror(errno.EADDRINUSE))


def _peer(socket: ServerConnection) -> str:
    """Return the address of the peer; empty on a unix socket."""
    peer = socket.remote_address
    return str(canonical_ip(str(peer[0]))) if isinstance(peer, tuple) and peer else ""


def _host_only(header: str) -> str:
    """Return a Host header without its port, as `plain_host` writes names."""
    if header.startswith("["):
        return header.partition("]")[0].lstrip("[").lower()
    return plain_host(header.rpartition(":")[0] if ":" in header else header)


def _select_subprotocol(
    socket: ServerConnection, offered: Sequence[Subprotocol]
) -> Subprotocol | None:
    if PROTOCOL not in offered:
        raise NegotiationError(f"offer the subprotocol {PROTOCOL}")
    return Subprotocol(PROTOCOL)
