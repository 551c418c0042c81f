"""Which versions of Python are supported: told once, in pyproject.toml, and the same everywhere."""

import ast
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.shape.tree import PACKAGES, ROOT, parsed, python_files, text_files, where

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
LINES = PROJECT["project"]["classifiers"]

_NAMED = re.compile(r"\b[Pp]ython[ :]?(3\.\d+)\b(?!\.\d)")
_OR_NEWER = re.compile(r"\b[Pp]ython (3\.\d+) or newer")
# ?1, but not in an escape sequence of a terminal.
_NUMBERED = re.compile(r"(?<!\[)\?\d")


def test_no_statement_numbers_its_parameters() -> None:
    """SQL takes plain parameters or named ones: Python 3.12 warns of numbered ones with a sequence."""
    found = [
        where(path, node)
        for path in python_files(*PACKAGES)
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and _NUMBERED.search(node.value)
    ]
    assert not found


def supported() -> list[str]:
    """Return the supported versions, oldest first, as the classifiers of pyproject.toml name them."""
    found = (re.fullmatch(r"Programming Language :: Python :: (3\.\d+)", line) for line in LINES)
    return [match[1] for match in found if match]


def test_the_supported_versions_follow_one_another() -> None:
    """`requires-python` names the oldest of the classifiers' versions, and none is left out."""
    minors = [int(version.partition(".")[2]) for version in supported()]
    assert minors == list(range(minors[0], minors[-1] + 1))
    assert PROJECT["project"]["requires-python"] == f">={supported()[0]}"


def test_the_checkers_know_the_oldest_version() -> None:
    """What a later Python brought is no use to a reader of the pages: ruff and mypy say so."""
    oldest = supported()[0]
    assert PROJECT["tool"]["ruff"]["target-version"] == f"py{oldest.replace('.', '')}"
    assert PROJECT["tool"]["mypy"]["python_version"] == oldest


def test_every_file_tells_the_same_versions() -> None:
    """Pages, Makefile and container name supported versions, and of "or newer" the oldest."""
    wrong = []
    for path in text_files():
        if path == Path(__file__).resolve() or path.suffix == ".lock":
            continue
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
            named = _NAMED.findall(line)
            newer = _OR_NEWER.findall(line)
            if set(named) - set(supported()) or set(newer) - {supported()[0]}:
                wrong.append(f"{where(path)}:{number}: {line.strip()}")
    assert not wrong


@pytest.mark.parametrize("page", ["README.md", "docs/start.md", "docs/operating.md", "Makefile"])
def test_whoever_begins_is_told_the_oldest_version(page: str) -> None:
    """The places where one begins say what is needed."""
    assert f"Python {supported()[0]} or newer" in (ROOT / page).read_text("utf-8")


def _interpreter(path: Path, script: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o700)
    return path


def test_other_interpreters_are_tried_if_they_start(tmp_path: Path) -> None:
    """Of each version the first that starts is taken, a newer one than those named too: "or newer" is
    a promise. What does not start, or is of another version, is passed over, and that is said."""
    others = [version for version in supported() if version != "{}.{}".format(*sys.version_info)]
    first, second = others[0], others[-1]
    _interpreter(tmp_path / "shims" / f"python{first}", "echo 'command not found' >&2; exit 127")
    _interpreter(tmp_path / "shims" / f"python{second}", "echo 3.1")
    for version in ("3.2", "3.99"):
        _interpreter(tmp_path / "shims" / f"python{version}", f"echo {version}")
    inside = tmp_path / "pyenv" / "versions" / f"{first}.1" / "bin" / f"python{first}"
    _interpreter(inside, f"echo {first}")
    done = subprocess.run(
        [sys.executable, str(ROOT / ".ci" / "pythons.py")],
        env={"PATH": str(tmp_path / "shims"), "PYENV_ROOT": str(tmp_path / "pyenv"),
             "XDG_DATA_HOME": str(tmp_path)},
        capture_output=True, text=True, check=True, timeout=30,
    )  # fmt: skip
    assert done.stdout == f"{first} {inside}\n3.99 {tmp_path}/shims/python3.99\n"
    assert f"no Python {second} that starts was found: not tried\n" in done.stderr


def test_an_environment_of_another_interpreter_is_made_anew(tmp_path: Path) -> None:
    """`make` with another PYTHON never runs in what the last one made, and a PYTHON that does not
    start changes nothing."""
    for name in ("requirements-uv.lock", "requirements-dev.lock", "pyproject.toml"):
        (tmp_path / name).write_text("")
    uv = _interpreter(tmp_path / "uv", 'case "$1" in venv) mkdir -p .venv; echo made;; esac')
    old = _interpreter(tmp_path / "old", "echo 3.11.7")
    new = _interpreter(tmp_path / "new", "echo 3.12.1")
    broken = _interpreter(tmp_path / "broken", "exit 127")

    def made(python: Path) -> tuple[int, str]:
        done = subprocess.run(
            ["make", "--silent", "-f", ROOT / "Makefile", f"UV={uv}", f"PYTHON={python}", "setup"],
            cwd=tmp_path, env={"PATH": os.environ["PATH"]},
            capture_output=True, text=True, check=False, timeout=30,
        )  # fmt: skip
        return done.returncode, done.stdout

    assert [made(python) for python in (old, old)] == [(0, "made\n"), (0, "")]
    assert made(new) == (0, "made\n")
    assert made(broken) == (2, "")
    assert made(new) == (0, "")
    assert made(old) == (0, "made\n")
