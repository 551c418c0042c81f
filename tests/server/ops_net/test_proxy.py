"""Behind a reverse proxy: the bounds for one address hold for the people, not for the proxy (protocol 1.6)."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import connect, unix_connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from bbs import limits
from bbs.settings import SettingsError
from bbs.wire import close
from bbs.wire.messages import PROTOCOL
from bbs_server.app import listen_config
from bbs_server.settings import load
from tests.server.ops_net.serving import PATIENCE_S, serving


def _come(where: Path | int, claimed: str) -> Any:
    """Connect by unix socket or port, for somebody whose address a proxy claims to know."""
    options: dict[str, Any] = {
        "subprotocols": [Subprotocol(PROTOCOL)],
        "compression": None,
        "additional_headers": {"X-Forwarded-For": f"198.51.100.1, {claimed}"},
    }
    if isinstance(where, Path):
        return unix_connect(str(where), "ws://localhost/", **options)
    return connect(f"ws://127.0.0.1:{where}/", proxy=None, **options)


@pytest.mark.parametrize(
    ("proxy", "network"), [("unix", ""), ("unix", "::ffff:"), ("", "")], ids=["named", "v6", "not"]
)
async def test_a_proxy_on_the_unix_socket_is_believed_if_named(
    tmp_path: Path, proxy: str, network: str
) -> None:
    """Named, what it says last counts as the address: one address is stopped, another comes in,
    also where IPv4 is written within IPv6. Not named, nobody's word is taken, and the socket is this
    machine's own."""
    path = tmp_path / "bbs.sock"
    async with (
        serving(tmp_path, listen=f"unix:{path}", proxy=proxy),
        AsyncExitStack() as lines,
    ):
        for _ in range(limits.STRANGERS_PER_ADDRESS_MAX):
            await lines.enter_async_context(_come(path, f"{network}203.0.113.9"))
        one_more = await lines.enter_async_context(_come(path, "203.0.113.9"))
        other = await lines.enter_async_context(_come(path, f"{network}203.0.113.10"))
        if proxy:
            with pytest.raises(ConnectionClosed):
                await one_more.recv()
            assert one_more.close_code == close.TOO_MANY
        else:
            await (await one_more.ping())
        await (await other.ping())


def test_a_unix_proxy_needs_a_unix_socket() -> None:
    """On a port everybody could claim any address; the line says what to write instead."""
    with pytest.raises(SettingsError, match="name the address"):
        load(None, {"proxy": "unix", "listen": "127.0.0.1:8765"}, {})


async def test_a_proxy_on_a_port_is_believed_however_its_address_is_written(tmp_path: Path) -> None:
    """Written as IPv4 within IPv6, it is the proxy all the same: one bound for each of its people."""
    async with (
        serving(tmp_path, proxy="::ffff:127.0.0.1") as running,
        AsyncExitStack() as lines,
    ):
        for _ in range(limits.STRANGERS_PER_ADDRESS_MAX):
            await lines.enter_async_context(_come(running.listener.port, "203.0.113.9"))
        one_more = await lines.enter_async_context(_come(running.listener.port, "203.0.113.9"))
        async with asyncio.timeout(PATIENCE_S):
            with pytest.raises(ConnectionClosed):
                await one_more.recv()
        assert one_more.close_code == close.TOO_MANY


@pytest.mark.parametrize(
    ("written", "peer"),
    [
        ("::ffff:10.88.0.1", "10.88.0.1"),
        ("0:0:0:0:0:0:0:1", "::1"),
        ("FE80::1%eth0", "fe80::1"),
        ("", None),
    ],
)
def test_the_door_knows_the_proxy_as_it_will_come(written: str, peer: str | None) -> None:
    """An address that can be written in many ways is compared in one."""
    assert listen_config(load(None, {"proxy": written}, {})).proxy == peer


@pytest.mark.parametrize("written", ["caddy", "[::1]", "127.0.0.1:443", "10.88.0.0/16"])
def test_a_proxy_that_could_never_come_is_refused_at_the_start(written: str) -> None:
    """What no peer's address equals is not passed over; the line says what to write."""
    with pytest.raises(SettingsError, match=r"proxy = .* write the IP address"):
        load(None, {"proxy": written}, {})
