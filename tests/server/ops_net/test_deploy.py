"""The files a sysop copies, and the page that tells how: they fit the program as it is."""

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import click
import pytest

from bbs.cli.lazy_group import load as load_command
from bbs.cli.main import cli
from bbs_server.cli import serve
from bbs_server.settings import ServerSettings, load
from tests.server.ops_net.serving import ROOT, serving

DEPLOY = ROOT / "server" / "deploy"
PAGE = ROOT / "docs" / "operating.md"
UNITS = ("folkmoot.service", "folkmoot.socket", "folkmoot-backup.service", "folkmoot-backup.timer")
EXPOSURE_MAX = "20"  # of 100, by systemd's own measure


def test_the_example_settings_are_settings() -> None:
    """What is copied to start with is understood, and what is commented out names real settings."""
    settings = load(DEPLOY / "bbs.toml", {}, {})
    assert settings.log_format == "json"
    text = (DEPLOY / "bbs.toml").read_text()
    commented = re.findall(r"^# ?(?: {3})?([a-z_]+) = ", text, flags=re.MULTILINE)
    assert set(commented) - set(ServerSettings.__struct_fields__) == set()
    assert {"hook", "motd", "maintenance", "proxy"} <= set(commented)
    uncommented = re.sub(r"^#(motd|maintenance)", r"\1", text, flags=re.MULTILINE)
    assert {"motd", "maintenance"} <= set(tomllib.loads(uncommented))


async def test_a_community_can_be_founded_with_the_example_settings(tmp_path: Path) -> None:
    """Who copies the example and gives it a certificate has a server that starts (P14)."""
    given = load(DEPLOY / "bbs.toml", {}, {})
    async with serving(tmp_path, title=given.title, seats=given.seats, sample=False) as running:
        assert running.invitation is not None


@pytest.fixture
def units(tmp_path: Path) -> list[Path]:
    """The units, with a program that is there."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not here to judge units")
    made = []
    for name in UNITS:
        unit = tmp_path / name
        unit.write_text((DEPLOY / name).read_text().replace("/opt/folkmoot/bin/bbs", "/bin/true"))
        made.append(unit)
    return made


def test_systemd_understands_the_units(units: list[Path]) -> None:
    """No unknown setting, no missing program, no loop: systemd says nothing about them."""
    words = ["systemd-analyze", "verify", *map(str, units)]
    ended = subprocess.run(words, capture_output=True, text=True, check=False)
    mine = [line for line in ended.stderr.splitlines() if "folkmoot" in line]
    assert (ended.returncode, mine) == (0, [])


@pytest.mark.parametrize("name", ["folkmoot.service", "folkmoot-backup.service"])
def test_the_units_leave_little_open(units: list[Path], name: str) -> None:
    """What breaks into the server finds a small room."""
    unit = next(unit for unit in units if unit.name == name)
    words = ["systemd-analyze", "security", "--offline=true", f"--threshold={EXPOSURE_MAX}"]
    ended = subprocess.run([*words, str(unit)], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout[-200:]


def test_scripts_are_shell() -> None:
    """The example hook and the certificate's hook can be run as they are."""
    for name in ("hook.example", "certbot-renewed"):
        script = DEPLOY / name
        assert script.stat().st_mode & 0o100
        subprocess.run(["sh", "-n", str(script)], check=True)


def test_a_renewed_certificate_is_handed_over_before_the_reload(tmp_path: Path) -> None:
    """Both files are there, readable by the server's group only, when the server is told."""
    (tmp_path / "lineage").mkdir()
    (tmp_path / "tls").mkdir()
    (tmp_path / "lineage" / "fullchain.pem").write_text("certificate")
    (tmp_path / "lineage" / "privkey.pem").write_text("key")
    for name, body in {
        "systemctl": f'cat "{tmp_path}/tls/cert.pem" "{tmp_path}/tls/key.pem" > "{tmp_path}/seen"',
        "install": 'shift 2; exec /usr/bin/env -i PATH=/usr/bin:/bin install "$@"',
    }.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{body}\n")
        (tmp_path / name).chmod(0o700)
    subprocess.run(
        [str(DEPLOY / "certbot-renewed")],
        env={
            "PATH": f"{tmp_path}:/usr/bin:/bin",
            "RENEWED_LINEAGE": str(tmp_path / "lineage"),
            "FOLKMOOT_TLS": str(tmp_path / "tls"),
        },
        check=True,
    )
    assert (tmp_path / "seen").read_text() == "certificatekey"
    assert (tmp_path / "tls" / "key.pem").stat().st_mode & 0o777 == 0o640


def test_the_container_copies_what_is_there_and_sets_what_exists() -> None:
    """Every COPY names a path of the repository, every BBS_ variable a setting."""
    text = (DEPLOY / "Containerfile").read_text()
    sources = [
        word
        for line in re.findall(r"^COPY (?!--from)(.+)$", text, flags=re.MULTILINE)
        for word in line.split()[:-1]
    ]
    assert sources
    assert [source for source in sources if not (ROOT / source).exists()] == []
    variables = {name.lower() for name in re.findall(r"BBS_([A-Z_]+)", text)}
    assert variables <= set(ServerSettings.__struct_fields__)


def test_the_container_starts_as_its_first_lines_say() -> None:
    """What the image sets and what the line to run it gives are settings a server serves with."""
    text = (DEPLOY / "Containerfile").read_text()
    given = dict(re.findall(r"(BBS_[A-Z_]+)=(\S+)", text))
    settings = load(None, {}, given)
    assert (settings.listen, settings.public) == ("0.0.0.0:8765", "moot.example.org:443")
    assert settings.proxy


def test_the_page_names_files_commands_and_options_that_exist() -> None:
    """Nobody following docs/operating.md meets a command, option or file that is not there."""
    text = PAGE.read_text()
    for link in re.findall(r"\]\((?!#|http)([^)#]+)", text):
        assert (PAGE.parent / link).exists(), link
    for path in re.findall(r"server/deploy/([\w.-]+\w)(?!\w|\*)", text):
        assert (DEPLOY / path).exists(), path
    blocks = "\n".join(re.findall(r"^```sh\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL))
    for line in re.findall(r"(?:^|folkmoot )bbs (.+)$", blocks, flags=re.MULTILINE):
        _check_command(line)


def _check_command(line: str) -> None:
    words = line.split()
    command: click.Command = load_command(cli.table[words[0]].target)
    rest = words[1:]
    while isinstance(command, click.Group):
        found = command.get_command(click.Context(command), rest.pop(0))
        assert found is not None, line
        command = found
    known = {option for param in command.params for option in param.opts}
    assert {word for word in rest if word.startswith("--")} <= known, line


def test_the_page_names_settings_that_exist() -> None:
    """What the page calls a setting is one."""
    named = set(re.findall(r"`([a-z_]+) = ", PAGE.read_text()))
    assert named
    assert named <= set(ServerSettings.__struct_fields__)
    assert {"--config", "--data"} <= {option for param in serve.params for option in param.opts}
