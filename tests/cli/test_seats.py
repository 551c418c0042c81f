"""`bbs seat` and `bbs admin seats`: place in line, offers, and waiting for the community (protocol 19)."""

from collections.abc import Iterator

import pytest

from tests.cli.house import House

NORM = ("--norm", "Be kind. :: It helps.")
TAKE = ("--accept-norms", "1")


@pytest.fixture(scope="session")
def nook(house: House) -> str:
    """A board of ana's with one seat, hers, for which bo waits."""
    house.ok("ana", "admin", "boards", "open", "nook", "--title", "Nook", "--seats", "1", *NORM)
    told = house.bbs("seat", "nook", *TAKE, "--profile", "bo")
    assert "You are on the waiting list for a seat on nook." in told.stdout
    assert "your place is 1 of 1" in told.stderr
    again = house.data("bo", "seat", "nook", *TAKE)
    assert (again["place"], again["waiting"]) == (1, 1)
    return "nook"


def test_a_place_an_offer_and_the_seat(house: House, nook: str) -> None:
    """Who waits reads their place, then the offer with its end, rehearses and takes it (19.2, 19.6)."""
    assert "your place is 1 of 1" in house.ok("bo", "seat", nook, "--place")
    house.ok("ana", "admin", "boards", "configure", nook, "--seats", "2")
    told = house.ok("bo", "seat", nook, "--place")
    assert "A seat on nook is offered to you until" in told
    assert "bbs seat nook takes it" in told
    assert "1 seat became free on nook in the last 30 days." in told
    found = house.data("bo", "seat", nook, "--place")
    assert (found["seat"]["state"], found["seat"]["offered_by"]) == ("offered", "queue")
    listed = house.ok("ana", "admin", "seats", "list", nook)
    assert "by the waiting list until" in listed
    rehearsed = house.data("bo", "seat", nook, *TAKE, "--dry-run")
    assert rehearsed["seat"]["state"] == "seated"
    assert house.data("bo", "seat", nook, "--place")["seat"]["state"] == "offered"
    assert "You have a seat on nook." in house.ok("bo", "seat", nook, *TAKE)
    assert "You have no seat on nook any more." in house.ok("bo", "seat", nook, "--leave", "--yes")


def test_the_desk_offers_and_takes_back(house: House, nook: str) -> None:
    """Moderators offer a free seat until a day, and take the offer back, both in the log (P8, 19.4)."""
    told = house.ok("ana", "admin", "seats", "offer", nook, "@bo")
    assert "@bo has an offer of a seat until" in told
    dry = house.data("ana", "admin", "seats", "take-back", nook, "@bo", "--dry-run")
    assert dry["seat"]["state"] == "left"
    assert "by the desk until" in house.ok("ana", "admin", "seats", "list", nook)
    house.ok("ana", "admin", "seats", "take-back", nook, "@bo")
    assert "took back the offer of a seat to" in house.ok("ana", "log", nook)
    refused = house.bbs("admin", "seats", "take-back", nook, "@bo", "--profile", "ana")
    assert refused.exit_code == 5


def test_a_place_is_shown_and_not_left_at_once(house: House, nook: str) -> None:
    """Two wishes in one call are refused with the rule (P13)."""
    refused = house.bbs("seat", nook, "--place", "--leave", "--profile", "bo")
    assert refused.exit_code != 0
    assert "--place" in refused.stderr


@pytest.fixture
def full(house: House) -> Iterator[None]:
    """The community is full for a while."""
    before = house.data("ana", "read", "commons")["board"]["seats"]
    seats = house.data("ana", "admin", "seats", "list", "commons")["seats"]
    sit = sum(seat["state"] == "seated" for seat in seats)
    house.ok("ana", "admin", "boards", "configure", "commons", "--seats", str(sit))
    yield
    house.ok("ana", "admin", "boards", "configure", "commons", "--seats", str(before))


@pytest.mark.usefixtures("full")
def test_who_waits_for_the_community_takes_their_seat(house: House) -> None:
    """A newcomer to a full community sees their place, is told of the offer, and takes it (19.7)."""
    words = ("join", house.invitation, "--handle", "nico", "--name", "Nico", *TAKE)
    joined = house.bbs(*words, "--password-file", str(house.password_file), "--profile", "nico")
    assert joined.exit_code == 0
    told = house.ok("nico", "seat", "commons", "--place")
    assert "You wait for a seat in the community: your place is" in told
    seats = house.data("nico", "seat", "commons", "--place")
    assert "ana" not in str(seats)
    inbox = house.bbs("inbox", "--profile", "nico")
    assert (inbox.exit_code, inbox.stdout) == (0, "")
    assert "you wait for a seat. bbs seat commons --place shows where you stand" in inbox.stderr
    refused = house.bbs("seat", "nook", *TAKE, "--profile", "nico")
    assert "no seat in the community yet" in refused.stderr
    taken = house.data("ana", "admin", "seats", "list", "commons")["seats"]
    # More than are missing: seats are also kept for authors of packs that other tests unpacked (31.5).
    enough = str(len(taken) + seats["place"] + 50)
    house.ok("ana", "admin", "boards", "configure", "commons", "--seats", enough)
    assert "offered to you until" in house.ok("nico", "seat", "commons", "--place")
    told = house.bbs("account", "--profile", "nico")
    assert "bbs seat commons takes it" in told.stderr
    assert "You have a seat in the community." in house.ok("nico", "seat", "commons", *TAKE)
    assert "garden" in house.ok("nico", "read")
