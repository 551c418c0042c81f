"""Seats and the office of moderators in lines, against a real server (P8)."""

from tests.cli.house import House
from tests.client.plain.conftest import visit


def test_an_office_is_given_and_handed_over_in_lines(house: House) -> None:
    """A handle and a number; each step is asked first, and the board's log shows it."""
    house.ok("ana", "admin", "boards", "open", "porch", "--norm", "Wipe your feet. :: It is wet.")
    house.ok("bo", "seat", "porch", "--accept-norms", "1")
    told = visit("ana", "porch", "seats", "bo", "1", "no", "seats", "bo", "1", "yes", "quit")
    assert "Seats on porch: 2 of 40 taken." in told
    assert "@ana: moderator" in told
    assert "@bo: seated" in told
    assert "porch: @bo moderator." in told
    told = visit("ana", "porch", "seats", "@bo", "2", "yes", "quit")
    assert "@ana: seated" in visit("ana", "porch", "seats", "", "quit")
    assert "moderator" in house.ok("ana", "log", "porch")


def test_without_an_office_only_the_seats_are_told(house: House) -> None:
    """Nobody is asked about what they may not do; a name that is not there is said."""
    assert "Change whose office?" not in visit("bo", "garden", "seats", "quit")
    told = visit("ana", "garden", "seats", "nemo", "quit")
    assert "nemo has no office to change here." in told
