"""Pastes on a real terminal: text to their end mark, whatever is in them, and no command; fuzzed."""

import itertools
import os
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from bbs import limits
from bbs.text import normalize_body
from bbs_client.mirror.drafts import Drafts
from bbs_client.mirror.outbox import Outbox
from tests.client.pty.terminal import Terminal
from tests.client.pty.test_terminal import CHILD
from tests.client.pty.test_writing import DRAFT
from tests.faults.rounds import rounds

# Real terminals and real pauses: with the long tests, not with those of every change.
pytestmark = pytest.mark.faults

BEGINS, ENDS = b"\x1b[200~", b"\x1b[201~"
COMMANDS = b"\x13 \x11 \x1b \r \x03\x03 \x1b[13u \x1b[115;5u \x04q:quit\r"
"""Keys that would send the post, quit and leave; some of them in the form of the kitty protocol."""

STRANGE = (b"\x1bx", b"\x1b[120;3u", b"\x1b[99~", b"\x1b]11;rgb:1/1/1\x07", b"\x1b[?62c", b"\xff")
"""What types nothing: modifiers and keys that nothing is bound to, reports, a byte that is none."""


@contextmanager
def client(folder: Path, keys: str, shows: str) -> Iterator[Terminal]:
    """Open a terminal with the client after some keys."""
    with Terminal(*CHILD, str(folder)) as terminal:
        terminal.wait_for("Slow Readers")
        for key in keys:
            terminal.press(key)
            terminal.read(0.1)
        terminal.wait_for(shows)
        yield terminal


def writing(folder: Path) -> AbstractContextManager[Terminal]:
    """Open a terminal where an answer is being written."""
    return client(folder, "j\rj\rr", "Answer to ben")


def send(terminal: Terminal, data: bytes, places: Sequence[int] = ()) -> None:
    """Send bytes, cut at some places; the client can read between the pieces."""
    at = [0, *sorted({place % (len(data) + 1) for place in places}), len(data)]
    for a, b in itertools.pairwise(at):
        os.write(terminal.master, data[a:b])
        terminal.read(0.005)


def wait_for_draft(terminal: Terminal, folder: Path, text: str) -> None:
    """Wait until the draft on disk is a text."""
    kept = Drafts(folder / "drafts")
    for _ in range(400):
        draft = kept.load(DRAFT)
        if draft is not None and draft.text == text:
            return
        terminal.read(0.02)
    raise AssertionError(f"{text!r} is not {draft!r}:\n{terminal.text}")


def assert_writing(terminal: Terminal) -> None:
    """Check that the post is still being written."""
    assert "Answer to ben" in terminal.text
    assert "WRITING" in terminal.text


def assert_nothing_sent(folder: Path) -> None:
    """Check that a client that has ended left nothing to be sent."""
    outbox = Outbox.open(folder / "outbox.db")
    try:
        assert not outbox.pending()
    finally:
        outbox.close()


@pytest.mark.parametrize("places", [(), range(200)], ids=["at once", "byte by byte"])
def test_a_paste_is_text_and_runs_no_command(tmp_path: Path, places: Sequence[int]) -> None:
    """Keys that send, quit and leave are text in a paste; what follows its end mark are keys."""
    pasted = b"before" + COMMANDS + BEGINS + b"after\xff\xc3"
    with writing(tmp_path) as terminal:
        send(terminal, b"0 " + BEGINS + pasted + ENDS + b" 1", places)
        text, _ = normalize_body(pasted.decode(errors="replace"))
        wait_for_draft(terminal, tmp_path, f"0 {text} 1")
        assert_writing(terminal)
    assert_nothing_sent(tmp_path)


def test_a_line_that_is_pasted_is_not_sent(tmp_path: Path) -> None:
    """Where Enter sends, an Enter in a paste does not, not even behind an ESC."""
    with client(tmp_path, "j3r", "WRITING") as terminal:
        send(terminal, BEGINS + b"one\x1b\rtwo\r" + ENDS)
        terminal.wait_for("two")
        terminal.read(0.5)
        assert "WRITING" in terminal.text
    assert_nothing_sent(tmp_path)


