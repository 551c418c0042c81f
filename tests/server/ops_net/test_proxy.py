"""Behind a reverse proxy: the bounds for one address hold for the people, not for the proxy (protocol 1.6)."""

from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import unix_connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from bbs import limits
from bbs.wire import close
from bbs.wire.messages import PROTOCOL
from bbs_server.config import BadSettings, load
from tests.server.ops_net.serving import serving


def _come(path: Path, claimed: str) -> Any:
    return unix_connect(
        str(path),
        "ws://localhost/",
        subprotocols=[Subprotocol(PROTOCOL)],
        compression=None,
        additional_headers={"X-Forwarded-For": f"198.51.100.1, {claimed}"},
    )


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
    """On a port everybody could claim any address; the line says what to write instead (I-25)."""
    with pytest.raises(BadSettings, match="name the address"):
        load(None, {"proxy": "unix", "listen": "127.0.0.1:8765"}, {})
