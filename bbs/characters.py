"""What each code point is to a terminal and its reader, after Unicode's own properties. Pure."""

import re
import unicodedata
from enum import Enum
from functools import lru_cache


class Kind(Enum):
    """What a code point is to a terminal and its reader."""

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

# Visible, printable, no marks, in NFC whatever stands beside them: most of what people write.
EVERYDAY = (
    r" -~\u00a1-\u00ac\u00ae-\u02ff\u0391-\u03a1\u03a3-\u03ce\u0400-\u0482\u048a-\u052f"
    r"\u05d0-\u05ea\u0621-\u064a\u2010-\u2027\u2030-\u205e\u3001-\u3029\u3041-\u3096\u309b-\u30ff"
    r"\u4e00-\u9ffc\uac00-\ud7a3\uff01-\uff5e"
)
# Default_Ignorable_Code_Point of Unicode 15 (UAX 44): stable, blocks reserved for more included.
_is_ignorable = re.compile(
    "[\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff]"
).match
_is_override = re.compile("[\u202a-\u202e\u2066-\u2069]").match
_is_tag = re.compile("[\U000e0020-\U000e007f]").match
# Vowel and final jamo stand in the cell of the syllable before them, as marks do.
_is_jamo = re.compile("[\u1160-\u11ff\ud7b0-\ud7fb]").match
# Prepended_Concatenation_Mark (UAX 44), the only format characters with a shape.
_is_format = re.compile("[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd]").match
# Pictographs of later Unicode versions: the reader's terminal may know what ours does not.
_is_pictograph = re.compile("[\U0001f000-\U0001faff]").match


def is_ignorable(char: str) -> bool:
    """Return whether a character shows nothing by itself (Default_Ignorable_Code_Point, UAX 44)."""
    return _is_ignorable(char) is not None


_STARTING = {"\n": Kind.BREAK, "\t": Kind.TAB}
_BY_CATEGORY = {
    "Cc": Kind.CONTROL,
    "Cs": Kind.BROKEN,
    "Zl": Kind.SEPARATOR,
    "Zp": Kind.SEPARATOR,
}


@lru_cache(maxsize=8_192)
def kind_of(char: str) -> Kind:
    """Return what a code point is."""
    category = unicodedata.category(char)
    code = ord(char)
    if category in _BY_CATEGORY:
        return _STARTING.get(char, _BY_CATEGORY[category])
    if code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF:
        return Kind.BROKEN
    if _is_override(char):
        return Kind.OVERRIDE
    if char in "\u200c\u200d":
        return Kind.JOINER
    if _is_tag(char):
        return Kind.TAG
    mark = category[0] == "M" or _is_jamo(char) is not None
    if _is_ignorable(char):
        return Kind.SELECTOR if mark else Kind.HIDDEN
    if mark:
        return Kind.MARK
    if category == "Cf":
        return Kind.FORMAT if _is_format(char) else Kind.HIDDEN
    if category == "Co" or (category == "Cn" and not _is_pictograph(char)):
        return Kind.UNKNOWN
    return Kind.PLAIN
