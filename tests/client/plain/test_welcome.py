"""The welcome of a newcomer in lines, against a real server."""

from tests.cli.house import House
from tests.client.plain.conftest import visit


def test_a_newcomer_is_welcomed_once_and_may_ask_again(house: House) -> None:
    """However they joined: what comes first has its verb, what was done says so, once."""
    house.join("wil", house.invitation, is_welcomed=False)
    told = visit(
        "wil", "seat garden", "yes", "new-thread garden Hello", "Good evening.", ".", "quit"
    )
    for line in (
        "Welcome, wil. @ana invited you and is your host.",
        "Ask them anything: @ana in a post or a line calls them, letter ana asks them for a letter.",
        "When you joined you accepted the norms that hold everywhere, version 1."
        " norms commons shows them with their reasons.",
        "  1. Speak to people as if they sat in the room with you.",
        "  1. take a seat on a board: boards, then seat BOARD",
        "Nothing from before today counts as unread.",
    ):
        assert line in told.splitlines()
    told = visit("wil", "welcome", "who hidden", "home", "quit")
    assert told.count("Welcome, wil.") == 1
    assert "  1. done: take a seat on a board: boards, then seat BOARD" in told
    assert "  2. done: say hello, or only read: both are fine" in told
    assert "First steps:" in told
    assert "First steps:" not in visit("wil", "home", "quit")


def test_others_are_not_welcomed(house: House) -> None:
    """Who joined on another device reads on at once, and so does who founded the community."""
    house.join("xia", house.invitation)
    secret = ("--password-file", str(house.password_file), "--profile", "xias-other")
    result = house.bbs("sign-in", house.url, "--handle", "xia", *secret)
    assert result.exit_code == 0, result.output
    assert "Welcome" not in visit("ana", "quit")
    told = visit("xias-other", "quit")
    assert "Welcome" not in told
    assert "First steps" not in told


def test_who_waits_is_welcomed_with_their_place_in_line(house: House) -> None:
    """A full community says so at the first visit, and where in line the newcomer stands (P3)."""
    before = house.data("ana", "read", "commons")["board"]["seats"]
    seats = house.data("ana", "admin", "seats", "list", "commons")["seats"]
    sit = sum(seat["state"] == "seated" for seat in seats)
    house.ok("ana", "admin", "boards", "configure", "commons", "--seats", str(sit))
    house.join("yan", house.invitation, is_welcomed=False)
    told = visit("yan", "quit")
    house.ok("ana", "admin", "boards", "configure", "commons", "--seats", str(before))
    assert "Welcome, yan." in told
    assert "has no seat for you yet. You wait for a seat in the community: your place is" in told
