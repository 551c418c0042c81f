"""The search of any store: filters hold, what is undone or taken out is not found."""

import asyncio

import pytest

from bbs.refusals import QueryTooSlow
from bbs_server.store.api import SearchRequest, Store, Tx
from tests.store.finding import (
    ANA,
    BOB,
    GARDEN,
    KITCHEN,
    reword,
    say,
    search_for,
    searched,
    unsay,
)


@pytest.fixture
async def filled(store: Store) -> Store:
    """A store with a few posts in its index."""

    def fill(tx: Tx) -> None:
        say(tx, 1, "Tomatoes grow in the sun", title="Tomatoes")
        say(tx, 2, "node.js is no plant")
        say(tx, 3, "The sun also rises", place=KITCHEN, who=BOB)
        say(tx, 4, "Größe und Café", who=BOB)

    await store.write(fill)
    await store.update_index()
    return store


async def found(store: Store, *words: str, **more: object) -> list[int]:
    """Return the rows a query finds."""
    return await store.read(lambda tx: searched(tx, search_for(*words, **more)))


async def test_words_are_found_newest_first(filled: Store) -> None:
    """All words must be there, in title or body; the newest comes first (protocol 9)."""
    assert await found(filled, "sun") == [3, 1]
    assert await found(filled, "sun", "tomatoes") == [1]
    assert await found(filled, "sun", "-tomatoes") == [3]
    assert await found(filled, "in the sun") == [1]
    assert await found(filled, "the in sun") == []
    assert await found(filled, "node.js") == [2]
    assert await found(filled, "cafe") == [4]
    assert await found(filled, "moon") == []


async def test_filters_hold_inside_the_index(filled: Store) -> None:
    """Board, author and place in the order bound what is found (protocol 9)."""
    assert await found(filled, "sun", places=(KITCHEN,)) == [3]
    assert await found(filled, "sun", who=BOB) == [3]
    assert await found(filled, who=BOB) == [4, 3]
    assert await found(filled, "sun", below=3) == [1]
    assert await found(filled, "sun", limit=1) == [3]


async def test_ids_cannot_be_searched_for(filled: Store) -> None:
    """Who and where are filters, not words: typing an id finds nothing (P2)."""
    assert await found(filled, f"w{ANA.replace('-', '')}") == []
    assert await found(filled, f"p{GARDEN.replace('-', '')}") == []


async def test_what_is_taken_out_is_not_found(filled: Store) -> None:
    """A post taken out of the index is found by none of its words (P10)."""
    await filled.write(lambda tx: unsay(tx, 1))
    assert await found(filled, "tomatoes") == []
    assert await found(filled, "sun") == [3]


async def test_within_one_group_the_last_word_counts(store: Store) -> None:
    """Posts added, reworded and withdrawn in one commit are found as they are at its end."""

    async def change(fn: object) -> None:
        await store.write(fn)  # type: ignore[arg-type]  # wider or wrong on purpose

    await asyncio.gather(
        change(lambda tx: say(tx, 1, "alpha")),
        change(lambda tx: reword(tx, 1, "beta")),
        change(lambda tx: say(tx, 2, "gamma")),
        change(lambda tx: unsay(tx, 2)),
    )
    await store.update_index()
    assert await found(store, "alpha") == []
    assert await found(store, "beta") == [1]
    assert await found(store, "gamma") == []


async def test_a_refused_command_indexes_nothing(store: Store) -> None:
    """What is undone is not found either (P12)."""

    def fails(tx: Tx) -> None:
        say(tx, 1, "alpha")
        raise LookupError

    with pytest.raises(LookupError):
        await store.write(fails)
    await store.update_index()
    assert await found(store, "alpha") == []


async def test_a_slow_query_is_stopped(store: Store) -> None:
    """A query that takes longer than its budget says so, and the next one is answered (P14)."""

    def fill(tx: Tx) -> None:
        for number in range(1, 3_000):
            say(tx, number, "word " * 50)

    await store.write(fill)
    await store.update_index()
    with pytest.raises(QueryTooSlow):
        await found(store, "word", since_ms=0, budget_ms=-1)
    assert await found(store, "word", limit=1) == [2_999]


async def test_a_search_that_is_cut_goes_on_below_its_last_find(store: Store) -> None:
    """In parts it finds the same rows, each once, newest first (P1, P14)."""

    def fill(tx: Tx) -> None:
        for number in range(1, 1_000):
            say(tx, number, "word")

    await store.write(fill)
    await store.update_index()
    parts = 0

    def count(tx: Tx) -> list[int]:
        nonlocal parts
        rows: list[int] = []
        rest: SearchRequest | None = search_for("word", part_ms=0.01, limit=500)
        while rest is not None:
            part, rest = tx.search(rest)
            rows += part
            parts += 1
        return rows

    assert await store.read(count) == list(range(999, 499, -1))
    assert parts > 1
