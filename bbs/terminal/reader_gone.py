"""End a command when the reader of its stdout ends. Without this, a command that follows would notice
only at its next write, maybe hours later."""

import asyncio
import os
import select
import stat
import sys
from collections.abc import Coroutine
from typing import Any, TextIO, TypeVar

T = TypeVar("T")

_GONE = select.POLLERR | select.POLLHUP | select.POLLNVAL


async def while_read(work: Coroutine[Any, Any, T], *, stdout: TextIO | None = None) -> T:
    """Return the result of `work`; cancel it if the reader of stdout has gone.

    Only pipes and sockets report that; a terminal that closes sends a signal, and a file has no
    reader. Cancelling cancels the work, too.

    Args:
        work: The work, which prints as it goes.
        stdout: Its output; None for this process's stdout.

    Raises:
        BrokenPipeError: If the reader has gone.
    """
    loop = asyncio.get_running_loop()
    task = asyncio.ensure_future(work)
    gone = False

    def look(fd: int) -> None:
        nonlocal gone
        loop.remove_reader(fd)
        # A socket also calls this when its other end sends something, which this process never
        # reads.
        if _has_no_reader(fd):
            gone = True
            task.cancel()

    fd = watchable(stdout)
    if fd is not None:
        loop.add_reader(fd, look, fd)
    try:
        return await task
    except asyncio.CancelledError:
        if gone:
            raise BrokenPipeError from None
        raise
    finally:
        if fd is not None:
            loop.remove_reader(fd)


def watchable(stdout: TextIO | None) -> int | None:
    """Return the number of an output that is a pipe or a socket; None for another one.

    Args:
        stdout: The output; None for this process's stdout.
    """
    try:
        fd = sys.stdout.fileno() if stdout is None else stdout.fileno()
        mode = os.fstat(fd).st_mode
    except (OSError, ValueError):
        return None
    return fd if stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode) else None


def _has_no_reader(fd: int) -> bool:
    poll = select.poll()
    poll.register(fd, 0)
    return any(event & _GONE for _, event in poll.poll(0))
