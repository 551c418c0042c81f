"""Kinds of characters for terminals and readers, by Unicode's own properties. Pure."""

import unicodedata
from enum import Enum
from functools import lru_cache

from bbs.patterns import LatePattern


class Kind(Enum):
    """The kind of a code point for a terminal and its reader."""

    PLAIN = 0
    MARK = 1  # stands on the character before it
    SELECTOR = 2  # the same, but shows nothing itself
    BREAK = 3
    TAB = 4
    CONTROL = 5
    SEPARATOR = 6
    OVERRIDE = 7  # can show text in another order than it is stored
    JOINER = 8
    TAG = 9
    HIDDEN = 10  # takes no part in what is seen
    FORMAT = 11  # a format character that is seen, such as the Arabic number sign
    UNKNOWN = 12  # private, or not assigned in our Unicode version
    BROKEN = 13  # no character at all


MARKS = frozenset({Kind.MARK, Kind.SELECTOR})
BASES = frozenset({Kind.PLAIN, Kind.FORMAT, Kind.UNKNOWN})
STARTS = frozenset({Kind.BREAK, Kind.TAB})

# Visible characters, no marks, in NFC beside every other: most characters that people write.
EVERYDAY = (
    r" -~\u00a1-\u00ac\u00ae-\u02ff\u0391-\u03a1\u03a3-\u03ce\u0400-\u0482\u048a-\u052f"
    r"\u05d0-\u05ea\u0621-\u064a\u2010-\u2027\u2030-\u205e\u3001-\u3029\u3041-\u3096\u309b-\u30ff"
    r"\u4e00-\u9ffc\uac00-\ud7a3\uff01-\uff5e"
)
# Default_Ignorable_Code_Point of Unicode 15 (UAX 44): stable, blocks reserved for more included.
_is_ignorable = LatePattern(
    "[\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff]"
)
_is_override = LatePattern("[\u202a-\u202e\u2066-\u2069]")
_is_tag = LatePattern("[\U000e0020-\U000e007f]")
# Vowel and final jamo stand in the cell of the syllable before them, as marks do.
_is_jamo = LatePattern("[\u1160-\u11ff\ud7b0-\ud7fb]")
# Prepended_Concatenation_Mark (UAX 44), the only format characters with a shape.
_is_format = LatePattern("[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd]")
# Pictographs of later Unicode versions: the reader's terminal may know them.
_is_pictograph = LatePattern("[\U0001f000-\U0001faff]")

# Characters drawn as text or as a picture, which joiners can join into a single picture (UTS 51).
_is_emoji = LatePattern(
    "[\xa9\xae\u203c\u2049\u2122\u2139\u2194-\u2199\u21a9\u21aa\u231a-\u23ff\u24c2\u25aa-\u25ab"
    "\u25b6\u25c0\u25fb-\u25fe\u2600-\u27bf\u2934\u2935\u2b05-\u2b07\u2b1b-\u2b55\u3030\u303d\u3297"
    "\u3299\U0001f000-\U0001faff]"
)
# Scripts whose letters are written otherwise beside a joiner: Arabic to Sinhala, Myanmar, Khmer,
# Mongolian, the Brahmic scripts of South-East Asia, Adlam.
_is_joining = LatePattern(
    "[\u0600-\u0dff\u1000-\u109f\u1780-\u18af\u1900-\u1cff\ua800-\uabff\U00010a00-\U00011fff"
    "\U0001e900-\U0001e95f]"
)
# A base and a selector that have a picture of their own (UTS 37, StandardizedVariants.txt):
# ideographs, mathematical operators, Myanmar, Phags-pa, hieroglyphs, Mongolian.
_is_variant = LatePattern(
    "[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
    "[\ufe00-\ufe02\U000e0100-\U000e01ef]"
    "|[\u2200-\u22ff\u2a00-\u2aff\u1000-\u109f\ua840-\ua87f]\ufe00"
    "|[\U00013000-\U0001345f][\ufe00-\ufe06]|[\u1820-\u18aa][\u180b-\u180d\u180f]"
)


def joins(before: str, joiner: str, after: str) -> bool:
    """Return whether a joiner between two characters changes how they are written.

    Args:
        before: The character before it; empty if there is none.
        joiner: U+200C or U+200D.
        after: The character after it; empty if there is none.
    """
    if not (before and after) or character_kind(after) is not Kind.PLAIN:
        return False
    if _is_emoji.match(after):
        return joiner == "\u200d" and (before == "\ufe0f" or _is_emoji.match(before) is not None)
    letters = unicodedata.category(before)[0] in "LM" and unicodedata.category(after)[0] == "L"
    return letters and bool(_is_joining.match(before) and _is_joining.match(after))


def selects(base: str, selector: str, after: str) -> bool:
    """Return whether an invisible mark selects another picture of the character before it.

    U+FE0E and U+FE0F do so after what can be an emoji, and within a keycap (`1`, U+FE0F, U+20E3);
    others after the characters that have variants. A base has at most a single selector.

    Args:
        base: The character before it; empty if there is none.
        selector: Any character of `Kind.SELECTOR`.
        after: The character after it; empty if there is none.
    """
    if selector in "\ufe0e\ufe0f":
        return _is_emoji.match(base) is not None or (after == "\u20e3" and base in _KEYCAPS)
    return _is_variant.match(base + selector) is not None


def is_ignorable(char: str) -> bool:
    """Return whether a character is invisible by itself (Default_Ignorable_Code_Point, UAX 44)."""
    return _is_ignorable.match(char) is not None


_KEYCAPS = frozenset("#*0123456789")
_STARTING = {"\n": Kind.BREAK, "\t": Kind.TAB}
_BY_CATEGORY = {
    "Cc": Kind.CONTROL,
    "Cs": Kind.BROKEN,
    "Zl": Kind.SEPARATOR,
    "Zp": Kind.SEPARATOR,
}


@lru_cache(maxsize=8_192)
def character_kind(char: str) -> Kind:
    """Return the kind of a code point."""
    category = unicodedata.category(char)
    code = ord(char)
    if category in _BY_CATEGORY:
        return _STARTING.get(char, _BY_CATEGORY[category])
    if code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF:
        return Kind.BROKEN
    if _is_override.match(char):
        return Kind.OVERRIDE
    if char in "\u200c\u200d":
        return Kind.JOINER
    if _is_tag.match(char):
        return Kind.TAG
    mark = category[0] == "M" or _is_jamo.match(char) is not None
    if _is_ignorable.match(char):
        return Kind.SELECTOR if mark else Kind.HIDDEN
    if mark:
        return Kind.MARK
    if category == "Cf":
        return Kind.FORMAT if _is_format.match(char) else Kind.HIDDEN
    if category == "Co" or (category == "Cn" and not _is_pictograph.match(char)):
        return Kind.UNKNOWN
    return Kind.PLAIN
