"""Visits in lines to the house of the client's tests."""

import io

import msgspec
import pytest

from bbs.profiles import Profile, load_profile
from bbs_client.plain.app import run
from tests.cli.house import House


@pytest.fixture(autouse=True)
def _at_home(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BBS_HOME", str(house.home))


def visit(who: str | Profile, *lines: str) -> str:
    """Visit as somebody, typing these lines; return the transcript."""
    out, profile = io.StringIO(), load_profile(who) if isinstance(who, str) else who
    assert run(profile, io.StringIO("\n".join(lines)), out) == 0
    return out.getvalue()


def offline(who: str) -> Profile:
    """Return somebody's profile with the address of a server that does not answer."""
    return msgspec.structs.replace(load_profile(who), url="bbs://127.0.0.1:1?plain=1")


def thread(house: House, title: str, body: str = "Its words.") -> str:
    """Start a thread as ana; return its address."""
    return house.ok("ana", "write", "garden", "--title", title, "-m", body).strip()


def bodies(house: House, address: str) -> list[str | None]:
    """Return what stands in a thread on the server, by number; None for what was withdrawn."""
    return [post.get("body") for post in house.data("ana", "read", address)["posts"]]
