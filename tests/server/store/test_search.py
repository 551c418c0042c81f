"""The search index: any text is a valid query, filters hold, forgotten words leave no trace."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbs.features.reading.rules import parse_search
from bbs.ids import new_id
from bbs.refusals import QueryTooSlow
from bbs_server.store.api import SearchRequest, SearchRow, SearchTerm, Tx
from bbs_server.store.sqlite.open import DATABASE, migrate
from bbs_server.store.sqlite.search import IndexChanges, expression, rest_of
from bbs_server.store.sqlite.unit_of_work import SqliteTx
from bbs_server.store.sqlite.writer import SqliteStore, _run_on_thread

GARDEN, KITCHEN, ANA, BOB = (new_id() for _ in range(4))


def search_for(*words: str, **more: object) -> SearchRequest:
    """Return a query for words, each a term; a leading - negates."""
    given_: dict[str, object] = {
        "terms": tuple(SearchTerm(w.removeprefix("-"), w.startswith("-")) for w in words),
        "places": (GARDEN, KITCHEN),
        "who": None,
        "since_ms": None,
        "until_ms": None,
        "below": None,
        "limit": 50,
        "budget_ms": 10_000,
    }
    return SearchRequest(**{**given_, **more})  # type: ignore[arg-type]  # wider or wrong on purpose


def searched(tx: Tx, what: SearchRequest) -> list[int]:
    """Return the rows a query finds, all its parts together."""
    rows: list[int] = []
    rest: SearchRequest | None = what
    while rest is not None:
        found, rest = tx.search(rest)
        rows += found
    return rows


def row(
    number: int, body: str, *, title: str = "", place: str = GARDEN, who: str = ANA
) -> SearchRow:
    """Return what the index holds of a post."""
    return SearchRow(row=number, place=place, who=who, title=title, body=body)


@pytest.fixture
async def filled(store: SqliteStore) -> SqliteStore:
    """A store with a few posts in its index."""

    def fill(tx: Tx) -> None:
        tx.add_to_index(row(1, "Tomatoes grow in the sun", title="Tomatoes"))
        tx.add_to_index(row(2, "node.js is no plant"))
        tx.add_to_index(row(3, "The sun also rises", place=KITCHEN, who=BOB))
        tx.add_to_index(row(4, "Größe und Café", who=BOB))

    await store.write(fill)
    return store


async def found(store: SqliteStore, *words: str, **more: object) -> list[int]:
    """Return the rows a query finds."""
    return await store.read(lambda tx: searched(tx, search_for(*words, **more)))


async def test_words_are_found_newest_first(filled: SqliteStore) -> None:
    """All words must be there, in title or body; the newest comes first (protocol 9)."""
    assert await found(filled, "sun") == [3, 1]
    assert await found(filled, "sun", "tomatoes") == [1]
    assert await found(filled, "sun", "-tomatoes") == [3]
    assert await found(filled, "in the sun") == [1]
    assert await found(filled, "the in sun") == []
    assert await found(filled, "node.js") == [2]
    assert await found(filled, "cafe") == [4]
    assert await found(filled, "moon") == []


async def test_filters_hold_inside_the_index(filled: SqliteStore) -> None:
    """Board, author and place in the order bound what is found (protocol 9)."""
    assert await found(filled, "sun", places=(KITCHEN,)) == [3]
    assert await found(filled, "sun", who=BOB) == [3]
    assert await found(filled, who=BOB) == [4, 3]
    assert await found(filled, "sun", below=3) == [1]
    assert await found(filled, "sun", limit=1) == [3]


async def test_ids_cannot_be_searched_for(filled: SqliteStore) -> None:
    """Who and where are filters, not words: typing an id finds nothing (P2)."""
    assert await found(filled, f"w{ANA.replace('-', '')}") == []
    assert await found(filled, f"p{GARDEN.replace('-', '')}") == []


async def test_what_is_taken_out_is_not_found(filled: SqliteStore) -> None:
    """A post taken out of the index is found by none of its words (P10)."""
    await filled.write(
        lambda tx: tx.remove_from_index(row(1, "Tomatoes grow in the sun", title="Tomatoes"))
    )
    assert await found(filled, "tomatoes") == []
    assert await found(filled, "sun") == [3]


async def test_within_one_group_the_last_word_counts(store: SqliteStore) -> None:
    """Posts added, reworded and withdrawn in one commit are found as they are at its end."""

    async def change(fn: object) -> None:
        await store.write(fn)  # type: ignore[arg-type]  # wider or wrong on purpose

    def reword(tx: Tx) -> None:
        tx.remove_from_index(row(1, "alpha"))
        tx.add_to_index(row(1, "beta"))

    await asyncio.gather(
        change(lambda tx: tx.add_to_index(row(1, "alpha"))),
        change(reword),
        change(lambda tx: tx.add_to_index(row(2, "gamma"))),
        change(lambda tx: tx.remove_from_index(row(2, "gamma"))),
    )
    assert await found(store, "alpha") == []
    assert await found(store, "beta") == [1]
    assert await found(store, "gamma") == []


async def test_a_refused_command_indexes_nothing(store: SqliteStore) -> None:
    """What is undone is not found either (P12)."""

    def fails(tx: Tx) -> None:
        tx.add_to_index(row(1, "alpha"))
        raise LookupError

    with pytest.raises(LookupError):
        await store.write(fails)
    assert await found(store, "alpha") == []


async def test_a_slow_query_is_stopped(store: SqliteStore) -> None:
    """A query that takes longer than its budget says so, and the next one is answered (P14)."""

    def fill(tx: Tx) -> None:
        for number in range(1, 3_000):
            tx.add_to_index(row(number, "word " * 50))

    await store.write(fill)
    with pytest.raises(QueryTooSlow):
        await found(store, "word", since_ms=0, budget_ms=-1)
    assert await found(store, "word", limit=1) == [2_999]


async def test_a_search_that_is_cut_goes_on_below_its_last_find(store: SqliteStore) -> None:
    """In parts it finds the same rows, each once, newest first (P1, P14)."""

    def fill(tx: Tx) -> None:
        for number in range(1, 1_000):
            tx.add_to_index(row(number, "word"))

    await store.write(fill)
    parts = 0

    def count(tx: Tx) -> list[int]:
        nonlocal parts
        rows: list[int] = []
        rest: SearchRequest | None = search_for("word", part_ms=-1, limit=500)
        while rest is not None:
            part, rest = tx.search(rest)
            rows += part
            parts += 1
        return rows

    assert await store.read(count) == list(range(999, 499, -1))
    assert parts > 10


@given(
    limit=st.integers(1, 200),
    parts=st.lists(st.tuples(st.integers(0, 60), st.floats(0.1, 300)), min_size=1, max_size=50),
)
def test_a_search_in_parts_ends(limit: int, parts: list[tuple[int, float]]) -> None:
    """It asks for no row twice, and each part takes from the time there is for all (P14)."""
    what = search_for("word", limit=limit, budget_ms=250, below=10_000)
    for count, used_ms in parts:
        found = min(count, what.limit - 1)
        assert what.below is not None
        rows = list(range(what.below - 1, what.below - 1 - found, -1))
        rest = rest_of(what, rows, used_ms)
        assert rest.below == (rows[-1] if rows else what.below)
        assert rest.limit == what.limit - found >= 1
        assert rest.budget_ms == what.budget_ms - used_ms
        assert rest.part_ms == (what.part_ms if rows else what.part_ms * 4)
        what = rest


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tx]:
    """A database with one post, for queries of any kind."""
    import sqlite3

    path: Path = tmp_path_factory.mktemp("search") / DATABASE
    connection = sqlite3.connect(path, isolation_level=None)
    migrate(connection, path)
    pending = IndexChanges()
    pending.take([row(1, "tomatoes grow")], [])
    pending.write(connection)
    yield SqliteTx(connection)
    connection.close()


_typed = st.text(
    alphabet=st.one_of(
        st.sampled_from("\"'*^:()-+{}~ ANDORTNEAR\x00\t\n²½ⅷ々'’\u0301\ud800"),
        st.characters(exclude_categories=[]),
    ),
    max_size=60,
)


@given(text=_typed)
def test_any_text_is_a_query(index: Tx, text: str) -> None:
    """Whatever is typed can be searched for: no syntax of the engine shines through (protocol 9)."""
    query = parse_search(text)
    terms = tuple(SearchTerm(" ".join(term.words), term.negated) for term in query.terms)
    assert set(searched(index, search_for(terms=terms))) <= {1}


@given(words=st.lists(_typed, max_size=5), negated=st.booleans())
def test_any_term_is_quoted(index: Tx, words: list[str], negated: bool) -> None:
    """Terms are taken literally, whatever is in them but NUL and half characters."""
    clean = [word.replace("\x00", "").replace("\ud800", "") for word in words]
    clean = [word.encode("utf-8", "ignore").decode() for word in clean]
    terms = tuple(SearchTerm(word, negated) for word in clean)
    assert set(searched(index, search_for(terms=terms))) <= {1}
    assert GARDEN.replace("-", "") in expression(search_for(terms=terms))


@given(word=st.text(alphabet=st.characters(categories=["Ll", "Lu", "Nd"]), min_size=1, max_size=20))
def test_a_word_finds_itself(index: Tx, word: str) -> None:
    """A word of letters and digits finds the post that says it (protocol 9)."""
    assert isinstance(index, SqliteTx)
    pending = IndexChanges()
    pending.take([row(7, f"before {word} after")], [])
    pending.write(index._connection)
    try:
        assert 7 in searched(index, search_for(word))
    finally:
        pending = IndexChanges()
        pending.take([], [row(7, f"before {word} after")])
        pending.write(index._connection)
    assert 7 not in searched(index, search_for("before"))


async def test_an_index_nothing_left_is_not_rewritten(filled: SqliteStore) -> None:
    """Housekeeping rewrites the index only after words were taken out of it (P10)."""

    async def changes_of_care() -> int:
        before = await _run_on_thread(filled.writer, lambda sql: sql.total_changes)
        assert await filled.run_maintenance()
        return await _run_on_thread(filled.writer, lambda sql: sql.total_changes) - before

    assert await changes_of_care() > 0  # after a start nobody knows
    await filled.write(lambda tx: tx.add_to_index(row(5, "More words")))
    assert await changes_of_care() == 0
    await filled.write(lambda tx: tx.remove_from_index(row(5, "More words")))
    assert await changes_of_care() > 0
    assert await changes_of_care() == 0
