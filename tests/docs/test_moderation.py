"""The scripts of docs/moderation.md, run exactly as they are printed, in pipes of real programs."""

import os
import re
import shlex
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import groupby
from pathlib import Path
from typing import IO

import click
import pytest

from bbs.cli.main import cli
from tests.cli.house import PATIENCE_S, House, furnished, running_server

PAGE = Path(__file__).parents[2] / "docs" / "moderation.md"
_FILES = re.compile(
    r"^`(?P<name>[\w.-]+)`\n\n```(?:sh|python)\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL
)
_SHELL = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def scripts() -> dict[str, str]:
    """Return the scripts of the page by their names."""
    return {found["name"]: found["code"] for found in _FILES.finditer(PAGE.read_text("utf-8"))}


class Place:
    """A house, and a folder with the scripts of the page in it."""

    def __init__(self, house: House, folder: Path) -> None:
        self.house, self.folder = house, folder
        for name, code in scripts().items():
            (folder / name).write_text(code, "utf-8")
        self._env = {
            **{key: value for key, value in os.environ.items() if not key.startswith("BBS_")},
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "HOME": str(folder),
            "BBS_HOME": str(house.home),
            "BBS_SCRIPT": "1",
        }

    def command(self, name: str, *words: str) -> list[str]:
        """Return the command line of a script."""
        return [sys.executable if name.endswith(".py") else "sh", name, *words]

    def run(self, name: str, *words: str, code: int = 0) -> str:
        """Run a script of the sysop's own device; return its stdout. It must end with a code."""
        done = subprocess.run(
            self.command(name, *words),
            cwd=self.folder,
            env={**self._env, "BBS_PROFILE": "ana"},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == code, (name, done.stdout, done.stderr)
        return done.stdout

    @contextmanager
    def running(self, token: str, name: str, *words: str) -> Iterator[IO[str]]:
        """Run a script with a token for the length of a block; yield its stdout."""
        env = {**self._env, "BBS_URL": self.house.url, "BBS_TOKEN": token}
        with subprocess.Popen(
            self.command(name, *words),
            cwd=self.folder,
            env=env,
            start_new_session=True,
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdout is not None
            try:
                yield process.stdout
            finally:
                os.killpg(process.pid, signal.SIGTERM)

    def write(self, who: str, text: str) -> str:
        """Let somebody begin a thread on the board; return the address of its first post."""
        told = self.house.data(who, "write", "garden", "--title", "Tools", given=text)
        return str(told["post"]["address"])

    def undo_last(self) -> None:
        """Undo the last batch of the board by the script."""
        listed = self.house.data("ana", "admin", "batches", "list", "garden")["batches"]
        self.run("undo-batch.sh", listed[0]["id"], "The wrong one.")

    def states(self, who: str) -> dict[str, str]:
        """Return by address what became of somebody's posts: hidden, or published."""
        rows = self.house.data("ana", "admin", "posts", "list", "garden", "--by", f"@{who}")[
            "posts"
        ]
        return {row["address"]: row["state"] for row in rows}

    def count(self, sql: str) -> int:
        """Count rows of the server's database."""
        with closing(sqlite3.connect(self.house.home.parent / "data" / "folkmoot.db")) as database:
            return int(database.execute(sql).fetchone()[0])

    def until(self, sql: str, count: int) -> None:
        """Wait until a statement counts so many rows."""
        gives_up_at = time.monotonic() + PATIENCE_S
        while self.count(sql) != count:
            assert time.monotonic() < gives_up_at, sql


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A community with a board, and the scripts of the page beside it."""
    folder = tmp_path_factory.mktemp("moderation")
    (folder / "scripts").mkdir()
    with running_server(folder / "data") as invitation:
        yield Place(furnished(folder, invitation), folder / "scripts")


_HELD = "SELECT count(*) FROM hidings"


@pytest.mark.parametrize("name", ["hold-first-links.sh", "hold_first_links.py"])
def test_a_newcomers_link_is_held_back(place: Place, name: str) -> None:
    """The watcher holds back a link in the first posts of a newcomer, and goes on from its cursor (P6)."""
    who = "eve" + name[-2:]
    place.house.join(who, place.house.invitation)
    place.house.ok(who, "seat", "garden", "--accept-norms", "1")
    powers = [word for power in ("read", "hear", "hold_back") for word in ("--power", power)]
    token = place.house.data("ana", "admin", "tokens", "issue", name, "--board", "garden", *powers)[
        "token"
    ]
    held = place.count(_HELD)
    if name.endswith(".sh"):
        kept = place.folder / ".local/state/hold-first-links.garden"
        kept.parent.mkdir(parents=True)
        begin = place.house.ok(
            "ana", "admin", "events", "--board", "garden", "--jsonl", "--fields", "cursor"
        )
        kept.write_text(begin.splitlines()[-1], "utf-8")
    with place.running(token, name, "garden", "1") as said:
        if name.endswith(".py"):
            assert said.readline() == "watching garden\n"
        place.write(who, "No link here.")
        place.write(who, "See https://example.org/ for watches.")
        place.until(_HELD, held + 1)
    assert place.count(_HELD) == held + 1


def test_the_week_is_counted(place: Place) -> None:
    """The report is Markdown, with a row for each number and a line for each kind of act."""
    place.house.ok(
        "ana",
        "admin",
        "threads",
        "pin",
        place.write("ana", "Read this.").rpartition("/")[0],
        "--reason",
        "New here.",
    )
    told = place.run("weekly-report.sh", "garden")
    assert told.startswith("# Moderation of garden\n")
    assert re.search(r"^\| reports \| [-\d]+ \|$", told, re.MULTILINE)
    assert re.search(r"^- .* @ana pinned ", told, re.MULTILINE)


def test_a_wave_is_cleaned_and_comes_back(place: Place) -> None:
    """The wave is hidden by its plan, in one line of the log, and the undone plan shows it again (P8)."""
    place.house.join("mallory", place.house.invitation)
    place.house.ok("mallory", "seat", "garden", "--accept-norms", "1")
    wave = {place.write("mallory", f"Watches, {n}.") for n in range(3)}
    before = place.states("mallory")
    place.run("clean-wave.sh", "garden", "@mallory", "1")
    assert {where for where, state in place.states("mallory").items() if state == "hidden"} >= wave
    place.undo_last()
    assert place.states("mallory") == before
    told = place.run("clean_wave.py", "garden", "mallory", "1")
    assert "3 hidden; bbs admin undo" in told
    place.undo_last()
    assert place.states("mallory") == before
    log = place.house.data("ana", "log", "garden")["acts"]
    assert [act["method"] for act in log].count("batches.start") == 4
    assert not [act for act in log if act["method"] == "threads.hide"]


def test_every_command_of_the_page_is_there() -> None:
    """Each command line of the page names a command of `bbs`, and only options that it has."""
    for block in _SHELL.findall(PAGE.read_text("utf-8")):
        text = block.replace("\\\n", " ").replace("'\"'", "x")
        lexer = shlex.shlex(text, punctuation_chars="|;()\n", posix=True)
        lexer.whitespace = " \t"
        for is_call, words in groupby(lexer, lambda word: not set(word) <= set("|;()\n")):
            call = list(words)
            if is_call and "bbs" in call:
                _check(call[call.index("bbs") + 1 :])


def _check(words: list[str]) -> None:
    command: click.Command = cli
    ctx = click.Context(cli)
    while isinstance(command, click.Group) and words:
        found = command.get_command(ctx, words[0])
        assert found is not None, words
        command, words = found, words[1:]
    known = {name for each in command.params for name in (*each.opts, *each.secondary_opts)}
    given = {word for word in words if word.startswith("--")}
    assert given <= known | {"--help"}, (command.name, given - known)
