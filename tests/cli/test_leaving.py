"""Leaving a board or the community from a shell, and coming back (P9, protocol 28)."""

import json
from pathlib import Path

import pytest

from tests.cli.house import PASSWORD, House

NORM = ("--norm", "Wipe your feet. :: It is wet.")


@pytest.fixture(scope="module")
def alcove(house: House) -> str:
    """Return a thread that pia, a member, began on a board of its own."""
    house.ok("ana", "admin", "boards", "open", "alcove", "--hold-s", "0", *NORM)
    house.join("pieter", house.invitation)
    house.ok("pieter", "seat", "alcove", "--accept-norms", "1")
    return house.ok("pieter", "write", "alcove", "--title", "Moths", "-m", "moths at dusk").strip()


def test_a_dry_run_says_everything_and_changes_nothing(house: House, alcove: str) -> None:
    """How much it is, the day of erasing, and what stays whoever leaves, before anything is done."""
    told = house.bbs("leave", "alcove", "--words", "taken", "--dry-run", "--profile", "pieter")
    assert told.exit_code == 0, told.output
    assert told.stdout == ""
    assert "You wrote 1 post on alcove." in told.stderr
    assert "Your words are taken back." in told.stderr
    assert "Then the server erases these words, for good." in told.stderr
    assert "A file that somebody took away is theirs: an export, a pack, a lifeboat." in told.stderr
    assert "moths at dusk" in house.ok("bo", "read", alcove)


def test_a_board_is_left_and_come_back_to(house: House, alcove: str) -> None:
    """The words are gone for everybody at once, and all there again after coming back."""
    told = house.ok("pieter", "leave", "alcove", "--words", "taken", "--yes")
    assert "You are leaving alcove; your words are taken back. You can come back until" in told
    assert "bbs come-back alcove brings you back." in told
    assert "moths at dusk" not in house.ok("bo", "read", alcove)
    back = house.bbs("come-back", "alcove", "--dry-run", "--profile", "pieter")
    assert "Dry run: nothing was changed." in back.stderr
    assert "It would say: You are back in alcove; what you wrote is shown again." in back.stderr
    assert "You are back in alcove" in house.ok("pieter", "come-back", "alcove")
    assert "moths at dusk" in house.ok("bo", "read", alcove)


def test_a_former_member_is_called_so(house: House, alcove: str) -> None:
    """The words stay and name nobody; without a board's name the one that was left is meant."""
    house.ok("pieter", "leave", "alcove", "--words", "former", "--yes")
    told = house.ok("bo", "read", alcove)
    assert "moths at dusk" in told
    assert "a former member" in told
    assert "pieter" not in told
    assert "You are back in alcove" in house.ok("pieter", "come-back")
    assert "@pieter" in house.ok("bo", "read", alcove)


def test_the_export_is_taken_first(house: House, alcove: str, tmp_path: Path) -> None:
    """It is whole before anything is left, and a folder that is not empty leaves nothing."""
    full = tmp_path / "full"
    full.mkdir()
    (full / "letter").write_text("mine")
    words = ("leave", "alcove", "--words", "left", "--yes", "--export")
    assert house.bbs(*words, str(full), "--profile", "pieter").exit_code != 0
    assert house.bbs("come-back", "alcove", "--profile", "pieter").exit_code == 5
    house.ok("pieter", *words, str(tmp_path / "mine"))
    assert (tmp_path / "mine" / "manifest.json").exists()
    house.ok("pieter", "come-back", "alcove")


def test_a_script_names_what_it_wants(house: House, alcove: str) -> None:
    """Without a terminal the words are named; a board and the whole community are not both left."""
    asked = house.bbs("leave", "alcove", "--yes", "--profile", "pieter")
    assert asked.exit_code == 2
    assert "--words" in asked.stderr
    assert house.bbs("leave", "--profile", "pieter").exit_code == 2
    assert house.bbs("leave", "alcove", "--community", "--profile", "pieter").exit_code == 2


