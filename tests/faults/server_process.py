"""The server as a process of its own: started, killed, ended, and started again where it was."""

import asyncio
import json
import os
import resource
import select
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Self

from tests.faults.held import Held, held_by, rss_kib
from tests.support.programs import python

START_S = 15.0  # a slow shared machine; it takes 0.3 s
ROOT = Path(__file__).resolve().parents[2]
BBS = (sys.executable, *python("-m", "bbs.cli.main"))


class NotStarted(Exception):
    """The server ended, or said nothing, before it served; the message is what it wrote."""


class ServerProcess:
    """A sample community on loopback, on one data folder and one port for its whole life.

    Attributes:
        data: The data folder.
        invitation: The first sysop's invitation, as a link.
        starts: How often it was started.
    """

    def __init__(
        self,
        folder: Path,
        *,
        program: Sequence[str] = BBS,
        data: Path | None = None,
        options: Sequence[str] = (),
        sample: bool = True,
    ) -> None:
        """Make one that is not started.

        Args:
            folder: Where data and log go.
            program: What is run in place of `bbs`: a weakened build, a wrapper.
            data: The data folder as the server sees it; None: `folder/data`.
            options: More options of `bbs serve`.
            sample: False: the budgets are in force, as in any community of members.
        """
        self.data = data or folder / "data"
        self.invitation = ""
        self.starts = 0
        self._folder = folder
        self._program = tuple(program)
        self._options = (*(("--sample",) if sample else ()), *options)
        self._port = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._log: IO[bytes] | None = None

    @property
    def port(self) -> int:
        """The port; the same after every start."""
        return self._port

    @property
    def url(self) -> str:
        """Where clients connect."""
        return f"bbs://127.0.0.1:{self._port}"

    @property
    def pid(self) -> int:
        """The process, or the last one that ran."""
        assert self._process is not None
        return self._process.pid

    @property
    def database(self) -> Path:
        """The database file."""
        return self.data / "folkmoot.db"

    def log(self) -> str:
        """Return what every start so far wrote on stderr."""
        path = self._folder / "server.log"
        return path.read_text(errors="replace") if path.exists() else ""

    async def start(self) -> Self:
        """Start it and wait until it serves. Cancelling leaves it to `stop`.

        Raises:
            NotStarted: If it ended instead.
        """
        reading = self._launch()
        self.starts += 1
        try:
            line = await asyncio.to_thread(_read_line, reading)
        finally:
            os.close(reading)
        if not line:
            self.kill()
            raise NotStarted(self.log()[-2_000:])
        ready = json.loads(line)
        self._port = int(ready["listening"].rpartition(":")[2])
        self.invitation = ready["invitation"] or self.invitation
        return self

    def _launch(self) -> int:
        """Begin a process; return the end of the pipe on which it says that it serves."""
        reading, writing = os.pipe()
        self._log = (self._folder / "server.log").open("ab")
        words = [*self._program, "serve", "--data", str(self.data)]
        words += ["--listen", f"127.0.0.1:{self._port}", "--ready-fd", str(writing)]
        try:
            self._process = subprocess.Popen(
                [*words, *self._options],
                cwd=ROOT,
                pass_fds=[writing],
                stdin=subprocess.DEVNULL,
                stdout=self._log,
                stderr=self._log,
            )
        finally:
            os.close(writing)
        return reading

    def kill(self) -> None:
        """Kill it with SIGKILL and wait until it is gone; harmless if it is."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        self._close_log()

    async def end(self, within_s: float = 30.0) -> int:
        """Ask it to end with SIGTERM; return its exit code.

        Raises:
            subprocess.TimeoutExpired: If it took longer than `within_s`.
        """
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        code = await asyncio.to_thread(self._process.wait, within_s)
        self._close_log()
        return code

    def rss_kib(self) -> int:
        """Return the memory the process holds now, in KiB."""
        return rss_kib(self.pid)

    def held(self) -> Held:
        """Return what the process holds of the machine now."""
        return held_by(self.pid)

    def command_line(self) -> str:
        """Return the words it was started with, as the list of processes shows them."""
        return Path(f"/proc/{self.pid}/cmdline").read_text().replace("\0", " ")

    def cpu_s(self) -> float:
        """Return the seconds of processor the process has used."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def limit_files(self, size_bytes: int | None) -> None:
        """Let no file it writes grow past a size from now on; None lifts that."""
        _, hard = resource.prlimit(self.pid, resource.RLIMIT_FSIZE)
        soft = hard if size_bytes is None else size_bytes
        resource.prlimit(self.pid, resource.RLIMIT_FSIZE, (soft, hard))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def _close_log(self) -> None:
        if self._log is not None:
            with suppress(OSError):
                self._log.close()
            self._log = None


def _read_line(handle: int) -> bytes:
    """Read the ready line; empty if the other end closed or was silent for too long."""
    found = b""
    while not found.endswith(b"\n"):
        if not select.select([handle], [], [], START_S)[0]:
            return b""
        part = os.read(handle, 4_096)
        if not part:
            return b""
        found += part
    return found
