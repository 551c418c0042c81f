"""The terminal: no foreign control characters reach it, and nobody waits for what it does not take.

Textual's writer can wait for ever on a terminal that is gone or stopped. What restores the terminal
after a signal is in `signals`.
"""

import os
import select
import signal
import sys
import termios
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import rich
import textual
from rich.console import Console
from rich.segment import Segment, Segments
from textual.color import Color
from textual.drivers.linux_driver import LinuxDriver
from textual.filter import LineFilter

from bbs_client.safe_text import unsafe
from bbs_client.tui.terminal_output import QUESTIONS, TerminalOutput

STOP_SECONDS_MAX = (
    0.2  # from a signal that stops every thread to the stop; at most, without a shell
)
STOP_LOOKS = 20
DROP_SECONDS_MAX = 1.0  # to empty the way to a terminal that takes nothing
NO_SHELL = "No shell started this program, so there is none to go back to."
_READ_BYTES = 65_536


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
    """Textual's driver with an input, a suspension and an end of our own.

    Bytes become keys in `terminal_input` and `terminal_keys`. The end of the input is a hang-up,
    also where no signal tells of it. However it was stopped, the client comes back with a terminal
    in its own modes, and draws all of the screen.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        """Make a driver; see `Driver`."""
        super().__init__(*args, **options)
        assert self._file is not None  # a terminal is there, or nobody would draw
        self._output = TerminalOutput(self._file, self._caught_up)
        self._file = self._output  # type: ignore[assignment]  # it has what the writer uses
        self._woken, self._wake = os.pipe()
        self._stops = False  # by a signal that the client sends itself
        self._was_continued = False
        self._alt_modes: list[str] = []  # switched on by us
        self._mouse = bool(self._mouse)  # off later, where it holds Esc back

    # Output

    def write(self, data: str) -> None:
        """Write, or do nothing once the terminal is gone and the writer's thread has ended."""
        writer = self._writer_thread
        if writer is not None and writer.is_alive() and self._output.takes(data):
            writer.write(data)

    def _get_terminal_size(self) -> tuple[int, int]:
        """Return the size of the terminal itself; what COLUMNS and LINES once said may be over."""
        with suppress(OSError):
            width, height = os.get_terminal_size(self._output.fileno())
            if width and height:
                return width, height
        return super()._get_terminal_size()

    def _caught_up(self) -> None:
        # No frame is drawn by itself: the newest may have been left out.
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._draw_all)

    def _draw_all(self) -> None:
        self._app.call_later(self._app.refresh, layout=True)

    def close(self) -> None:
        """Let the writer finish, if it still runs."""
        if self._writer_thread is not None and self._writer_thread.is_alive():
            super().close()
        stream = sys.__stderr__
        assert stream is not None
        try:
            stream.flush()
        except OSError:
            # The terminal is gone. Python would try to write the rest at the end of the process,
            # and then end with a code of its own.
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, stream.fileno())
            os.close(nowhere)

    def start_application_mode(self) -> None:
        """Take the terminal, and ask it for its habits: see `QUESTIONS`."""
        super().start_application_mode()  # type: ignore[no-untyped-call]  # Textual's
        self.write(QUESTIONS)

    def stop_application_mode(self) -> None:
        """Give the terminal back; one that has only one screen is left empty."""
        self._drop_output()
        self.write("\x1b[0m\x1b[H\x1b[2J")
        while self._alt_modes:
            self.write(f"\x1b[?{self._alt_modes.pop()}l")
        super().stop_application_mode()

    def _drop_output(self) -> None:
        """Leave what the line has not taken yet, so that nobody waits for it; end what that cut.

        A system keeps up to 64 KB for a terminal, more than three minutes of a slow line.
        """
        writer, end = self._writer_thread, time.monotonic() + DROP_SECONDS_MAX
        self._output.skips = True
        while writer is not None and writer.is_alive() and time.monotonic() < end:
            with suppress(termios.error):
                termios.tcflush(self._output.fileno(), termios.TCOFLUSH)
            if not self._output.is_busy and writer._queue.empty():
                break
            time.sleep(DROP_SECONDS_MAX / 100)
        self._output.skips = False
        self.write("\x18")

    # Input

    def disable_input(self) -> None:
        """End the thread that waits for input."""
        os.write(self._wake, b"\0")
        super().disable_input()
        os.read(self._woken, 1)

    def run_input_thread(self) -> None:
        """Read until the client wants no more; a terminal that has ended hangs up."""
        select.select([self.fileno, self._woken], [], [])
        # Loaded when there is something to read: the first painting waits for neither.
        from bbs_client.tui.terminal_input import TerminalInput
        from bbs_client.tui.terminal_keys import HoldsEscape, TerminalKeys, TypesOtherLetters

        cutter, keys = TerminalInput(), TerminalKeys()
        while not self.exit_event.is_set():
            try:
                data = self._read(cutter.deadline)
            except BlockingIOError:
                continue  # another program of this terminal took it
            except OSError:  # EIO: the terminal is gone, or it is another session's now
                data = b""
            if self.exit_event.is_set():
                break
            if data == b"":
                os.kill(os.getpid(), signal.SIGHUP)
                break
            now = time.monotonic()
            for event in keys.events(cutter.feed(data, now) if data else cutter.tick(now)):
                if isinstance(event, TypesOtherLetters):
                    self._alt_modes.append(event.mode)
                    self.write(f"\x1b[?{event.mode}h")
                elif isinstance(event, HoldsEscape):
                    self._disable_mouse_support()
                    self._mouse = False
                else:
                    self.process_message(event)

    def _read(self, deadline: float | None) -> bytes | None:
        """Wait for input and return it: empty at its end, None if none came until a time."""
        wait = None if deadline is None else max(deadline - time.monotonic(), 0.0)
        ready = select.select([self.fileno, self._woken], [], [], wait)[0]
        return os.read(self.fileno, _READ_BYTES) if self.fileno in ready else None

    # Being stopped

    def _sigtstp_application(self, *_: object) -> None:
        # Not in the handler itself, which may have interrupted the writing of a sequence.
        self._soon(self._stop)

    def _sigcont_application(self, *_: object) -> None:
        self._was_continued = True
        if not self._stops:
            self._soon(self._come_back)

    def _soon(self, do: Callable[[], object]) -> None:
        if self._loop.is_closed():
            os.kill(os.getpid(), signal.SIGSTOP)
        else:
            self._loop.call_soon_threadsafe(do)

    def _stop(self) -> None:
        """Give the terminal to the shell, stop, and come back."""
        if not self._auto_restart:  # it is lent to an editor, which was stopped as well
            self._send_stop(signal.SIGTSTP)
            return
        self.suspend_application_mode()
        stopped = self._send_stop(signal.SIGTSTP)
        self._come_back()
        if not stopped:
            self._app.call_later(self._app.notify, NO_SHELL, markup=False)

    def _come_back(self) -> None:
        """Take the terminal after any stop; not in the background."""
        if not self._auto_restart:
            return
        if self._writer_thread is not None and self._writer_thread.is_alive():
            self.suspend_application_mode()  # what stopped it gave no time for that
        while self._is_in_background() and self._send_stop(signal.SIGTTIN):
            pass
        self.resume_application_mode()
        self.write("\x1b[2J")
        self._draw_all()

    def _send_stop(self, number: signal.Signals) -> bool:
        """Stop all programs of the job, as the terminal would; return whether that stopped them.

        Unlike SIGSTOP these signals stop nothing that no shell could continue.
        """
        self._stops, self._was_continued = True, False
        before = signal.signal(number, signal.SIG_DFL)
        os.kill(0, number)
        for _ in range(STOP_LOOKS):
            if self._was_continued:
                break
            time.sleep(STOP_SECONDS_MAX / STOP_LOOKS)
        signal.signal(number, before)
        self._stops = False
        return self._was_continued

    def _is_in_background(self) -> bool:
        try:
            return os.tcgetpgrp(self.fileno) != os.getpgrp()
        except OSError:
            return False


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
