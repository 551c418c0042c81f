"""Words are reported from the command line, and the reporter reads what became of it (protocol 22.1)."""

import json
from typing import Any

from tests.cli.house import House


def _written(house: House) -> str:
    house.ok("bo", "write", "garden", "--title", "Sidelong", "-m", "Sidelong words.")
    return str(house.data("bo", "read", "garden")["threads"][0]["address"]) + "/1"


def _reports(house: House, who: str, address: str) -> list[dict[str, Any]]:
    """Return somebody's reports of words: in this house others report, too."""
    reports = house.data(who, "reports")["reports"]
    return [row for row in reports if row["address"] == address]


def test_a_report_and_what_became_of_it(house: House) -> None:
    """A dry run reports nothing; a report is sent once, and its reporter alone reads of it."""
    address = _written(house)
    words = ("report", address, "--norm", "1", "-m", "Look at this.", "--name", "@bo")
    tried = house.bbs(*words, "--dry-run", "--profile", "ana")
    assert tried.exit_code == 0
    assert not _reports(house, "ana", address)
    assert "Nobody else learns who reported it" in house.ok("ana", *words)
    shown = house.ok("ana", "reports")
    assert f"{address}  " in shown
    assert "The moderators have it." in shown
    assert "You: Look at this." in shown
    (row,) = _reports(house, "ana", address)
    assert (row["norm"], row["state"]) == (1, "open")
    assert not _reports(house, "bo", address)
    again = house.bbs(*words, "--profile", "ana")
    assert again.exit_code == 6
    assert "you reported these words already" in again.stderr


def test_refusals_are_sentences(house: House) -> None:
    """The own words, no such clause, nobody of that name, and what takes no report."""
    address = _written(house)
    thread = address.rpartition("/")[0]
    for who, words, says in (
        ("bo", (address, "--norm", "1"), "your own; withdraw them instead"),
        ("ana", (address, "--norm", "19"), "has no such clause"),
        ("ana", (address, "--norm", "1", "--name", "nobody-here"), "has the handle @nobody-here"),
        ("ana", (thread, "--norm", "1"), "name a post or a line"),
        ("bo", ("garden/lounge/1", "--norm", "1", "--office"), ""),
    ):
        refused = house.bbs("report", *words, "--profile", who)
        assert refused.exit_code != 0
        assert says in refused.stderr, refused.stderr


def test_a_moderator_opens_a_case(house: House) -> None:
    """In office nobody is the reporter: the moderator has the case."""
    address = _written(house)
    shown = house.ok("ana", "report", address, "--norm", "1", "--office")
    assert "you have it" in shown
    listed = json.loads(house.ok("ana", "reports", "--json"))
    assert address not in [row["address"] for row in listed["reports"]]


def test_the_desk_lists_reports_and_never_who_sent_them(house: House) -> None:
    """`bbs admin reports` has case, clause and time; words only where they are asked for (rule 22.1)."""
    address = _written(house)
    house.ok("ana", "report", address, "--norm", "1", "-m", "Sidelong indeed.", "--name", "@bo")
    house.join("rue", house.invitation)
    house.ok("rue", "seat", "garden", "--accept-norms", "1")
    tried = house.bbs("admin", "reports", "garden", "--profile", "rue")
    assert (tried.exit_code, tried.stdout) == (0, "")
    house.ok("ana", "admin", "boards", "open", "purslane", "--norm", "Be kind. :: It helps.")
    for handle in ("bo", "rue"):
        house.ok(handle, "seat", "purslane", "--accept-norms", "1")
    house.ok("bo", "chat", "purslane", "-m", "Sour line.")
    [line] = house.data("rue", "read", "purslane/lounge")["lines"]
    house.ok("rue", "report", line["address"], "--norm", "1", "-m", "Sourly said.")
    told = house.ok("ana", "admin", "reports", "purslane")
    assert "purslane/case/1" in told
    assert "Sourly said." not in told
    assert "Sourly said." in house.ok("ana", "admin", "reports", "purslane", "--words")
    (row,) = house.data("ana", "admin", "reports", "purslane", "--words")["reports"]
    assert (row["address"], row["by"], row["norm"]) == ("purslane/case/1", None, 1)
    assert row["text"] == "Sourly said."
    assert "rue" not in json.dumps(row)
    house.ok("bo", "chat", line["address"], "--withdraw", "--dry-run")
    assert "taken back" in house.ok("bo", "chat", line["address"], "--withdraw")
    assert "Sour line." not in house.ok("rue", "read", "purslane/lounge")
