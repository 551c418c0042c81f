"""Rules of reading: the search grammar, and ranges of what was read (P4, protocol 9)."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bbs import limits
from bbs.errors import BadParams
from bbs.features.reading.messages import Ranges
from bbs.features.reading.rules import (
    QueryTerm,
    SearchQuery,
    add,
    add_upto,
    carried_ranges,
    contains,
    limit_ranges,
    mark_ranges,
    normalize,
    parse_search,
    ranges_of,
    remove,
)
from bbs.words import cut

pairs = st.tuples(st.integers(1, 60), st.integers(0, 12)).map(lambda p: (p[0], p[0] + p[1]))
rangeses = st.lists(pairs, max_size=12).map(normalize)
PIECES = [
    "from:",
    "board:",
    "before:",
    "after:",
    "-",
    '"',
    "@",
    "ana",
    " ",
    "2026-11-01",
    "\x00",
    "é",
]
queries = st.one_of(
    st.text(max_size=40), st.lists(st.sampled_from(PIECES), max_size=30).map("".join)
)


def numbers_of(ranges: Ranges) -> set[int]:
    """Return what a tuple of ranges stands for."""
    return {number for first, last in ranges for number in range(first, last + 1)}


def words(*each: str) -> tuple[QueryTerm, ...]:
    """Return plain terms of one word."""
    return tuple(QueryTerm((word,)) for word in each)


def starts(word: str) -> QueryTerm:
    """Return a term of the beginning of a word."""
    return QueryTerm((word,), prefix=True)


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("", SearchQuery()),
        ("tomato seeds", SearchQuery(words("tomato", "seeds"))),
        ('"green tomato"', SearchQuery((QueryTerm(("green", "tomato")),))),
        ('a"b c"d', SearchQuery((*words("a"), QueryTerm(("b", "c")), *words("d")))),
        ('"open end', SearchQuery((QueryTerm(("open", "end")),))),
        ("-late", SearchQuery((QueryTerm(("late",), negated=True),))),
        ('-"too late"', SearchQuery((QueryTerm(("too", "late"), negated=True),))),
        ('- -- * "" \'', SearchQuery()),
        ("fro*", SearchQuery((QueryTerm(("fro",), prefix=True),))),
        ("-fro*", SearchQuery((QueryTerm(("fro",), negated=True, prefix=True),))),
        ("node.js* ß*", SearchQuery((starts("node.js"), starts("ß")))),
        ("京* 東京*", SearchQuery((starts("京"), starts("東京")))),
        ("**fro** *fig", SearchQuery((starts("**fro"), *words("*fig")))),
        ('"green tom*"', SearchQuery((QueryTerm(("green", "tom*")),))),
        ("node.js c++ foo-bar AND", SearchQuery(words("node.js", "c++", "foo-bar", "AND"))),
        ("from:ana", SearchQuery(author="ana")),
        ("FROM:@Ana x", SearchQuery(words("x"), author="ana")),
        ("board:garden", SearchQuery(board="garden")),
        ("before:2026-11-01", SearchQuery(before=date(2026, 11, 1))),
        ("after:2026-11-01", SearchQuery(after=date(2026, 11, 1))),
        ("in:garden", SearchQuery(words("in:garden"))),
        ("from:", SearchQuery(words("from:"))),
        ("a\x00b", SearchQuery(words("a", "b"))),
        ("cafe\u0301", SearchQuery(words("café"))),
    ],
)
def test_queries_say_what_they_seem_to_say(text: str, query: SearchQuery) -> None:
    """Words, phrases, - and the four operators mean what people expect; the rest is words."""
    assert parse_search(text) == query


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("before:yesterday", words("before:yesterday")),
        ("after:2026-02-30", words("after:2026-02-30")),
        ("from:a/b", words("from:a/b")),
        ("board:x", words("board:x")),
        ("-from:ana", (QueryTerm(("from:ana",), negated=True),)),
        ("from:ana from:bob", ()),
        ("x " * 17, words(*"x" * 16)),
        ("f*", words("f")),
        ("c++*", words("c++")),
        ("-é*", (QueryTerm(("é",), negated=True),)),
    ],
)
def test_queries_explain_what_they_could_not_take(text: str, terms: tuple[QueryTerm, ...]) -> None:
    """A part that was not taken as meant becomes words, or is left out, and a note says so."""
    query = parse_search(text)
    assert query.terms == terms
    assert len(query.notes) == 1


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("a fro", (*words("a"), starts("fro"))),
        ("fro ", words("fro")),
        ("f", words("f")),
        ("京", (starts("京"),)),
        ("fro*", (starts("fro"),)),
        ("-fro", (QueryTerm(("fro",), negated=True),)),
        ('"green tom', (QueryTerm(("green", "tom"), prefix=True),)),
        ('"green tom"', (QueryTerm(("green", "tom")),)),
        ("x " * 16 + "fro", words(*"x" * 16)),
    ],
)
def test_a_word_under_way_is_the_beginning_of_one(text: str, terms: tuple[QueryTerm, ...]) -> None:
    """Who still types gets what the word at the end may become; nothing is said of its length."""
    query = parse_search(text, typing=True)
    assert query.terms == terms
    assert not any("*" in note for note in query.notes)
    assert parse_search("from:ana", typing=True) == SearchQuery(author="ana")


@given(queries)
@example("-" * 200)
@example('"' * 199)
@example("from:" * 40)
def test_any_text_is_a_query(text: str) -> None:
    """No text breaks the search, and no query grows beyond its bounds (limits)."""
    query = parse_search(text)
    assert sum(len(term.words) for term in query.terms) <= limits.SEARCH_TERMS_MAX
    for term in query.terms:
        assert term.words
        for word in term.words:
            word.encode()
            assert cut(word)
            assert not set(word) & set('" \x00\n')
    assert query.is_searchable or all(term.negated for term in query.terms)


@given(st.lists(st.from_regex("[a-z]{1,9}", fullmatch=True), min_size=1, max_size=16))
def test_plain_words_are_kept_as_typed(typed: list[str]) -> None:
    """Words without signs are looked for as they are, in their order."""
    assert parse_search(" ".join(typed)) == SearchQuery(words(*typed))


def test_long_queries_are_cut_with_a_note() -> None:
    """What is beyond the limit is left out and said (limits)."""
    query = parse_search("x" * 300)
    assert query.terms == words("x" * limits.QUERY_CHARS_MAX)
    assert query.notes


@given(st.lists(pairs, max_size=12))
def test_ranges_are_in_normal_form(given_pairs: list[tuple[int, int]]) -> None:
    """Ranges are sorted and never touch, so equal sets of numbers are equal ranges."""
    ranges = normalize(given_pairs)
    assert numbers_of(ranges) == numbers_of(tuple(given_pairs))
    assert all(one[1] + 1 < two[0] for one, two in pairwise(ranges))
    assert ranges_of(numbers_of(ranges)) == ranges


@given(rangeses, pairs)
def test_ranges_behave_like_sets_of_numbers(ranges: Ranges, pair: tuple[int, int]) -> None:
    """Marking and unmarking change exactly the named posts (P4)."""
    before = numbers_of(ranges)
    named = set(range(pair[0], pair[1] + 1))
    added, removed = add(ranges, *pair), remove(ranges, *pair)
    assert numbers_of(added) == before | named
    assert numbers_of(removed) == before - named
    assert added == normalize(added)
    assert removed == normalize(removed)
    assert [n for n in range(80) if contains(ranges, n)] == sorted(before)


@given(rangeses, pairs, st.integers(0, 80))
def test_nothing_is_marked_beyond_the_end(ranges: Ranges, pair: tuple[int, int], end: int) -> None:
    """Marking read leaves out what is not there yet, and nothing that was read (P4, 7.7)."""
    before = remove(ranges, end + 1, 10**6)
    marked = numbers_of(before) | set(range(pair[0], pair[1] + 1))
    assert numbers_of(add_upto(before, *pair, end)) == {n for n in marked if n <= end}


@given(rangeses, pairs, st.integers(0, 80))
def test_marks_are_the_same_wherever_they_are_made(
    ranges: Ranges, pair: tuple[int, int], end: int
) -> None:
    """The server and a device add and take away by one rule; only the server knows the end."""
    assert mark_ranges(ranges, *pair, read=True, end=end) == limit_ranges(
        add_upto(ranges, *pair, end)
    )
    assert mark_ranges(ranges, *pair, read=True) == limit_ranges(add(ranges, *pair))
    assert mark_ranges(ranges, *pair, read=False, end=end) == limit_ranges(remove(ranges, *pair))


@given(rangeses, st.dictionaries(st.integers(1, 80), st.integers(1, 80)), st.booleans())
def test_what_was_read_stays_read_where_it_is_moved(
    ranges: Ranges, numbers: dict[int, int], was_muted: bool
) -> None:
    """Moved posts stay read by their new numbers; all of them count as read if they were muted (P4)."""
    read = numbers_of(ranges)
    expected = {new for old, new in numbers.items() if was_muted or old in read}
    carried = carried_ranges(numbers.items(), ranges, was_muted=was_muted)
    assert numbers_of(carried) == expected


@given(rangeses, st.integers(1, 6))
def test_bounding_marks_nothing_as_read(ranges: Ranges, ranges_max: int) -> None:
    """Few ranges are kept by dropping the smallest; what was never read stays unread (P4)."""
    kept = limit_ranges(ranges, ranges_max)
    assert len(kept) == min(len(ranges), ranges_max)
    assert set(kept) <= set(ranges)
    assert kept == normalize(kept)
    assert numbers_of(kept) <= numbers_of(ranges)
    sizes = sorted((len(numbers_of((pair,))) for pair in ranges), reverse=True)
    assert sorted((len(numbers_of((pair,))) for pair in kept), reverse=True) == sizes[: len(kept)]


def test_of_equal_ranges_the_lowest_is_dropped() -> None:
    """What is old is unread again before what is recent (P4)."""
    assert limit_ranges(((1, 1), (3, 3), (5, 5)), 2) == ((3, 3), (5, 5))
    assert limit_ranges(((1, 2), (4, 4), (6, 6)), 2) == ((1, 2), (6, 6))


@pytest.mark.parametrize("change", [add, remove])
def test_backward_ranges_are_refused(change: object) -> None:
    """A last number below the first is the caller's mistake (reading.mark)."""
    assert callable(change)
    with pytest.raises(BadParams):
        change((), 2, 1)
    with pytest.raises(BadParams):
        normalize([(2, 1)])
