"""A line that takes little or nothing: the client goes on, shows what is new, and leaves at once."""

import os
import signal
import time
from pathlib import Path

import pytest

from tests.client.pty.terminal import PROMPT, Shell, Terminal
from tests.client.pty.test_terminal import CHILD

PIPE_BYTES = 4_096  # what the system keeps of a terminal's output until somebody reads
SCREEN_BYTES = 16_384  # more than any screen of 80x24 has
A_SECOND = 300  # bytes, both ways
# The sleeps below are the slow line itself: a time in which nobody reads what the client writes.

pytestmark = pytest.mark.faults


def test_what_is_old_by_the_time_it_could_be_shown_is_left_out(tmp_path: Path) -> None:
    """After a time in which nothing was read, the screen is the newest, by way of few others."""
    with Terminal(*CHILD, str(tmp_path)) as terminal:
        terminal.wait_for("Slow Readers")
        terminal.settled()
        before = len(terminal.raw)
        for key in "?\x1b" * 20:
            terminal.press(key)
            time.sleep(0.15)
        terminal.press("j3r")
        time.sleep(0.5)
        terminal.wait_for("WRITING")
        shown = terminal.settled()
        assert len(terminal.raw) - before < PIPE_BYTES + 4 * SCREEN_BYTES
        terminal.press("\x0c")  # draw all of it anew
        assert terminal.settled() == shown


@pytest.mark.parametrize("way", ["^C ^C", "a signal"])
def test_a_line_that_takes_nothing_holds_nobody(tmp_path: Path, way: str) -> None:
    """Though nobody reads, the client ends soon, and what the line still gets is the way back."""
    with Terminal(*CHILD, str(tmp_path)) as terminal:
        terminal.wait_for("Slow Readers")
        terminal.settled()
        for key in "?\x1b" * 6:
            terminal.press(key)
            time.sleep(0.15)
        if way == "a signal":
            terminal.process.send_signal(signal.SIGTERM)
        else:
            terminal.press("\x03\x03")
        assert terminal.process.wait(2.9) in (0, 128 + signal.SIGTERM)
        terminal.read(0.2)
        terminal.assert_given_back()


def test_keys_on_a_slow_line_are_keys(tmp_path: Path) -> None:
    """At 300 bytes a second an arrow is one key, Esc is Esc, and ^Z and fg bring back all of it."""
    with Shell(*CHILD, str(tmp_path)) as terminal:
        terminal.wait_for("Slow Readers")
        before = terminal.settled()
        for byte in b"?\x1b[B\x1b[6~\x1b[1;3A\x1bOA\x1b[<65;40;10M":
            os.write(terminal.master, bytes([byte]))
            terminal.read(1 / A_SECOND)
        terminal.wait_for("Moving about")
        terminal.press("\x1b")
        terminal.wait_same(before)
        terminal.suspend()
        terminal.foreground()
        while terminal.text != before:
            data = os.read(terminal.master, 10)
            terminal.raw += data
            terminal.show(data)
            time.sleep(10 / (30 * A_SECOND))  # thirty times faster, so that the test is, too
        assert "READING" in terminal.text, "all of it, down to the state"
        assert PROMPT not in terminal.text
