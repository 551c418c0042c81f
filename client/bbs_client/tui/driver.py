"""The terminal: no foreign control characters reach it, and every kind of exit restores it.

Textual restores it after a normal exit and after an exception. On SIGTERM and SIGHUP it ends with
the alternate screen, mouse reports and the hidden cursor still on, and its writer can wait for ever
on a terminal that is gone or stopped.
"""

import os
import select
import signal
import sys
import termios
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import rich
import textual
from rich.console import Console
from rich.segment import Segment, Segments
from textual.color import Color
from textual.drivers.linux_driver import LinuxDriver
from textual.filter import LineFilter

from bbs_client.safe_text import unsafe

# from a signal to the end, whatever the terminal does; drafts are on disk by then
LEAVE_SECONDS_MAX = 3.0

_RESTORE = (
    "\x1b[?2004l\x1b[?7h\x1b[?2048l\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[?1016l"
    "\x1b[<u\x1b[?1049l\x1b[?25h\x1b[?1004l\x1b[0m"
)
_SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)


class ControlFilter(LineFilter):
    """The last filter: drops control and direction characters, and hyperlinks (P13).

    Applied to every line of every widget, after layout. If it drops anything, the code elsewhere
    failed to sanitize it.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments without characters that a terminal could obey."""
        return [
            Segment(
                text if text.isascii() and text.isprintable() else unsafe.sub("", text),
                style.update_link(None) if style is not None and style.link else style,
                None,
            )
            for text, style, _ in segments
        ]


class RestoringDriver(LinuxDriver):
    """Textual's driver, without waiting for a writer that has ended."""

    def write(self, data: str) -> None:
        """Write, or do nothing once the terminal is gone and the writer's thread has ended."""
        writer = self._writer_thread
        if writer is not None and writer.is_alive():
            writer.write(data)

    def close(self) -> None:
        """Let the writer finish, if it still runs."""
        if self._writer_thread is not None and self._writer_thread.is_alive():
            super().close()


@contextmanager
def restore_on_signals(leave: Callable[[int], None]) -> Iterator[None]:
    """Make SIGTERM, SIGHUP and SIGINT end the client properly while this lasts.

    The handlers are Python's, not the event loop's: they run even while the loop waits for a
    terminal that takes no more output. If leaving has not worked after `LEAVE_SECONDS_MAX`, the
    terminal's modes are reset as far as possible and the process ends.

    Args:
        leave: Called with the signal's number; must not block. May be called from a signal handler,
            so it should only schedule a normal exit.
    """
    modes = _modes()
    guards: list[threading.Timer] = []

    def handle(number: int, frame: FrameType | None) -> None:
        guard = threading.Timer(LEAVE_SECONDS_MAX, _end, (number, modes))
        guard.daemon = True
        guard.start()
        guards.append(guard)
        leave(number)

    before = {number: signal.signal(number, handle) for number in _SIGNALS}
    hook = threading.excepthook
    threading.excepthook = _quiet_writer(hook)
    try:
        yield
    finally:
        for guard in guards:
            guard.cancel()
        threading.excepthook = hook
        for number, handler in before.items():
            signal.signal(number, handler)


def format_traceback(console: Console) -> Segments:
    """Return the exception being handled as a traceback for people, safe to draw and to pass on.

    It has no local variables, because they contain other members' text and this device's token
    (P11, P13).

    Args:
        console: The console that will print it.
    """
    from rich.traceback import Traceback

    traceback = Traceback(show_locals=False, suppress=[rich, textual])
    filtered = ControlFilter()
    return Segments(
        segment if segment.text == "\n" else filtered.apply([segment], Color(0, 0, 0))[0]
        for segment in console.render(traceback, console.options)
    )


def _modes() -> list[Any] | None:
    try:
        return termios.tcgetattr(sys.__stdin__.fileno()) if sys.__stdin__ else None
    except (termios.error, OSError, ValueError):
        return None


def _quiet_writer(
    otherwise: Callable[[threading.ExceptHookArgs], object],
) -> Callable[[threading.ExceptHookArgs], object]:
    """Return an except hook that lets Textual's output thread end silently with its terminal."""

    def hook(args: threading.ExceptHookArgs) -> object:
        writer = args.thread is not None and args.thread.name == "textual-output"
        if writer and isinstance(args.exc_value, OSError):
            return None
        return otherwise(args)

    return hook


def reset(modes: list[Any] | None = None) -> None:
    """Restore the terminal without Textual, as far as possible. Never blocks.

    Args:
        modes: The result of `termios.tcgetattr` before the client started; None to leave them.
    """
    try:
        stream = sys.__stderr__.fileno() if sys.__stderr__ else 2
        if select.select([], [stream], [], 0)[1]:
            os.write(stream, _RESTORE.encode())
        if modes is not None and sys.__stdin__ is not None:
            termios.tcsetattr(sys.__stdin__.fileno(), termios.TCSANOW, modes)
    except (OSError, ValueError, termios.error):
        return  # the terminal is gone, so there is nothing to restore


def _end(number: int, modes: list[Any] | None) -> None:
    reset(modes)
    os._exit(128 + number)
