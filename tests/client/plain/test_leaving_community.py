"""Leaving the community line by line, and what a device says that was signed out by it (P9)."""

import io

import pytest

from bbs.profiles import load_profile
from bbs.terminal.ended_session import LeftHere, SessionInvalid
from bbs_client.plain.app import run
from tests.cli.house import House


def test_who_leaves_is_told_how_to_come_back_and_nothing_else(house: House) -> None:
    """Once left, the visit ends: what becomes of the words, until when, and how to come back (P9)."""
    house.join("nan", house.invitation)
    out = io.StringIO()
    assert run(load_profile("nan"), io.StringIO("leave community\n1\nyes\nboards\n"), out) == 0
    said = out.getvalue().rpartition("Yes: leave.")[2]
    assert "You left A Folkmoot community. You wrote nothing." in said
    assert "bbs come-back --profile nan" in said
    assert "First steps" not in said
    assert "All caught up" not in said
    again = io.StringIO()
    with pytest.raises(LeftHere):
        run(load_profile("nan"), io.StringIO("boards\n"), again)
    assert again.getvalue().startswith("You left A Folkmoot community. This device is signed out")


def test_a_session_that_ended_is_no_wrong_password(house: House) -> None:
    """Whom somebody signed out hears that, and the command that signs in again."""
    house.join("nik", house.invitation)
    session = load_profile("nik").session
    house.ok("nik", "devices", "--end", session, "--yes")
    out = io.StringIO()
    with pytest.raises(SessionInvalid) as ended:
        run(load_profile("nik"), io.StringIO("boards\n"), out)
    assert out.getvalue().startswith("This device is signed out, and")
    assert "password" not in out.getvalue()
    assert "bbs sign-in bbs://" in str(ended.value)
