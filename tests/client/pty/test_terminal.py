"""The terminal is given back whatever ends the client, on a real one."""

import os
import re
import signal
from pathlib import Path

import pytest

from bbs.profiles import Profile, save_profile
from bbs_client.tui.driver import NO_SHELL
from tests.client.app.sample import uid
from tests.client.pty.terminal import ALTERNATE, MOUSE, PROMPT, Shell, Terminal
from tests.support.programs import python

CHILD = python("-m", "tests.client.pty.child")


def started(folder: Path) -> Terminal:
    """Return a terminal with the client painted in it."""
    terminal = Terminal(*CHILD, str(folder))
    try:
        terminal.wait_for("Slow Readers")
    except BaseException:
        terminal.__exit__()
        raise
    return terminal


def styles_of(terminal: Terminal) -> set[int]:
    """Return the code of each attribute and colour that was sent."""
    return {
        int(code)
        for style in re.findall(rb"\x1b\[([0-9;]*)m", terminal.raw)
        for code in style.split(b";")
        if code
    }


def test_a_normal_exit_gives_the_terminal_back(tmp_path: Path) -> None:
    """q, pressed twice at home, ends the client with code 0 and nothing left behind."""
    with started(tmp_path) as terminal:
        assert terminal.modes()[ALTERNATE]
        terminal.press("0q")
        terminal.wait_for("Press q again to quit.")
        terminal.press("q")
        assert terminal.wait_end() == 0
        terminal.assert_given_back()


def test_keys_typed_before_the_first_painting_are_done_once_there_is_a_screen(
    tmp_path: Path,
) -> None:
    """Who types ahead of the client finds it doing what was typed."""
    with Terminal(*CHILD, str(tmp_path)) as terminal:
        terminal.press("jqqq")
        assert terminal.wait_end() == 0
        terminal.assert_given_back()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_gives_the_terminal_back(tmp_path: Path, number: signal.Signals) -> None:
    """A signal ends the client in good order, with the code shells expect."""
    with started(tmp_path) as terminal:
        terminal.process.send_signal(number)
        assert terminal.wait_end() == 128 + number
        terminal.assert_given_back()


def test_an_exception_gives_the_terminal_back(tmp_path: Path) -> None:
    """A fault ends it with a traceback on a usable terminal, without locals or escapes (P11, P13)."""
    with started(tmp_path) as terminal:
        terminal.press("\x14")  # ^T, the themes
        assert terminal.wait_end() == 1
        told = re.sub(rb"\x1b\[[0-9;]*m", b"", terminal.raw)
        assert b"a fault of this program]2;21" in told
        assert b"secret-of-this-device" not in told
        terminal.assert_given_back()


def test_being_stopped_gives_the_terminal_to_the_shell_and_takes_it_back(tmp_path: Path) -> None:
    """SIGTSTP leaves the screen to the shell, SIGCONT brings the client back as it was."""
    with Shell(*CHILD, str(tmp_path)) as shell:
        shell.wait_for("Slow Readers")
        os.killpg(os.tcgetpgrp(shell.master), signal.SIGTSTP)
        shell.wait_for(PROMPT)
        shell.assert_given_back()
        shell.foreground()
        shell.wait_for("Slow Readers")
        assert shell.modes()[ALTERNATE]
        shell.press("0qq")
        shell.wait_for(PROMPT)
        shell.assert_given_back()


def test_a_closed_window_ends_the_client(tmp_path: Path) -> None:
    """When the terminal itself is gone, the client ends soon instead of spinning or hanging."""
    with started(tmp_path) as terminal:
        terminal.hang_up()
        assert terminal.process.wait(15) != 0


def test_a_draft_outlives_a_signal(tmp_path: Path) -> None:
    """What was typed a moment before SIGTERM is on disk."""
    with started(tmp_path) as terminal:
        terminal.press("j3r")
        terminal.wait_for("WRITING")
        terminal.press("unsent words")
        terminal.wait_for("unsent words")
        terminal.process.send_signal(signal.SIGTERM)
        terminal.wait_end()
    drafts = list((tmp_path / "drafts").glob("*.json"))
    assert any(b"unsent words" in draft.read_bytes() for draft in drafts)


