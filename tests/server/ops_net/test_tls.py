"""The certificate: exchanged without cutting anybody off, and never for one that cannot be used."""

import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from bbs.settings import SettingsError
from bbs_server.app import run_server
from bbs_server.net import tls
from bbs_server.settings import ServerSettings
from tests.server.ops_net.serving import (
    Start,
    http_get,
    served,
    serving,
    shown_name,
    trusting,
    write_certificate,
)
from tests.support.raw import raw


def _settings(folder: Path, certificate: Path, key: Path) -> ServerSettings:
    return ServerSettings(
        data=str(folder / "data"),
        listen="127.0.0.1:0",
        sample=True,
        tls_certificate=str(certificate),
        tls_key=str(key),
    )


def _replace(folder: Path, certificate: Path, key: Path) -> None:
    """Put another pair where the server's is, as a renewal does."""
    shutil.copy(certificate, folder / "cert.pem")
    shutil.copy(key, folder / "key.pem")


async def test_a_new_certificate_is_shown_and_open_lines_live_on(tmp_path: Path) -> None:
    """Renewing a certificate cuts nobody off; who comes next is shown the new one."""
    live = tmp_path / "live"
    pair = write_certificate(live, "first.example")
    settings = _settings(tmp_path, *pair)
    async with run_server(settings, job_list=()) as running:
        port = running.listener.port
        async with raw(f"wss://127.0.0.1:{port}", ssl=trusting()) as client:
            assert (await client.hello())["result"]
            assert await shown_name(port) == "first.example"
            _replace(live, *write_certificate(tmp_path / "next", "second.example"))
            running.reload(settings)
            assert await shown_name(port) == "second.example"
            assert "result" in await client.exchange(
                '{"jsonrpc":"2.0","id":9,"method":"rpc.discover"}'
            )


@pytest.mark.parametrize("broken", ["missing", "garbage", "foreign key"])
async def test_a_pair_that_cannot_be_used_leaves_the_old_one(tmp_path: Path, broken: str) -> None:
    """Half a pair is never loaded: the server goes on with the certificate it has."""
    live = tmp_path / "live"
    pair = write_certificate(live, "first.example")
    settings = _settings(tmp_path, *pair)
    async with run_server(settings, job_list=()) as running:
        if broken == "missing":
            (live / "cert.pem").unlink()
        elif broken == "garbage":
            (live / "cert.pem").write_text("-----BEGIN CERTIFICATE-----\nhello\n")
        else:
            other, _ = write_certificate(tmp_path / "next", "second.example")
            shutil.copy(other, live / "cert.pem")
        with pytest.raises(SettingsError, match="certificate"):
            running.reload(settings)
        assert await shown_name(running.listener.port) == "first.example"


async def test_sighup_reads_the_files_again(tmp_path: Path) -> None:
    """A renewal program needs to send one signal; the process and its port stay the same."""
    live = tmp_path / "live"
    certificate, key = write_certificate(live, "first.example")
    options = ("--tls-certificate", str(certificate), "--tls-key", str(key))
    async with served(Start(tmp_path, options)) as server:
        assert await shown_name(server.port) == "first.example"
        _replace(live, *write_certificate(tmp_path / "next", "second.example"))
        server.process.send_signal(signal.SIGHUP)
        while await shown_name(server.port) != "second.example":
            pass
        (live / "key.pem").write_text("nothing")
        server.process.send_signal(signal.SIGHUP)
        while "not reloaded: tls_certificate: the certificate" not in server.log.read_text():
            assert await shown_name(server.port) == "second.example"
        page = await http_get(server.port, "/healthz", tls=trusting())
        assert page.status == 200


def test_a_key_with_a_passphrase_is_refused_instead_of_asked_for(tmp_path: Path) -> None:
    """Nobody is there to type it: a start that waited for a terminal would never end."""
    certificate, key = write_certificate(tmp_path / "live", "first.example")
    locked = tmp_path / "locked.pem"
    words = ["openssl", "pkey", "-in", str(key), "-aes256", "-passout", "pass:x", "-out"]
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not here to lock a key")
    subprocess.run([*words, str(locked)], check=True, capture_output=True)
    with pytest.raises(SettingsError, match="passphrase"):
        tls.make_context(str(certificate), str(locked))


@pytest.mark.parametrize("days", [90, 3, -5])
def test_the_days_left_are_read_from_the_certificate(tmp_path: Path, days: int) -> None:
    """What is shown to clients is what is counted, also when it has ended."""
    certificate, _ = write_certificate(tmp_path / "live", "first.example", days=days)
    assert tls.days_left(str(certificate)) == days
    assert tls.days_left(str(tmp_path / "nothing.pem")) is None


async def test_without_tls_a_reload_changes_no_door(tmp_path: Path) -> None:
    """TLS is switched on by a restart; a reload that names a certificate harms nobody."""
    certificate, key = write_certificate(tmp_path / "live", "first.example")
    async with serving(tmp_path) as running:
        running.reload(_settings(tmp_path, certificate, key))
        assert (await http_get(running.listener.port, "/healthz")).status == 200
