"""Lines for a reader of stdout who may be slow: the program waits for them and stays awake (P14).

A plain write to a full pipe stops the whole program: it would answer no ping of the server and no
Ctrl-C. Here it waits in its event loop instead; what happens meanwhile waits at the server.
"""

import asyncio
import os
import select
import sys

from bbs import terminal
from bbs.terminal.reader_gone import watchable

_TAKEN = select.POLLOUT | select.POLLERR | select.POLLHUP | select.POLLNVAL


async def write_line(text: str) -> None:
    """Write a line that `Output.line` made, and flush it.

    Cancelling leaves as much of the line as its reader took.

    Raises:
        BrokenPipeError: If the reader has gone.
    """
    fd = watchable(None)
    if fd is None:
        terminal.echo_line(text)
        sys.stdout.flush()
        return
    sys.stdout.flush()
    line = f"{text}\n".encode(sys.stdout.encoding, "replace")
    while line:
        await _until_taken(fd)
        # As much as a pipe that has room at all takes at once.
        line = line[os.write(fd, line[: select.PIPE_BUF]) :]


async def _until_taken(fd: int) -> None:
    poll = select.poll()
    poll.register(fd, select.POLLOUT)
    if any(event & _TAKEN for _, event in poll.poll(0)):
        return
    loop = asyncio.get_running_loop()
    taken = asyncio.Event()
    loop.add_writer(fd, taken.set)
    try:
        await taken.wait()
    finally:
        loop.remove_writer(fd)
