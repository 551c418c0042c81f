"""How many guesses a password withstands: zxcvbn's lists and scoring, with bounded work. Pure.

Import this module with the first new password, because zxcvbn's lists take 0.1 s to load. Nothing
here runs when a member signs in.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from math import factorial
from typing import Any, NamedTuple

from zxcvbn import matching, scoring

from bbs import limits

_Match = Any  # zxcvbn's dict; those of repeats also have `made_of`
_Words = dict[str, dict[str, int]]

_PIECES_MAX = 3  # 10,000 ** 3 > limits.PASSWORD_GUESSES_MIN
_KINDS = ("phrases", "names", "keyboard", "words", "pieces")
_ignored = re.compile(r"[\s_.,'’-]+")
# Signs that people write instead of letters, in two readings. zxcvbn's own search tries every
# combination of its table, which takes seconds for a password full of such signs.
_READING = str.maketrans("@48({[<3691!|0$57+%2", "aabcccceggiiiossttxz")
_READINGS = (_READING, {**_READING, **str.maketrans("1|7", "lll")})
# zxcvbn knows the keyboards of English speakers.
_KEYBOARDS = {
    "qwertz": ("1234567890ß", "qwertzuiopü", "asdfghjklöä", "yxcvbnm"),
    "azerty": ("&é\"'(-è_çà", "azertyuiop", "qsdfghjklmù", "wxcvbn"),
    "йцукен": ("1234567890", "йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю"),
}
_REPEATS = (re.compile(r"(.+)\1+", re.DOTALL), re.compile(r"(.+?)\1+", re.DOTALL))


class Estimate(NamedTuple):
    """The strength of a password against an attacker who knows how people make passwords.

    Attributes:
        guesses: The number of guesses that such an attacker needs.
        made_of: The first of these that the password contains: well-known `phrases`, `names`, a
            walk over the `keyboard`, common `words` or passwords, `pieces` that repeat or count up.
            Empty if it contains none and is only too short.
    """

    guesses: int
    made_of: str


def estimate_guesses(password: str, names: Iterable[str]) -> Estimate:
    """Estimate how many guesses a password withstands; the work is bounded for every password.

    Case, compatibility forms, white space, apostrophes, hyphens, underscores, dots and commas add
    nothing, because attackers vary them. Of the rest, the first `limits.PASSWORD_JUDGED_CHARS`
    characters count.

    Args:
        password: Any text.
        names: Names that others know of its owner. Each word of a name counts, too.
    """
    text = _plain(password)[: limits.PASSWORD_JUDGED_CHARS]
    own = sorted({_plain(part) for name in names for part in (name, *name.split())} - {""})
    words: _Words = {
        "phrases": _phrases(),
        "names": {name: rank for rank, name in enumerate(own, 1)},
        **matching.RANKED_DICTIONARIES,
    }
    return find_cheapest(text, find_matches(text, words))


def _plain(text: str) -> str:
    return _ignored.sub("", unicodedata.normalize("NFKC", text).casefold())


def find_matches(text: str, words: _Words) -> list[_Match]:
    """Return every part of `text` that is easier to guess than its single characters.

    Args:
        text: At most `limits.PASSWORD_JUDGED_CHARS`: the work grows with its square.
        words: Ranked words, by the name of their list.
    """
    return [
        *matching.dictionary_match(text, words),
        *matching.reverse_dictionary_match(text, words),
        *_disguised(text, words),
        *matching.spatial_match(text, {**matching.GRAPHS, **_keyboards()}),
        *_repeats(text, words),
        *(matching.sequence_match(text) if text else ()),
        *matching.regex_match(text),
        *matching.date_match(text),
    ]


def find_cheapest(text: str, matches: list[_Match]) -> Estimate:
    """Return the cost of the cheapest way to guess `text` in pieces, by zxcvbn's formula.

    zxcvbn's own search keeps ways of every length, which takes up to 0.3 s. More than `_PIECES_MAX`
    pieces cost `limits.PASSWORD_GUESSES_MIN` by their number alone, so they are left out: an
    estimate below that limit is exact but for fractions of a guess, and every other is at least as
    high as the limit.
    """
    if not text:
        return Estimate(1, "")
    pieces = [
        (match["i"], match["j"] + 1, int(scoring.estimate_guesses(match, text)), _kind(match))
        for match in matches
    ]
    spans = [(start, end) for end in range(1, len(text) + 1) for start in range(end)]
    pieces += [(start, end, max(10 ** (end - start), 11), "") for start, end in spans]
    ways: dict[int, tuple[int, frozenset[str]]] = {0: (1, frozenset())}
    found = []
    for count in range(1, _PIECES_MAX + 1):
        longer: dict[int, tuple[int, frozenset[str]]] = {}
        for start, end, guesses, kind in pieces:
            if start in ways:
                product = ways[start][0] * guesses
                if end not in longer or product < longer[end][0]:
                    longer[end] = product, ways[start][1] | {kind}
        ways = longer
        if len(text) in ways:
            product, kinds = ways[len(text)]
            found.append((factorial(count) * product + 10_000 ** (count - 1), kinds))
    guesses, kinds = min(found, key=lambda way: way[0])
    return Estimate(guesses, next((kind for kind in _KINDS if kind in kinds), ""))


def _disguised(text: str, words: _Words) -> Iterable[_Match]:
    """Yield the words in `text` whose letters are written as signs that look alike."""
    for reading in _READINGS:
        read = text.translate(reading)
        if read != text:
            for match in matching.dictionary_match(read, words):
                if text[match["i"] : match["j"] + 1] != match["token"]:
                    yield match


def _repeats(text: str, words: _Words) -> Iterable[_Match]:
    """Yield the repeats in `text`, each with the estimate of its piece."""
    for pattern in _REPEATS:
        for found in pattern.finditer(text):
            piece = _shortest_piece(found[0])
            inside = find_cheapest(piece, find_matches(piece, words))
            yield {
                "pattern": "repeat",
                "i": found.start(),
                "j": found.end() - 1,
                "token": found[0],
                "base_guesses": inside.guesses,
                "made_of": inside.made_of,
                "repeat_count": len(found[0]) // len(piece),
            }


def _shortest_piece(text: str) -> str:
    sizes = (size for size in range(1, len(text)) if len(text) % size == 0)
    return text[: next((size for size in sizes if text.startswith(text[size:])), len(text))]


def _kind(match: _Match) -> str:
    match match["pattern"]:
        case "dictionary":
            name = match["dictionary_name"]
            return name if name in ("phrases", "names") else "words"
        case "spatial":
            return "keyboard"
        case "repeat":
            return match["made_of"] or "pieces"
        case _:
            return "pieces"


@cache
def _phrases() -> dict[str, int]:
    """Return the well-known phrases of `bbs/data/phrases.txt` with their ranks."""
    lines = (files("bbs") / "data" / "phrases.txt").read_text("utf-8").splitlines()
    phrases = (_plain(line) for line in lines if line and not line.startswith("#"))
    return {phrase: rank for rank, phrase in enumerate(dict.fromkeys(phrases), 1)}


@cache
def _keyboards() -> dict[str, dict[str, list[str | None]]]:
    """Return `_KEYBOARDS` as zxcvbn's graphs: for each key its neighbours by direction."""
    return {name: _neighbours(rows) for name, rows in _KEYBOARDS.items()}


def _neighbours(rows: tuple[str, ...]) -> dict[str, list[str | None]]:
    keys = {(row, column): key for row, line in enumerate(rows) for column, key in enumerate(line)}
    around = ((0, -1), (-1, 0), (-1, 1), (0, 1), (1, 0), (1, -1))
    return {
        key: [keys.get((row + down, column + right)) for down, right in around]
        for (row, column), key in keys.items()
    }