def test_who_left_is_told_so_and_how_to_come_back(house: House) -> None:
    """Leaving once more, or asking for a seat, names the day and the way back (P9, protocol 28)."""
    house.ok("ana", "admin", "boards", "open", "bower", "--hold-s", "0", *NORM)
    house.join("petronia", house.invitation)
    house.ok("petronia", "seat", "bower", "--accept-norms", "1")
    thread = house.ok("petronia", "write", "bower", "--title", "Ivy", "-m", "ivy on a wall").strip()
    house.ok("petronia", "leave", "bower", "--words", "taken", "--yes")
    for more in ((), ("--dry-run",), ("--words", "taken", "--yes")):
        told = house.bbs("leave", "bower", *more, "--profile", "petronia")
        assert told.exit_code == 0, told.output
        assert "You are leaving bower; your words are taken back." in told.output
        assert "bbs come-back bower brings you back." in told.output
    other = house.bbs("leave", "bower", "--words", "left", "--yes", "--profile", "petronia")
    assert "you left with another choice" in other.stderr
    seat = house.bbs("seat", "bower", "--accept-norms", "1", "--profile", "petronia")
    assert "you left this board" in seat.stderr
    assert "bbs come-back bower" in seat.stderr
    place = house.ok("petronia", "seat", "bower", "--place")
    assert "You are leaving bower" in place
    assert "no seat" not in place
    top = house.ok("petronia", "read", "bower")
    assert "bbs come-back bower brings you back" in top
    written = house.bbs("write", thread, "-m", "more", "--profile", "petronia")
    assert "you left bower: bbs come-back bower brings you back" in written.stderr
    assert "bbs seat" not in written.stderr
    house.ok("petronia", "come-back", "bower")
    assert "leaving" not in house.ok("petronia", "read", "bower")
    nothing = house.bbs("come-back", "bower", "--profile", "petronia")
    assert "you came back already, or never left" in nothing.stderr
    assert "private board" not in nothing.stderr


def test_who_wrote_nothing_is_asked_nothing(house: House) -> None:
    """No words are spoken of where there are none, whatever choice a script names (P9)."""
    house.ok("ana", "admin", "boards", "open", "woodshed", "--hold-s", "0", *NORM)
    house.join("una", house.invitation)
    house.ok("una", "seat", "woodshed", "--accept-norms", "1")
    told = house.bbs("leave", "woodshed", "--words", "taken", "--yes", "--profile", "una")
    assert told.exit_code == 0, told.output
    assert "You wrote nothing on woodshed." in told.output
    assert "our words" not in told.output
    assert "these words" not in told.output
    back = house.bbs("come-back", "woodshed", "--profile", "una")
    assert "You are back in woodshed." in back.output
    assert house.bbs("leave", "woodshed", "--yes", "--profile", "una").exit_code == 0


def test_the_sysop_is_told_what_comes_first(house: House) -> None:
    """Nobody else could run the server: it is handed over or closed before (P9)."""
    told = house.bbs("leave", "--community", "--words", "left", "--yes", "--profile", "ana")
    assert told.exit_code == 1
    assert "hand it over first" in told.stderr


def test_the_community_is_left_and_come_back_to_by_key_and_by_password(house: House) -> None:
    """Every session ends at once; the device's key or the password lets the member back for 7 days."""
    house.join("ole", house.invitation)
    house.ok("ole", "seat", "garden", "--accept-norms", "1")
    house.ok("ole", "lifeboat", "keep", "garden")
    told = house.bbs("leave", "--community", "--words", "former", "--yes", "--profile", "ole")
    assert told.exit_code == 0, told.output
    assert "bbs lifeboat make BOARD FILE" in told.stderr
    assert "You left this community" in house.bbs("lifeboat", "list", "--profile", "ole").stderr
    kept = house.bbs("lifeboat", "keep", "garden", "--profile", "ole")
    assert "the way back is open until" in kept.stderr
    assert "bbs come-back --profile ole brings you back." in told.stdout
    ended = house.bbs("read", "--profile", "ole")
    assert ended.exit_code == 4
    assert "you left this community; the way back is open until" in ended.stderr
    assert "bbs come-back" in ended.stderr
    back = house.bbs("come-back", "--profile", "ole")
    assert back.exit_code == 0, back.output
    assert back.stderr == "This device is signed in again, as @ole.\n"
    assert "garden" in house.ok("ole", "read")
    # The return is heard while the board is fetched: then all that was asked for is asked anew (33.1).
    assert "whole" in house.ok("ole", "lifeboat", "keep", "garden")
    house.ok("ole", "leave", "--community", "--words", "taken", "--yes")
    words = ("sign-in", house.url, "--handle", "ole", "--password-file", "-", "--profile", "ole")
    signed_in = house.bbs(*words, given=f"{PASSWORD}\n")
    assert signed_in.exit_code == 0, signed_in.output
    assert "You are leaving" in signed_in.stderr
    assert "bbs come-back brings you back" in signed_in.stderr
    refused = house.bbs("read", "--profile", "ole")
    assert refused.exit_code == 1
    assert "you have left the community" in refused.stderr
    done = json.loads(house.ok("ole", "come-back", "--json"))
    assert done["leaving"]["state"] == "back"
