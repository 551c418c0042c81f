"""`bbs account away|profile`, `bbs who @ana` and the tree of invitations, against a real server."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.cli.house import House

BACK = f"{datetime.now(UTC) + timedelta(days=20):%Y-%m-%d}"


def test_an_away_line_is_set_shown_and_cleared(house: House) -> None:
    """It stands beside the name with its end, on stdout and in JSON; a dry run sets nothing (P12)."""
    rehearsed = house.ok("bo", "account", "away", "At sea.", "--until", BACK, "--dry-run")
    assert "At sea" not in rehearsed
    assert house.ok("bo", "account", "away").strip() == "You are not marked as away."
    said = house.ok("bo", "account", "away", "At sea.", "--until", BACK).strip()
    assert said.startswith("away until ")
    assert said.endswith(": At sea.")
    assert house.data("bo", "account", "away")["away"] == "At sea."
    assert said in house.ok("bo", "account")
    page = house.ok("ana", "who", "@bo")
    assert f"away until {house.data('bo', 'account', 'away')['away_until'][:10]}" in page
    assert house.ok("bo", "account", "away", "--clear").strip() == "You are not marked as away."
    assert "At sea" not in house.ok("ana", "who", "@bo")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("Gone.",), "an away line has an end: bbs account away LINE --until DAY"),
        (
            ("Gone.", "--until", "2020-01-01"),
            "--until: this is past; name the day on which you are back",
        ),
        (("Gone.", "--until", "2099-01-01"), "an away line ends by itself within 180 days"),
        (("Gone.", "--until", "tomorrow"), "write a day, as in 2027-03-01, or a moment with its"),
        (("Gone.", "--until", "2027-03-01T12:00"), "a moment with its zone"),
        (("Gone.", "--until", "2027-02-30"), "the calendar has no such day"),
        (("Gone.", "--until", "9999-12-31"), "write a moment between"),
        (("Gone." * 40, "--until", BACK), "line: longer than 120 characters: it has 200"),
        (("Gone.", "--clear"), "--clear takes no line and no --until"),
        (("--until", BACK), "an away line has an end"),
    ],
)
def test_bad_input_is_one_sentence(house: House, words: tuple[str, ...], says: str) -> None:
    """Past, too far, no day, no zone, too long: what is wrong, in a line on standard error (P12)."""
    refused = house.bbs("account", "away", *words, "--profile", "bo")
    assert refused.exit_code != 0
    assert says in refused.stderr
    assert not refused.stdout


def test_a_profile_is_written_read_and_erased(house: House) -> None:
    """Paragraphs come back as they were typed; another member reads them; clearing erases them (P10)."""
    text = "I grow leeks.\n\nAsk me about compost."
    house.ok("bo", "account", "profile", "-m", "Rehearsed.", "--dry-run")
    assert house.data("bo", "account", "profile")["text"] is None
    house.ok("bo", "account", "profile", "-m", text)
    assert house.data("bo", "account", "profile")["text"] == text
    assert house.ok("ana", "who", "@bo").endswith(f"\n\n{text}\n")
    assert house.ok("bo", "account").endswith(f"\n\n{text}\n")
    assert house.data("ana", "who", "@bo")["profile"] == text
    long = house.bbs("account", "profile", "-m", "x" * 1001, "--profile", "bo")
    assert "longer than 1000 characters: it has 1001" in long.stderr
    for nothing in ("", " \n"):
        empty = house.bbs("account", "profile", "-m", nothing, "--profile", "bo")
        assert empty.exit_code == 2
        assert "this text is empty: --clear erases your profile" in empty.stderr
    both = house.bbs("account", "profile", "-m", "x", "--clear", "--profile", "bo")
    assert "only one of them" in both.stderr
    house.ok("bo", "account", "profile", "--clear")
    assert house.data("ana", "who", "@bo")["profile"] is None


def test_options_of_the_account_come_after_the_word(house: House) -> None:
    """A profile named before the word would be another one than meant: it is refused (P12)."""
    refused = house.bbs("account", "--profile", "bo", "away")
    assert "options come after the word: bbs account away" in refused.stderr


def test_the_tree_shows_who_invited_whom(house: House) -> None:
    """Guests stand below who invited them, as every member may know (P1)."""
    listed = house.data("bo", "admin", "invitations", "tree")["members"]
    by_handle = {each["handle"]: each for each in listed}
    assert by_handle["ana"]["depth"] == 0
    assert by_handle["bo"]["depth"] == 1
    assert by_handle["bo"]["invited_by"] == by_handle["ana"]["member"]
    assert "\n  @bo" in house.ok("bo", "admin", "invitations", "tree")


def test_a_member_lists_and_revokes_their_own(house: House) -> None:
    """The state is in words and in JSON; the host's duty is told beside the link (P3)."""
    made = house.bbs("admin", "invitations", "make", "--note", "for Cy", "--profile", "bo")
    assert "You are their host for 60 days" in made.stderr
    (mine,) = house.data("bo", "admin", "invitations", "list")["invitations"]
    assert (mine["state"], mine["note"], mine["by"]) == ("open", "for Cy", "@bo")
    house.ok("bo", "admin", "invitations", "revoke", mine["id"][:8])
    (mine,) = house.data("bo", "admin", "invitations", "list")["invitations"]
    assert mine["state"] == "revoked"
    assert "revoked" in house.ok("bo", "admin", "invitations", "list")


def test_a_profile_is_edited_in_the_own_editor(house: House, tmp_path: Path) -> None:
    """--edit begins with what stands and sends what was saved; an editor that saves nothing changes nothing."""
    house.ok("bo", "account", "profile", "-m", "Leeks.")
    editor = tmp_path / "editor"
    editor.write_text(
        '#!/bin/sh\nprintf "%s\\n\\nFigs." "$(cat "$1")" > "$1.new" && mv "$1.new" "$1"\n'
    )
    editor.chmod(0o700)
    shown = house.bbs("account", "profile", "--edit", "--profile", "bo", VISUAL=str(editor))
    assert shown.stdout == "Leeks.\n\nFigs.\n"
    assert house.data("ana", "who", "@bo")["profile"] == "Leeks.\n\nFigs."
    unsaved = house.bbs("account", "profile", "--edit", "--profile", "bo", VISUAL="true")
    assert "your profile is as it was" in unsaved.stderr
    broken = house.bbs("account", "profile", "--edit", "--profile", "bo", VISUAL="/no/such")
    assert broken.exit_code == 2
    house.ok("bo", "account", "profile", "--clear")
