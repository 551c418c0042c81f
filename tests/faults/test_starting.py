"""Starts that cannot succeed: one readable line, an exit code, in time, and nothing changed."""

import os
import shutil
import socket
import sqlite3
import subprocess
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from tests.faults.people import move_in
from tests.faults.rounds import DEEP
from tests.faults.server_process import BBS, ROOT, ServerProcess
from tests.faults.weakened import weakened

pytestmark = pytest.mark.faults

START_WITHIN_S = 10.0
_AS_OTHERS = ("setpriv", "--bounding-set=-dac_override,-dac_read_search", "--")
"""Lets even root be stopped by the mode of a file."""


def _refusal(*options: str, before: Sequence[str] = (), program: Sequence[str] = BBS) -> str:
    """Start a server that must not start; return the one line it says.

    Args:
        options: Of `bbs serve`.
        before: Words that run the command line.
        program: What is run in place of `bbs`.

    Raises:
        subprocess.TimeoutExpired: If it did not end in time.
    """
    ended = subprocess.run(
        [*before, *program, "serve", "--sample", *options],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=START_WITHIN_S,
        check=False,
    )
    assert ended.returncode not in (0, -6, -9, -11), ended
    assert "Traceback" not in ended.stderr
    lines = ended.stderr.strip().splitlines()
    assert len(lines) == 1, ended.stderr
    return lines[0]


def _on(data: Path) -> tuple[str, ...]:
    return "--data", str(data), "--listen", "127.0.0.1:0"


@pytest.fixture
async def data(server: ServerProcess) -> Path:
    """The data folder of a stopped server that has members and words."""
    await server.start()
    await move_in(server.url, server.invitation, 2)
    assert await server.end() == 0
    return server.data


def _on_a_port_in_use(data: Path, program: Sequence[str] = BBS) -> tuple[str, str]:
    """Start on an address that is taken; return it, and what was said."""
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        where = f"127.0.0.1:{taken.getsockname()[1]}"
        return where, _refusal("--data", str(data), "--listen", where, program=program)


def test_a_port_in_use_is_said(tmp_path: Path) -> None:
    """The start ends with the address that is taken."""
    where, said = _on_a_port_in_use(tmp_path / "data")
    assert where in said


@pytest.mark.skipif(not DEEP, reason="proofs that the tests see belong to the deep run")
def test_a_start_that_hangs_is_noticed(tmp_path: Path) -> None:
    """A database left open keeps the process from ending, and that takes too long."""
    with pytest.raises(subprocess.TimeoutExpired):
        _on_a_port_in_use(tmp_path / "data", weakened("leaves-the-store-open"))


async def test_a_second_server_on_the_same_folder_is_refused(server: ServerProcess) -> None:
    """Only one server has a folder; the first goes on, and a kill leaves no lock behind."""
    await server.start()
    assert "another server" in _refusal(*_on(server.data))
    await move_in(server.url, server.invitation, 2)
    server.kill()
    await server.start()


@pytest.mark.parametrize("mode", [0o000, 0o500], ids=["unreadable", "read-only"])
def test_a_folder_that_cannot_be_used_is_named(tmp_path: Path, mode: int) -> None:
    """Owner and mode are the sysop's to mend, so the folder is named."""
    as_root = os.geteuid() == 0
    if as_root and shutil.which("setpriv") is None:
        pytest.skip("root may read everything, and setpriv is not here to take that away")
    folder = tmp_path / "data"
    folder.mkdir(mode=mode)
    try:
        assert str(folder) in _refusal(*_on(folder), before=_AS_OTHERS if as_root else ())
    finally:
        folder.chmod(0o700)


@pytest.mark.parametrize("offset", [0, 24, 4_096], ids=["header", "counters", "schema"])
async def test_a_damaged_database_is_refused_and_left_as_it_is(data: Path, offset: int) -> None:
    """Damage is named with advice, and never mended in silence."""
    path = data / "folkmoot.db"
    whole = path.read_bytes()
    path.write_bytes(whole[:offset] + b"\xde\xad" * 1_024 + whole[offset + 2_048 :])
    damaged = path.read_bytes()
    said = _refusal(*_on(data))
    assert str(path) in said
    assert "damaged" in said or "another program" in said
    assert path.read_bytes() == damaged


async def test_a_truncated_database_is_refused(data: Path) -> None:
    """A file that lost its end is named as damaged."""
    path = data / "folkmoot.db"
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2 // 4_096 * 4_096])
    assert "damaged" in _refusal(*_on(data))


def test_a_database_of_another_program_is_refused(tmp_path: Path) -> None:
    """A file that is not ours is not touched."""
    path = tmp_path / "data" / "folkmoot.db"
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")
        connection.commit()
    before = path.read_bytes()
    assert "another program" in _refusal(*_on(path.parent))
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("recipes",)]
    assert len(before) == path.stat().st_size


async def test_a_database_of_a_newer_program_is_refused(data: Path) -> None:
    """An old program does not guess at a newer schema; it asks to be updated."""
    with closing(sqlite3.connect(data / "folkmoot.db")) as connection:
        connection.execute("UPDATE meta SET value = '9999' WHERE key LIKE '%_version'")
        connection.commit()
    assert "newer" in _refusal(*_on(data))


def test_an_unknown_setting_is_named_with_the_near_one(tmp_path: Path) -> None:
    """A typing mistake in the file is an error with a suggestion."""
    file = tmp_path / "bbs.toml"
    file.write_text('lisen = "127.0.0.1:0"\n')
    said = _refusal("--config", str(file), *_on(tmp_path / "data"))
    assert "lisen" in said
    assert "listen" in said


@pytest.mark.parametrize("content", [None, b"", b"not a certificate"])
def test_a_certificate_that_cannot_be_used_is_said(tmp_path: Path, content: bytes | None) -> None:
    """A missing, empty or broken PEM file ends the start."""
    pem = tmp_path / "pem"
    if content is not None:
        pem.write_bytes(content)
    said = _refusal(*_on(tmp_path / "data"), "--tls-certificate", str(pem), "--tls-key", str(pem))
    assert "certificate" in said
