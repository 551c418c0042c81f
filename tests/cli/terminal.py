"""A command line on a terminal of its own, driven like a person would: by what appears."""

import fcntl
import os
import pty
import select
import subprocess
import sys
import termios
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.support.programs import python, take_interrupts

SECONDS_MAX = 30.0


class Terminal:
    """A running command on a pty.

    Attributes:
        shown: Everything that appeared so far.
    """

    def __init__(self, process: "subprocess.Popen[bytes]", fd: int) -> None:
        self.process = process
        self.shown = ""
        self._fd = fd
        self._seen = 0

    def expect(self, text: str) -> str:
        """Read until `text` appears after what was expected last; return what came before it."""
        deadline = time.monotonic() + SECONDS_MAX
        while (found := self.shown.find(text, self._seen)) < 0:
            assert self._read(deadline), f"ended without {text!r}:\n{self.shown}"
        before = self.shown[self._seen : found]
        self._seen = found + len(text)
        return before

    def type(self, line: str) -> None:
        """Type a line and Enter."""
        os.write(self._fd, line.encode() + b"\r")

    def hide_typing(self) -> None:
        """Let the terminal show nothing but what the command writes."""
        modes = termios.tcgetattr(self._fd)
        modes[3] &= ~termios.ECHO
        termios.tcsetattr(self._fd, termios.TCSANOW, modes)

    def press(self, keys: bytes) -> None:
        """Press keys, such as `\\x04` for Ctrl-D."""
        os.write(self._fd, keys)

    def end(self) -> int:
        """Read until the command ends; return its exit code."""
        deadline = time.monotonic() + SECONDS_MAX
        while self._read(deadline):
            pass
        return self.process.wait(SECONDS_MAX)

    def _read(self, deadline: float) -> bool:
        ready, _, _ = select.select([self._fd], [], [], max(0.0, deadline - time.monotonic()))
        assert ready, f"nothing more came:\n{self.shown}"
        try:
            data = os.read(self._fd, 65_536)
        except OSError:
            # Linux reports the other end's closing of a pty as an error.
            return False
        self.shown += data.decode("utf-8", "replace")
        return bool(data)


@contextmanager
def terminal(
    home: Path,
    *words: str,
    program: Sequence[str] = (),
    folder: Path | None = None,
    **variables: str,
) -> Iterator[Terminal]:
    """Run a program with these words on a terminal; it is killed if it outlives the block.

    Args:
        home: Holds its profiles.
        words: Its arguments.
        program: What to run instead of `bbs`.
        folder: Where it runs; None for here.
        variables: More of its environment.
    """
    parent, child = pty.openpty()
    env = {name: value for name, value in os.environ.items() if not name.startswith("BBS_")}
    process = subprocess.Popen(
        [*(program or (sys.executable, *python("-m", "bbs.cli.main"))), *words],
        cwd=folder,
        stdin=child,
        stdout=child,
        stderr=child,
        env={
            **env,
            "BBS_HOME": str(home),
            "TERM": "xterm",
            "COLUMNS": "100",
            "LINES": "30",
            **variables,
        },
        start_new_session=True,
        preexec_fn=_take_terminal,
    )
    os.close(child)
    try:
        yield Terminal(process, parent)
    finally:
        process.kill()
        process.wait(SECONDS_MAX)
        os.close(parent)


def _take_terminal() -> None:
    """Make stdin the controlling terminal, so that Ctrl-C reaches the command."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    take_interrupts()
