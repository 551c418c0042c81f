"""Recovery codes: how they are written on paper, and how typed codes are read. Pure."""

import re
import unicodedata

from bbs import limits
from bbs.errors import BadParams

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base32, without I, L, O and U, which people misread on paper."""

_SYMBOLS = limits.RECOVERY_CODE_BITS // 5
_GROUP = 4
_READ_AS = str.maketrans("IiLlOo", "111100")
_SPACING = re.compile(r"\s+")
_DRAWN_BEFORE = re.compile(r"[A-Za-z0-9_-]{32,128}\Z")
_DRAWN_BEFORE_CHARS = 43
_IN_GROUPS = re.compile(r"[A-Za-z0-9]{1,6}(-[A-Za-z0-9]{1,6}){5,}\Z")


def format_recovery_code(number: int) -> str:
    """Return a number as a recovery code: groups of four letters and digits.

    With its hyphens it has the 34 characters that every server takes for a secret (protocol 3.8).

    Args:
        number: Random, below 2 to the power of `limits.RECOVERY_CODE_BITS`.
    """
    symbols = [ALPHABET[number >> shift & 31] for shift in range(0, 5 * _SYMBOLS, 5)]
    return _grouped("".join(reversed(symbols)))


def normalize_recovery_code(typed: str) -> str:
    """Return a recovery code in its stored form from a typed text (protocol 3.6). Idempotent.

    White space never counts. In a code of groups, case and punctuation do not count either, I and L
    are read as 1 and O as 0. A text in base64url, the form of earlier codes, stays as it is, unless
    it looks like a mistyped code of groups.

    Raises:
        BadParams: If the text has neither form. The error does not contain the text, which may
            still be a secret.
    """
    written = "".join("-" if _is_dash(char) else char for char in _SPACING.sub("", typed))
    letters = "".join(char for char in written if not _is_sign(char)).translate(_READ_AS)
    symbols = letters.upper()
    if letters.isascii() and len(symbols) == _SYMBOLS and set(symbols) <= set(ALPHABET):
        return _grouped(symbols)
    # A mistyped code of groups must not be sent: it would count as a wrong code (protocol 2.9).
    mistyped = _IN_GROUPS.match(written) and len(written) != _DRAWN_BEFORE_CHARS
    if _DRAWN_BEFORE.match(written) and not mistyped:
        return written
    groups = _SYMBOLS // _GROUP
    rule = f"a recovery code has {groups} groups of {_GROUP} letters and digits, without U"
    raise BadParams("code", f"{rule}: compare it with your paper")


def _is_dash(char: str) -> bool:
    return unicodedata.category(char) == "Pd" or char == "\N{MINUS SIGN}"


def _is_sign(char: str) -> bool:
    return unicodedata.category(char)[0] in "PS" or unicodedata.category(char) == "Cf"


def _grouped(symbols: str) -> str:
    return "-".join(symbols[at : at + _GROUP] for at in range(0, len(symbols), _GROUP))
