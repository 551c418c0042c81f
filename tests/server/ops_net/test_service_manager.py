"""A service manager and a server: readiness, signs of life, and a socket handed over."""

import os
import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bbs.settings import SettingsError
from bbs_server.app import listen_config
from bbs_server.ops.service_manager import ServiceManager, SocketHandoverError, inherited_socket
from bbs_server.settings import load
from tests.server.ops_net.serving import Start, http_get, served, trusting, write_certificate
from tests.support.raw import raw

HAND_OVER = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ["LISTEN_PID"] = str(os.getpid())
os.execv(sys.argv[2], sys.argv[2:])
"""
ACTIVATE = (sys.executable, "-c", HAND_OVER)
"""Puts the socket whose number comes first where the protocol wants it, as a service manager does."""


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[socket.socket]:
    """The socket of a service manager that listens to what its service tells."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.bind(str(tmp_path / "notify"))
        line.settimeout(10)
        yield line


def _heard(manager: socket.socket) -> list[str]:
    return manager.recv(4_096).decode().split("\n")


async def test_a_service_manager_hears_the_whole_life(
    manager: socket.socket, tmp_path: Path
) -> None:
    """READY when it serves, signs of life, RELOADING and READY on SIGHUP, STOPPING at the end."""
    told = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "60000000"}
    async with served(Start(tmp_path, environment=told)) as server:
        first = [_heard(manager), _heard(manager)]
        assert sorted(heard[0] for heard in first) == ["READY=1", "WATCHDOG=1"]
        server.process.send_signal(signal.SIGHUP)
        reloading = _heard(manager)
        assert reloading[0] == "RELOADING=1"
        assert reloading[1].partition("=")[0] == "MONOTONIC_USEC"
        assert _heard(manager)[0] == "READY=1"
        assert await server.end(signal.SIGTERM, 10) == 0
        assert _heard(manager)[0] == "STOPPING=1"


async def test_a_reload_asked_for_at_once_is_done(manager: socket.socket, tmp_path: Path) -> None:
    """SIGHUP right after READY ends no server that still loads: it reloads once it has loaded."""
    told = {"NOTIFY_SOCKET": str(tmp_path / "notify")}
    async with served(Start(tmp_path, environment=told, loaded=False)) as server:
        assert _heard(manager)[0] == "READY=1"
        server.process.send_signal(signal.SIGHUP)
        assert [_heard(manager)[0], _heard(manager)[0]] == ["RELOADING=1", "READY=1"]
        assert await server.end(signal.SIGTERM, 10) == 0


def test_signs_of_life_are_given_only_to_whom_they_are_meant() -> None:
    """The watchdog of another process is not ours; without one there is nothing to do."""
    meant = {"WATCHDOG_USEC": "3000000", "WATCHDOG_PID": "7"}
    assert ServiceManager.of(meant, 7).watchdog_s == 3.0
    assert ServiceManager.of(meant, 8).watchdog_s is None
    assert ServiceManager.of({"WATCHDOG_USEC": "x"}, 7).watchdog_s is None


def test_a_manager_that_is_gone_harms_nobody(tmp_path: Path) -> None:
    """Telling is best effort: the server serves all the same."""
    ServiceManager.of({"NOTIFY_SOCKET": str(tmp_path / "nobody")}, 1).ready("serving")
    ServiceManager.of({"NOTIFY_SOCKET": "@folkmoot-test-nobody"}, 1).stopping()
    ServiceManager.of({}, 1).reloading()


@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_UNIX], ids=["port", "unix"])
async def test_a_socket_handed_over_is_served_and_outlives_the_server(
    tmp_path: Path, family: socket.AddressFamily
) -> None:
    """Who comes while the server restarts waits in the socket's queue instead of being refused."""
    with socket.socket(family, socket.SOCK_STREAM) as line:
        path = tmp_path / "s.sock"
        line.bind(str(path) if family == socket.AF_UNIX else ("127.0.0.1", 0))
        line.listen()
        where = path if family == socket.AF_UNIX else line.getsockname()[1]
        start = Start(
            tmp_path,
            before=(*ACTIVATE, str(line.fileno())),
            environment={"LISTEN_FDS": "1"},
            fds=(line.fileno(),),
        )
        async with served(start) as server:
            assert (await http_get(where, "/healthz")).status == 200
            assert await server.end(signal.SIGTERM, 10) == 0
        with socket.socket(family, socket.SOCK_STREAM) as early:
            early.connect(line.getsockname())
            async with served(start):
                assert (await http_get(where, "/readyz")).status == 200


@pytest.mark.skipif(not socket.has_dualstack_ipv6(), reason="no IPv6 on this machine")
async def test_a_socket_for_both_kinds_of_addresses_tells_them_apart(tmp_path: Path) -> None:
    """systemd's `ListenStream=8765` shows IPv4 within IPv6: this machine is this machine there, too."""
    certificate, key = write_certificate(tmp_path / "tls", "moot.example")
    with socket.create_server(("::", 0), family=socket.AF_INET6, dualstack_ipv6=True) as line:
        start = Start(
            tmp_path,
            ("--tls-certificate", str(certificate), "--tls-key", str(key)),
            before=(*ACTIVATE, str(line.fileno())),
            environment={"LISTEN_FDS": "1"},
            fds=(line.fileno(),),
        )
        async with served(start):
            page = await http_get(line.getsockname()[1], "/healthz", tls=trusting())
            assert page.status == 200


def test_a_socket_handed_over_is_no_way_around_tls() -> None:
    """What `listen` may not do without a certificate or a proxy, systemd's socket may not, either."""
    with socket.create_server(("0.0.0.0", 0)) as line:
        with pytest.raises(SettingsError, match="reaches beyond this machine"):
            listen_config(load(None, {}, {}), line)
        assert listen_config(load(None, {"proxy": "127.0.0.1"}, {}), line).host == "0.0.0.0"


async def test_a_handed_socket_speaks_the_protocol(tmp_path: Path) -> None:
    """What comes over a handed socket is a community like any other (protocol 1)."""
    with socket.create_server(("127.0.0.1", 0)) as line:
        start = Start(
            tmp_path,
            before=(*ACTIVATE, str(line.fileno())),
            environment={"LISTEN_FDS": "1"},
            fds=(line.fileno(),),
        )
        async with served(start) as server:
            assert server.port == line.getsockname()[1]
            async with raw(f"bbs://127.0.0.1:{server.port}") as client:
                assert (await client.hello())["result"]["version"] == "bbs.v1"


def test_sockets_of_another_process_are_left_alone() -> None:
    """LISTEN_PID says whose they are."""
    assert inherited_socket({"LISTEN_PID": "1", "LISTEN_FDS": "1"}, 2) is None
    assert inherited_socket({"LISTEN_PID": "2", "LISTEN_FDS": "0"}, 2) is None
    assert inherited_socket({}, 2) is None


def test_more_than_one_socket_is_refused() -> None:
    """A server that listened on the first of two would leave the other without an answer."""
    pid = os.getpid()
    with pytest.raises(SocketHandoverError, match="2 sockets"):
        inherited_socket({"LISTEN_PID": str(pid), "LISTEN_FDS": "2"}, pid)
