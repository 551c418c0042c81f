"""Addresses of letters: what the screen shows for a letter is what finds it (protocol 20)."""

import random
import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bbs import address
from bbs.errors import BadParams
from bbs.letter_address import (
    OTHERS_MAX,
    Correspondence,
    LetterAddress,
    LetterPostAddress,
    find_meant,
    letter_of,
    others_in,
    parse_any,
    parse_letter,
    people_to_ask,
)

handles = st.from_regex(address.NAME_PATTERN, fullmatch=True)
groups = st.lists(handles, min_size=1, max_size=OTHERS_MAX, unique=True)
whiches = st.integers(0, 9999)
letters = st.builds(
    lambda people, which: LetterAddress(letter_of(people).handles, which), groups, whiches
)
addresses = st.one_of(letters, st.builds(LetterPostAddress, letters, st.integers(1, 2**53 - 1)))


@given(addresses)
def test_addresses_of_letters_round_trip(named: LetterAddress | LetterPostAddress) -> None:
    """What the screen shows for a letter, or for a post in one, is what finds it."""
    assert parse_letter(str(named)) == named
    assert parse_any(str(named)) == named


@given(groups, handles, st.randoms())
def test_order_and_the_own_handle_make_no_difference(
    others: list[str], own: str, chance: random.Random
) -> None:
    """Whoever types the people of a letter in any order, with or without themselves, finds it."""
    others = [one for one in others if one != own] or [f"{own[:20]}-x"]
    typed = [*others, own]
    chance.shuffle(typed)
    named = parse_letter(f"~{'+'.join(typed)}")
    assert isinstance(named, LetterAddress)
    assert others_in(named, own) == others_in(letter_of(others), own) == tuple(sorted(others))


@given(st.one_of(st.text(max_size=40), st.text("~ab+/@:1-_", max_size=12)))
@example("~ana/03")
@example("~ana+ben\n")
@example("~ana/9007199254740992")
def test_any_text_is_an_address_of_a_letter_or_refused_with_a_rule(text: str) -> None:
    """A text either names a letter, in a spelling that names the same, or is refused (P13)."""
    try:
        named = parse_letter(text)
    except BadParams:
        return
    assert parse_letter(str(named)) == named


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("~", "~ana+ben"),
        ("~ana+", "~ana+ben"),
        ("~Ana", "small letters"),
        ("~ana/0", "~ana/3"),
        ("~ana/3/1", "~ana/3"),
        ("~ana/lounge", "~ana/3"),
        ("~" + "+".join(f"m{one}" for one in range(10, 19)), "1 to 7 others"),
        ("~" + "a" * 400, "1 to 7 others"),
    ],
)
def test_what_names_no_letter_is_refused_with_the_right_form(text: str, hint: str) -> None:
    """One sentence says what a letter's address looks like."""
    with pytest.raises(BadParams, match=hint.replace("+", r"\+")):
        parse_letter(text)


def test_a_letter_to_oneself_is_refused() -> None:
    """Nobody else is in it, and the sentence says so."""
    with pytest.raises(BadParams, match="to yourself"):
        others_in(letter_of(["ana"]), "ana")


def test_eight_others_are_one_too_many() -> None:
    """Eight handles are right only if one of them is the member's own."""
    eight = letter_of([f"m{one}" for one in range(10, 18)])
    assert len(others_in(eight, "m10")) == OTHERS_MAX
    with pytest.raises(BadParams, match="1 to 7 others"):
        others_in(eight, "ana")


def letters_with(*asked: int) -> list[Correspondence]:
    """Return letters with fay, of which so many people each were asked, the first one first."""
    begun = datetime(2026, 11, 3, tzinfo=UTC)
    return [
        Correspondence(f"id{day}", ("fay",), count, begun + timedelta(days=day))
        for day, count in enumerate(asked)
    ]


def test_an_address_that_fits_several_letters_is_refused_with_all_of_them() -> None:
    """None is picked silently; the sentence says how each is named, and that name finds it."""
    known = letters_with(2, 1)
    said = re.escape("~fay fits 2 of your letters; say which: ~fay:1 of 2026-11-03; ~fay:2 of 2026")
    with pytest.raises(BadParams, match=said):
        find_meant(letter_of(["fay"]), "ana", known)
    with pytest.raises(BadParams, match="of 2026-11-04, “The comb”"):
        find_meant(letter_of(["fay"]), "ana", known, {"id0": "", "id1": "The comb"}.__getitem__)
    assert find_meant(letter_of(["@ana", "fay:1"]), "ana", known) == "id0"
    named = parse_letter("~fay:2/3")
    assert isinstance(named, LetterPostAddress)
    assert find_meant(named.letter, "ana", known) == "id1"
    assert find_meant(letter_of(["fay:3"]), "ana", known) is None


def test_who_reads_finds_the_letter_of_exactly_these_people() -> None:
    """Before one that others have left or may enter; of two such letters the reader says which."""
    assert find_meant(letter_of(["fay"]), "ana", letters_with(2, 1), to_read=True) == "id1"
    assert find_meant(letter_of(["fay"]), "ana", letters_with(2), to_read=True) == "id0"
    with pytest.raises(BadParams, match="fits 2 of your letters"):
        find_meant(letter_of(["fay"]), "ana", letters_with(1, 1), to_read=True)


def test_a_number_of_a_letter_is_a_number() -> None:
    """Anything else after the colon is refused with an example, and any for a letter that begins."""
    with pytest.raises(BadParams, match="no number yet"):
        people_to_ask(["fay:2"], "ana")
    with pytest.raises(BadParams, match="a handle is"):
        people_to_ask([], "ana")
    for text in ("~fay:", "~fay:0", "~fay:x", "~fay:2:1"):
        with pytest.raises(BadParams, match="~fay:2"):
            parse_letter(text)
