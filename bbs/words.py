"""The words of a text for searching, cut alike on the server, on devices and in queries. Pure.

A text becomes a sequence of tokens without case, accents and punctuation. Chinese, Japanese and
Korean run on without spaces, so a run of their signs becomes as many tokens as it has signs: each
sign with the one after it, and the last one alone. Some signs out of a run are then tokens side by
side, and any single sign begins a token. Thai, Lao, Khmer and Burmese are cut at spaces only.

What no terminal shows, such as direction marks and joiners, is no part of a word. Tokens contain no
ASCII but small letters and digits, so that an index may cut them apart at spaces without more rules.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from operator import add
from typing import NamedTuple

from bbs.characters import EVERYDAY, is_ignorable
from bbs.patterns import LatePattern

CUTTING = f"1/{unicodedata.unidata_version}"
"""The version of the rule and that of Unicode: under another, `cut` may make other tokens of a text.

An index gives up a text only for the tokens it was given, so it notes by which version they were cut.
"""

PREFIX_LETTERS_MIN = 2  # of the beginning of a word that stands for all that begin with it

# Hangul, signs that repeat or lengthen, number signs, kana, Bopomofo, ideographs.
_SIGN = (
    "[\u1100-\u11ff\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3038-\u303c\u3041-\u3096\u309d-\u309f"
    "\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f\u3131-\u318e\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\ua960-\ua97c\uac00-\ud7a3\ud7b0-\ud7fb\uf900-\ufaff\U0001aff0-\U0001b167"
    "\U00020000-\U0003ffff]"
)
_runs = LatePattern(f"{_SIGN}+")
_pieces = LatePattern(f"{_SIGN}+|[^ {_SIGN[1:]}+")
_is_sign = LatePattern(_SIGN)
# Letters of Hangul and the voice marks of narrow kana.
_is_composing = LatePattern("[\u1160-\u11ff\u3131-\u318e\ud7b0-\ud7fb\uff9e-\uffdc]")
# No character of these changes what another one becomes, so each is looked up by itself.
_is_everyday = LatePattern(f"[{EVERYDAY}\n\t]*")
# Letters by category, used as apostrophes and stress marks: they divide as ' does.
_is_apostrophe = LatePattern("[\u02b9-\u02c1\u02c6-\u02d1\u02ec\u02ee]")

# What Unicode neither takes apart nor names after another letter.
_OTHERS = {
    "æ": "ae",  # so ǽ as well, which Unicode takes apart into æ and its mark
    "œ": "oe",
    "þ": "th",
    "ð": "d",  # as they write it who lack the key
    "ŋ": "n",
    "ĸ": "k",
    "ı": "i",  # the three other Turkish letters, I, İ and i, become i by case and marks
    "ȷ": "j",
    "ё": "е",  # most print leaves the dots out
    "ى": "ي",  # for ي at the end of a word, in Egypt
    "ی": "ي",  # on Persian and Urdu keyboards
    "ک": "ك",
    "ة": "ه",  # the dots are left out as well
    "ـ": "",  # only makes the line longer
    "װ": "וו",
    "ױ": "וי",
    "ײ": "יי",
}


class Wanted(NamedTuple):
    """What a text must contain, or must not contain: tokens side by side.

    Attributes:
        tokens: In their order; never empty.
        prefix: Whether the last one may also be the beginning of a longer one.
    """

    tokens: tuple[str, ...]
    prefix: bool = False


def cut(text: str) -> str:
    """Return the words of a text: tokens in their order, with a space between them.

    Texts that differ in case, accents, punctuation or Unicode's normal form only give the same.
    """
    if not text.isascii():
        text = fold(text)
    words = b" ".join(text.encode().translate(_ASCII).split()).decode()
    return words if words.isascii() else _runs.sub(_overlapping, words)


def wanted(text: str, *, prefix: bool = False) -> Wanted | None:
    """Return what is looked for by a word or phrase as typed; None if nothing in it is a word.

    Args:
        text: A word, or the words of a phrase.
        prefix: Whether the last word is only the beginning of one. Signs at the end of a Chinese,
            Japanese or Korean text are always looked for within longer runs.
    """
    tokens = cut(text).split()
    if not tokens:
        return None
    if _is_sign.match(tokens[-1]):
        if len(tokens) > 1 and len(tokens[-2]) > 1 and _is_sign.match(tokens[-2]):
            return Wanted(tuple(tokens[:-1]))  # the last sign is in the token before as well
        prefix = True
    return Wanted(tuple(tokens), prefix)


def begins_words(text: str) -> bool:
    """Return whether the last word of a text is long enough to stand for all that begin with it."""
    last = cut(text).rpartition(" ")[2]
    return len(last) >= PREFIX_LETTERS_MIN or _is_sign.match(last) is not None


def matches(what: Wanted, words: str) -> bool:
    """Return whether a text contains what is wanted, by its words as `cut` returns them."""
    return pattern(what) in f" {words} "


def pattern(what: Wanted) -> str:
    """Return what a text's words contain if they match, when a space stands before and after them."""
    return f" {' '.join(what.tokens)}" if what.prefix else f" {' '.join(what.tokens)} "


