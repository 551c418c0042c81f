"""Seats, offers and the office of moderators in lines, against a real server (P3, P8)."""

from tests.cli.house import House
from tests.client.plain.conftest import visit


def test_an_office_is_given_and_handed_over_in_lines(house: House) -> None:
    """A handle and a number; each step is asked first, and the board's log shows it."""
    house.ok("ana", "admin", "boards", "open", "porch", "--norm", "Wipe your feet. :: It is wet.")
    house.ok("bo", "seat", "porch", "--accept-norms", "1")
    told = visit("ana", "porch", "seats", "bo", "1", "no", "seats", "bo", "1", "yes", "quit")
    assert "Seats on porch: 2 of 40 taken." in told
    assert "@ana: moderates" in told
    assert "@bo: has a seat" in told
    assert "@bo moderates porch now." in told
    told = visit("ana", "porch", "seats", "@bo", "2", "yes", "quit")
    assert "@ana: has a seat" in visit("ana", "porch", "seats", "", "quit")
    assert "moderator" in house.ok("ana", "log", "porch")


def test_without_an_office_only_the_seats_are_told(house: House) -> None:
    """Nobody is asked about what they may not do; a name that is not there is said."""
    assert "Change whose seat?" not in visit("bo", "garden", "seats", "quit")
    told = visit("ana", "garden", "seats", "nemo", "quit")
    assert "nemo has no seat here that you can change." in told


def test_a_seat_is_offered_and_more_are_made_in_lines(house: House) -> None:
    """A word and a handle offer a seat; a moderator lets in who waits by adding seats, never by name (P3)."""
    norm = ("--norm", "Wipe your feet. :: It is wet.")
    house.ok(
        "ana", "admin", "boards", "open", "stoop", "--visibility", "private", "--seats", "2", *norm
    )
    told = visit("ana", "stoop", "seats", "offer", "bo", "", "quit")
    assert "A seat on stoop waits for @bo." in told
    told = visit("bo", "boards", "quit") + visit("bo", "boards", "quit")
    assert "stoop: stoop (a seat is offered to you until" in told
    told = visit("ana", "stoop", "seats", "offer", "bo", "", "1", "", "quit")
    assert "member: @bo has an offer of a seat here already" in told
    house.ok("ana", "admin", "boards", "configure", "stoop", "--seats", "1")
    house.ok("bo", "seat", "stoop", "--accept-norms", "1")
    told = visit("ana", "stoop", "seats", "bo", "1", "1", "2", "", "quit")
    assert "Seats on stoop: 1 of 1 taken, 1 waiting." in told
    told = visit("ana", "stoop", "seats", "", "quit")
    assert "Seats on stoop: 1 of 2 taken, 1 offered." in told
    assert "@bo: has an offer of a seat until" in told
    told = visit("bo", "stoop", "seat", "yes", "quit")
    assert "A seat on stoop is offered to you until" in told
    assert "1 seat became free on stoop in the last 30 days." in told
    assert "@bo: has a seat" in visit("ana", "stoop", "seats", "", "quit")


def test_an_archived_board_says_so_before_its_norms(house: House) -> None:
    """Nobody reads norms and answers questions for a seat that is not given."""
    norm = ("--norm", "Wipe your feet. :: It is wet.")
    house.ok("ana", "admin", "boards", "open", "attic", *norm, "--questions", "Why the attic?")
    house.ok("ana", "admin", "boards", "archive", "attic", "--reason", "Nobody climbs there.")
    told = visit("bo", "seat attic", "quit")
    assert "This board is archived: you may read here, and nobody takes a seat." in told
    assert "Do you accept them?" not in told
    assert "Why the attic?" not in told


def test_a_yes_is_not_lost_behind_a_verb(house: House) -> None:
    """A verb typed where yes or no is awaited is told, and the question is asked again."""
    house.ok("ana", "admin", "boards", "open", "hayloft", "--norm", "Wipe your feet. :: It is wet.")
    told = visit("bo", "seat hayloft", "seat hayloft", "yes", "quit")
    assert "This awaits yes or no; nothing else was done." in told
    assert "You have a seat on hayloft." in told
