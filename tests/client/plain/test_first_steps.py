"""A founder's first steps in lines and on the command line, against a real, new server."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.house import House, running_server
from tests.client.plain.conftest import visit


@pytest.fixture
def village(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """A community that was founded just now, with nobody in it but ana."""
    with running_server(tmp_path / "data") as invitation:
        house = House(tmp_path / "home", invitation)
        house.join("ana", invitation)
        monkeypatch.setenv("BBS_HOME", str(house.home))
        yield house


def undone(house: House) -> list[str]:
    """Return the ids of the steps that are still to be done, as the command line sees them."""
    steps = house.data("ana", "admin", "status")["first_steps"]
    return [step["id"] for step in steps if not step["done"]]


def test_a_founder_is_led_until_the_community_lives(village: House) -> None:
    """Each step says what to type, is ticked off wherever it was done, and at the end all are gone."""
    told = visit("ana", "home", "quit")
    assert told.count("First steps:") == 2
    assert "  give the community a name: configure commons" in told
    assert "  done: read the norms that hold everywhere" in told
    assert undone(village) == ["name", "board", "invitation", "thread"]
    told = visit("ana", "configure commons", "2", "Our village", "", "open-board", "1", "", "quit")
    assert "title: “A Folkmoot community”, now “Our village”" in told
    assert undone(village) == ["invitation", "thread"]
    village.ok("ana", "admin", "invitations", "make")
    told = visit("ana", "quit")
    assert "  done: invite the first guest" in told
    assert "  start the first thread: new-thread BOARD TITLE" in told
    village.ok("ana", "write", "table", "--title", "Good evening", "-m", "Who is here?")
    assert "First steps" not in visit("ana", "home", "quit")
    assert undone(village) == []
    assert "First steps" not in village.ok("ana", "admin", "status")


def test_a_guest_is_told_no_steps_of_the_founder(village: House) -> None:
    """Who does not run the server is welcomed, and led by a newcomer's steps alone."""
    link = village.ok("ana", "admin", "invitations", "make").strip()
    village.join("bo", link, is_welcomed=False)
    told = visit("bo", "home", "quit")
    assert "Welcome, bo." in told
    assert "give the community a name" not in told
    assert "open-board" not in told
    told = village.ok("bo", "admin", "status")
    assert told == "A Folkmoot community: 2 members on 150 seats, 0 boards beside the commons.\n"
