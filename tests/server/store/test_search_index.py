"""SQLite's search index: any text is a valid query, forgotten words leave no trace."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbs.features.reading.rules import parse_search
from bbs.words import CUTTING
from bbs_server.store.api import SearchTerm, Tx
from bbs_server.store.hops import Hop
from bbs_server.store.sqlite.index_care import index_waiting
from bbs_server.store.sqlite.open import DATABASE
from bbs_server.store.sqlite.partitions import UNICODE61
from bbs_server.store.sqlite.search import expression, rest_of
from bbs_server.store.sqlite.unit_of_work import SqliteTx
from tests.store.finding import GARDEN, reword, say, search_for, searched
from tests.support.ready import make_file


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
        came_to = what.below - found
        rest = rest_of(what, found, came_to, used_ms)
        assert rest.below == came_to
        assert rest.limit == what.limit - found >= 1
        assert rest.budget_ms == what.budget_ms - used_ms
        assert rest.part_ms == (what.part_ms if found else what.part_ms * 4)
        what = rest


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tx]:
    """A database with one post, for queries of any kind."""
    path: Path = tmp_path_factory.mktemp("search") / DATABASE
    make_file(path)
    connection = sqlite3.connect(path, isolation_level=None)
    tx = SqliteTx(connection)
    say(tx, 1, "tomatoes grow")
    say(tx, 2, "before")
    _index(tx)
    yield tx
    connection.close()


def _index(tx: SqliteTx) -> None:
    """Do for a plain transaction what the writer does at the end of a group, and after it."""
    tx.index.write(tx._connection)
    tx.index = type(tx.index)()
    while index_waiting(tx._connection, Hop()):
        pass


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
    assert set(searched(index, search_for(terms=terms))) <= {1, 2}


@given(words=st.lists(_typed, max_size=5), negated=st.booleans())
def test_any_term_is_quoted(index: Tx, words: list[str], negated: bool) -> None:
    """Terms are taken literally, whatever is in them but NUL and half characters."""
    clean = [word.replace("\x00", "").replace("\ud800", "") for word in words]
    clean = [word.encode("utf-8", "ignore").decode() for word in clean]
    terms = tuple(SearchTerm(word, negated) for word in clean)
    assert set(searched(index, search_for(terms=terms))) <= {1, 2}
    for cutting in (CUTTING, UNICODE61):
        assert GARDEN.replace("-", "") in expression(search_for(terms=terms), cutting)


@given(word=st.text(alphabet=st.characters(categories=["Ll", "Lu", "Nd"]), min_size=1, max_size=20))
def test_a_word_finds_itself(index: Tx, word: str) -> None:
    """A word of letters and digits finds the post that says it (protocol 9)."""
    assert isinstance(index, SqliteTx)
    reword(index, 2, f"before {word} after")
    _index(index)
    assert 2 in searched(index, search_for(word))
    reword(index, 2, "before")
    _index(index)
    assert 2 not in searched(index, search_for("after"))
