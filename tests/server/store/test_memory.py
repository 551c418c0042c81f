"""What the writer remembers and puts off: nobody can tell, except by the time it takes."""

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbs.clock import system_clock
from bbs.refusals import Conflict
from bbs_server.store.api import Rollback, TableSpec, Tx
from bbs_server.store.checked import Checked
from bbs_server.store.hops import Hop
from bbs_server.store.removals import Removals, open_removals
from bbs_server.store.sqlite.group import QueuedWrite, commit_group
from bbs_server.store.sqlite.identity_map import IdentityMap
from bbs_server.store.sqlite.open import migrate
from bbs_server.store.sqlite.unit_of_work import SqliteTx
from bbs_server.store.sqlite.writer import SqliteStore


class MetaRow(NamedTuple):
    """A value under a key."""

    key: str
    value: str


META = TableSpec(
    "meta",
    MetaRow,
    ("key",),
    write_order=1,
    updated_columns=("value",),
    cached_rows_max=1,
    number="rowid",
)
KEYS = ("k1", "k2", "k3")

Command = tuple[list[tuple[Any, ...]], str]


def value_of(tx: Tx, key: str) -> str | None:
    """Return what stands under a key."""
    value: str | None = tx.fetch_value("SELECT value FROM meta WHERE key = ?", key)
    return value


def values_of(tx: Tx, *keys: str) -> list[str | None]:
    """Return what stands under some keys, each recalled."""
    return [tx.memoize(value_of, key) for key in keys]


STEPS: dict[str, Callable[..., Any]] = {
    "look": lambda tx, key, value: tx.get(META, key),
    "put": lambda tx, key, value: tx.upsert(META, (key,), (key, value)),
    "put what is refused": lambda tx, key, value: tx.upsert(META, (value,), (value, None)),
    "recall": lambda tx, key, value: tx.memoize(value_of, key),
    "recall all": lambda tx, key, value: tuple(tx.memoize(values_of, *KEYS)),
    "read": lambda tx, key, value: tx.fetch_all("SELECT key, value FROM meta ORDER BY key"),
    "set": lambda tx, key, value: tx.execute("UPDATE meta SET value = ? WHERE key = ?", value, key),
    "set and read": lambda tx, key, value: tx.fetch_one(
        "UPDATE meta SET value = value || ? WHERE key = ? RETURNING value", value, key
    ),
    "delete": lambda tx, key, value: tx.execute_many("DELETE FROM meta WHERE key = ?", [(key,)]),
}
ENDS = ("done", "done", "refused", "rehearsed")

steps = st.tuples(st.sampled_from(sorted(STEPS)), st.sampled_from(KEYS), st.sampled_from("abc"))
groups = st.lists(
    st.lists(
        st.tuples(st.lists(steps, min_size=1, max_size=4), st.sampled_from(ENDS)),
        min_size=1,
        max_size=4,
    ),
    min_size=1,
    max_size=4,
)


def job(command: Command) -> Callable[[Tx], list[Any]]:
    """Return a command that takes these steps; it returns what they found, and what stands then."""

    def run(tx: Tx) -> list[Any]:
        found = [STEPS[name](tx, key, value) for name, key, value in command[0]]
        found.append([*(tx.get(META, key) for key in KEYS), *values_of(tx, *KEYS)])
        if command[1] == "refused":
            raise Conflict(what="changed my mind")
        if command[1] == "rehearsed":
            raise Rollback(found)
        return found

    return run


def plainly(connection: sqlite3.Connection, command: Command) -> Any:
    """Run a command in a transaction of its own, every statement at once; the other way to do it."""
    connection.execute("BEGIN")
    try:
        found = job(command)(SqliteTx(connection))
    except Rollback as dry:
        connection.execute("ROLLBACK")
        return dry.value
    except Exception:
        connection.execute("ROLLBACK")
        return "failed"
    connection.execute("COMMIT")
    return found


class Pair(NamedTuple):
    """Two databases of the same history: one of a writer with a memory, one without."""

    ours: sqlite3.Connection
    plain: sqlite3.Connection
    removals: Removals


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """Two empty databases."""
    folder: Path = tmp_path_factory.mktemp("pair")
    found = []
    for name in ("ours", "plain"):
        found.append(sqlite3.connect(folder / name, isolation_level=None))
        found[-1].execute("PRAGMA synchronous = OFF")  # nobody pulls the plug here
        migrate(found[-1], folder / name)
    removals = open_removals(folder, system_clock, lambda keys: False, proven_now=0)
    yield Pair(*found, removals)
    removals.close()
    for connection in found:
        connection.close()


@given(groups, st.sets(st.sampled_from(KEYS)))
def test_a_memory_shows_in_nothing_but_time(
    pair: Pair, groups: list[list[Command]], foreseen: set[str]
) -> None:
    """Whatever commands do, are refused, rehearsed or mistaken: each finds what it would find alone (P12)."""
    memory, rows = IdentityMap(), [(META, (key,)) for key in foreseen]
    for connection in (pair.ours, pair.plain):
        connection.execute("DELETE FROM meta")
        connection.execute("INSERT INTO meta VALUES ('k1', 'x'), ('k2', 'y')")
    for group in groups:
        jobs = [QueuedWrite(job(command), None, rows, None) for command in group]  # type: ignore[arg-type]  # nobody waits
        commit_group(jobs, pair.removals, memory, Checked(), pair.ours, Hop(lambda: 0.0))
        ours = [each.value if each.error is None else "failed" for each in jobs]
        assert ours == [plainly(pair.plain, command) for command in group]
        stored = "SELECT key, value FROM meta ORDER BY key"
        assert pair.ours.execute(stored).fetchall() == pair.plain.execute(stored).fetchall()


async def test_another_programs_change_is_noticed(store: SqliteStore) -> None:
    """What a sysop's own shell changes is read anew, whatever was remembered."""

    def put(tx: Tx) -> None:
        tx.upsert(META, ("k1",), ("k1", "ours"))

    def look(tx: Tx) -> list[Any]:
        return [tx.get(META, "k1"), tx.memoize(value_of, "k1")]

    await store.write(put)
    assert await store.write(look) == [("k1", "ours"), "ours"]
    other = sqlite3.connect(store.path, isolation_level=None)
    other.execute("UPDATE meta SET value = 'theirs' WHERE key = 'k1'")
    other.close()
    assert await store.write(look) == [("k1", "theirs"), "theirs"]
