"""Rows of any store: what is put, numbered and remembered is what a plain statement would find."""

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from bbs.refusals import Conflict
from bbs_server.store.api import Store, TableSpec, Tx
from tests.store.commands import gathered


class MetaRow(NamedTuple):
    """A value under a key."""

    key: str
    value: str


class NumberedRow(NamedTuple):
    """A row that has a number."""

    n: int
    name: str


META = TableSpec(
    "meta", MetaRow, ("key",), write_order=1, updated_columns=("value",), cached_rows_max=1
)
NUMBERED = TableSpec("numbered", NumberedRow, ("name",), write_order=1, number="n")

KEYS = ("k1", "k2", "k3")
STORED = "SELECT value FROM meta WHERE key = ?"


def put(value: str, key: str = "k1") -> Callable[[Tx], None]:
    """Return a command that puts a row."""
    return lambda tx: tx.upsert(META, (key,), MetaRow(key, value))


def refused(fn: Callable[[Tx], object]) -> Callable[[Tx], None]:
    """Return a command that does something and is refused then."""

    def run(tx: Tx) -> None:
        fn(tx)
        raise Conflict(what="changed my mind")

    return run


def stored_value(tx: Tx, key: str) -> str | None:
    """Return what stands under a key, by a statement."""
    value: str | None = tx.fetch_value(STORED, key)
    return value


def looked_up(tx: Tx, key: str) -> str | None:
    """Return what stands under a key, looked up."""
    row = tx.get(META, key)
    return None if row is None else row.value


def seen(tx: Tx) -> list[Any]:
    """Return what stands under k1, by every way to read."""
    return [
        *(looked_up(tx, "k1"), stored_value(tx, "k1")),
        *(tx.memoize(looked_up, "k1"), tx.memoize(stored_value, "k1")),
        *(row.value for row in tx.select(MetaRow, "FROM meta WHERE key = ?", "k1")),
        *(value for (value,) in tx.fetch_all(STORED, "k1")),
    ]


CHANGES: dict[str, tuple[Callable[[Tx], object], str | None]] = {
    "put": (put("b"), "b"),
    "set": (lambda tx: tx.execute("UPDATE meta SET value = 'b' WHERE key = 'k1'"), "b"),
    "set and read": (
        lambda tx: tx.fetch_one("UPDATE meta SET value = 'b' WHERE key = 'k1' RETURNING value"),
        "b",
    ),
    "delete": (lambda tx: tx.execute_many("DELETE FROM meta WHERE key = ?", [("k1",)]), None),
}


async def test_a_row_that_was_put_is_read_at_once(store: Store) -> None:
    """Its own command, a neighbour in the group and a reader afterwards see it by every way (P12)."""

    def put_and_look(tx: Tx) -> list[Any]:
        put("a")(tx)
        return seen(tx)

    assert await gathered(store, put_and_look, seen) == [["a"] * 6] * 2
    assert await store.read(seen) == ["a"] * 6


async def test_a_row_put_again_stands_as_it_was_put_last(store: Store) -> None:
    """The last word counts, in one command and across commands."""

    def put_twice(tx: Tx) -> None:
        put("a")(tx)
        put("b")(tx)

    await gathered(store, put_twice, put("c"))
    assert await store.read(seen) == ["c"] * 6


async def test_a_row_that_was_put_and_refused_is_not_there(store: Store) -> None:
    """What a refused command put is seen by no neighbour and no reader (P12)."""
    _, error, found = await gathered(store, put("a"), refused(put("b")), seen)
    assert isinstance(error, Conflict)
    assert found == ["a"] * 6
    assert await store.read(seen) == ["a"] * 6


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("together", [True, False], ids=["one group", "two groups"])
async def test_nothing_is_remembered_that_has_changed(
    store: Store, change: str, together: bool
) -> None:
    """What was read before a change, by any statement, is read anew after it."""
    changed, value = CHANGES[change]
    expected = [value] * 6 if value else [None] * 4
    await store.write(put("a"))
    if together:
        before, _, after = await gathered(store, seen, changed, seen)
    else:
        before = await store.write(seen)
        await store.write(changed)
        after = await store.write(seen)
    assert (before, after) == (["a"] * 6, expected)


@pytest.mark.parametrize("change", CHANGES)
async def test_no_answer_outlives_what_it_came_from(store: Store, change: str) -> None:
    """What was remembered of a change that was refused is not remembered any more."""

    def change_and_look(tx: Tx) -> None:
        CHANGES[change][0](tx)
        seen(tx)

    await store.write(put("a"))
    with pytest.raises(Conflict):
        await store.write(refused(change_and_look))
    assert await store.write(seen) == ["a"] * 6


async def test_rows_that_were_foreseen_stand_as_they_are_when_used(store: Store) -> None:
    """A neighbour's change is seen, though the row was fetched for the group before it."""

    def look(tx: Tx) -> list[str | None]:
        return [looked_up(tx, key) for key in KEYS]

    def set_all(tx: Tx) -> None:
        tx.execute("UPDATE meta SET value = 'c'")

    await store.write(put("a"))
    commands = [look, put("b"), put("new", "k2"), look, set_all, look]
    found = await gathered(store, *commands, prefetch=[(META, (key,)) for key in KEYS])
    assert found[0] == ["a", None, None]
    assert found[3] == ["b", "new", None]
    assert found[5] == ["c", "c", None]


async def test_numbers_are_given_once(store: Store) -> None:
    """No two rows get a number, whether one waits, was undone or came otherwise."""
    await store.write(
        lambda tx: tx.execute("CREATE TABLE numbered (n INTEGER NOT NULL UNIQUE, name TEXT)")
    )
    given: list[int] = []

    def number(tx: Tx) -> None:
        given.append(tx.next_number(NUMBERED))
        tx.upsert(NUMBERED, (str(given[-1]),), NumberedRow(given[-1], str(given[-1])))

    def number_twice(tx: Tx) -> None:
        number(tx)
        number(tx)

    await store.write(number)
    await gathered(store, number_twice, refused(number), number)
    otherwise = max(given) + 1
    await store.write(
        lambda tx: tx.execute("INSERT INTO numbered (n, name) VALUES (?, 'else')", otherwise)
    )
    await store.write(number)
    numbers = [n for (n,) in await store.read(lambda tx: tx.fetch_all("SELECT n FROM numbered"))]
    del given[3]  # undone
    assert sorted(numbers) == sorted([*given, otherwise])


async def test_a_statement_tells_what_it_found_and_changed(store: Store) -> None:
    """Rows have names, a single value comes alone, and a change says how many rows it touched."""

    def run(tx: Tx) -> None:
        tx.execute_many("INSERT INTO meta (key, value) VALUES (?, ?)", [("k1", "a"), ("k2", "a")])
        assert tx.select_one(MetaRow, "FROM meta WHERE key = ?", "k1") == MetaRow("k1", "a")
        assert tx.select_one(MetaRow, "FROM meta WHERE key = ?", "k3") is None
        assert tx.fetch_one("SELECT key, value FROM meta WHERE key = ?", "k3") is None
        assert stored_value(tx, "k3") is None
        assert tx.execute("UPDATE meta SET value = ? WHERE key IN (?, ?, ?)", "b", *KEYS) == 2
        assert tx.execute("DELETE FROM meta WHERE key = ?", "k3") == 0

    await store.write(run)
    assert await store.read(seen) == ["b"] * 6
