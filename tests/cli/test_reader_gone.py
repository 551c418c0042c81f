"""A command that follows ends with its reader, though nothing is printed in between."""

import os
import pty
import subprocess
import sys

import pytest

from tests.cli.house import House
from tests.support.programs import python

SECONDS_MAX = 30


@pytest.mark.parametrize(
    ("words", "begun"),
    [
        (("read", "garden", "--follow"), b"Following"),
        (("read", "--follow", "--jsonl"), b"Following"),
        (("admin", "events", "--follow"), b"Following"),
        (("chat", "garden"), b"You are in garden/lounge"),
    ],
    ids=["read", "read-all", "events", "chat"],
)
def test_a_follower_ends_with_its_reader(
    house: House, words: tuple[str, ...], begun: bytes
) -> None:
    """`bbs … --follow | head` ends quietly when head has gone, not with the next event."""
    _ends_with_its_reader(house, words, begun, "stderr")


def test_a_plain_visit_ends_with_its_reader(house: House) -> None:
    """`bbs connect --plain | grep …` ends when grep has gone, though nobody typed anything."""
    _ends_with_its_reader(house, ("connect", "--plain"), b"@bo", "stdout")


def _ends_with_its_reader(house: House, words: tuple[str, ...], begun: bytes, told: str) -> None:
    keyboard, stdin = pty.openpty()
    with subprocess.Popen(
        [sys.executable, *python("-m", "bbs.cli.main"), *words, "--profile", "bo"],
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "BBS_HOME": str(house.home), "TERM": "xterm"},
    ) as follower:
        try:
            assert follower.stdout is not None
            assert follower.stderr is not None
            stream = getattr(follower, told)
            shown = b""
            while begun not in shown:
                more = os.read(stream.fileno(), 65_536)
                assert more, shown
                shown += more
            follower.stdout.close()
            assert follower.wait(SECONDS_MAX) == 0
            assert b"Traceback" not in follower.stderr.read()
        finally:
            follower.kill()
            os.close(keyboard)
            os.close(stdin)
