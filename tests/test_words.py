"""The words of texts for searching: cut alike whatever keyboard wrote them (protocol 9)."""

import re
import sqlite3
import unicodedata
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbs.characters import EVERYDAY
from bbs.words import Wanted, cut, fold, matches, places, wanted

pytestmark = pytest.mark.timeout(600)  # looked for deeply, it takes minutes

SIGNS = "東京都に入門書のカーがガ々〇한국어ㄅ𠀀𫝀"
CHOSEN = (
    f"aAzZ09 _-'\"*.:\n\tÀéßſﬁÆœøŁðıİŉŋŻёЁйЙїΣσςΐᾳأىיםך٣２Ａ①²½™㍿ªºᄀ\u1161\u11a8ㅏㄱ{SIGNS}"
    "\u0301\u0308\u0306\u0323\u0338\u093c\u094d\u0915\u093f\u0e33\u0e48\u3099\uff9e\u20e3\u0345\u05b8"
    "\u0654\u0640\xad\u034f\u200b\u200c\u200d\u200e\u200f\u2067\u2069\ufe0f\U000e0101\ud800\ue000"
)
chars = st.one_of(st.sampled_from(CHOSEN), st.characters(codec=None, exclude_categories=[]))
texts = st.text(chars, max_size=30)
everyday = st.text(
    st.sampled_from([char for char in map(chr, range(0x10000)) if re.match(f"[{EVERYDAY}]", char)]),
    max_size=20,
)
runs = st.text(st.sampled_from(SIGNS), min_size=1, max_size=8)


@pytest.fixture(scope="module")
def engine() -> Iterator[sqlite3.Connection]:
    """SQLite's search index, which cuts our tokens at spaces and knows nothing more."""
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE t USING fts5(words, tokenize = 'ascii')")
    yield connection
    connection.close()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Hello, World! node.js snake_case C++", "hello world node js snake case c"),
        ("Straße Łódź øre đồng ħ ŧ ŋ", "strasse lodz ore dong h t n"),
        ("Þór æon ǽ œuvre ð", "thor aeon ae oeuvre d"),
        ("Iı İi", "ii ii"),
        ("Ёлка и мой, мои; їжа ў", "елка и мой мои їжа ў"),
        ("Σίσυφος ΣΊΣΥΦΟΣ", "σισυφοσ σισυφοσ"),
        ("شَدَّة أحمد إلى مـــدرسة", "شده احمد الي مدرسه"),
        ("שָׁלוֹם", "שלומ"),
        ("हिन्दी क़लम", "हिन्दी कलम"),
        ("٢٠٢٦ ２０２６", "2026 2026"),
        ("Folkmoot™ №5 m² ﬁne", "folkmoot tm no 5 m2 fine"),
        ("Python入門と", "python 入門 門と と"),
        ("東京都", "東京 京都 都"),
        ("ｶﾞｰ", "ガー ー"),
        ("かガ", "かガ ガ"),
        ("한국어를", "한국 국어 어를 를"),
        ("𠀀𠀁", "𠀀𠀁 𠀁"),
        ("ab\u200fc so\xadft می\u200cروم 1\ufe0f\u20e3 a\u200bb", "abc soft ميروم 1 a b"),
        ("\u2067שלום\u2069", "שלומ"),
        ("don't don’t donʼt", "don t don t don t"),
        ("… — 👍 \ue000", ""),
    ],
)
def test_words_are_cut_as_people_look_for_them(text: str, words: str) -> None:
    """Case, accents and invisible signs do not count; a run of Chinese, Japanese or Korean overlaps."""
    assert cut(text) == words


@given(texts)
def test_tokens_are_letters_and_digits(text: str) -> None:
    """No token holds what an index might cut at, and there is a space between them and no more."""
    words = cut(text)
    assert words == " ".join(words.split())
    assert all(char in "abcdefghijklmnopqrstuvwxyz0123456789 " for char in words if char.isascii())
    words.encode()


@given(texts)
def test_what_is_folded_stays(text: str) -> None:
    """A word that was folded is found by itself."""
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize("plane", [0, 1, 14])
def test_every_character_folds_for_good(plane: int) -> None:
    """So is any single character, also of those that no generator draws often."""
    for char in map(chr, range(plane << 16, plane + 1 << 16)):
        folded = fold(char)
        assert fold(folded) == folded


@given(texts)
def test_variants_of_a_text_are_cut_alike(text: str) -> None:
    """Neither case nor the form in which a keyboard composes its letters hides a text."""
    words = cut(text)
    for form in ("NFC", "NFD"):
        assert cut(unicodedata.normalize(form, text)) == words
    assert cut(text.casefold()) == words


@given(everyday)
def test_the_quick_way_cuts_as_the_thorough_one(text: str) -> None:
    """Everyday characters are folded alone; what stands beside them makes no difference."""
    assert cut(text) == cut(f"{text} \u0915\u094d").removesuffix("\u0915\u094d").rstrip()


