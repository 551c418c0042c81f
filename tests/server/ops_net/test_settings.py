"""Settings that cannot be used: one line that names the place, the rule and what to write."""

import resource
import signal
import socket
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as profile
from hypothesis import strategies as st

from bbs import limits
from bbs.address import parse_invitation_link
from bbs.settings import SettingsError
from bbs_server.app import invitation_link, listen_config
from bbs_server.ops.descriptors import descriptors_short
from bbs_server.settings import load
from tests.server.ops_net.serving import (
    Start,
    http_get,
    served,
    serving,
    trusting,
    write_certificate,
)


@pytest.mark.parametrize(
    ("written", "environment", "flags", "said"),
    [
        ('seats = "many"', {}, {}, "{file}: seats takes a whole number from 0 to 1000"),
        ("", {"BBS_SEATS": "many"}, {}, "BBS_SEATS: seats takes a whole number"),
        (
            "",
            {},
            {"disk_low_mb": -1},
            "--disk-low-mb: disk_low_mb takes a whole number of at least 0",
        ),
        ("title = 5", {}, {}, "{file}: title takes text in quotes"),
        ('hosts = "moot.example"', {}, {}, "{file}: hosts takes a list of texts, as in hosts = ["),
        ("hosts = [1]", {}, {}, "{file}: hosts takes a list of texts"),
        ('sample = "perhaps"', {}, {}, "{file}: sample takes true or false"),
        ("maintenance = 2030-03-01", {}, {}, "maintenance = '2030-03-01': write a moment"),
        ('lisen = "x:1"', {}, {}, "{file}: there is no setting 'lisen'; did you mean listen?"),
        ("boards_max = 201", {}, {}, "{file}: boards_max takes a whole number from 1 to 200"),
        ("", {"BBS_CONNECTIONS": "0"}, {}, "BBS_CONNECTIONS: connections takes a whole number"),
        ("seats = " + "9" * 5_000, {}, {}, "{file}: "),
    ],
)
def test_what_does_not_fit_is_said_with_its_place_and_what_would(
    tmp_path: Path, written: str, environment: dict[str, str], flags: dict[str, Any], said: str
) -> None:
    """A sysop learns where the value stands, and what to write there."""
    file = tmp_path / "bbs.toml"
    file.write_text(written)
    with pytest.raises(SettingsError) as refused:
        load(file, flags, environment)
    assert str(refused.value).startswith(said.format(file=file))
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"data": ""}, "data is empty"),
        ({"listen": "unix:"}, "whole path"),
        ({"listen": "unix:rel.sock"}, "whole path"),
        ({"listen": "unix:/run/folkmoot/"}, "whole path"),
        ({"listen": f"unix:/{'x' * 107}"}, "107 bytes"),
        ({"listen": "[::1]"}, "write host:port"),
        ({"listen": "::1"}, "write host:port"),
        ({"listen": "::1:8765"}, "write host:port"),
        ({"listen": "[garden]:8765"}, "write host:port"),
        ({"public": "[::1]"}, "write host:port"),
        ({"public": "the moot:80"}, "a name or an IP address"),
        ({"title": ""}, "title"),
        ({"title": " "}, "title"),
        ({"title": "x" * (limits.TITLE_CHARS_MAX + 1)}, "title"),
        ({"title": "two\nlines"}, "title"),
        ({"template": "tabel"}, "template: there is none called 'tabel'; did you mean table"),
    ],
)
def test_what_could_not_be_served_is_refused_before_anything_is_made(
    given: dict[str, str], said: str
) -> None:
    """No folder, socket or community is left behind by a typing mistake."""
    with pytest.raises(SettingsError, match=said):
        load(None, given, {})


@pytest.mark.parametrize(
    ("listen", "public", "host"),
    [("[::1]:0", "[::1]:80", "::1"), ("Localhost:0", "Moot.Example:80", "localhost")],
)
def test_an_address_is_taken_as_people_write_it(listen: str, public: str, host: str) -> None:
    """IPv6 is written in brackets, a name in any letters; both can be said in an invitation."""
    settings = load(None, {"listen": listen, "public": public}, {})
    door = listen_config(settings)
    assert (door.host, door.port) == (host, 0)
    for each in (settings, load(None, {"listen": listen}, {})):
        assert parse_invitation_link(invitation_link(each, door, 8765, "c" * 32))


@profile(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=40))
def test_whatever_a_file_holds_it_is_read_or_named(tmp_path: Path, content: bytes) -> None:
    """No bytes in the file end a start, or a reload, without a line that names it."""
    file = tmp_path / "bbs.toml"
    for written in (content, b'motd = "' + content + b'"'):
        file.write_bytes(written)
        with suppress(SettingsError):
            load(file, {}, {})


async def test_a_reload_of_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    """The log names file and byte, and the server goes on; a key open to all was told at the start."""
    certificate, key = write_certificate(tmp_path / "live", "moot.example")
    key.chmod(0o644)
    config = tmp_path / "bbs.toml"
    config.write_text(f'tls_certificate = "{certificate}"\ntls_key = "{key}"\n')
    async with served(Start(tmp_path, ("--config", str(config)))) as server:
        before = server.log.read_text()
        assert before.count(f"everybody on this machine may read {key}") == 1
        config.write_bytes(b'motd = "Gr\xfc\xdfe"\n')
        server.process.send_signal(signal.SIGHUP)
        while "not reloaded" not in (told := server.log.read_text().removeprefix(before)):
            assert (await http_get(server.port, "/healthz", tls=trusting())).status == 200
        assert f"not reloaded: {config}: byte 11 is not UTF-8" in told
        assert "nobody waited for" not in told


async def test_the_socket_of_a_running_server_is_left_alone(tmp_path: Path) -> None:
    """A second server says that the address is taken, and the first is reached as before."""
    path = tmp_path / "bbs.sock"
    async with serving(tmp_path / "first", listen=f"unix:{path}"):
        with pytest.raises(OSError, match="Address already in use"):
            async with serving(tmp_path / "second", listen=f"unix:{path}"):
                pass
        assert (await http_get(path, "/healthz")).status == 200


async def test_a_socket_nobody_answers_at_is_replaced(tmp_path: Path) -> None:
    """What a killed server left stands in nobody's way."""
    path = tmp_path / "bbs.sock"
    with closing(socket.socket(socket.AF_UNIX)) as dead:
        dead.bind(str(path))
        dead.listen()
    async with serving(tmp_path, listen=f"unix:{path}"):
        assert (await http_get(path, "/healthz")).status == 200


def test_connections_are_compared_with_the_files_that_may_be_open() -> None:
    """What is short is said with the number that would do; a few connections always fit."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    assert descriptors_short(1) is None
    if soft != resource.RLIM_INFINITY:
        short = descriptors_short(soft)
        assert short is not None
        assert short[0].startswith(f"{soft} open files are allowed here, {soft} connections need ")


async def test_a_start_with_too_few_descriptors_says_so(tmp_path: Path) -> None:
    """The log says at the start what would fail in the middle of an evening."""
    few = ("sh", "-c", 'ulimit -n 256 && exec "$@"', "sh")
    async with served(Start(tmp_path, ("--connections", "600"), before=few)) as server:
        said = server.log.read_text()
    assert "256 open files are allowed here, 600 connections need 1176: LimitNOFILE=2048" in said
