"""What is said when something is refused, and what to do: each hint belongs to its sentence (P13)."""

import copy
import io
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from bbs import terminal
from bbs.ids import new_id
from bbs.profiles import LeftNote, Profile, find_left, note_left, save_profile
from bbs.refusal_words import LOOK_FOR
from bbs.refusals import NameTaken, NotFound
from bbs.terminal.ended_session import LeftHere, SessionInvalid, ended_session
from bbs.terminal.error_report import as_facts, in_words
from bbs.terminal.output import Output, Style


def test_only_what_has_an_address_is_sought_by_one() -> None:
    """A board may be private; a leaving, a member or a case has other reasons not to be there."""
    assert "only its members see a private board" in NotFound("board").hint
    for what in LOOK_FOR:
        assert "private board" not in NotFound(what).hint, what
    assert copy.copy(NotFound("leaving")).hint == LOOK_FOR["leaving"]
    assert as_facts(NotFound("member"))["hint"].startswith("check the handle")
    assert "private board" in NotFound("something of a later version").hint


@pytest.mark.parametrize(
    ("field", "says"), [("handle", "this handle is taken"), ("name", "this display name is taken")]
)
def test_a_taken_name_says_which_it_is(field: str, says: str) -> None:
    """A newcomer is asked for a handle and a display name, and each can be another's."""
    assert str(NameTaken(field)) == says
    assert str(NameTaken(field, "ana")) == f"{says} (it reads like 'ana')"


def test_a_device_knows_that_its_member_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until when they can come back is said by the session that ended, and by no later one (P9)."""
    monkeypatch.setenv("BBS_HOME", str(tmp_path))
    profile = Profile(
        name="pia",
        url="bbs://127.0.0.1:1/",
        handle="pia",
        member=new_id(),
        session=new_id(),
        token="t" * 40,
        host="127.0.0.1",
    )
    save_profile(profile)
    assert type(ended_session(profile)) is SessionInvalid
    until = datetime(2026, 12, 8, 3, 49, tzinfo=UTC)
    note_left(profile, LeftNote(until, "A Folkmoot community"))
    assert find_left(profile) == LeftNote(until, "A Folkmoot community")
    told = ended_session(profile)
    assert isinstance(told, LeftHere)
    first, hint = in_words(told)
    assert first == "bbs: you left this community; the way back is open until 2026-12-08 03:49 UTC"
    assert "bbs come-back" in hint
    assert type(ended_session(replace(profile, session=new_id()))) is SessionInvalid


def test_a_dry_run_tells_what_would_be_said(capsys: pytest.CaptureFixture[str]) -> None:
    """On stderr, for people alone, and only where the lines hold nothing that is made for real (5.5)."""
    tried = Output(Style.HUMAN, dry_run=True)
    tried.done({"a": 1}, "You are back.", tried=True)
    tried.done({"a": 1}, "https://secret.example/")
    shown = capsys.readouterr()
    assert (shown.out, shown.err) == ("", "It would say: You are back.\n")
    Output(Style.JSON, dry_run=True).done({"a": 1}, "You are back.", tried=True)
    shown = capsys.readouterr()
    assert (shown.out, shown.err) == ('{"a":1,"dry_run":true}\n', "")
    Output(Style.HUMAN, dry_run=False).done({"a": 1}, "You are back.", tried=True)
    assert capsys.readouterr().out == "You are back.\n"


class _Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_question_breaks_at_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """At a terminal a long question has lines that fit, and people type behind the last line."""
    screen = _Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setattr(sys, "stdin", io.StringIO("yes\n"))
    monkeypatch.setenv("COLUMNS", "40")
    terminal.confirm("Leave the community of friends who tend gardens by the river?")
    lines = screen.getvalue().split("\n")
    assert [len(line) <= 40 for line in lines] == [True] * len(lines)
    assert " ".join(lines).startswith(
        "Leave the community of friends who tend gardens by the river?"
    )
