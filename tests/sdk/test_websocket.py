"""The WebSocket link over real sockets on this machine: TLS, pins, refusals, closes (protocol 1.4)."""

import asyncio
import hashlib
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from websockets.asyncio.server import ServerConnection, serve, unix_serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from bbs import limits
from bbs.sdk.errors import AddressRefused, CertificateRefused, HostNotServed
from bbs.sdk.transport import TransportClosed
from bbs.sdk.websocket import open_transport, parse_url
from bbs.wire import close


async def echo(socket: ServerConnection) -> None:
    frame = await socket.recv(decode=False)
    await socket.send(frame, text=True)
    await socket.close(close.SESSION_ENDED, "ended")


@asynccontextmanager
async def serving(**options: Any) -> AsyncIterator[int]:
    given: dict[str, Any] = {"subprotocols": [Subprotocol("bbs.v1")], "compression": None}
    async with serve(echo, "127.0.0.1", 0, **(given | options)) as server:
        yield server.sockets[0].getsockname()[1]


async def test_frames_go_both_ways_and_the_close_is_told() -> None:
    """A frame comes back as bytes; the close code and reason reach the reader (protocol 8)."""
    async with serving() as port:
        link = await open_transport(f"bbs://127.0.0.1:{port}")
        await link.send("Grüße".encode())
        assert await link.receive() == "Grüße".encode()
        with pytest.raises(TransportClosed) as caught:
            await link.receive()
        assert (caught.value.code, caught.value.reason) == (close.SESSION_ENDED, "ended")
        with pytest.raises(TransportClosed):
            await link.send(b"late")
        await link.close()


async def test_a_unix_socket_is_an_address(tmp_path: Path) -> None:
    """`bbs+unix:///path` reaches a server without a port (protocol 1.4)."""
    path = tmp_path / "s.sock"
    protocols = [Subprotocol("bbs.v1")]
    async with unix_serve(echo, str(path), subprotocols=protocols):
        link = await open_transport(f"bbs+unix://{path}")
        await link.send(b"{}")
        assert await link.receive() == b"{}"
        await link.close()


async def test_a_cut_line_is_abnormal() -> None:
    """A line cut without a close is told as 1006, which may be tried again (protocol 8)."""

    async def cut(socket: ServerConnection) -> None:
        socket.transport.abort()

    async with (
        serve(cut, "127.0.0.1", 0, subprotocols=[Subprotocol("bbs.v1")]) as server,
    ):
        link = await open_transport(f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        with pytest.raises(TransportClosed) as caught:
            await link.receive()
        assert caught.value.code == close.ABNORMAL
        await link.close()


async def test_leaving_with_a_backlog_is_quick() -> None:
    """Who leaves with much unread does not wait behind it, and leaves no socket open (P14)."""
    codes: asyncio.Queue[int | None] = asyncio.Queue()

    async def talk(socket: ServerConnection) -> None:
        with suppress(ConnectionClosed):
            while True:
                await socket.send("x" * 10_000)
        codes.put_nowait(socket.close_code)

    protocols = [Subprotocol("bbs.v1")]
    async with serve(talk, "127.0.0.1", 0, subprotocols=protocols, compression=None) as server:
        link = await open_transport(f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        await link.receive()
        async with asyncio.timeout(limits.CLOSE_SECONDS_MAX / 2):
            await link.close()
            assert await codes.get() == close.NORMAL
        assert link._socket.transport.is_closing()


async def test_a_server_of_something_else_is_not_welcome() -> None:
    """Without our subprotocol nothing is said to the other end (protocol 1.2)."""
    async with serving(subprotocols=None) as port:
        with pytest.raises(HostNotServed, match="no Folkmoot community"):
            await open_transport(f"bbs://127.0.0.1:{port}")


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (HTTPStatus.FORBIDDEN, HostNotServed),
        (HTTPStatus.NOT_FOUND, HostNotServed),
        (HTTPStatus.FOUND, TransportClosed),
        (HTTPStatus.SERVICE_UNAVAILABLE, TransportClosed),
    ],
)
async def test_refusals_over_http(status: HTTPStatus, error: type[Exception]) -> None:
    """A forbidden host is final, a busy server is not, and no redirect is followed."""
    asked = 0

    def refuse(connection: ServerConnection, _: Request) -> Response:
        nonlocal asked
        asked += 1
        response = connection.respond(status, "")
        response.headers["Location"] = "/elsewhere"
        return response

    async with serving(process_request=refuse) as port:
        with pytest.raises(error):
            await open_transport(f"bbs://127.0.0.1:{port}")
    assert asked == 1