def places(text: str, sought: Iterable[Wanted]) -> list[tuple[int, int]]:
    """Return where a text says what is wanted: begin and end of each place, in the order of begins.

    Places may overlap. Of a word whose beginning is wanted, only that is one.
    """
    words = cut(text)
    there = [what for what in sought if matches(what, words)]
    if not there:
        return []
    folded, origins = _fold_by_parts(text)
    tokens = list(_tokens(folded))
    found = []
    for index, (begin, _) in enumerate(tokens):
        for what in there:
            stretch = [folded[slice(*span)] for span in tokens[index : index + len(what.tokens)]]
            if matches(what, " ".join(stretch)):
                last, _ = tokens[index + len(stretch) - 1]
                end = last + len(what.tokens[-1])
                found.append((origins[begin][0], origins[end - 1][1]))
    return found


def _tokens(folded: str) -> Iterator[tuple[int, int]]:
    """Yield begin and end of each token in a folded text."""
    for piece in _pieces.finditer(folded):
        begin, end = piece.span()
        if _is_sign.match(piece[0]):
            yield from ((at, min(at + 2, end)) for at in range(begin, end))
        else:
            yield begin, end


def _fold_by_parts(text: str) -> tuple[str, list[tuple[int, int]]]:
    """Return a folded text, and for each of its characters begin and end of what it was made of."""
    begins = [at for at, char in enumerate(text) if not (at and _stands_on(char))]
    folded, origins = [], []
    for begin, end in pairwise([*begins, len(text)]):
        part = fold(text[begin:end])
        folded.append(part)
        origins += [(begin, end)] * len(part)
    return "".join(folded), origins


def _stands_on(char: str) -> bool:
    """Return whether a character may become one with the character before it."""
    if _is_everyday.fullmatch(char):
        return False
    is_mark = unicodedata.category(char)[0] == "M" or is_ignorable(char)
    return is_mark or _is_composing.match(char) is not None


def fold(text: str) -> str:
    """Return a text in letters and digits without case and accents, and spaces for all else.

    Idempotent. Marks that other scripts spell with, such as the vowels of Devanagari, stay, and so
    do letters that Unicode names after no other letter: `й` is none of the forms of `и`.
    """
    if not _is_everyday.fullmatch(text):
        return _fold(text)
    # A text has few characters that fold into another.
    for char in set(text):
        if (becomes := _FOLDED[ord(char)]) != char:
            text = text.replace(char, becomes)
    return text


def _fold(text: str) -> str:
    shown = text.translate(_SHOWN)
    # Without case some letters are taken apart again.
    caseless = _compatible(_compatible(shown).casefold())
    # Without a mark, what stood beside it may compose.
    return _compatible(caseless.translate(_BARE))


def _compatible(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _overlapping(run: re.Match[str]) -> str:
    signs = run[0]
    pairs = " ".join([*map(add, signs, signs[1:]), signs[-1]])
    text, (start, end) = run.string, run.span()
    before = " " if start and text[start - 1] != " " else ""
    return f"{before}{pairs}{' ' if text[end : end + 1] not in ('', ' ') else ''}"


def _shown(char: str) -> str:
    """Return a character before normalizing; a symbol such as ™ that is letters is a word alone."""
    if char == "\u200b":
        return " "  # shows nothing, and is written between words
    if is_ignorable(char):
        return ""
    category = unicodedata.category(char)
    if category in ("Cn", "Co", "Cs"):
        return " "
    if category[0] == "S" and any(
        part.isalnum() and not _is_sign.match(part) for part in _compatible(char)
    ):
        return f" {char} "
    return char


def _bare(char: str) -> str:
    """Return a character of a caseless text without what tells it from its letter or digit."""
    if char in _OTHERS:
        return _OTHERS[char]
    category = unicodedata.category(char)
    if category[0] == "M":
        return char if _spells(char, category) else ""
    if category == "Nd":
        return str(unicodedata.decimal(char))
    if category[0] not in "LN" or _is_apostrophe.match(char):
        return " "
    name = unicodedata.name(char, "")
    base, has_mark, _ = name.partition(" WITH ")
    if has_mark:
        parts = unicodedata.normalize("NFD", char)
        if len(parts) > 1:
            return "".join(map(_bare, parts))
    elif name.startswith("HEBREW LETTER FINAL "):
        base = name.replace("FINAL ", "")
    else:
        return char
    try:
        return _bare(unicodedata.lookup(base))
    except KeyError:
        return char


def _spells(mark: str, category: str) -> bool:
    """Return whether words are spelled with a mark, not only accented, pointed or encircled.

    By the classes of Unicode: 0 and 9 have the vowels and the virama of Indic scripts, those from 84
    to 132 vowels and tones from Telugu to Tibetan. The others are overlays, the nukta, which is
    often left out, Hebrew and Arabic points, and accents.
    """
    return category != "Me" and (unicodedata.combining(mark) in (0, 9, *range(84, 133)))


class _Table(dict[int, str]):
    """What characters become; each is computed when it occurs for the first time."""

    def __init__(self, rule: Callable[[str], str]) -> None:
        self._rule = rule

    def __missing__(self, code: int) -> str:
        self[code] = becomes = self._rule(chr(code))
        return becomes


_SHOWN = _Table(_shown)
_BARE = _Table(_bare)
_FOLDED = _Table(_fold)
# The same for the bytes of UTF-8, where those of other letters stay.
_ASCII = bytes(
    code if code > 127 else ord(chr(code).lower() if chr(code).isalnum() else " ")
    for code in range(256)
)
