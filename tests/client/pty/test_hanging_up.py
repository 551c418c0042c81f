"""The end of the input ends the client, also where no signal tells of it; on real terminals."""

import os
import pty
import time
from pathlib import Path
from signal import SIGHUP

import pytest

from tests.client.pty.terminal import Terminal
from tests.client.pty.test_terminal import CHILD

SECONDS_MAX = 3.0
PROCESSOR_SECONDS_MAX = 1.0  # from the end of the input: what a normal end takes, with room


def used(pid: int) -> float:
    """Return the processor time that a process has used, which also is known once it has ended."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def ends_soon(terminal: Terminal, before: float) -> int:
    """Return the exit code; fail if the end takes long, or much work since `before` was used."""
    pid, began = terminal.process.pid, time.monotonic()
    assert os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    assert time.monotonic() - began < SECONDS_MAX
    assert used(pid) - before < PROCESSOR_SECONDS_MAX
    return terminal.process.wait()


def drafts(folder: Path) -> str:
    """Return all that is written and not sent, as it is on disk."""
    return " ".join(draft.read_text() for draft in (folder / "drafts").glob("*.json"))


@pytest.mark.parametrize("controls", [True, False], ids=["told by a signal", "told by nothing"])
def test_a_terminal_that_is_gone_ends_the_client(tmp_path: Path, controls: bool) -> None:
    """A closed window ends it soon, with the draft on disk, also if it was no controlling terminal."""
    with Terminal(*CHILD, str(tmp_path), controls=controls) as terminal:
        terminal.wait_for("Slow Readers")
        terminal.press("j3r")
        terminal.wait_for("WRITING")
        terminal.press("unsent words")
        terminal.wait_for("unsent words")
        before = used(terminal.process.pid)
        terminal.hang_up()
        assert ends_soon(terminal, before) == 128 + SIGHUP
    assert "unsent words" in drafts(tmp_path)


def test_an_input_that_ends_while_the_screen_lives(tmp_path: Path) -> None:
    """Where only the keyboard's side is closed, the screen is given back, and the end is the same."""
    keyboard, stdin = pty.openpty()
    with Terminal(*CHILD, str(tmp_path), stdin=stdin, controls=False) as terminal:
        os.close(stdin)
        terminal.wait_for("Slow Readers")
        before = used(terminal.process.pid)
        os.close(keyboard)
        assert ends_soon(terminal, before) == 128 + SIGHUP
        terminal.read(0.2)
        terminal.assert_given_back()


def test_the_last_words_before_the_end_are_kept(tmp_path: Path) -> None:
    """What was typed right before the end of the input is in the draft, to the last letter (P12)."""
    stdin, keyboard = os.pipe()
    with Terminal(*CHILD, str(tmp_path), stdin=stdin, controls=False) as terminal:
        os.close(stdin)
        terminal.wait_for("Slow Readers")
        os.write(keyboard, b"j3r")
        terminal.wait_for("WRITING")
        before = used(terminal.process.pid)
        os.write(keyboard, b"words to the last letter")
        os.close(keyboard)
        assert ends_soon(terminal, before) == 128 + SIGHUP
        terminal.read(0.2)
        terminal.assert_given_back()
    assert "words to the last letter" in drafts(tmp_path)