def test_a_paste_among_reading_keys_runs_none(tmp_path: Path) -> None:
    """Where letters are commands a paste does nothing at all; the letter after it is a command."""
    with client(tmp_path, "j\r", "new thread") as terminal:
        before = terminal.text
        send(terminal, BEGINS + b"qq?M:quit\r\x1b\x03\x03" + ENDS)
        terminal.read(0.5)
        assert terminal.text == before
        send(terminal, BEGINS + b"q" + ENDS + b"?")
        terminal.wait_for("Moving about")


def test_strange_keys_run_no_command(tmp_path: Path) -> None:
    """No letter of a sequence that nothing is bound to is a command among reading keys."""
    with client(tmp_path, "j\r", "new thread") as terminal:
        before = terminal.text
        for strange in (*STRANGE, b"\x1bq", b"\x1b[113;3u", b"\x1b[113;9;113u", b"\x1b[27;7;113~"):
            send(terminal, strange)
            terminal.read(0.05)
        terminal.read(0.5)
        assert terminal.text == before
        assert terminal.process.poll() is None


def test_a_paste_that_is_too_long_says_by_how_much(tmp_path: Path) -> None:
    """What neither the post nor the bound of a paste has room for is counted together."""
    size = limits.PASTE_BYTES_MAX + 10_000
    with writing(tmp_path) as terminal:
        data = BEGINS + b"x" * size + ENDS
        send(terminal, data, range(0, len(data), 4_000))
        terminal.wait_for(f"{size - limits.BODY_CHARS_MAX} characters beyond the limit")
        wait_for_draft(terminal, tmp_path, "x" * limits.BODY_CHARS_MAX)


@pytest.mark.parametrize("way_out", [b"\x03", b"\x1b[99;5u"])
def test_a_paste_without_an_end_leaves_the_client_usable(tmp_path: Path, way_out: bytes) -> None:
    """What came of it is shown after a time, then keys are keys; ^C twice leads out at once."""
    with writing(tmp_path) as terminal:
        send(terminal, BEGINS + b"no end q\r")
        wait_for_draft(terminal, tmp_path, "no end q\n")
        terminal.read(2.1)
        send(terminal, b"z")
        wait_for_draft(terminal, tmp_path, "no end q\nz")
        send(terminal, BEGINS + b"again")
        terminal.read(0.5)
        send(terminal, way_out)
        terminal.wait_for("again to quit")
        send(terminal, way_out)
        assert terminal.wait_end() == 0
        terminal.assert_given_back()
    wait_for_draft(terminal, tmp_path, "no end q\nzagain")


PIECES = (*STRANGE, COMMANDS, BEGINS, ENDS[:-1], b"\x1b", b"\r", b"\0", b"\xc3", "\u0301é".encode())
PASTED = st.binary(max_size=40) | st.lists(st.sampled_from(PIECES), max_size=5).map(b"".join)


def test_no_bytes_of_a_paste_are_a_command_wherever_the_line_cuts_them(tmp_path: Path) -> None:
    """Random bytes, cut anywhere, among strange keys: all of them are in the draft, none is lost."""
    kept = ["words "]
    with writing(tmp_path) as terminal:
        terminal.press(kept[0])

        @given(
            pasted=PASTED,
            strange=st.sampled_from(STRANGE),
            places=st.lists(st.integers(0, 100), max_size=8),
        )
        @settings(
            max_examples=rounds(25, 100), deadline=None, phases=(Phase.generate,), database=None
        )
        def paste(pasted: bytes, strange: bytes, places: list[int]) -> None:
            pasted = pasted.replace(ENDS, b"")
            send(terminal, strange + BEGINS + pasted + ENDS + b"." + strange, places)
            text, _ = normalize_body(pasted.decode(errors="replace").replace("\0", ""))
            kept.append(f"{text}.")
            wait_for_draft(terminal, tmp_path, "".join(kept))
            assert_writing(terminal)

        paste()
    assert_nothing_sent(tmp_path)
