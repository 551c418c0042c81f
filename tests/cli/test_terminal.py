"""The command line with a person at it: questions, live chat, following; on a real pty."""

import json

import pytest

from tests.cli.house import PASSWORD, House
from tests.cli.terminal import terminal


def test_joining_asks_for_what_it_needs(house: House) -> None:
    """Norms are shown and accepted, mistakes are asked again, the password never appears (P5)."""
    with terminal(house.home, "join", house.invitation, "--no-connect", "--profile", "olga") as bbs:
        bbs.expect("Do you accept them?")
        bbs.type("")
        bbs.expect("Nothing was done")
        bbs.end()
    with terminal(house.home, "join", house.invitation, "--no-connect", "--profile", "olga") as bbs:
        assert "Why:" in bbs.expect("Do you accept them?")
        bbs.type("y")
        bbs.expect("Handle, for ever")
        bbs.type("Olga!")
        bbs.expect("Handle, for ever")
        bbs.type("ana")
        bbs.expect("Display name [ana]")
        bbs.type("Olga")
        bbs.expect("Password:")
        bbs.type("short")
        bbs.expect("Password:")
        bbs.type(PASSWORD)
        bbs.expect("The same password again:")
        bbs.type("something else entirely")
        bbs.expect("not the same")
        bbs.expect("Password:")
        bbs.type(PASSWORD)
        bbs.expect("The same password again:")
        bbs.type(PASSWORD)
        bbs.expect("taken")
        bbs.expect("Handle, for ever")
        bbs.type("olga")
        bbs.expect("Recovery codes")
        assert bbs.end() == 0
        assert PASSWORD not in bbs.shown
    assert house.data("olga", "account")["member"]["name"] == "Olga"


def test_declining_the_norms_joins_nothing(house: House) -> None:
    """Who does not accept the norms is no member, and the command exits 130 (P5)."""
    with terminal(house.home, "join", house.invitation, "--profile", "declining") as bbs:
        bbs.expect("Do you accept them?")
        bbs.type("n")
        assert bbs.end() == 130
    assert not (house.home / "config" / "profiles" / "declining.json").exists()


def test_chat_in_a_terminal_is_live(house: House) -> None:
    """What others say appears while one types; one's own lines do not come twice; Ctrl-D leaves."""
    with terminal(house.home, "chat", "garden", "--profile", "ana") as bbs:
        bbs.expect("You are in garden/lounge")
        house.ok("bo", "chat", "garden", "-m", "is it freezing")
        bbs.expect("@bo: is it freezing")
        bbs.type("both of us")
        bbs.expect("both of us")
        house.ok("bo", "chat", "garden", "-m", "good night")
        assert "@ana" not in bbs.expect("@bo: good night")
        bbs.press(b"\x04")
        assert bbs.end() == 0
    lines = house.data("bo", "read", "garden/lounge")["lines"]
    assert "both of us" in [line["body"] for line in lines[-2:]]


def test_following_prints_events_until_interrupted(house: House) -> None:
    """`bbs read --follow --jsonl` hands over events of the place as the wire has them; 130 ends."""
    address = house.ok("ana", "write", "garden", "--title", "Followed", "-m", "one").strip()
    other = house.ok("ana", "write", "garden", "--title", "Elsewhere", "-m", "one").strip()
    with terminal(house.home, "read", address, "--follow", "--jsonl", "--profile", "bo") as bbs:
        bbs.expect('"body":"one"')
        bbs.expect("Following")
        house.ok("ana", "write", other, "-m", "not here")
        house.ok("ana", "write", address, "-m", "two")
        bbs.expect('"stream"')
        bbs.expect("\n")
        line = next(each for each in bbs.shown.splitlines() if '"stream"' in each)
        event = json.loads(line)
        assert event["kind"] == "threads.posted"
        assert event["data"]["post"]["body"] == "two"
        bbs.press(b"\x03")
        assert bbs.end() == 130
        assert "Traceback" not in bbs.shown
        assert "not here" not in bbs.shown


def test_following_without_json_tells_a_sentence(house: House) -> None:
    """For people, an event is a sentence with an address."""
    with terminal(house.home, "read", "garden/lounge", "--follow", "--profile", "bo") as bbs:
        bbs.expect("Following")
        house.ok("ana", "chat", "garden", "-m", "told in words")
        bbs.expect("[garden/lounge]")
        bbs.expect("@ana: told in words")
        bbs.press(b"\x03")
        assert bbs.end() == 130


@pytest.mark.parametrize("form", [(), ("--jsonl",)])
def test_following_everything_tells_a_change_of_settings_once(
    house: House, form: tuple[str, ...]
) -> None:
    """The board's stream and the commons' both carry it; who listens to both is told once (protocol 7.2)."""
    with terminal(house.home, "read", "--follow", *form, "--profile", "bo") as bbs:
        bbs.expect("Following")
        house.ok(
            "ana",
            "admin",
            "boards",
            "configure",
            "garden",
            "--lounge-hours",
            "201" if form else "200",
        )
        house.ok("ana", "chat", "garden", "-m", "afterwards")
        bbs.expect("afterwards")
        told = '"kind":"boards.configured"' if form else "changed garden: lounge: 72 hours"
        assert bbs.shown.count(told) == 1
        bbs.press(b"\x03")
        assert bbs.end() == 130


def test_interrupting_a_question_exits_130(house: House) -> None:
    """Ctrl-C at a question changes nothing and exits 130."""
    with terminal(house.home, "forget-device", "--profile", "bo") as bbs:
        bbs.expect("Delete everything")
        # A signal between the question and the reading of its answer is seen with the next key.
        bbs.press(b"\x03\r")
        assert bbs.end() == 130
    house.ok("bo", "read")


def test_giving_up_a_seat_asks_and_says_who_moderates_then(house: House) -> None:
    """A moderator hears what leaving means before it happens; a no changes nothing (P8)."""
    house.ok("ana", "admin", "boards", "appoint", "garden", "bo")
    with terminal(house.home, "seat", "garden", "--leave", "--profile", "ana") as bbs:
        bbs.expect("@bo will moderate it")
        bbs.expect("Give up your seat on garden?")
        bbs.type("n")
        assert bbs.end() == 130
    assert "already" in house.ok("ana", "seat", "garden")
    house.ok("bo", "admin", "boards", "appoint", "garden", "bo", "--end")


def test_ending_the_session_one_uses_asks(house: House) -> None:
    """Signing oneself out by `bbs devices --end` is asked first; a no changes nothing."""
    sessions = house.data("bo", "devices")["sessions"]
    own = next(each["id"] for each in sessions if each.get("current"))
    with terminal(house.home, "devices", "--end", own[:8], "--profile", "bo") as bbs:
        bbs.expect("sign out here?")
        bbs.type("n")
        assert bbs.end() == 130
    house.ok("bo", "read")
