"""The gate of the command line: whatever is written to the terminal is cleaned there (P13)."""

import subprocess
import sys

import click
import pytest

from bbs import terminal
from bbs.errors import BadParams
from bbs.terminal.error_report import report

EVIL = "\x1b]52;c;x\x07\u202e\x9b2J"


@pytest.mark.parametrize(
    "error", [click.UsageError(EVIL), click.FileError(EVIL, EVIL), BadParams(EVIL, EVIL)]
)
def test_errors_are_told_as_text(error: Exception, capsys: pytest.CaptureFixture[str]) -> None:
    """Usage errors and refusals quote what was typed or sent; none of it acts (P13)."""
    report(error, as_json=False)
    report(error, as_json=True)
    told = capsys.readouterr().err
    assert "52;c;x" in told
    assert not set(told) & set(EVIL) & set("\x1b\x07\u202e\x9b")


def test_progress_stays_on_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    """A line of progress overwrites the last one and holds no line of its own (P13)."""
    terminal.tell_progress(f"a\nb{EVIL}")
    terminal.tell_progress("")
    told = capsys.readouterr().err
    assert "\n" not in told
    assert "\x1b" not in told
    assert told.endswith(f"\r{'':<{terminal.PROGRESS_COLUMNS}}\r")


def test_the_last_writers_are_guarded() -> None:
    """Tracebacks, also of threads, and logging without a handler pass the gate (P13)."""
    code = (
        "import logging, sys, threading; from bbs import terminal; terminal.guard()\n"
        "def fail(): raise ValueError(sys.argv[1])\n"
        "logging.getLogger('bbs.sdk').warning('got %s', sys.argv[1])\n"
        "thread = threading.Thread(target=fail); thread.start(); thread.join(); fail()"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code, EVIL], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1
    assert ended.stderr.count("52;c;x") == 3
    assert ended.stderr.count("ValueError: ") == 2
    assert not set(ended.stderr) & set("\x1b\x07\u202e\x9b")
