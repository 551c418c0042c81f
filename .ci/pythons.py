#!/usr/bin/env python3
"""Print the other Pythons of this machine that are supported and start: a version and a path a line.

It looks for the versions in pyproject.toml and for newer ones, but not for the one that runs this
script. Of each version it takes the first interpreter that starts and has SQLite: on PATH, then
where pyenv and uv keep theirs, because pyenv may put a stand-in on PATH that starts nothing.
"""

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_NAME = re.compile(r"python3\.\d+")
_STARTS_S = 30
_TELL = "import sqlite3, ssl, sys; print('%d.%d' % sys.version_info[:2])"


def supported() -> list[str]:
    """Return the versions of Python that are supported, as pyproject.toml names them."""
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    lines = tomllib.loads(text)["project"]["classifiers"]
    found = (re.fullmatch(r"Programming Language :: Python :: (3\.\d+)", line) for line in lines)
    return [match[1] for match in found if match]


def candidates() -> Iterator[Path]:
    """Yield everything that is named like an interpreter of a version, python3.N."""
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    data = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    folders = [Path(folder) for folder in os.get_exec_path()]
    for kept in (pyenv / "versions", data / "uv" / "python"):
        folders += sorted(kept.glob("*/bin"), reverse=True)
    for folder in folders:
        yield from (path for path in folder.glob("python3.*") if _NAME.fullmatch(path.name))


def _minor(name: str) -> int:
    return int(name.rpartition(".")[2])


def starts(path: Path, version: str) -> bool:
    """Tell whether an interpreter starts and is of a version."""
    if not os.access(path, os.X_OK):
        return False
    try:
        told = subprocess.run(
            [path, "-c", _TELL], capture_output=True, text=True, check=False, timeout=_STARTS_S
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return told.returncode == 0 and told.stdout.strip() == version


def main() -> None:
    """Print what is found; say on stderr of which version nothing is."""
    named = supported()
    found: dict[int, list[Path]] = {_minor(version): [] for version in named}
    for path in candidates():
        found.setdefault(_minor(path.name), []).append(path)
    for minor, paths in sorted(found.items()):
        if minor < _minor(named[0]) or minor == sys.version_info.minor:
            continue
        version = f"3.{minor}"
        started = next((path for path in paths if starts(path, version)), None)
        if started is None:
            print(f"no Python {version} that starts was found: not tried", file=sys.stderr)
        else:
            print(version, started)


if __name__ == "__main__":
    main()
