"""A real server in a process of its own, and the command line run against it."""

import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from bbs.cli.main import cli

PASSWORD = "seven quiet herons on a wire"
PATIENCE_S = 20.0  # how long anything on this machine may take before a test gives up


@contextmanager
def running_server(data: Path, *, sample: bool = True) -> Iterator[str]:
    """Run a server on a free loopback port; yield the sysop's invitation. A sample sets no pace."""
    ready, tell = os.pipe()
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "bbs.cli.main", "serve", "--data", str(data)),
            *(("--sample",) if sample else ()),
            *("--listen", "127.0.0.1:0", "--log", "error", "--ready-fd", str(tell)),
        ],
        pass_fds=(tell,),
    )
    os.close(tell)
    try:
        with os.fdopen(ready, "rb") as pipe:
            yield json.loads(pipe.readline())["invitation"]
    finally:
        server.terminate()
        server.wait(20)


class House:
    """The command line as several people use it on one server.

    Attributes:
        home: Stands for the home of everybody's profiles.
        url: The server's.
    """

    def __init__(self, home: Path, invitation: str) -> None:
        self.home = home
        self.invitation = invitation
        self.url = invitation.partition("#")[0]
        self.password_file = home / "password"
        home.mkdir(parents=True)
        self.password_file.write_text(PASSWORD + "\n")
        self.password_file.chmod(0o600)

    def bbs(self, *words: str, given: str | None = None, **env: str) -> Result:
        """Run a command line; a search is asked for once what was written is indexed."""
        if "search" in words[:1]:
            self.wait_for_index()
        settings: dict[str, str | None] = {
            "BBS_HOME": str(self.home),
            "BBS_PROFILE": None,
            "BBS_URL": None,
            "BBS_TOKEN": None,
            **env,
        }
        return CliRunner(env=settings).invoke(cli, list(words), input=given, prog_name="bbs")

    def wait_for_index(self) -> None:
        """Wait for the commit in which the server indexes what was published, half a second later."""
        waits = (
            "SELECT EXISTS (SELECT 1 FROM search_queue)"
            " OR (SELECT coalesce(max(n), 0) FROM posts WHERE number IS NOT NULL) >"
            " (SELECT coalesce(max(upto), 0) FROM search_ranges)"
        )
        path = self.home.parent / "data" / "folkmoot.db"
        gives_up_at = time.monotonic() + PATIENCE_S
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            while connection.execute(waits).fetchone() != (0,):
                assert time.monotonic() < gives_up_at, "the server did not index what was written"

    def ok(self, who: str, *words: str, given: str | None = None) -> str:
        """Run a command line as somebody; return its stdout. It must succeed."""
        result = self.bbs(*words, "--profile", who, given=given)
        assert result.exit_code == 0, (words, result.output, result.exception)
        return result.stdout

    def data(self, who: str, *words: str, given: str | None = None) -> Any:
        """Run a command line with --json as somebody; return the object."""
        return json.loads(self.ok(who, *words, "--json", given=given))

    def script(self, who: str, *powers: str) -> Callable[..., str]:
        """Issue a token of somebody's; return what runs a command line with it and gives its stdout."""
        asked = [word for power in powers for word in ("--power", power)]
        token = self.data(who, "admin", "tokens", "issue", "script", *asked)["token"]

        def run(*words: str) -> str:
            result = self.bbs(*words, "--url", self.url, BBS_TOKEN=token)
            assert result.exit_code == 0, (words, result.output, result.exception)
            return result.stdout.strip()

        return run

    @contextmanager
    def joined_long_ago(self, handle: str) -> Iterator[None]:
        """Let somebody not be new for a while: who invited them could not agree with them else."""
        path = self.home.parent / "data" / "folkmoot.db"
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            (joined_at,) = connection.execute(
                "SELECT joined_at FROM members WHERE handle = ?", (handle,)
            ).fetchone()
            change = "UPDATE members SET joined_at = ? WHERE handle = ?"
            connection.execute(change, (0, handle))
            try:
                yield
            finally:
                connection.execute(change, (joined_at, handle))

    def join(self, handle: str, invitation: str, *, is_welcomed: bool = True) -> Any:
        """Let somebody join; their profile is called like them.

        Args:
            is_welcomed: Whether their first visit is like every other, without the welcome.
        """
        result = self.bbs(
            *("join", invitation, "--handle", handle, "--name", handle.title(), "--json"),
            *("--password-file", str(self.password_file), "--accept-norms", "1"),
            *("--profile", handle),
        )
        assert result.exit_code == 0, result.output
        if is_welcomed:
            for noted in self.home.rglob(f"{handle}/arrived"):
                noted.unlink()
        return json.loads(result.stdout)


def furnished(folder: Path, invitation: str) -> House:
    """Return a house where ana is sysop, bo a member, and the board garden has both seated."""
    house = House(folder / "home", invitation)
    house.join("ana", invitation)
    link = house.ok("ana", "admin", "invitations", "make", "--uses", "100").strip()
    house.invitation = link
    house.join("bo", link)
    house.ok(
        *("ana", "admin", "boards", "open", "garden", "--title", "Garden", "--hold-s", "0"),
        *("--norm", "Say where you garden. :: Climates differ."),
    )
    house.ok("bo", "seat", "garden", "--accept-norms", "1")
    return house


def until_asked(house: House, who: str, words: str) -> str:
    """Return what somebody's list of letters says once it holds some words."""
    gives_up_at = time.monotonic() + PATIENCE_S
    while words not in (told := house.ok(who, "letter")) and time.monotonic() < gives_up_at:
        pass
    return told
