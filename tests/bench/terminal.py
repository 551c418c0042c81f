"""A program on a terminal of its own, and how long it takes until it shows something."""

import fcntl
import os
import pty
import select
import struct
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence

SHOWN_WITHIN_S = 20.0
SIZE = struct.pack("HHHH", 24, 80, 0, 0)


def shown_after_ms(
    words: Sequence[str], mark: str, *, environment: Mapping[str, str], folder: str
) -> float:
    """Start a program on a terminal of 80×24; return the ms until it has written a mark.

    Raises:
        AssertionError: If it does not show it; says what it wrote.
    """
    ours, its = pty.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, SIZE)
    began = time.perf_counter()
    process = subprocess.Popen(
        words,
        stdin=its,
        stdout=its,
        stderr=its,
        cwd=folder,
        env={**os.environ, **environment, "TERM": "xterm-256color"},
        start_new_session=True,
    )
    os.close(its)
    written = b""
    try:
        while mark.encode() not in written:
            assert select.select([ours], [], [], SHOWN_WITHIN_S)[0], written[-2_000:]
            written += os.read(ours, 65_536)
        return (time.perf_counter() - began) * 1_000
    except OSError:
        raise AssertionError(written[-2_000:]) from None
    finally:
        process.kill()
        process.wait()
        os.close(ours)
