"""The command line says by itself whether a script runs it (protocol 27.2)."""

import os
from collections.abc import Iterator

import pytest

from bbs.terminal.person import nobody_is_there
from tests.cli.house import House


@pytest.fixture
def unsaid() -> Iterator[None]:
    """Let nothing in the environment say who is there."""
    said = os.environ.pop("BBS_SCRIPT", None)
    yield
    if said is not None:
        os.environ["BBS_SCRIPT"] = said


def _from_a_child() -> bool:
    """Return what a program without a terminal finds, as cron and systemd start one."""
    pid = os.fork()
    if not pid:
        os.setsid()
        os._exit(int(nobody_is_there()))
    return bool(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))


@pytest.mark.usefixtures("unsaid")
def test_without_a_terminal_it_is_a_script() -> None:
    """Cron and systemd give no terminal: nobody has to remember to say so."""
    assert _from_a_child()


@pytest.mark.parametrize(
    ("said", "script"), [("1", True), ("yes", True), ("0", False), ("no", False)]
)
def test_the_environment_says_it(monkeypatch: pytest.MonkeyPatch, said: str, script: bool) -> None:
    """`BBS_SCRIPT` has the last word, terminal or not."""
    monkeypatch.setenv("BBS_SCRIPT", said)
    assert nobody_is_there() is script


def test_what_it_writes_says_so(house: House) -> None:
    """Words of a member's own script say "by script" to everybody, without any token (P8)."""
    address = house.ok(
        "ana", "write", "garden", "--title", "Weekly", "-m", "Rain.", "--script"
    ).strip()
    by_hand = house.ok("ana", "write", address, "-m", "By hand").strip()
    posts = house.data("bo", "read", address)["posts"]
    assert by_hand
    assert [post.get("via") for post in posts] == ["script", None]
    house.bbs("write", address, "-m", "Sun.", "--profile", "ana", BBS_SCRIPT="1")
    assert house.data("bo", "read", address)["posts"][2]["via"] == "script"
