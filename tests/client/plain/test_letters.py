"""Letters in lines: listed, asked for, answered, written and quoted by their people (protocol 20)."""

from tests.cli.house import House
from tests.cli.test_letters import until_asked
from tests.client.plain.conftest import visit


def test_a_letter_lives_in_lines(house: House) -> None:
    """Ask, accept, read, answer with a quotation, give a title, report and block: all without a screen."""
    told = visit("ana", "letters", "new", "bo", "", "letters", "", "quit")
    assert "No words go along" in told
    assert "Asked: ~bo. The letter opens with the first yes" in told
    assert "1. you asked ~bo (until" in told
    until_asked(house, "bo", "asks you")
    told = visit("bo", "inbox", "letters", "accept 1", "reply The first words.", "quit")
    assert "@ana asks you for a letter (say letters)." in told
    assert "~ana>" in told
    told = visit("ana", "letter bo", "quote ~bo/1", "I quote you.", ".", "letter bo", "quit")
    assert "~bo/1  @bo" in told
    assert "> ~bo/1" in told
    assert "no title" not in told
    body = house.data("bo", "letter", "ana")["posts"][1]["body"]
    assert "~" not in body  # stored by the post's id: handles change
    told = visit("bo", "~ana", "tend", "1", "The comb", "", "letters", "", "quit")
    assert "The letter has another title." in told
    assert "1. ~ana, The comb" in told
    told = visit("bo", "~ana", "report", "", "1", "", "quit")
    assert "the other will guess who reported" in told
    assert "Reported. Nobody else learns who reported it" in told
    assert "1 case waits for your desk" in visit("ana", "desk", "quit")
    (case,) = house.data("ana", "admin", "cases", "list")["cases"]
    assert case["is_letter"]
    assert house.data("bo", "admin", "cases", "list")["cases"] == []
    told = visit("bo", "block @ana", "yes", "block", "", "quit")
    assert "@ana is blocked, for you alone." in told
    assert "letter bo" not in visit("ana", "boards", "quit")
    # Who stays after the others left addresses the letter by their own handle.
    house.ok("bo", "letter", "ana", "--leave", "left", "--yes")
    told = visit(
        "ana", "letters", "", "~ana", "letter ana", "letters", "leave 1", "2", "yes", "quit"
    )
    assert "1. ~ana, The comb" in told
    assert "~ana/1  @bo" in told
    assert "no reader" not in told
    assert "You have left the letter ~ana." in told


def test_what_names_no_letter_is_said_in_a_sentence(house: House) -> None:
    """A letter to oneself, and one that is not there: one sentence each."""
    assert "a letter to yourself has no reader" in visit("ana", "letter ana", "quit").lower()
    assert "there is no such letter" in visit("ana", "~nobody", "quit")


def test_the_page_of_a_member_says_how_to_write_to_them(house: House) -> None:
    """Of others, not of oneself."""
    assert "letter bo opens a letter with them, or asks for one." in visit("ana", "@bo", "quit")
    assert "opens a letter" not in visit("ana", "@ana", "quit")
