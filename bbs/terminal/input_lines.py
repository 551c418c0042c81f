"""Read lines of an input as they come, without blocking the event loop and without a thread."""

import asyncio
import codecs
import os
import re
import select
from collections import deque
from typing import TextIO

_BLOCK_BYTES = 65_536
LINE_CHARS_MAX = 262_144  # a longer line is cut, lest a file without line ends fill the memory

# A carriage return at the very end may be half of a line end.
_line_ends = re.compile(r"\r\n|\n|\r(?!\Z)").split


class InputLines:
    """An asynchronous iterator over the lines of a terminal, pipe, file or text object.

    A thread that waits in `read` cannot be stopped and keeps the interpreter from ending; so the
    descriptor is watched by the event loop and read only when there is something.
    """

    def __init__(self, source: TextIO) -> None:
        """Read from the descriptor of `source`, past its buffer, so nothing else may read from it."""
        self._source = source
        self._waiting: deque[str] = deque()
        self._text = ""
        self._ended = False
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        try:
            self._fd: int | None = source.fileno()
        except (OSError, ValueError):
            self._fd = None

    @property
    def waiting(self) -> int:
        """The number of lines read but not returned yet; the input may hold more."""
        return len(self._waiting)

    def __aiter__(self) -> "InputLines":
        return self

    async def __anext__(self) -> str:
        line = await self.next_line()
        if line is None:
            raise StopAsyncIteration
        return line

    async def next_line(self) -> str | None:
        """Return the next line without its end, or None at the end of the input.

        Waits for input. Cancelling is safe: a line that was read is not lost.
        """
        while not self._waiting and not self._ended:
            if self._fd is None:
                text = self._source.readline()
                self._take(text, ended=not text)
            else:
                await _readable(self._fd)
                data = os.read(self._fd, _BLOCK_BYTES)
                self._take(self._decoder.decode(data, final=not data), ended=not data)
        return self._waiting.popleft() if self._waiting else None

    def _take(self, text: str, *, ended: bool) -> None:
        *lines, self._text = _line_ends(self._text + text)
        self._waiting.extend(lines)
        if self._text and (ended or len(self._text) > LINE_CHARS_MAX):
            self._waiting.append(self._text.removesuffix("\r"))
            self._text = ""
        self._ended = ended


async def _readable(fd: int) -> None:
    """Wait until `fd` can be read; a plain file always can. Cancelling is safe."""
    loop = asyncio.get_running_loop()
    ready = asyncio.Event()
    try:
        loop.add_reader(fd, ready.set)
    except PermissionError:
        # Plain files cannot be watched (epoll), and need not be.
        select.select([fd], [], [])
        return
    try:
        await ready.wait()
    finally:
        loop.remove_reader(fd)
