"""A Tab in a shell offers boards, threads, posts, cases and ids, as far as the reader may know of them."""

from typing import Any

import click
import pytest
from click.shell_completion import ShellComplete

from bbs.cli.main import cli
from tests.cli.house import House


class _Asked(ShellComplete):
    """Completion without a shell: a command line that is given as words."""

    name = "test"


def offered(house: House, monkeypatch: pytest.MonkeyPatch, who: str, *words: str) -> list[str]:
    """Return what is offered for the last word."""
    for name, value in (("BBS_HOME", str(house.home)), ("BBS_PROFILE", who)):
        monkeypatch.setenv(name, value)
    asked = _Asked(cli, {}, "bbs", "_BBS_COMPLETE")
    return [item.value for item in asked.get_completions(list(words[:-1]), words[-1])]


@pytest.fixture
def tab(house: House, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return what presses Tab after some words, as somebody."""
    return lambda who, *words: offered(house, monkeypatch, who, *words)


@pytest.fixture(scope="session")
def shelf(house: House) -> str:
    """Return the address of the only thread of a board, with two posts and a line beside it."""
    norm = ("--norm", "Put it back. :: Others look for it.")
    house.ok("ana", "admin", "boards", "open", "shelf", *norm, "--hold-s", "0")
    house.ok("bo", "seat", "shelf", "--accept-norms", "1")
    thread = house.ok("ana", "write", "shelf", "--title", "Jars", "-m", "Full.").strip()
    house.ok("bo", "write", thread, "-m", "Empty.")
    house.ok("bo", "chat", "shelf", "-m", "Which?")
    return thread


def test_addresses_are_completed_part_by_part(tab: Any, shelf: str) -> None:
    """A board first, after a slash what is on it; where a thread is needed, at once the only one."""
    assert tab("bo", "read", "shel") == ["shelf"]
    assert tab("bo", "read", "shelf/") == [shelf, "shelf/lounge"]
    assert tab("bo", "read", f"{shelf}/") == [f"{shelf}/2", f"{shelf}/1"]
    assert tab("bo", "chat", "shel") == ["shelf"]
    assert tab("bo", "chat", "shelf/") == []
    assert tab("bo", "admin", "threads", "lock", "shelf/1") == [shelf]
    assert tab("ana", "admin", "posts", "hide", f"{shelf[:-1]}1") == [f"{shelf}/2", f"{shelf}/1"]
    [line] = tab("ana", "admin", "posts", "hide", "shelf/lounge/")
    assert line.startswith("shelf/lounge/")


def test_cases_and_what_waits_are_completed_for_their_desk(
    house: House, tab: Any, shelf: str
) -> None:
    """Who handles a case is offered it by its address; nobody else is offered one (protocol 22)."""
    [line] = tab("ana", "report", "shelf/lounge/")
    house.ok("ana", "report", line, "--norm", "1", "--office")
    assert tab("ana", "admin", "cases", "show", "shelf/") == ["shelf/case/1"]
    assert tab("bo", "admin", "cases", "show", "shelf/") == []
    grave = ("admin", "boards", "configure", "shelf", "--retention-days", "1", "--profile", "ana")
    assert house.bbs(*grave).exit_code == 7
    assert tab("bo", "admin", "proposals", "second", "shelf", "") == ["1"]
    house.ok("ana", "admin", "proposals", "withdraw", "shelf", "1")


def test_every_word_that_the_server_knows_is_completed() -> None:
    """No argument for a board, a member, a case or an address is left to be typed alone."""
    known = {"board", "thread", "address", "place", "member", "case", "post", "number", "appeal"}
    silent = {"admin applications", "account"}  # numbers and names of their own
    found = [
        f"{path} {parameter.name}"
        for path, command in _commands()
        for parameter in command.params
        if isinstance(parameter, click.Argument)
        and parameter.name in known
        and parameter._custom_shell_complete is None
        and not any(path.startswith(each) for each in silent)
    ]
    assert found == []


def _commands() -> Any:
    from tests.cli.reached import leaves

    return leaves(cli)
