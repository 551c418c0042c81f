"""The end by a signal: what was typed before it is saved, then the client ends in good order.

Textual restores the terminal after a normal exit and after an exception. On SIGTERM and SIGHUP it
ends with the alternate screen, mouse reports and the hidden cursor still on.
"""

import asyncio
import os
import select
import signal
import sys
import termios
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from types import FrameType
from typing import Any

from bbs_client.tui.app import FolkmootApp

# from a signal to the end, whatever the terminal does; drafts are on disk by then
LEAVE_SECONDS_MAX = 3.0

_RESTORE = (
    "\x1b[?2004l\x1b[?7h\x1b[?2048l\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[?1016l"
    "\x1b[<u\x1b[?1049l\x1b[?25h\x1b[?1004l\x1b[0m"
)
_SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
_JOB_SIGNALS = (signal.SIGTSTP, signal.SIGCONT)  # which the driver takes


def leave_on_signals(app: FolkmootApp) -> AbstractContextManager[None]:
    """Make signals end a client properly while this lasts, with what was typed before them.

    Args:
        app: The client; its exit code is 128 plus the signal's number.
    """

    def leave(number: int) -> None:
        if app._loop is not None:
            app._loop.call_soon_threadsafe(save, number)

    def save(number: int) -> None:
        app.main.surface.keep_draft()
        # Keys of the input's thread need a turn of the loop more to reach the app.
        asyncio.get_running_loop().call_soon(app.call_later, end, number)

    def end(number: int) -> None:
        # And from there they may still be on their way into the text.
        focused = app.focused if app.screen_stack else None
        (focused or app).call_later(app.leave, 128 + number)

    return restore_on_signals(leave)


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
    before |= {number: signal.getsignal(number) for number in _JOB_SIGNALS}
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
