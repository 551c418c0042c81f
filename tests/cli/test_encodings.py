"""Terminals and pipes that lack a sign: it is replaced, and no command ends for it (P13)."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bbs.cli.admin import admin
from bbs.cli.main import cli
from tests.cli.terminal import terminal

BBS = "from bbs.cli.main import main; main()"
SAYING = """
import sys
from bbs import terminal
terminal.fit_encodings()
terminal.echo("Grüße … 漢")
terminal.echo_json('{"words":"Grüße … 漢"}'.encode())
terminal.tell("Grüße … 漢")
"""


def said(program: str, encoding: str, *words: str) -> "subprocess.CompletedProcess[bytes]":
    """Run a program whose standard streams have an encoding."""
    return subprocess.run(
        [sys.executable, "-c", program, *words],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": encoding},
        check=False,
    )


@pytest.mark.parametrize(
    ("encoding", "shown"),
    [("ascii", b"Gr??e ? ?"), ("iso-8859-1", "Grüße ? ?".encode("latin-1"))],
)
def test_a_sign_that_the_encoding_lacks_is_replaced(encoding: str, shown: bytes) -> None:
    """A person sees a question mark; JSON keeps its value; nothing is written in another encoding."""
    done = said(SAYING, encoding)
    assert done.returncode == 0, done.stderr
    text, rows = done.stdout.splitlines()
    assert text == shown
    assert json.loads(rows.decode("ascii")) == {"words": "Grüße … 漢"}
    assert b"\\u2026" in done.stderr
    assert done.stderr.decode(encoding)


@pytest.mark.parametrize("encoding", ["ascii", "iso-8859-1"])
def test_every_command_tells_its_help_in_every_encoding(encoding: str) -> None:
    """No help page ends in a traceback, or in bytes that the terminal does not take."""
    program = (
        "import sys; from bbs.cli.main import cli\n"
        "for line in sys.argv[1:]:\n"
        "    try: cli.main([*line.split(), '--help'], 'bbs')\n"
        "    except SystemExit as end: assert not end.code, line\n"
    )
    lines = [*cli.table, *(f"admin {name}" for name in admin.table)]
    done = said(program, encoding, *lines)
    assert done.returncode == 0, done.stderr
    assert done.stderr == b""
    assert done.stdout.decode(encoding).count("Usage: ") == len(lines)


def test_a_word_that_is_no_text_is_named() -> None:
    """Bytes that are not UTF-8 are refused before anything is asked of a server."""
    done = subprocess.run(
        [os.fsencode(sys.executable), b"-c", BBS.encode(), b"search", b"g\xe4rten"],
        capture_output=True,
        env={**os.environ, "PYTHONUTF8": "1"},
        check=False,
    )
    assert done.returncode == 2
    assert b"word 2 of the command line" in done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["connect", "demo"])
def test_the_screen_says_what_it_needs(command: str, tmp_path: Path) -> None:
    """Where a terminal cannot show every sign, the client says so and names the way out."""
    with terminal(tmp_path, command, PYTHONIOENCODING="iso-8859-1") as shown:
        shown.expect("needs a terminal in UTF-8, and this one is set to iso8859-1")
        shown.expect("--plain")
        assert shown.end() == 2
