"""Boards that end and journals in lines, against a real server (protocol 19.14, 19.17)."""

from datetime import UTC, datetime, timedelta

from tests.cli.house import House
from tests.client.plain.conftest import visit

NORM = ("--norm", "Say where. :: Climates differ.")


def test_a_board_says_when_it_ends(house: House) -> None:
    """The head of a board says its last day; the verb says what there is to renew."""
    day = f"{datetime.now(UTC) + timedelta(days=90):%Y-%m-%d}"
    house.ok("ana", "admin", "boards", "open", "regatta", *NORM, "--until", day)
    told = visit("bo", "regatta", "renew", "renew garden", "quit")
    assert told.count(f"This board ends on {day}.") == 2
    assert "has no end, so there is nothing to renew." in told


def test_a_journal_says_what_it_is(house: House) -> None:
    """Whoever reads it is told before they write that its writer writes."""
    house.ok("ana", "admin", "boards", "open", "logbook", *NORM, "--kind", "journal")
    house.ok("bo", "seat", "logbook", "--accept-norms", "1")
    told = visit("bo", "logbook", "post Mine", "quit")
    assert "A journal: one member writes, and the others read." in told
    assert "This is another member's journal: you read it, and its writer writes." in told


def test_an_end_is_set_in_the_form(house: House) -> None:
    """The last lines of the form of a board are its end and what happens then."""
    house.ok("ana", "admin", "boards", "open", "atelier", *NORM)
    told = visit("ana", "configure atelier", "", "quit")
    assert "ends" in told
    assert "at its end" in told
