"""Addresses of letters: what the screen shows for a letter is what finds it (protocol 20)."""

import random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bbs import address
from bbs.errors import BadParams
from bbs.letter_address import (
    OTHERS_MAX,
    LetterAddress,
    LetterPostAddress,
    letter_of,
    others_in,
    parse_any,
    parse_letter,
)

handles = st.from_regex(address.NAME_PATTERN, fullmatch=True)
groups = st.lists(handles, min_size=1, max_size=OTHERS_MAX, unique=True)
letters = st.builds(letter_of, groups)
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


@given(st.one_of(st.text(max_size=40), st.text("~ab+/@1-_", max_size=12)))
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
