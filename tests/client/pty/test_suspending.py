"""^Z on a real terminal under a shell: in every mode, and back again with all of the screen."""

import os
import signal
from pathlib import Path

import pytest

from bbs_client.tui.driver import NO_SHELL
from tests.client.pty.terminal import (
    ALTERNATE,
    CURSOR,
    FOCUS,
    MOUSE,
    PASTE,
    PROMPT,
    Shell,
    Terminal,
)
from tests.client.pty.test_terminal import CHILD

# Real terminals and real pauses: with the long tests, not with those of every change.
pytestmark = pytest.mark.faults

MODES = {
    "reading": ("", "Slow Readers"),
    "thread": ("j\rj\r", "The frost took"),
    "composer": ("j\rj\rr", "Answer to ben"),
    "help": ("?", "Moving about"),
    "palette": ("\x10", "Go anywhere"),
    "command line": (":", "garden/42"),
    "search": ("/", "Search"),
    "lounge": ("j3r", "WRITING"),
}
"""Where ^Z is pressed: the keys that lead there, one after the other, and what is seen there."""


def at_mode(shell: Terminal, name: str) -> str:
    """Go there; return all that the screen shows."""
    shell.wait_for("Slow Readers")
    keys, shows = MODES[name]
    for key in keys:
        shell.press(key)
        shell.read(0.3)
    shell.wait_for(shows)
    return shell.settled()


@pytest.mark.parametrize("name", MODES)
def test_every_mode_goes_to_the_shell_and_comes_back_whole(tmp_path: Path, name: str) -> None:
    """^Z leaves cooked modes, the first screen and a cursor; fg all of the screen, and the reports."""
    with Shell(*CHILD, str(tmp_path)) as shell:
        before = at_mode(shell, name)
        shell.suspend()
        shell.assert_given_back()
        shell.foreground()
        # The terminal's own second screen is not drawn by the emulator: all of it was sent again.
        shell.wait_same(before)
        modes = shell.modes()
        assert all(modes[mode] for mode in (ALTERNATE, FOCUS, PASTE, *MOUSE))
        assert not modes[CURSOR]


def test_what_is_written_outlives_a_suspended_client(tmp_path: Path) -> None:
    """Words typed right before ^Z are on disk while the client is stopped (P12)."""
    with Shell(*CHILD, str(tmp_path)) as shell:
        at_mode(shell, "composer")
        shell.press("unsent words")
        shell.suspend()
        drafts = [draft.read_bytes() for draft in (tmp_path / "drafts").glob("*.json")]
        assert any(b"unsent words" in draft for draft in drafts)


def test_another_size_is_noticed_on_the_way_back(tmp_path: Path) -> None:
    """A window that was made larger meanwhile is filled."""
    with Shell(*CHILD, str(tmp_path)) as shell:
        at_mode(shell, "reading")
        shell.suspend()
        shell.resize(100, 30)
        shell.foreground()
        while "help" not in shell.text.splitlines()[-1]:
            shell.read(0.05)
        assert len(shell.text.splitlines()) == 30


@pytest.mark.parametrize("how", ["stopped by SIGSTOP", "brought to the background"])
def test_whatever_stopped_it_the_screen_is_whole_again(tmp_path: Path, how: str) -> None:
    """Also a stop that gave no time to leave, and a shell that continued it without its terminal."""
    with Shell(*CHILD, str(tmp_path)) as shell:
        before = at_mode(shell, "thread")
        if how == "stopped by SIGSTOP":
            shell.job = os.tcgetpgrp(shell.master)
            os.killpg(shell.job, signal.SIGSTOP)
            shell.wait_for(PROMPT)
            shell.press("clear\n")
        else:
            shell.suspend()
            shell.press("clear; bg\n")
        shell.wait_gone("The frost took")
        shell.read(0.5)
        shell.foreground()
        shell.wait_same(before)
        shell.press("j")
        shell.read(0.3)
        assert shell.text != before


def test_without_a_shell_it_stays(tmp_path: Path) -> None:
    """What a window or a service started has nobody to continue it: it says so, and goes on."""
    with Terminal(*CHILD, str(tmp_path)) as terminal:
        at_mode(terminal, "reading")
        terminal.press("\x1a")
        terminal.wait_for(NO_SHELL[:20])
        terminal.press("?")
        terminal.wait_for("Moving about")
