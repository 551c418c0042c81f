"""`bbs admin proposals`: what waits for others, and a word to it (protocol 14)."""

import json

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
    assert "this waits, because posts would end sooner" in waits.stderr
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
    command = shorter(house, "larder")
    assert house.bbs(*command, "--profile", "ana").exit_code == WAITS
    assert house.ok("ana", "admin", "proposals", "withdraw", "larder", "1") == "withdrawn\n"
    nothing = house.bbs("admin", "proposals", "list", "larder", "--profile", "bo")
    assert "Nothing waits" in nothing.output
    unasked = house.bbs("admin", "proposals", "second", "larder", "1", "--profile", "bo")
    assert unasked.exit_code == 2
    missing = house.bbs("admin", "proposals", "withdraw", "larder", "9", "--profile", "ana")
    assert missing.exit_code == 5
