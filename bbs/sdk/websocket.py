"""A transport over a WebSocket: text frames in our subprotocol, TLS except on this machine."""

import asyncio
import hashlib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from websockets.asyncio.client import ClientConnection
from websockets.asyncio.client import connect as _connect
from websockets.exceptions import (
    ConcurrencyError,
    ConnectionClosed,
    InvalidHandshake,
    InvalidMessage,
    InvalidProxy,
    InvalidStatus,
    InvalidURI,
    NegotiationError,
)
from websockets.typing import Subprotocol

from bbs import limits
from bbs.address import HOST_RULE, is_host, is_loopback
from bbs.sdk.errors import AddressRefused, CertificateRefused, HostNotServed
from bbs.sdk.transport import TransportClosed
from bbs.wire.close import ABNORMAL, NORMAL
from bbs.wire.messages import PROTOCOL

_FORBIDDEN = (401, 403, 404, 421, 426)
_MAYBE_TLS = (
    "no answer in plain text; if the server speaks TLS, add ?plain=0 to its bbs:// address, "
    "or give the --pin of its own certificate"
)


@dataclass(frozen=True, slots=True)
class ServerUrl:
    """The parts of a URL that the transport needs.

    Attributes:
        uri: The URL for the HTTP request, `ws://` or `wss://`.
        host: The host's name or address, in lower case; `localhost` for a unix socket.
        path: The unix socket's path; None for host and port.
    """

    uri: str
    host: str
    path: str | None = None

    @property
    def loopback(self) -> bool:
        """Whether the server is on this machine."""
        return self.path is not None or is_loopback(self.host)


def parse_url(url: str, *, pin: str | None = None) -> ServerUrl:
    """Parse the address of a server. Plain text is allowed for this machine only.

    Args:
        url: As in `connect`. `bbs://` is TLS except to this machine; `?plain=0` asks for it there.
        pin: The pin, if any; it implies TLS.

    Raises:
        AddressRefused: If `url` is no such URL, or asks for plain text to another machine.
    """
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        raise AddressRefused("it cannot be read") from None
    if parts.fragment or parts.username or parts.password:
        raise AddressRefused("it holds more than an address; use an invitation to join")
    if parts.scheme == "bbs+unix":
        if parts.netloc or not parts.path.startswith("/") or pin:
            raise AddressRefused("a unix socket is named by an absolute path, without a pin")
        return ServerUrl("ws://localhost/", "localhost", unquote(parts.path))
    if parts.scheme not in ("bbs", "ws", "wss"):
        raise AddressRefused("it begins with bbs://, bbs+unix://, ws:// or wss://")
    if not host or (port is None and parts.scheme == "bbs"):
        raise AddressRefused("host and port are needed")
    if not is_host(host):
        raise AddressRefused(HOST_RULE)
    if port == 0:
        raise AddressRefused("the port is a number from 1 to 65535")
    tls = parts.scheme == "wss" or bool(pin)
    if parts.scheme == "bbs":
        tls = tls or not is_loopback(host) or parts.query == "plain=0"
    if not tls and not is_loopback(host):
        raise AddressRefused("plain text is for this machine only; use wss:// or bbs://")
    name = f"[{host}]" if ":" in host else host
    where = f"{name}:{port}" if port is not None else name
    return ServerUrl(f"{'wss' if tls else 'ws'}://{where}{parts.path or '/'}", host)


class _Connect(_connect):
    """Follows no redirects, because a token must reach only the server that it was made for."""

    def process_redirect(self, exc: Exception) -> Exception | str:
        """Return the exception, so that it is raised and no other server is asked."""
        return exc


