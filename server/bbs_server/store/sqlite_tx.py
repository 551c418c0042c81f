"""Transactions on SQLite: the plain one, and the writer's, which knows much without asking.

Statements are what a post costs (docs/performance.md). There is one writer, so what it has read
stays true until it changes it itself: it remembers that, and what it has yet to write it writes
once for the whole group, with one statement for each table.
"""

import re
import sqlite3
from collections.abc import Callable, Hashable, Iterable, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from bbs_server.store import sqlite_search
from bbs_server.store.checked import Checked
from bbs_server.store.engine import (
    GoneThread,
    Kept,
    Key,
    Row,
    Rows,
    SearchFor,
    SearchPart,
    SearchRow,
    Tx,
    Why,
)
from bbs_server.store.hops import Hop
from bbs_server.store.sqlite_faults import is_storage_fault, name_of
from bbs_server.store.sqlite_rows import insert_many, look_many

T = TypeVar("T")

_STATEMENTS_MAX = 1_000  # different ones; the house has about three hundred
_ANSWERS_MAX = 10_000  # a few KB each at most
_WORD = re.compile(r"\w+")


class SqliteTx:
    """One transaction; see `bbs_server.store.engine.Tx`. What is put is written at once."""

    __slots__ = ("_connection", "checked", "forgotten", "gone", "indexed", "kept", "unindexed")

    def __init__(self, connection: sqlite3.Connection, checked: Checked | None = None) -> None:
        """Make one.

        Args:
            checked: The store's; None: what is found altered becomes nobody's health.
        """
        self._connection = connection
        self.checked = checked or Checked()
        self.kept: dict[str, Kept] = {}
        self.indexed: list[SearchRow] = []
        self.unindexed: list[SearchRow] = []
        self.forgotten: list[tuple[str, Why]] = []
        self.gone: list[GoneThread] = []

    def one(self, sql: str, *params: object) -> Row | None:
        row: Row | None = self._connection.execute(sql, params).fetchone()
        return row

    def all(self, sql: str, *params: object) -> list[Row]:
        return self._connection.execute(sql, params).fetchall()

    def run(self, sql: str, *params: object) -> int:
        return self._connection.execute(sql, params).rowcount

    def many(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        self._connection.executemany(sql, rows)

    def stored_texts(self, keys: Sequence[str]) -> list[tuple[str, str]]:
        among = f"FROM texts WHERE id IN ({','.join('?' * len(keys))})"
        try:
            return self.all(f"SELECT id, body {among}", *keys)
        except sqlite3.OperationalError as error:
            if name_of(error) is not None:
                raise
        # Python's module could not decode one of them.
        rows = self.all(f"SELECT id, CAST(body AS BLOB) {among}", *keys)
        return [(key, body.decode(errors="replace")) for key, body in rows]

    def look(self, rows: Rows, *key: object) -> Row | None:
        return self.one(rows.select, *key)

    def put(self, rows: Rows, key: Key, row: Row) -> None:
        self.run(rows.put, *row)

    def number(self, rows: Rows) -> int:
        row = self.one(rows.last)
        assert row is not None
        return (row[0] or 0) + 1

    def recall(self, fn: Callable[..., T], *args: Hashable) -> T:
        return fn(self, *args)

    def index(self, row: SearchRow) -> None:
        self.indexed.append(row)

    def unindex(self, row: SearchRow) -> None:
        # What the same transaction added was never in the index.
        if any(added.row == row.row for added in self.indexed):
            self.indexed = [added for added in self.indexed if added.row != row.row]
        else:
            self.unindexed.append(row)

    def forget(self, texts: Iterable[str], why: Why) -> None:
        self.forgotten += [(key, why) for key in texts]

    def forget_thread(self, gone: GoneThread) -> None:
        self.gone.append(gone)

    def time_is_up(self) -> bool:
        return False

    def search(self, what: SearchFor) -> SearchPart:
        return sqlite_search.search(self._connection, what)

    def move_to(self, other: Tx) -> None:
        assert isinstance(other, SqliteTx)
        self._connection = other._connection


class Unwritable(Exception):
    """A row that was to be written later is refused by the database: a mistake of ours."""


class Memory:
    """What the writer knows of the database, and what it has yet to write there.

    Attributes:
        waiting: Rows put by commands of the group that are done.
        known: Rows as they stand in the database.
        foreseen: The same of this group alone, and None where there is no such row.
        answers: What `recall` returned, by function and arguments.
        asked: Every word of the statements those answers come from, the names of their tables
            among them.
        numbers: The last number given to a row.
        broken: A waiting row was refused; the group has to be begun anew.
    """

    def __init__(self) -> None:
        self.waiting: dict[Rows, dict[Key, Row]] = {}
        self.known: dict[Rows, dict[Key, Row]] = {}
        self.foreseen: dict[Rows, dict[Key, Row | None]] = {}
        self.answers: dict[Hashable, tuple[Any, frozenset[str]]] = {}
        self.asked: set[str] = set()
        self.numbers: dict[Rows, int] = {}
        self.broken = False
        self._version: int | None = None

    def begin(self, connection: sqlite3.Connection) -> None:
        """Begin a group, in its transaction; forget all if another connection has written."""
        (version,) = connection.execute("PRAGMA data_version").fetchone()
        if version != self._version:
            self.forget()
            self._version = version

    def foresee(self, connection: sqlite3.Connection, foreseen: Iterable[tuple[Rows, Key]]) -> None:
        """Look up together what a group will look up."""
        wanted: dict[Rows, list[Key]] = {}
        for rows, key in foreseen:
            wanted.setdefault(rows, []).append(key)
        self.foreseen = {rows: look_many(connection, rows, keys) for rows, keys in wanted.items()}

    def forget(self) -> None:
        """Forget what stands in the database: it may have changed. What waits still waits."""
        self.known.clear()
        self.foreseen.clear()
        self.answers.clear()
        self.asked.clear()
        self.numbers.clear()

    def drop(self) -> None:
        """Forget everything: the transaction was undone."""
        self.forget()
        self.waiting.clear()
        self.broken = False

    def take(self, put: dict[Rows, dict[Key, Row]]) -> None:
        """Let the rows of a command that is done wait for the end of its group."""
        for rows, by_key in put.items():
            if (waiting := self.waiting.get(rows)) is None:
                self.waiting[rows] = by_key
            else:
                waiting |= by_key

    def changed(self, table: str) -> None:
        """Forget the answers that come from a table."""
        if table in self.asked:
            self.answers.clear()
            self.asked.clear()

    def learn(self, rows: Rows, key: Key, row: Row) -> None:
        """Remember a row as it stands in the database."""
        known = self.known.setdefault(rows, {})
        if len(known) >= rows.known:
            known.clear()
        known[key] = row

    def write(self, connection: sqlite3.Connection) -> None:
        """Write what waits.

        Raises:
            Unwritable: If a row is refused, some of the others being written.
            sqlite3.Error: If the disk fails.
        """
        try:
            write_rows(connection, self.waiting)
        except Exception as error:
            if is_storage_fault(error):
                raise
            self.broken = True  # whoever happens to be under way must not take it for theirs
            raise Unwritable from error
        for rows, by_key in self.waiting.items():
            if rows in self.foreseen:
                self.foreseen[rows] |= by_key
            if rows.known:
                for key, row in by_key.items():
                    self.learn(rows, key, row)
        self.waiting.clear()


def write_rows(connection: sqlite3.Connection, put: dict[Rows, dict[Key, Row]]) -> None:
    """Write rows, those that others refer to first."""
    for rows in sorted(put, key=lambda rows: rows.turn):
        insert_many(connection, rows.put, list(put[rows].values()))


class WriterTx(SqliteTx):
    """One command of a group.

    Its savepoint is opened only before it changes the database itself. Until then what it put
    waits here, and to undo it is to leave it. Any other statement is kept from missing what waits:
    a reading one that names a table of which rows wait, and every changing one, has them written
    before.

    Attributes:
        mine: Rows this command put, not written yet.
        saved: Whether its savepoint is open.
    """

    __slots__ = ("_asking", "_at_once", "_hop", "_memory", "mine", "saved")

    def __init__(
        self,
        connection: sqlite3.Connection,
        memory: Memory,
        checked: Checked | None = None,
        *,
        at_once: bool = False,
        hop: Hop | None = None,
    ) -> None:
        """Make one.

        Args:
            checked: As a `SqliteTx` has it.
            at_once: Let nothing wait.
            hop: The one it runs in; None: nobody waits for it to end.
        """
        super().__init__(connection, checked)
        self.mine: dict[Rows, dict[Key, Row]] = {}
        self.saved = False
        self._memory = memory
        self._at_once = at_once
        self._hop = hop
        self._asking: set[str] | None = None

    def one(self, sql: str, *params: object) -> Row | None:
        self._get_ready(sql)
        return super().one(sql, *params)

    def all(self, sql: str, *params: object) -> list[Row]:
        self._get_ready(sql)
        return super().all(sql, *params)

    def run(self, sql: str, *params: object) -> int:
        self._get_ready_to_change()
        return super().run(sql, *params)

    def many(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        self._get_ready_to_change()
        super().many(sql, rows)

    def time_is_up(self) -> bool:
        return self._hop is not None and self._hop.is_over()

    def look(self, rows: Rows, *key: object) -> Row | None:
        if self._asking is not None:
            self._asking.add(rows.table)
        memory = self._memory
        for place in (self.mine, memory.waiting, memory.known):
            if (by_key := place.get(rows)) is not None and (row := by_key.get(key)) is not None:
                return row
        if (foreseen := memory.foreseen.get(rows)) is not None and key in foreseen:
            return foreseen[key]
        # Rows that wait have other keys.
        row = super().one(rows.select, *key)
        if row is not None and rows.known:
            memory.learn(rows, key, row)
        return row

    def put(self, rows: Rows, key: Key, row: Row) -> None:
        if self._at_once:
            self.run(rows.put, *row)
            return
        if rows.table in self._memory.asked:
            self._memory.changed(rows.table)
        if (mine := self.mine.get(rows)) is None:
            self.mine[rows] = {key: row}
        else:
            mine[key] = row

    def number(self, rows: Rows) -> int:
        numbers = self._memory.numbers
        if rows not in numbers:
            numbers[rows] = super().number(rows) - 1
        numbers[rows] += 1
        return numbers[rows]

    def recall(self, fn: Callable[..., T], *args: Hashable) -> T:
        memory = self._memory
        question = (fn, args)
        known = memory.answers.get(question)
        outer = self._asking
        if known is None:
            self._asking = set()
            try:
                value = fn(self, *args)
                known = (value, frozenset(self._asking))
            finally:
                self._asking = outer
            if len(memory.answers) >= _ANSWERS_MAX:
                memory.answers.clear()
                memory.asked.clear()
            memory.answers[question] = known
            memory.asked |= known[1]
        if outer is not None:
            outer |= known[1]
        found: T = known[0]
        return found

    def undo(self) -> None:
        """Undo all that this command did."""
        for rows in self.mine:
            self._memory.changed(rows.table)  # an answer may come from what it put
        self.mine.clear()
        if self.saved:
            self._connection.execute("ROLLBACK TO command")
            self._memory.forget()  # something may have been read that was undone
        self.done()

    def done(self) -> None:
        """End this command; what it put waits on."""
        if self.saved:
            self._connection.execute("RELEASE command")
        if self.mine:
            self._memory.take(self.mine)

    def _get_ready(self, sql: str) -> None:
        if not sql.startswith("SELECT"):  # INSERT ... RETURNING, for one
            self._get_ready_to_change()
            return
        words = _words(sql)
        if self._asking is not None:
            self._asking |= words
        for place in (self._memory.waiting, self.mine):
            for rows in place:
                if rows.table in words:
                    self.write_down()
                    return

    def _get_ready_to_change(self) -> None:
        self.write_down()
        self._save()
        self._memory.forget()

    def write_down(self) -> None:
        """Write what waits, and then what this command put."""
        if self._memory.waiting:  # never while a savepoint is open: it would be undone with this
            self._memory.write(self._connection)
        if self.mine:
            self._save()
            mine, self.mine = self.mine, {}
            write_rows(self._connection, mine)
            self._memory.forget()

    def _save(self) -> None:
        if not self.saved:
            if self._memory.waiting:
                self._memory.write(self._connection)
            self._connection.execute("SAVEPOINT command")
            self.saved = True


@lru_cache(_STATEMENTS_MAX)
def _words(sql: str) -> frozenset[str]:
    """Return every word of a statement; the tables it reads are among them."""
    return frozenset(_WORD.findall(sql))
