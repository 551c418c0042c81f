"""Banners: what comes out of the reader can move nobody's cursor, whatever goes in (P13)."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbs import limits
from bbs.banner import Run, read_banner
from bbs.refusals import TextRefused

PIECES = st.lists(
    st.one_of(
        st.text(max_size=8),
        st.sampled_from(
            ["\x1b[1m", "\x1b[0m", "\x1b[31;44m", "\x1b[", "\x1b]8;;x\x07", "\x9b31m", "m", ";", " ",
             "\x1b[5m", "\x1b[38;5;9m", "\n", "\r", "\t", "█", "漢", "\u202e", "\x1b[2J", "\x1b[97m"]
        ),
    ),
    max_size=12,
).map("".join)  # fmt: skip


@given(PIECES)
def test_no_input_yields_a_control(text: str) -> None:
    """Whatever is read, its runs hold no escape, no control and no direction sign, and fit."""
    try:
        rows = read_banner(text)
    except TextRefused:
        return
    assert len(rows) <= limits.BANNER_ROWS_MAX
    for row in rows:
        plain = "".join(run.text for run in row)
        # Unassigned: a picture that is newer than this interpreter's Unicode, and no control.
        drawn = (char for char in plain if char != " " and unicodedata.category(char) != "Cn")
        assert all(unicodedata.category(char)[0] not in "CZ" for char in drawn)
        assert len(plain) <= limits.BANNER_COLUMNS_MAX
        assert all(run.fore in {None, *range(16)} for run in row)
        assert all(run.back in {None, *range(16)} for run in row)


@given(st.binary(max_size=200))
def test_no_bytes_yield_a_control(raw: bytes) -> None:
    """The same for any bytes, read as terminals' old character sets are."""
    try:
        rows = read_banner(raw.decode("latin-1"))
    except TextRefused:
        return
    assert all(run.text.isprintable() for row in rows for run in row)


def test_colours_and_bold_are_read() -> None:
    """Colours by number, bold, and back to none; a look goes on over the end of a line."""
    rows = read_banner("\x1b[1;31m  Folk\x1b[94;43mmoot\nb\x1b[39mc\x1b[m.\n")
    assert rows == (
        (Run("  Folk", 1, None, True), Run("moot", 12, 3, True)),
        (Run("b", 12, 3, True), Run("c", None, 3, True), Run(".")),
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("ab\x1b[5mc", "banner, line 1: of looks only sixteen colours and bold have a place, not 5 "),
        ("a\n\x1b[2J", "banner, line 2: of escape sequences only those for colours and bold have a "),
        ("a\x1b]0;x\x07", "banner, line 1: of escape sequences only those"),
        ("\x1b[38;5;200mx", "banner, line 1: of looks only sixteen colours and bold"),
        ("\x1b[31m  a\x07", "banner, line 1: control characters have no place here (U+0007) at character 9"),
        ("a\tb", "banner, line 1: tabs have no place here (U+0009) at character 2"),
        ("a\u202eb", "banner, line 1: direction controls"),
        ("\x9b31m", "banner, line 1: control characters have no place here (U+009B)"),
        ("\x1b[1ma\xa0b", "banner, line 1: of spaces only the plain one (U+0020) has a place (U+00A0) at character 6"),
        ("\xa0", "banner, line 1: of spaces only the plain one (U+0020) has a place (U+00A0) at"),
        ("漢\u3000字", "banner, line 1: of spaces only the plain one (U+0020) has a place (U+3000)"),
        ("x" * 81, "banner, line 1: wider than 80 columns"),
        ("漢" * 41, "banner, line 1: wider than 80 columns"),
        ("\n" * 21, "banner: more than 20 lines"),
        ("x" * 9_000, "banner: longer than 8192 bytes"),
    ],
)  # fmt: skip
def test_what_is_refused_is_named(text: str, told: str) -> None:
    """The line, the character's place in it and its code point are named."""
    with pytest.raises(TextRefused) as refused:
        read_banner(text)
    assert str(refused.value).startswith(told)