class WebSocketTransport:
    """A `Transport` over a WebSocket connection."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket

    async def send(self, frame: bytes) -> None:
        """Send a text frame; see `Transport.send`."""
        try:
            await self._socket.send(frame, text=True)
        except ConnectionClosed as closed:
            raise _link_closed(closed) from None

    async def receive(self) -> bytes:
        """Return the next frame; see `Transport.receive`."""
        try:
            return await self._socket.recv(decode=False)
        except ConnectionClosed as closed:
            raise _link_closed(closed) from None

    async def close(self, code: int = NORMAL, reason: str = "") -> None:
        """End the connection; see `Transport.close`. Takes at most `CLOSE_SECONDS_MAX`.

        Cancelling aborts the connection. Frames that were not received yet are lost.
        """
        # The other end's close comes after the frames it sent before, so these have to be read.
        draining = asyncio.ensure_future(self._drain())
        try:
            await self._socket.close(code, reason)
        finally:
            draining.cancel()
            self._socket.transport.abort()
            await asyncio.gather(draining, return_exceptions=True)

    async def _drain(self) -> None:
        with suppress(ConnectionClosed, ConcurrencyError):
            while True:
                await self._socket.recv(decode=False)


async def open_transport(url: str, *, pin: str | None = None) -> WebSocketTransport:
    """Open a WebSocket to a community. Cancelling closes what was opened.

    Args:
        url: As in `connect`.
        pin: SHA-256 of the server's certificate in hex; None to trust the system's authorities.

    Raises:
        AddressRefused: If the url cannot be used.
        CertificateRefused: If the certificate is not valid, or differs from the pin.
        HostNotServed: If the other end refuses, or is no such server.
        TransportClosed: If the handshake failed in a way that may pass.
        OSError: If nothing answers there; `TimeoutError` if that took too long.
    """
    target = parse_url(url, pin=pin)
    options: dict[str, Any] = {"ssl": _context(pin)} if target.uri.startswith("wss:") else {}
    if target.path is not None:
        options |= {"unix": True, "path": target.path}
    try:
        socket = await _Connect(
            target.uri,
            subprotocols=[Subprotocol(PROTOCOL)],
            compression=None,
            max_size=limits.FRAME_TO_CLIENT_BYTES_MAX,
            proxy=None if target.loopback else True,
            user_agent_header=None,
            open_timeout=limits.OPEN_SECONDS_MAX,
            close_timeout=limits.CLOSE_SECONDS_MAX,
            ping_interval=limits.PING_SECONDS,
            ping_timeout=limits.PONG_SECONDS,
            **options,
        )
    except ssl.SSLCertVerificationError as error:
        raise CertificateRefused(error.verify_message or "it is not valid") from None
    except InvalidStatus as error:
        raise _refused(error.response.status_code) from None
    except InvalidMessage as error:
        plain = target.uri.startswith("ws:") and target.path is None
        raise TransportClosed(ABNORMAL, _MAYBE_TLS if plain else type(error).__name__) from None
    except (InvalidURI, NegotiationError) as error:
        raise HostNotServed(type(error).__name__) from None
    except (InvalidHandshake, InvalidProxy) as error:
        raise TransportClosed(ABNORMAL, type(error).__name__) from None
    await _check(socket, pin)
    return WebSocketTransport(socket)


async def _check(socket: ClientConnection, pin: str | None) -> None:
    if pin is not None:
        channel = socket.transport.get_extra_info("ssl_object")
        certificate = channel.getpeercert(binary_form=True) if channel else b""
        if hashlib.sha256(certificate or b"").hexdigest() != pin.lower():
            socket.transport.abort()
            raise CertificateRefused("it is not the one that was pinned")
    if socket.subprotocol != PROTOCOL:
        await socket.close()
        raise HostNotServed("no Folkmoot community answers there")


def _context(pin: str | None) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if pin is not None:
        # The pin identifies the certificate exactly; authority and name add nothing.
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _refused(status: int) -> Exception:
    if status in _FORBIDDEN:
        return HostNotServed(f"it answered with the HTTP status {status}")
    return TransportClosed(ABNORMAL, f"the server answered with the HTTP status {status}")


def _link_closed(closed: ConnectionClosed) -> TransportClosed:
    if closed.rcvd is not None:
        return TransportClosed(closed.rcvd.code, closed.rcvd.reason)
    return TransportClosed(ABNORMAL, "the connection was lost")
