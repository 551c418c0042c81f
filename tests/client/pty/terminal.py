"""A real terminal for tests: a pty, what was written to it, and which modes are left on."""

import contextlib
import os
import pty
import re
import select
import shlex
import signal
import struct
import subprocess
import sys
import termios
import time
from fcntl import ioctl
from pathlib import Path
from typing import Any, Self

import pyte

ROOT = Path(__file__).parents[3]
PROMPT = "shell> "
ALTERNATE, CURSOR, MOUSE, FOCUS, PASTE = 1049, 25, (1000, 1003, 1006, 1015), 1004, 2004


class Terminal:
    """A child process on a pty of 80x24. Use as a context manager: nothing is left running."""

    def __init__(
        self,
        *args: str,
        env: dict[str, str] | None = None,
        stdin: int | None = None,
        controls: bool = True,
    ) -> None:
        """Start `python args` with the pty as its controlling terminal.

        Args:
            args: Arguments for the interpreter.
            env: More environment variables.
            stdin: Where it reads; None for the pty.
            controls: Whether the pty's end is told to it by a signal.
        """
        self.master, slave = pty.openpty()
        self.before: list[Any] = termios.tcgetattr(slave)
        self.slave = slave
        self.raw = bytearray()
        self._screen = pyte.Screen(80, 24)
        self._stream = pyte.ByteStream(self._screen)
        self._text: str | None = None
        self.resize(80, 24)
        environment = {**os.environ, "TERM": "xterm-256color", "PYTHONPATH": str(ROOT)}
        environment.pop("NO_COLOR", None)
        self.process = subprocess.Popen(
            [sys.executable, *args],
            stdin=slave if stdin is None else stdin,
            stdout=slave,
            stderr=slave,
            cwd=ROOT,
            env={**environment, **(env or {})},
            start_new_session=True,
            preexec_fn=lambda: ioctl(1, termios.TIOCSCTTY, 0) if controls else None,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)
        self.hang_up()

    def hang_up(self) -> None:
        """Close both ends, as when a terminal window is closed."""
        for end in ("master", "slave"):
            fd = getattr(self, end)
            if fd >= 0:
                os.close(fd)
                setattr(self, end, -1)

    def resize(self, columns: int, rows: int) -> None:
        """Give the terminal another size; what it shows is cut to it."""
        ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self._screen.resize(rows, columns)
        self._text = None

    def read(self, seconds: float) -> None:
        """Take in what is written within some time."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if not select.select([self.master], [], [], left)[0]:
                return
            try:
                data = os.read(self.master, 65_536)
            except OSError:
                return
            if not data:
                return
            self.raw += data
            self.show(data)

    def show(self, data: bytes) -> None:
        """Bring to the screen what was written; a test that looks at every frame does so here."""
        self._stream.feed(data)
        self._text = None

    def wait_for(self, text: str, seconds: float = 20.0) -> None:
        """Wait until a text is on the screen."""
        end = time.monotonic() + seconds
        while text not in self.text:
            assert time.monotonic() < end, f"{text!r} did not appear in:\n{self.text}"
            assert self.process.poll() is None, self.text
            self.read(0.05)

    def wait_gone(self, text: str, seconds: float = 20.0) -> None:
        """Wait until a text is no longer on the screen."""
        end = time.monotonic() + seconds
        while text in self.text:
            assert time.monotonic() < end, f"{text!r} stayed in:\n{self.text}"
            self.read(0.05)

    def settled(self, seconds: float = 0.4) -> str:
        """Return what is on the screen once it has stayed so."""
        before = None
        while before != self.text:
            before = self.text
            self.read(seconds)
        return self.text

    def wait_same(self, text: str, seconds: float = 20.0) -> None:
        """Wait until the whole screen is as it was."""
        end = time.monotonic() + seconds
        while self.text != text:
            assert time.monotonic() < end, f"this is not as before:\n{self.text}"
            self.read(0.05)

    def press(self, keys: str) -> None:
        """Type."""
        os.write(self.master, keys.encode())

    def wait_end(self, seconds: float = 15.0) -> int:
        """Wait until the process has ended; return its code."""
        end = time.monotonic() + seconds
        while self.process.poll() is None:
            assert time.monotonic() < end, "the client did not end"
            self.read(0.05)
        self.read(0.05)
        return self.process.returncode

    @property
    def text(self) -> str:
        """What is on the screen."""
        if self._text is None:  # the emulator takes long to say it
            self._text = "\n".join(self._screen.display)
        return self._text

    def modes(self) -> dict[int, bool]:
        """Return each private mode that was ever touched, and whether it is on now."""
        found = re.findall(rb"\x1b\[\?([0-9;]+)([hl])", bytes(self.raw))
        return {int(mode): letter == b"h" for modes, letter in found for mode in modes.split(b";")}

    def assert_given_back(self) -> None:
        """Check that the terminal is as it was before the client came."""
        modes = self.modes()
        assert not modes[ALTERNATE]
        assert modes[CURSOR]
        assert not modes[FOCUS]
        assert not modes[PASTE]
        assert not any(modes.get(mouse, False) for mouse in MOUSE)
        pushed = len(re.findall(rb"\x1b\[>[0-9]+u", self.raw))
        assert self.raw.count(b"\x1b[<u") >= pushed
        assert termios.tcgetattr(self.slave) == self.before


class Shell(Terminal):
    """A shell on the terminal, with the child as its job: it can be stopped, and continued by `fg`."""

    def __init__(self, *args: str, env: dict[str, str] | None = None) -> None:
        """Start `python args` from a shell without line editing, which would change the modes."""
        self.job = 0  # the group that was suspended
        shell = "import os; os.execvp('sh', ['sh', '-i'])"
        super().__init__("-c", shell, env={"PS1": PROMPT, "ENV": "/dev/null", **(env or {})})
        try:
            self.wait_for(PROMPT)
            self.press("set +o emacs; set +o vi; clear\n")
            self.wait_gone("emacs")
            self.press(f"{shlex.join([sys.executable, *args])}\n")
        except BaseException:
            self.__exit__()
            raise

    def __exit__(self, *_: object) -> None:
        """End the job, also a stopped one, and the shell."""
        for group in {self.job, os.tcgetpgrp(self.master)} - {0, self.process.pid}:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(group, signal.SIGKILL)
        super().__exit__()

    def suspend(self) -> None:
        """Press ^Z and wait for the shell."""
        self.job = os.tcgetpgrp(self.master)
        self.press("\x1a")
        self.wait_for(PROMPT)

    def foreground(self) -> None:
        """Let the shell continue it, and wait until it has the terminal."""
        self.press("fg\n")
        self.wait_gone(PROMPT)
