"""What members say of themselves in lines, against a real server."""

from datetime import UTC, datetime, timedelta

from tests.cli.house import House
from tests.client.plain.conftest import visit

BACK = f"{datetime.now(UTC) + timedelta(days=20):%Y-%m-%d}"


def test_an_away_line_is_set_in_a_line_and_taken_back(house: House) -> None:
    """`away DAY words` asks for confirmation of both; others read it on the member's page (P2)."""
    told = visit("bo", f"away {BACK} Walking.", "", "member @bo", "quit")
    assert "All members see it beside your name" in told
    assert "away until" in told
    assert "Walking." in visit("ana", "member @bo", "quit")
    assert "You are not marked as away." in visit("bo", "away clear", "quit")
    assert "Walking." not in visit("ana", "member @bo", "quit")


def test_a_day_that_is_past_is_refused_in_a_sentence(house: House) -> None:
    """The server's rule is told, and what was typed can be changed."""
    told = visit("bo", "away 2020-01-01 Walking.", "", "cancel", "quit")
    assert "this is past; name the day on which you are back" in told


def test_a_profile_is_written_line_by_line_and_erased(house: House) -> None:
    """Each typed line is one of the text; another member reads it; `profile clear` erases it (P10)."""
    visit("bo", "profile", "1", "I grow leeks.", "And figs.", "", "", "quit")
    page = visit("ana", "member @bo", "quit")
    assert "I grow leeks.\nAnd figs." in page
    assert "Invited by @ana" in page
    assert "Your profile is erased." in visit("bo", "profile clear", "quit")
    assert "leeks" not in visit("ana", "member @bo", "quit")


def test_a_profile_is_neither_cut_nor_mended_silently(house: House) -> None:
    """Too long: told by how much, and asked again; control characters that go are counted (P12, P13)."""
    form = ("1", "I grow leeks." * 80, "", "")
    told = visit("bo", "profile", *form, "1", "I grow \x1b[1mfigs.", "", "", "quit")
    assert "profile: too long by 40 characters; 1,000 fit." in told
    assert "The text was mended (controls 1)." in told
    assert "I grow [1mfigs." in visit("ana", "member @bo", "quit")
    visit("bo", "profile clear", "quit")


def test_words_after_the_verb_begin_the_form_and_others_are_told(house: House) -> None:
    """`profile words` fills the form; words where a number is awaited are not lost without a word."""
    told = visit("bo", "profile I grow beans.", "I grow leeks.", "", "quit")
    assert "This awaits the number of a line to change (1 to 1), Enter to save, or cancel" in told
    assert "I grow beans." in visit("ana", "member @bo", "quit")
    visit("bo", "profile clear", "quit")


def test_an_invitation_is_revoked_in_lines(house: House) -> None:
    """Members see their invitations numbered, and revoke each after a question (P8)."""
    visit("bo", "invite", "", "quit")
    told = visit("bo", "invitations", "1", "y", "", "quit")
    assert "for 1 person, until" in told
    assert "Revoked: nobody can join by it any more." in told
    listed = house.data("bo", "admin", "invitations", "list")["invitations"]
    assert [each["state"] for each in listed][:1] == ["revoked"]
