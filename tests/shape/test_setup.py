"""Setting up: what is fetched is pinned by hash, and a second try that works is quiet."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.shape.tree import ROOT

_STUB = """#!/bin/sh
case "$*" in
"venv "*) mkdir -p .venv ;;
*--system-certs*) echo "no certificate of this machine" >&2; exit $SECOND ;;
"pip sync"*) echo "no bundled certificate" >&2; exit $FIRST ;;
esac
"""


@pytest.mark.parametrize("name", ["requirements-uv", "requirements", "requirements-dev"])
def test_everything_that_is_fetched_is_pinned_by_hash(name: str) -> None:
    """Each package has one version and its hashes, and no file names a place to fetch from."""
    text = (ROOT / f"{name}.lock").read_text("utf-8")
    entries = re.split(r"\n(?=\S)", re.sub(r"\\\n", " ", text).strip())
    assert all(re.match(r"[\w.-]+==\S+ .*--hash=sha256:[0-9a-f]{64}", each) for each in entries)
    assert not re.search(r"://|^-", text, re.MULTILINE)


def test_pip_fetches_nothing_without_a_hash() -> None:
    """Each line of the Makefile with which something is fetched asks for the hashes."""
    makefile = (ROOT / "Makefile").read_text("utf-8").replace("\\\n", " ")
    fetching = [
        line
        for line in makefile.splitlines()
        if re.search(r"pip (install|sync)", line) and "--editable" not in line
    ]
    assert fetching
    assert all("--require-hashes" in line for line in fetching)


def _set_up(folder: Path, *, first: int, second: int) -> subprocess.CompletedProcess[str]:
    """Run the set-up in a folder of its own, with a stand-in for uv whose two tries end so."""
    (folder / "uv").write_text(_STUB)
    (folder / "uv").chmod(0o700)
    for name in ("requirements-uv.lock", "requirements-dev.lock", "pyproject.toml"):
        (folder / name).write_text("")
    # A make that runs this test hands down its own flags, and what it was told.
    handed_down = ("MAKEFLAGS", "MAKELEVEL", "MFLAGS", "MAKEOVERRIDES", "PYTHON", "VENV")
    env = {name: value for name, value in os.environ.items() if name not in handed_down}
    return subprocess.run(
        ["make", "--silent", "-f", str(ROOT / "Makefile"), "UV=./uv", "setup"],
        cwd=folder,
        env={**env, "FIRST": str(first), "SECOND": str(second)},
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )


def test_a_set_up_whose_second_try_works_is_quiet(tmp_path: Path) -> None:
    """The error of a first try is not shown when the machine's own certificates do."""
    done = _set_up(tmp_path, first=1, second=0)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (tmp_path / ".venv" / ".ready").exists()


def test_a_set_up_that_fails_twice_shows_both_errors(tmp_path: Path) -> None:
    """Which of the two tries is to be mended is the reader's to see; nothing counts as ready."""
    done = _set_up(tmp_path, first=1, second=1)
    assert done.returncode != 0
    assert "no bundled certificate\n" in done.stderr
    assert "no certificate of this machine\n" in done.stderr
    assert not (tmp_path / ".venv" / ".ready").exists()