def test_a_storm_of_sizes_is_survived(tmp_path: Path) -> None:
    """Sizes from nothing to huge, in quick order, leave a client that still paints and ends."""
    with started(tmp_path) as terminal:
        for columns, rows in ((1, 1), (200, 60), (20, 5), (3, 90), (120, 2), (80, 24)):
            terminal.resize(columns, rows)
            terminal.process.send_signal(signal.SIGWINCH)
            terminal.read(0.1)
        terminal.wait_for("Slow Readers")
        terminal.press("0qq")
        assert terminal.wait_end() == 0
        terminal.assert_given_back()


def test_nothing_but_the_clients_own_sequences_is_written(tmp_path: Path) -> None:
    """No title and no clipboard sequence is on the wire unless a key asked for it (P13)."""
    with started(tmp_path) as terminal:
        terminal.press("j\rj\r")
        terminal.wait_for("The frost took")
        # 22 is the shape of the mouse pointer, which Textual sets.
        assert set(re.findall(rb"\x1b\]([0-9]*)", terminal.raw)) <= {b"22"}
        assert b"\x1bP" not in terminal.raw
        terminal.press("y")
        terminal.wait_for("copied")
        assert terminal.raw.count(b"\x1b]52;") == 1


def test_letters_with_alt_come_as_such_and_as_before_at_the_end(tmp_path: Path) -> None:
    """A terminal that says that Alt+x types ø there is told otherwise, until the client ends."""
    with started(tmp_path) as terminal:
        terminal.press("\x1b[?1036;2$y\x1b[?1039;1$y")
        while 1036 not in terminal.modes():
            terminal.read(0.05)
        assert terminal.modes()[1036]
        assert 1039 not in terminal.modes()
        terminal.process.send_signal(signal.SIGTERM)
        terminal.wait_end()
        assert not terminal.modes()[1036]


def test_gnu_screen_is_left_its_mouse(tmp_path: Path) -> None:
    """Screen holds Esc back while it reports the mouse: there it does not, also after a stop."""
    with started(tmp_path) as terminal:
        terminal.press("\x1b[>83;40900;0c")
        while terminal.modes()[1000]:
            terminal.read(0.05)
        terminal.press("\x1a")  # no shell: it comes back at once
        terminal.wait_for(NO_SHELL[:20])
        terminal.wait_for("Slow Readers")
        assert not any(terminal.modes()[mode] for mode in MOUSE)


def test_the_command_itself_gives_the_terminal_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`bbs connect` paints without a server, says offline, and ends in good order."""
    monkeypatch.setenv("BBS_HOME", str(tmp_path))
    save_profile(
        Profile(
            name="me",
            url="ws://127.0.0.1:1/",
            handle="ana",
            member=uid(1),
            session=uid(2),
            token="t" * 43,
            host="127.0.0.1:1",
        )
    )
    with Terminal("-m", "bbs.cli.main", "connect", env={"BBS_HOME": str(tmp_path)}) as terminal:
        terminal.wait_for("offline")
        terminal.process.send_signal(signal.SIGTERM)
        assert terminal.wait_end() == 128 + signal.SIGTERM
        terminal.assert_given_back()
        assert b"Traceback" not in terminal.raw


def test_no_color_means_no_colour_at_all(tmp_path: Path) -> None:
    """With NO_COLOR not even a grey is sent; the cursor and the modes are told by characters."""
    with Terminal(*CHILD, str(tmp_path), env={"NO_COLOR": "1"}) as terminal:
        terminal.wait_for("Slow Readers")
        terminal.press("j\rj\r")
        terminal.wait_for("The frost took")
        # Attributes, and the terminal's own colours; none chosen by us.
        assert styles_of(terminal) <= {0, 1, 2, 3, 4, 7, 39, 49}
        assert "▌" in terminal.text
        assert "READING" in terminal.text


@pytest.mark.parametrize("term", ["xterm-16color", "xterm", "linux", "vt100"])
def test_sixteen_colours_are_enough(tmp_path: Path, term: str) -> None:
    """On a terminal of few colours the client paints with those it has."""
    environment = {"TERM": term, "COLORTERM": ""}
    with Terminal(*CHILD, str(tmp_path), env=environment) as terminal:
        terminal.wait_for("Slow Readers")
        assert styles_of(terminal) & {*range(30, 38), *range(90, 98)}
        assert b"38;2;" not in terminal.raw
        assert b"38;5;" not in terminal.raw
