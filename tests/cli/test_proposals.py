"""`bbs admin proposals`: what waits for others, and a word to it (protocol 14)."""

import json
from base64 import urlsafe_b64encode

import pytest
from msgspec.structs import replace

from bbs.profiles import load_profile, save_profile
from bbs.sdk.credentials import make_key
from tests.cli.house import House

WAITS = 7


def shorter(house: House, slug: str) -> tuple[str, ...]:
    """Let ana and bo sit on a new board; return the command by which its posts end after a day."""
    house.ok("ana", "admin", "boards", "open", slug, "--norm", "Shut the door. :: It rains.")
    house.ok("bo", "seat", slug, "--accept-norms", "1")
    return "admin", "boards", "configure", slug, "--retention-days", "1"


def word(house: House, who: str, *words: str) -> str:
    """Say something to what waits, with the password from a file."""
    password = ("--password-file", str(house.password_file))
    return house.ok(who, "admin", "proposals", *words, *password)


def test_what_waits_says_so_and_is_listed(house: House) -> None:
    """The command that waits ends with a code of its own; everybody sees who wants what, until when."""
    command = shorter(house, "hall")
    dry = house.bbs(*command, "--dry-run", "--profile", "ana", "--json")
    assert dry.exit_code == WAITS
    facts = json.loads(dry.stderr)["error"]
    assert (facts["code"], facts["way"], facts["proposal"]) == ("proposals.waits", "delay", None)
    assert house.data("bo", "admin", "proposals", "list", "hall")["proposals"] == []
    waits = house.bbs(*command, "--profile", "ana")
    assert waits.exit_code == WAITS
    assert "this command waits, because posts would end sooner" in waits.stderr
    told = house.ok("bo", "admin", "proposals", "list", "hall")
    assert told.splitlines()[0] == "hall 1  @ana wants to change hall: retention: kept, now 1 day"
    assert "unless members object (0 of 1 objection); you may object" in told
    [row] = house.data("bo", "admin", "proposals", "list", "hall")["proposals"]
    assert (row["method"], row["way"]) == ("boards.configure", "delay")


def test_an_objection_ends_it_and_says_why(house: House) -> None:
    """Where two sit, the other one's objection is enough; the reason is shown to everybody."""
    command = shorter(house, "attic")
    assert house.bbs(*command, "--profile", "ana").exit_code == WAITS
    guest = house.bbs(
        *("admin", "proposals", "second", "attic", "1", "--profile", "bo"),
        *("--password-file", str(house.password_file)),
    )
    assert guest.exit_code == 1
    assert "its mover invited you" in guest.stderr
    assert word(house, "bo", "object", "attic", "1", "--reason", "I like it") == (
        "members objected\n"
    )
    told = house.ok("ana", "admin", "proposals", "list", "--ended")
    assert "@bo objects: I like it" in told
    again = house.bbs(*command, "--profile", "ana")
    assert again.exit_code == 6
    assert "can be moved again from" in again.stderr


def test_the_mover_takes_it_back(house: House) -> None:
    """Then nothing waits; without a terminal the password comes from a file or a pipe."""
    command = shorter(house, "scullery")
    assert house.bbs(*command, "--profile", "ana").exit_code == WAITS
    assert house.ok("ana", "admin", "proposals", "withdraw", "scullery", "1") == "withdrawn\n"
    nothing = house.bbs("admin", "proposals", "list", "scullery", "--profile", "bo")
    assert "Nothing waits" in nothing.output
    missing = house.bbs("admin", "proposals", "withdraw", "scullery", "9", "--profile", "ana")
    assert missing.exit_code == 5


def test_the_key_of_the_device_proves_it(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a password the profile's key signs; without a key the command asks for the password (protocol 15.6)."""
    monkeypatch.setenv("BBS_HOME", str(house.home))
    command = shorter(house, "coldroom")
    assert house.bbs(*command, "--profile", "ana").exit_code == WAITS
    bo = load_profile("bo")
    save_profile(replace(bo, name="bo-without", key_private=None))
    objection = ("admin", "proposals", "object", "coldroom", "1", "--reason", "I like it")
    unasked = house.bbs(*objection, "--profile", "bo-without")
    assert unasked.exit_code == 2
    assert "give --password-file" in unasked.stderr
    assert house.ok("bo", *objection) == "members objected\n"


def test_a_key_that_is_known_no_more_leaves_the_password(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is said that the key does not count; the password does (protocol 15.6)."""
    monkeypatch.setenv("BBS_HOME", str(house.home))
    command = shorter(house, "pantry")
    assert house.bbs(*command, "--profile", "ana").exit_code == WAITS
    bo, other = load_profile("bo"), make_key()[0]
    stranger = urlsafe_b64encode(other).rstrip(b"=").decode()
    save_profile(replace(bo, name="bo-other-key", key_private=stranger))
    objection = ("admin", "proposals", "object", "pantry", "1", "--reason", "I like it")
    refused = house.bbs(*objection, "--profile", "bo-other-key")
    assert refused.exit_code == 2
    assert "does not know this device's key any more" in refused.stderr
    assert word(house, "bo", *objection[2:]) == "members objected\n"