async def test_nobody_there() -> None:
    """Where nothing listens, the operating system's own error is raised."""
    async with serving() as port:
        pass
    with pytest.raises(OSError):
        await open_transport(f"bbs://127.0.0.1:{port}")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, str]:
    """Return a server's TLS context with a certificate of its own making, and its pin."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "moot")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    pem = serialization.Encoding.PEM
    plain = serialization.NoEncryption()
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    path.write_bytes(private + made.public_bytes(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    der = made.public_bytes(serialization.Encoding.DER)
    return context, hashlib.sha256(der).hexdigest()


async def test_a_pinned_certificate_is_trusted_and_no_other(
    certificate: tuple[ssl.SSLContext, str],
) -> None:
    """The pin stands for one certificate: it is enough, and nothing else is (protocol 1.4)."""
    context, pin = certificate
    async with serving(ssl=context) as port:
        link = await open_transport(f"bbs://127.0.0.1:{port}", pin=pin)
        await link.send(b"{}")
        assert await link.receive() == b"{}"
        await link.close()
        with pytest.raises(CertificateRefused, match="pinned"):
            await open_transport(f"bbs://127.0.0.1:{port}", pin="0" * 64)
        with pytest.raises(CertificateRefused):
            await open_transport(f"wss://127.0.0.1:{port}")


@pytest.mark.parametrize(
    ("url", "uri"),
    [
        ("bbs://localhost:7", "ws://localhost:7/"),
        ("bbs://LOCALHOST:7/", "ws://localhost:7/"),
        ("bbs://[::1]:7", "ws://[::1]:7/"),
        ("bbs://127.0.0.1:7/?plain=0", "wss://127.0.0.1:7/"),
        ("bbs://moot.example:7", "wss://moot.example:7/"),
        ("wss://moot.example", "wss://moot.example/"),
        ("wss://moot.example:7/moot", "wss://moot.example:7/moot"),
        ("ws://127.8.0.1:7", "ws://127.8.0.1:7/"),
        ("bbs+unix:///run/m%20t.sock", "ws://localhost/"),
    ],
)
def test_addresses(url: str, uri: str) -> None:
    """Plain text on this machine, TLS everywhere else (protocol 1.4)."""
    assert parse_url(url).uri == uri


@pytest.mark.parametrize(
    "url",
    [
        "ws://moot.example:7",
        "ws://10.0.0.1:7",
        "ws://localhost.evil.example:7",
        "http://localhost:7",
        "localhost:7",
        "bbs://localhost",
        "bbs://:7",
        "bbs://a@localhost:7",
        "bbs://localhost:7/#code",
        "bbs://localhost:99999",
        "bbs://localhost:0",
        "bbs://moot..example:7",
        "wss://.x:7",
        f"bbs://{'a' * 64}.example:7",
        "bbs://moot.example.7:7",
        "bbs://mo_ot:7",
        "bbs://[::1:7",
        "bbs+unix://host/path",
        "bbs+unix:relative",
        "",
    ],
)
def test_addresses_that_cannot_be_used(url: str) -> None:
    """What is no address, or not safe in plain text, is refused with a sentence (protocol 1.4)."""
    with pytest.raises(AddressRefused) as caught:
        parse_url(url)
    assert caught.value.reason


async def test_plain_text_to_tls_says_what_to_try(certificate: tuple[ssl.SSLContext, str]) -> None:
    """On this machine nothing in an address tells TLS; a failed handshake names both ways."""
    async with serving(ssl=certificate[0]) as port:
        with pytest.raises(TransportClosed, match=r"\?plain=0 .* --pin"):
            await open_transport(f"bbs://127.0.0.1:{port}")


def test_a_pin_asks_for_tls_even_here() -> None:
    """A pin means TLS, on this machine too; a unix socket has none."""
    assert parse_url("bbs://localhost:7", pin="0" * 64).uri == "wss://localhost:7/"
    with pytest.raises(AddressRefused):
        parse_url("bbs+unix:///s", pin="0" * 64)
