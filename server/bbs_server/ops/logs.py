"""The log of a server: lines for people or JSON, never a member's words, secrets or raw controls."""

import asyncio
import errno
import json
import logging
import math
import sys
import threading
import traceback
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

from bbs.errors import FolkmootError
from bbs.text import sanitize
from bbs_server.store.fault_names import fault_name

log = logging.getLogger("bbs.serve")

LINE_CHARS_MAX = 4_000  # longer lines are not ours, and readers of journals cut them anyway
FRAMES_MAX = 12  # innermost frames of a traceback, which include the cause
CHAIN_MAX = 5
FULL_TOLD_EVERY_S = 60.0  # often enough to be noticed, too seldom to fill a disk


def describe(error: BaseException) -> str:
    """Name an exception without its message, which may quote a member's text (P11)."""
    name = type(error).__name__
    if isinstance(error, FolkmootError):
        return f"{name} {error.code}"
    if isinstance(error, OSError) and error.errno is not None:
        return f"{name} {errno.errorcode.get(error.errno, str(error.errno))}"
    storage = fault_name(error)
    return name if storage is None else f"{name} {storage}"


def trace(error: BaseException) -> list[str]:
    """Return where an exception came from, innermost last: places in the code, no values.

    Returns:
        One line for each exception of the chain, causes first, each after the lines of its frames.
    """
    chain: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and len(chain) < CHAIN_MAX and current not in chain:
        chain.append(current)
        hidden = current.__suppress_context__
        current = current.__cause__ or (None if hidden else current.__context__)
    lines: list[str] = []
    for link in reversed(chain):
        for frame in traceback.extract_tb(link.__traceback__)[-FRAMES_MAX:]:
            place = "/".join(Path(frame.filename).parts[-3:])
            lines.append(f"  {place}:{frame.lineno} in {frame.name}")
        lines.append(describe(link))
    return lines


class _Formatter(logging.Formatter):
    """The parts of both formats: the time, the sanitized message, the trace."""

    def __init__(self, *, words: bool = False) -> None:
        """Make a formatter; with `words` it shows messages of exceptions, for sample data only."""
        super().__init__()
        self._words = words

    def _parts(self, record: logging.LogRecord) -> tuple[str, str, list[str]]:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        message = sanitize(record.getMessage())[:LINE_CHARS_MAX]
        error = record.exc_info[1] if record.exc_info else None
        if error is None:
            return at, message, []
        if self._words:
            told = "".join(traceback.format_exception(error)).rstrip().split("\n")
            return at, message, [sanitize(line) for line in told]
        return at, message, ["Traceback, without values:", *map(sanitize, trace(error))]


class TextFormatter(_Formatter):
    """Lines for people; a trace follows on further lines."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as text."""
        at, message, lines = self._parts(record)
        head = f"{at} {record.levelname} {sanitize(record.name)}: {message}"
        return "\n".join([head, *lines])


class JsonFormatter(_Formatter):
    """One JSON object a line, in ASCII: `at`, `level`, `logger`, `message`, and `trace` if any."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line."""
        at, message, lines = self._parts(record)
        entry: dict[str, Any] = {
            "at": at,
            "level": record.levelname.lower(),
            "logger": sanitize(record.name),
            "message": message,
        }
        if lines:
            entry["trace"] = lines
        return json.dumps(entry, ensure_ascii=True)


def set_up(level: str, form: str, *, words: bool = False, stream: TextIO | None = None) -> None:
    """Send the log of this process to one place in one form.

    Args:
        level: debug, info, warning or error.
        form: text or json.
        words: Whether to show the messages of exceptions; only for sample data.
        stream: The output; None for stderr.
    """
    formatter = JsonFormatter if form == "json" else TextFormatter
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(formatter(words=words))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    # Otherwise logging prints a record that it cannot format with its arguments.
    logging.raiseExceptions = False
    # Its failed handshakes are mistakes of other programs; our own loggers report ours.
    logging.getLogger("websockets").setLevel(logging.CRITICAL)
    logging.getLogger("aiosqlite").setLevel(logging.WARNING)


def guard_process() -> None:
    """Send uncaught exceptions to the log, in its form, instead of raw to stderr."""

    def uncaught(kind: type[BaseException], error: BaseException, _: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            return
        log.critical("stopped by a mistake of ours", exc_info=error)

    def in_thread(args: threading.ExceptHookArgs) -> None:
        log.error("a thread ended by a mistake of ours", exc_info=args.exc_value)

    def unraisable(args: "sys.UnraisableHookArgs") -> None:
        log.error("an error that could not be raised", exc_info=args.exc_value)

    sys.excepthook = uncaught
    threading.excepthook = in_thread
    sys.unraisablehook = unraisable


def guard_loop(loop: asyncio.AbstractEventLoop) -> None:
    """Log the errors of tasks that nothing awaits; asyncio's own lines quote values."""

    told_at_s = -math.inf

    def handle(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        nonlocal told_at_s
        error = context.get("exception")
        if isinstance(error, OSError) and error.errno in (errno.EMFILE, errno.ENFILE):
            # asyncio retries and reports this a hundred times a second.
            if loop.time() - told_at_s >= FULL_TOLD_EVERY_S:
                told_at_s = loop.time()
                log.error("nobody more can be let in: no file can be opened; allow the server more")
            return
        log.error("an error nobody waited for on the event loop", exc_info=error)

    loop.set_exception_handler(handle)
