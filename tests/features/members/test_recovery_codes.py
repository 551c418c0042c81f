"""Recovery codes fit on paper and are found again however somebody types them (protocol 3.6)."""

import re
from random import Random

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbs import limits
from bbs.errors import BadParams
from bbs.features.members.recovery_codes import (
    ALPHABET,
    format_recovery_code,
    normalize_recovery_code,
)
from bbs.ids import Secret

numbers = st.integers(0, 2**limits.RECOVERY_CODE_BITS - 1)
drawn_before = st.from_regex(r"\A[A-Za-z0-9_-]{43}\Z")


@given(numbers)
def test_a_code_is_written_in_groups_every_server_takes(number: int) -> None:
    """Seven groups of four unambiguous letters, and a secret of protocol 3.8 as it stands."""
    code = format_recovery_code(number)
    assert re.fullmatch(f"([{ALPHABET}]{{4}}-){{6}}[{ALPHABET}]{{4}}", code)
    assert msgspec.convert(code, Secret) == code
    assert (
        sum(ALPHABET.index(char) << 5 * n for n, char in enumerate(code[::-1].replace("-", "")))
        == number
    )


@given(numbers, st.randoms(use_true_random=False))
def test_a_code_is_found_however_it_is_typed(number: int, dice: Random) -> None:
    """Case, spacing, signs, and I, L and O for 1 and 0 do not count (protocol 3.6)."""
    code = format_recovery_code(number)
    twins = {"1": "1IiLl", "0": "0Oo"}
    typed = ""
    for char in code:
        typed += dice.choice(twins.get(char, char + char.lower()))
        typed += dice.choice(["", "", " ", "-", ".", "\u2013", "\u2212", "\t", "\n", "\u00a0"])
    assert normalize_recovery_code(typed) == code


@given(numbers, st.integers(0, 27), st.sampled_from(["", "U", "77"]))
def test_a_mistyped_code_of_groups_is_refused_here(number: int, at: int, instead: str) -> None:
    """One letter too few, too many or impossible: it never leaves the device (protocol 3.6)."""
    code = format_recovery_code(number)
    place = at + at // 4
    with pytest.raises(BadParams, match="7 groups of 4"):
        normalize_recovery_code(code[:place] + instead + code[place + 1 :])


@given(drawn_before)
def test_codes_drawn_before_stay_as_they_are(code: str) -> None:
    """A code of an earlier client is sent letter by letter; only white space is left out."""
    assert normalize_recovery_code(f"  {code[:9]} {code[9:]}\n") == code


@given(st.text(max_size=60))
def test_any_typing_is_judged(typed: str) -> None:
    """What is typed is a code in its one form, or is refused."""
    try:
        code = normalize_recovery_code(typed)
    except BadParams:
        return
    assert normalize_recovery_code(code) == code
    assert msgspec.convert(code, Secret) == code


@pytest.mark.parametrize("typed", ["", "7N2M", "u" * 28, "ß" * 14])
def test_what_can_be_no_code_is_refused(typed: str) -> None:
    """Too short or with a letter no code has: told before anything is sent."""
    with pytest.raises(BadParams, match="7 groups of 4"):
        normalize_recovery_code(typed)
