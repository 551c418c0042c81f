"""What really gets loaded, and who knows which engine runs: what static contracts cannot see."""

import ast
import re
import subprocess
import sys
import textwrap

import grimp
import pytest

from bbs.cli.lazy_group import load
from tests.shape.tree import PACKAGES, ROOT, parsed, python_files, where

_ENGINE = re.compile(r"sqlite|pragma|\bfts5\b", re.IGNORECASE)
_OPENS = re.compile(r"\bSQLITE\b|store\.sqlite\b|\bSqliteStore\b")
_TARGET = re.compile(r"(?:bbs|bbs_server|bbs_client)(?:\.\w+)+:\w+")
_QUIETS = re.compile(r'getLogger\("aiosqlite"\)')  # a library's logger has a library's name


@pytest.mark.parametrize(
    ("loaded", "unwanted"),
    [
        ("bbs", ("textual", "bbs_server", "bbs_client", "websockets", "click", "msgspec")),
        ("bbs.wire.codec", ("textual", "bbs_server", "bbs_client", "websockets", "asyncio")),
        ("bbs.sdk", ("textual", "bbs_server", "bbs_client", "click", "sqlite3")),
        ("bbs.cli.main", ("textual", "bbs_server", "bbs_client", "websockets", "msgspec")),
        ("bbs.cli.read.read", ("textual", "bbs_server", "bbs_client")),
        ("bbs.testing", ("textual", "bbs_server", "bbs_client", "pytest", "hypothesis")),
        ("bbs_server.app", ("textual", "rich", "bbs_client", "bbs.sdk.community", "click")),
        ("bbs_server.app", ("argon2", "cryptography", "prometheus_client", "zxcvbn")),
        ("bbs_server.app", ("bbs.wire.openrpc", "bbs_server.composition", "bbs_server.creation")),
        ("bbs_server.cli", ("textual", "rich", "bbs_client", "websockets")),
        ("bbs_client.session.connection", ("textual", "rich", "bbs_server")),
        ("bbs_client.keys", ("bbs_server", "websockets", "cryptography")),
    ],
)
def test_importing_loads_only_its_own(loaded: str, unwanted: tuple[str, ...]) -> None:
    """A fresh interpreter that imports one part has not loaded what belongs to others."""
    script = f"""
        import sys
        import {loaded}
        names = {unwanted!r}
        found = [name for name in names if name in sys.modules]
        print(*found)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.split() == []


def test_what_is_loaded_by_its_name_is_there() -> None:
    """Each string of the product that names a module and something in it can be loaded."""
    targets = {
        node.value
        for path in python_files(*PACKAGES)
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if _TARGET.fullmatch(node.value)
    }
    assert targets
    for target in targets:
        assert load(target), target


def test_only_the_store_knows_its_engine() -> None:
    """SQLite is spoken of in store/sqlite/ alone; the two who open it name module and class only."""
    openers = {"app.py", "cli.py"}
    told = []
    for path in python_files("server/bbs_server"):
        if path.parent.name == "sqlite":
            continue
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
            allowed = _QUIETS.search(line) or (path.name in openers and _OPENS.search(line))
            if _ENGINE.search(line) and not allowed:
                told.append(f"{where(path)}:{number}: {line.strip()[:80]}")
    # The interface names the engines it stands for, in its own docstring.
    told = [place for place in told if not place.startswith("server/bbs_server/store/api.py")]
    assert not told


def test_the_shared_code_names_no_engine() -> None:
    """What both sides share says nothing of the server's database."""
    told = [
        f"{where(path)}:{number}"
        for path in python_files("bbs")
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if re.search(r"import (?:aio)?sqlite|from (?:aio)?sqlite", line)
    ]
    assert not told


def test_the_private_queue_is_used_in_one_place() -> None:
    """aiosqlite's private names are used by one function of one file (decision 0003)."""
    private = re.compile(r"connection\._(?:tx|conn|running|execute)\b")
    places = [
        path.relative_to(ROOT).as_posix()
        for path in python_files("server")
        if private.search(path.read_text("utf-8"))
    ]
    assert places == ["server/bbs_server/store/sqlite/threads.py"]


def test_no_modules_import_each_other() -> None:
    """Imports make no circle, neither those inside a function nor those for types alone."""
    graph = grimp.build_graph("bbs", "bbs_client", "bbs_server", cache_dir=None)
    circles = {
        frozenset(chain): " -> ".join((module, *chain))
        for module in sorted(graph.modules)
        for imported in sorted(graph.find_modules_directly_imported_by(module))
        if (chain := graph.find_shortest_chain(imported, module))
    }
    assert not circles, "\n".join(circles.values())


def test_one_place_reads_settings_and_suggests_names() -> None:
    """Server, client and file of keys share one loader, and one "did you mean"."""
    for library in ("get_close_matches", "msgspec.inspect"):
        users = [
            where(path)
            for path in python_files("bbs", "client", "server")
            if library in path.read_text("utf-8")
        ]
        assert users == ["bbs/settings.py"], library