@given(texts, texts)
def test_a_text_finds_itself(text: str, around: str) -> None:
    """Every word of a text, and every phrase of it, finds the text (protocol 9.3)."""
    words = text.split()
    for first in range(len(words)):
        for last in range(first + 1, len(words) + 1):
            looked = wanted(" ".join(words[first:last]))
            assert looked is None or matches(looked, cut(f"{around} {text} {around}"))


@given(runs, st.data(), st.sampled_from(["", "go", " ", "。", "\n"]))
def test_any_part_of_a_run_is_found(run: str, data: st.DataObject, around: str) -> None:
    """One sign or some of a Chinese, Japanese or Korean text find it (protocol 9.3)."""
    first = data.draw(st.integers(0, len(run) - 1))
    last = data.draw(st.integers(first + 1, len(run)))
    looked = wanted(run[first:last])
    assert looked is not None
    assert matches(looked, cut(f"{around}{run}{around}"))


@given(
    st.text(st.sampled_from("東京都"), max_size=6),
    st.text(st.sampled_from("東京都"), min_size=1, max_size=3),
)
def test_only_what_is_there_is_found(run: str, part: str) -> None:
    """Of a run, exactly the signs beside one another are found."""
    looked = wanted(part)
    assert looked is not None
    assert matches(looked, cut(run)) is (part in run)


@given(texts, st.one_of(texts, runs), st.booleans())
def test_the_engine_finds_what_the_rule_finds(
    engine: sqlite3.Connection, text: str, typed: str, prefix: bool
) -> None:
    """SQLite's index and `matches` give the same answer to any query."""
    looked = wanted(typed, prefix=prefix)
    if looked is None:
        return
    for words in (cut(text), cut(f"{text} {typed}x {text}"), cut(f"{text}{typed}")):
        engine.execute("DELETE FROM t")
        engine.execute("INSERT INTO t VALUES (?)", (words,))
        asked = f'"{" ".join(looked.tokens)}"{"*" if looked.prefix else ""}'
        found = engine.execute("SELECT count(*) FROM t WHERE t MATCH ?", (asked,)).fetchone()
        assert found == (int(matches(looked, words)),)


@pytest.mark.parametrize(
    ("typed", "prefix", "what"),
    [
        ("Node.js", False, Wanted(("node", "js"))),
        ("frö", True, Wanted(("fro",), prefix=True)),
        ("京", False, Wanted(("京",), prefix=True)),
        ("東京都", False, Wanted(("東京", "京都"))),
        ("東京", True, Wanted(("東京",))),
        ("京 Python", False, Wanted(("京", "python"))),
        ("Python入", False, Wanted(("python", "入"), prefix=True)),
        ("入門 門", False, Wanted(("入門", "門", "門"), prefix=True)),
        ("*", False, None),
    ],
)
def test_what_a_term_looks_for(typed: str, prefix: bool, what: Wanted | None) -> None:
    """Words side by side; a beginning where it was asked for, and where a run may go on."""
    assert wanted(typed, prefix=prefix) == what


@pytest.mark.parametrize(
    ("text", "typed", "marked"),
    [
        ("Frost, frosty: FROST.", "frost", ["Frost", "FROST"]),
        ("Frost, frosty", "fro*", ["Fro", "fro"]),
        ("In Łódź", "lodz", ["Łódź"]),
        ("Cafe\u0301s, cafe\u0301", "café", ["cafe\u0301"]),
        ("Straße", "strass*", ["Straß"]),
        ("cold-frame and Cold Frame", "cold frame", ["cold-frame", "Cold Frame"]),
        ("見東京都", "東京", ["東京"]),
        ("東京 京 見京", "京", ["京", "京", "京"]),
        ("Python入門と", "Python入", ["Python入"]),
        ("ｶﾞｷﾞ", "ギ", ["ｷﾞ"]),
        ("so\xadft", "soft", ["so\xadft"]),
        ("nothing", "else", []),
    ],
)
def test_what_is_found_is_marked(text: str, typed: str, marked: list[str]) -> None:
    """A place is the text that was looked for, as it is written."""
    what = wanted(typed, prefix=typed.endswith("*"))
    assert what is not None
    assert [text[begin:end] for begin, end in places(text, [what])] == marked


@given(texts, st.lists(st.one_of(texts, runs), max_size=3), st.booleans())
def test_all_that_matches_has_its_places(text: str, typed: list[str], prefix: bool) -> None:
    """Where a text matches it shows why, and where it does not it shows nothing."""
    text = " ".join([text, *typed, text])
    for what in filter(None, (wanted(each, prefix=prefix) for each in [*typed, "a"])):
        shown = places(text, [what])
        assert bool(shown) is matches(what, cut(text))
        assert shown == sorted(shown)
        for begin, end in shown:
            assert matches(what, cut(text[begin:end]))
