"""Texts that look alike: skeletons and scripts by Unicode's security rules (UTS 39).

`tests/tools/make_confusables.py` makes the tables in `bbs/data/` from Unicode's own files; they are
read when first needed. They hold the characters that a name can hold; any other character is its
own prototype.
"""

import unicodedata
from bisect import bisect_right
from functools import cache
from importlib.resources import files

from bbs.characters import is_ignorable

_CJK = (
    frozenset({"Latin", "Han", "Hiragana", "Katakana"}),
    frozenset({"Latin", "Han", "Bopomofo"}),
    frozenset({"Latin", "Han", "Hangul"}),
)


def skeleton(text: str) -> str:
    """Return the skeleton of `text`: two texts with the same skeleton look alike.

    UTS 39 clause 4, with compatibility decomposition instead of canonical, so that full-width and
    other styled letters need no entries of their own. Case is kept; see
    `bbs.features.members.rules.name_keys` for what must be unique. Pure, idempotent.

    Args:
        text: Any text; meant for names.

    Returns:
        A text for comparing, never for showing. Empty if `text` has no visible character.
    """
    table = _prototypes()
    plain = unicodedata.normalize("NFKD", text)
    mapped = "".join(table.get(char, char) for char in plain if not is_ignorable(char))
    return unicodedata.normalize("NFKD", mapped)


def scripts(text: str) -> frozenset[str]:
    """Return the scripts `text` is written in, as Unicode spells them (`Latin`, `Han`).

    Digits, punctuation, marks and other characters that many scripts share count for none.
    """
    starts, lasts, names = _script_ranges()
    found = set()
    for char in text:
        at = bisect_right(starts, ord(char)) - 1
        if at >= 0 and ord(char) <= lasts[at]:
            found.add(names[at])
    return frozenset(found)


def is_highly_restrictive(text: str) -> bool:
    """Return whether `text` uses a single script and a single set of digits.

    UTS 39 clause 5.2, level "highly restrictive": the ways Japanese, Chinese and Korean are written
    together with Latin count as a single script. Clause 5.3: no mixing of decimal digits.
    """
    used = scripts(text)
    zeros = {ord(char) - unicodedata.decimal(char) for char in text if char.isdecimal()}
    return len(zeros) <= 1 and (len(used) <= 1 or any(used <= together for together in _CJK))


@cache
def _prototypes() -> dict[str, str]:
    """Return the prototype of every character that has another as its prototype."""
    table: dict[str, str] = {}
    for target, sources in _rows("confusables.txt"):
        prototype = "".join(chr(int(code, 16)) for code in target.split("+"))
        table.update((chr(int(code, 16)), prototype) for code in sources.split())
    return table


@cache
def _script_ranges() -> tuple[list[int], list[int], list[str]]:
    """Return first and last code points and script names of all ranges, in order."""
    ranges = []
    for script, spans in _rows("scripts.txt"):
        for span in spans.split():
            first, last = span.split("-")
            ranges.append((int(first, 16), int(last, 16), script))
    firsts, lasts, scripts = zip(*sorted(ranges), strict=True)
    return list(firsts), list(lasts), list(scripts)


def _rows(name: str) -> list[tuple[str, str]]:
    """Return key and value of every line of a data file."""
    source = (files("bbs") / "data" / name).read_text(encoding="utf-8")
    rows = [line.partition(": ") for line in source.splitlines() if not line.startswith("#")]
    return [(key, value) for key, _, value in rows]
