"""Servers, certificates and plain HTTP for the tests of operations: real sockets, on loopback."""

import asyncio
import json
import os
import ssl
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID

from bbs_server.app import RunningServer, run_server
from bbs_server.settings import ServerSettings
from tests.support.ready import make_ready

PATIENCE_S = 20.0
ROOT = Path(__file__).resolve().parents[3]
BBS = (sys.executable, "-m", "bbs.cli.main")


@dataclass(frozen=True)
class Page:
    """An HTTP answer. `headers` have lower-case names."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """Return the body, decoded."""
        return json.loads(self.body)


async def http_get(
    where: int | Path,
    path: str,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    tls: ssl.SSLContext | None = None,
) -> Page:
    """Ask a server on loopback, by port or unix socket, for a page."""
    async with asyncio.timeout(PATIENCE_S):
        if isinstance(where, Path):
            reader, writer = await asyncio.open_unix_connection(where)
        else:
            reader, writer = await asyncio.open_connection("127.0.0.1", where, ssl=tls)
        given = {"Host": "localhost", **(headers or {})}
        lines = [f"{method} {path} HTTP/1.1", *(f"{k}: {v}" for k, v in given.items()), "", ""]
        writer.write("\r\n".join(lines).encode())
        answer = await reader.read()
        writer.close()
        await writer.wait_closed()
    head, _, body = answer.partition(b"\r\n\r\n")
    first, *rest = head.decode().split("\r\n")
    found = {k.lower(): v for k, _, v in (line.partition(": ") for line in rest)}
    return Page(int(first.split()[1]), found, body)


@asynccontextmanager
async def serving(folder: Path, **settings: Any) -> AsyncIterator[RunningServer]:
    """Run a server in this process."""
    given = {"data": str(folder / "data"), "listen": "127.0.0.1:0", "sample": True, **settings}
    make_ready(folder / "data")
    async with run_server(ServerSettings(**given), job_list=()) as running:
        yield running


def write_certificate(folder: Path, name: str, *, days: int = 90) -> tuple[Path, Path]:
    """Write a self-signed certificate for this machine and its key; return both paths."""
    folder.mkdir(exist_ok=True)
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=400))
        .not_valid_after(now + timedelta(days=days, hours=1))
        .sign(key, SHA256())
    )
    certificate, private = folder / "cert.pem", folder / "key.pem"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return certificate, private


def trusting() -> ssl.SSLContext:
    """Return a client's context that takes any certificate, to look at the one it was shown."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


async def shown_name(port: int) -> str:
    """Return the common name of the certificate that a new connection is shown."""
    _, writer = await asyncio.open_connection("127.0.0.1", port, ssl=trusting())
    try:
        shown = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    finally:
        writer.transport.abort()
    found = x509.load_der_x509_certificate(shown)
    name = found.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value
    assert isinstance(name, str)
    return name


@dataclass
class Served:
    """A server in a process of its own.

    Attributes:
        process: It.
        ready: What it wrote when it served.
        log: The file with its stderr.
    """

    process: asyncio.subprocess.Process
    ready: dict[str, Any]
    log: Path

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self.ready["listening"].rpartition(":")[2])

    async def end(self, number: int, within_s: float) -> int:
        """Send a signal and return the exit code.

        Raises:
            TimeoutError: If it took longer than `within_s`.
        """
        self.process.send_signal(number)
        async with asyncio.timeout(within_s):
            return await self.process.wait()


@dataclass
class Start:
    """How to start a server.

    Attributes:
        before: Words that run the command line, such as a shell that hands over a socket.
        environment: Added to this process's.
        fds: Descriptors it inherits.
        loaded: Whether to wait until it has loaded everything; False: until it listens.
    """

    folder: Path
    options: Sequence[str] = ()
    before: Sequence[str] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    fds: Sequence[int] = ()
    loaded: bool = True


@asynccontextmanager
async def served(start: Start) -> AsyncIterator[Served]:
    """Run a server in a process of its own, from when it serves; kill it afterwards."""
    reading, writing = os.pipe()
    log = start.folder / "server.log"
    words = [*start.before, *BBS, "serve", "--data", str(start.folder / "data")]
    words += ["--listen", "127.0.0.1:0", "--ready-fd", str(writing), *start.options]
    with log.open("ab") as stderr:
        process = await asyncio.create_subprocess_exec(
            *words,
            cwd=ROOT,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=stderr,
            stderr=stderr,
            pass_fds=[writing, *start.fds],
            env={**os.environ, **start.environment},
        )
    os.close(writing)
    try:
        with os.fdopen(reading) as pipe:
            line = await asyncio.wait_for(asyncio.to_thread(pipe.readline), PATIENCE_S)
            assert line, log.read_text()
            if start.loaded:  # then it closes its end
                await asyncio.wait_for(asyncio.to_thread(pipe.read), PATIENCE_S)
        yield Served(process, json.loads(line), log)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
