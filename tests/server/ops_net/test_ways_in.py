"""The sysop's way in: the first invitation, and one for a sysop who is locked out."""

import asyncio
import re
import signal
import subprocess
from pathlib import Path

import pytest

import bbs
from bbs.address import InvitationLink, parse_invitation_link
from bbs.errors import FolkmootError
from bbs.features.members.messages import Invite
from bbs.features.moderation.messages import Act, GetLog
from bbs.ids import COMMONS, new_id
from bbs.powers import Way
from bbs.sdk import lookup
from bbs.sdk.credentials import new_secret, sign_up
from bbs.settings import SettingsError
from bbs_server.settings import load
from tests.server.ops_net.serving import BBS, ROOT, Start, served, write_certificate

PASSWORD = "six brown hens in the attic"


def _invite(*options: str) -> InvitationLink:
    """Run `bbs sysop-invite` and return what its link says."""
    ended = subprocess.run(
        [*BBS, "sysop-invite", *options], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return parse_invitation_link(ended.stdout.strip())


async def _join_as_sysop(way: InvitationLink, handle: str) -> list[Act]:
    """Join by an invitation and do what only a sysop may, invite many; return the commons' acts."""
    url = f"bbs://{way.host}:{way.port}"
    async with bbs.connect(url, pin=way.pin, listen=False) as community:
        await sign_up(community, way.code, handle, handle, PASSWORD, "test", norms_version=1)
        await community.call(Invite(invitation=new_id(), code=new_secret(), uses=100))
        return await lookup.list_acts(community, GetLog(board=COMMONS))


async def test_a_server_with_its_own_certificate_pins_it_in_the_invitation(tmp_path: Path) -> None:
    """Nobody vouches for a certificate of our own; the link does, and joining by it works (protocol 10.3)."""
    certificate, key = write_certificate(tmp_path / "live", "moot.example")
    options = ("--sample", "--tls-certificate", str(certificate), "--tls-key", str(key))
    async with served(Start(tmp_path, options)) as server:
        way = parse_invitation_link(server.ready["invitation"])
        assert way.tls
        assert way.pin is not None
        await _join_as_sysop(way, "ana")


async def test_a_sysop_who_is_locked_out_gets_in_by_the_servers_own_settings(
    tmp_path: Path,
) -> None:
    """On the machine itself there is always a way in, everybody can read that it was used, and the
    link fits the server (P8)."""
    certificate, key = write_certificate(tmp_path / "live", "moot.example")
    config = tmp_path / "bbs.toml"
    config.write_text(
        f'tls_certificate = "{certificate}"\ntls_key = "{key}"\ndata = "{tmp_path / "data"}"\n'
    )
    start = Start(tmp_path, ("--sample", "--config", str(config)))
    async with served(start) as server:
        await _join_as_sysop(parse_invitation_link(server.ready["invitation"]), "ana")
        await server.end(signal.SIGTERM, 10)
    way = _invite("--config", str(config), "--public", "localhost:1")
    assert (way.host, way.port, way.tls) == ("localhost", 1, True)
    async with served(start) as server:
        assert server.ready["invitation"] is None
        here = InvitationLink("127.0.0.1", server.port, way.tls, way.code, way.pin)
        acts = await _join_as_sysop(here, "bo")
        assert [(act.method, act.way) for act in acts] == [
            ("members.sign_up", Way.DEVICE),
            ("server.sysop_invite", Way.MACHINE),
            ("members.sign_up", Way.DEVICE),
        ]
        with pytest.raises(FolkmootError):
            await _join_as_sysop(here, "cy")


async def test_a_running_server_keeps_its_folder_to_itself(tmp_path: Path) -> None:
    """An invitation is made of a stopped server only; one that runs is named."""
    async with served(Start(tmp_path, ("--sample",))):
        ended = await asyncio.to_thread(
            subprocess.run,
            [*BBS, "sysop-invite", "--data", str(tmp_path / "data")],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
    assert ended.returncode == 1
    assert "another server is running" in ended.stderr


@pytest.mark.parametrize("public", ["moot.example.org", "bbs://moot.example.org", "x:0", ":1"])
def test_an_address_nobody_can_use_is_refused_at_the_start(public: str) -> None:
    """What invitations name is checked before the first one is made."""
    with pytest.raises(SettingsError, match="public"):
        load(None, {"public": public}, {})


async def test_a_device_knows_the_certificate_it_came_in_by(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a restore everybody signs in again: where the certificate is the server's own, its pin is
    the profile's, or a fingerprint as `openssl` prints it."""
    certificate, key = write_certificate(tmp_path / "live", "moot.example")
    options = ("--sample", "--tls-certificate", str(certificate), "--tls-key", str(key))
    password = tmp_path / "password"
    password.write_text(PASSWORD)
    password.chmod(0o600)
    async with served(Start(tmp_path, options)) as server:
        link = server.ready["invitation"]
        way = parse_invitation_link(link)
        url = link.partition("#")[0]
        given = ("--handle", "ana", "--password-file", str(password))
        colons = ":".join(re.findall("..", str(way.pin).upper()))
        for home, words in {
            "first": ("join", link, *given, "--name", "Ana", "--accept-norms", "1"),
            "again": ("sign-in", url, *given, "--pin", colons),
        }.items():
            monkeypatch.setenv("BBS_HOME", str(tmp_path / home))
            assert await _run(*words) == 0
        assert await _run("sign-in", url, *given) == 0
        assert await _run("sign-in", url, *given, "--pin", f"sha256 Fingerprint={colons}") == 0
        assert await _run("sign-in", url, *given, "--pin", colons[:-3]) == 2
        monkeypatch.setenv("BBS_HOME", str(tmp_path / "stranger"))
        assert await _run("sign-in", url, *given) != 0


async def _run(*words: str) -> int:
    process = await asyncio.create_subprocess_exec(
        *BBS, *words, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    return await process.wait()
