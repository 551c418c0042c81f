"""Transactions on SQLite: plain ones, and the writer's, which remember rows.

Most of a post's cost is its statements (docs/performance.md). There is a single writer, so rows
that it has read stay valid until it changes them itself. It remembers them, and writes new rows
once for the whole group, with a statement for each table.
"""

import re
import sqlite3
from collections.abc import Callable, Hashable, Iterable, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from bbs.rows import R, select
from bbs_server.store.api import (
    AnyTable,
    GoneThread,
    RemovalReason,
    Row,
    RowKey,
    SearchPart,
    SearchRequest,
    StoredText,
    TableSpec,
    Tx,
)
from bbs_server.store.checked import Checked
from bbs_server.store.gone_author import GoneAuthor
from bbs_server.store.gone_board import GoneBoard
from bbs_server.store.hops import Hop
from bbs_server.store.sqlite import search as sqlite_search
from bbs_server.store.sqlite.faults import name_of
from bbs_server.store.sqlite.identity_map import IdentityMap, flush_rows
from bbs_server.store.sqlite.partitions import IndexChanges, words_of
from bbs_server.store.text_keys import split

T = TypeVar("T")

_STATEMENTS_MAX = 1_000  # different statements; the server has about three hundred
_ANSWERS_MAX = 10_000  # a few KB each at most
_WORD = re.compile(r"\w+")


class SqliteTx:
    """A plain transaction, which writes rows at once; see `bbs_server.store.api.Tx`."""

    __slots__ = ("_connection", "checked", "forgotten", "gone", "gone_members", "index", "kept")

    def __init__(self, connection: sqlite3.Connection, checked: Checked | None = None) -> None:
        """Use a connection's transaction.

        Args:
            checked: The store's fingerprints; None if an altered text should not change a store's
                health.
        """
        self._connection = connection
        self.checked = checked or Checked()
        self.kept: dict[str, StoredText] = {}
        self.index = IndexChanges()
        self.forgotten: list[tuple[str, RemovalReason]] = []
        self.gone: list[GoneThread] = []
        self.gone_members: list[str | GoneAuthor | GoneBoard] = []

    def fetch_one(self, sql: str, *params: object) -> Row | None:
        row: Row | None = self._connection.execute(sql, params).fetchone()
        return row

    def fetch_all(self, sql: str, *params: object) -> list[Row]:
        return self._connection.execute(sql, params).fetchall()

    def fetch_value(self, sql: str, *params: object) -> Any:
        (value,) = self.fetch_one(sql, *params) or (None,)
        return value

    def select(self, row: type[R], sql: str, *params: object) -> list[R]:
        return [row._make(found) for found in self.fetch_all(select(row, sql), *params)]

    def select_one(self, row: type[R], sql: str, *params: object) -> R | None:
        found = self.fetch_one(select(row, sql), *params)
        return None if found is None else row._make(found)

    def execute(self, sql: str, *params: object) -> int:
        return self._connection.execute(sql, params).rowcount

    def execute_many(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        self._connection.executemany(sql, rows)

    def stored_texts(self, keys: Sequence[str]) -> list[tuple[str, str]]:
        places, before = split(keys)
        found = self._bodies("n IN ({})", places) if places else []
        if before:
            found += self._bodies("id IN ({}) AND length(id) = 43", before)
        asked = frozenset(keys)
        return [(key, body) for key, body in found if key in asked]

    def _bodies(self, condition: str, values: Sequence[object]) -> list[Row]:
        where = condition.format(",".join("?" * len(values)))
        try:
            return self.fetch_all(f"SELECT id, body FROM texts WHERE {where}", *values)  # noqa: S608 - only question marks
        except sqlite3.OperationalError as error:
            if name_of(error) is not None:
                raise
        # Python's module could not decode one of the bodies.
        rows = self.fetch_all(f"SELECT id, CAST(body AS BLOB) FROM texts WHERE {where}", *values)  # noqa: S608 - only question marks
        return [(key, body.decode(errors="replace")) for key, body in rows]

    def get(self, rows: TableSpec[R], *key: object) -> R | None:
        return self.select_one(rows.row, rows.select, *key)

    def upsert(self, rows: TableSpec[R], key: RowKey, row: R) -> None:
        self.execute(rows.put, *row)

    def next_number(self, rows: AnyTable) -> int:
        return (self.fetch_value(rows.last) or 0) + 1

    def memoize(self, fn: Callable[..., T], *args: Hashable) -> T:
        return fn(self, *args)

    def add_to_index(self, number: int) -> None:
        self.index.added.add(number)

    def remove_from_index(self, number: int) -> None:
        for found in words_of(self, number, number, limit=1).rows:
            self.index.drop(found)

    def record_removal(self, texts: Iterable[str], why: RemovalReason) -> None:
        self.forgotten += [(key, why) for key in texts]

    def forget_thread(self, gone: GoneThread) -> None:
        self.gone.append(gone)

    def forget_member(self, gone: str, how: GoneAuthor | GoneBoard | None = None) -> None:
        self.gone_members.append(how or gone)

    def attempt(self, fn: Callable[[], T]) -> T:
        kept = dict(self.kept)
        index = self.index.copy()
        forgotten, gone = list(self.forgotten), list(self.gone)
        members = list(self.gone_members)
        self._connection.execute("SAVEPOINT attempt")
        try:
            value = fn()
            self.flush_pending()
        except BaseException:
            # a failing disk may have rolled back the whole transaction
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK TO attempt")
                self._connection.execute("RELEASE attempt")
            self.kept = kept
            self.index = index
            self.forgotten, self.gone = forgotten, gone
            self.gone_members = members
            raise
        self._connection.execute("RELEASE attempt")
        return value

    def flush_pending(self) -> None:
        """Flush pending rows; a plain transaction has none."""

    def time_is_up(self) -> bool:
        return False

    def search(self, what: SearchRequest) -> SearchPart:
        return sqlite_search.search(self._connection, what)

    def move_to(self, other: Tx) -> None:
        assert isinstance(other, SqliteTx)
        self._connection = other._connection


class UnitOfWork(SqliteTx):
    """A command of a group.

    It opens its savepoint only before it changes the database itself. Until then its rows are
    pending, and a rollback drops them. Every other statement sees the pending rows: they are
    flushed before a SELECT that names their table, and before every statement that changes
    something.

    Attributes:
        own_pending: Rows that this command has upserted and not written yet.
        saved: Whether its savepoint is open.
    """

    __slots__ = ("_asking", "_at_once", "_hop", "_memory", "own_pending", "saved")

    def __init__(
        self,
        connection: sqlite3.Connection,
        memory: IdentityMap,
        checked: Checked | None = None,
        *,
        at_once: bool = False,
        hop: Hop | None = None,
    ) -> None:
        """Begin without rows and without a savepoint.

        Args:
            checked: As in `SqliteTx`.
            at_once: Whether to write rows at once instead of deferring them.
            hop: The hop in which it runs; None for no time limit.
        """
        super().__init__(connection, checked)
        self.own_pending: dict[AnyTable, dict[RowKey, Any]] = {}
        self.saved = False
        self._memory = memory
        self._at_once = at_once
        self._hop = hop
        self._asking: set[str] | None = None

    def fetch_one(self, sql: str, *params: object) -> Row | None:
        self._get_ready(sql)
        return super().fetch_one(sql, *params)

    def fetch_all(self, sql: str, *params: object) -> list[Row]:
        self._get_ready(sql)
        return super().fetch_all(sql, *params)

    def execute(self, sql: str, *params: object) -> int:
        self._get_ready_to_change()
        return super().execute(sql, *params)

    def execute_many(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        self._get_ready_to_change()
        super().execute_many(sql, rows)

    def time_is_up(self) -> bool:
        return self._hop is not None and self._hop.is_over()

    def attempt(self, fn: Callable[[], T]) -> T:
        self._get_ready_to_change()
        try:
            return super().attempt(fn)
        except BaseException:
            self.own_pending.clear()
            self._memory.invalidate()  # it may hold rows that were rolled back
            raise

    def get(self, rows: TableSpec[R], *key: object) -> R | None:
        if self._asking is not None:
            self._asking.add(rows.table)
        memory = self._memory
        by_key: dict[RowKey, R] | None
        for place in (self.own_pending, memory.pending, memory.rows):
            if (by_key := place.get(rows)) is not None and (row := by_key.get(key)) is not None:
                return row
        foreseen: dict[RowKey, R | None] | None = memory.prefetched.get(rows)
        if foreseen is not None and key in foreseen:
            return foreseen[key]
        # Pending rows have other keys.
        found = super().fetch_one(rows.select, *key)
        row = None if found is None else rows.row._make(found)
        if row is not None and rows.cached_rows_max:
            memory.remember(rows, key, row)
        return row

    def upsert(self, rows: TableSpec[R], key: RowKey, row: R) -> None:
        if self._at_once:
            self.execute(rows.put, *row)
            return
        if rows.table in self._memory.asked:
            self._memory.changed(rows.table)
        if (mine := self.own_pending.get(rows)) is None:
            self.own_pending[rows] = {key: row}
        else:
            mine[key] = row

    def next_number(self, rows: AnyTable) -> int:
        numbers = self._memory.numbers
        if rows not in numbers:
            numbers[rows] = super().next_number(rows) - 1
        numbers[rows] += 1
        return numbers[rows]

    def memoize(self, fn: Callable[..., T], *args: Hashable) -> T:
        memory = self._memory
        question = (fn, args)
        known = memory.memoized.get(question)
        outer = self._asking
        if known is None:
            self._asking = set()
            try:
                value = fn(self, *args)
                known = (value, frozenset(self._asking))
            finally:
                self._asking = outer
            if len(memory.memoized) >= _ANSWERS_MAX:
                memory.memoized.clear()
                memory.asked.clear()
            memory.memoized[question] = known
            memory.asked |= known[1]
        if outer is not None:
            outer |= known[1]
        found: T = known[0]
        return found

    def rollback(self) -> None:
        """Roll back all changes of this command."""
        for rows in self.own_pending:
            self._memory.changed(rows.table)  # a memoized result may come from its rows
            self._memory.numbers.pop(rows, None)
        self.own_pending.clear()
        if self.saved:
            self._connection.execute("ROLLBACK TO command")
            self._memory.invalidate()  # it may hold rows that were rolled back
        self.complete()

    def complete(self) -> None:
        """End this command; its rows stay pending."""
        if self.saved:
            self._connection.execute("RELEASE command")
        if self.own_pending:
            self._memory.add_pending(self.own_pending)

    def _get_ready(self, sql: str) -> None:
        if not sql.startswith("SELECT"):  # INSERT ... RETURNING, for one
            self._get_ready_to_change()
            return
        words = _words(sql)
        if self._asking is not None:
            self._asking |= words
        for place in (self._memory.pending, self.own_pending):
            for rows in place:
                if rows.table in words:
                    self.flush_pending()
                    return

    def _get_ready_to_change(self) -> None:
        self.flush_pending()
        self._save()
        self._memory.invalidate()

    def flush_pending(self) -> None:
        """Write the pending rows, and then those of this command."""
        # never while a savepoint is open: its rollback would undo these rows, too
        if self._memory.pending:
            self._memory.flush(self._connection)
        if self.own_pending:
            self._save()
            mine, self.own_pending = self.own_pending, {}
            flush_rows(self._connection, mine)
            self._memory.invalidate()

    def _save(self) -> None:
        if not self.saved:
            if self._memory.pending:
                self._memory.flush(self._connection)
            self._connection.execute("SAVEPOINT command")
            self.saved = True


@lru_cache(_STATEMENTS_MAX)
def _words(sql: str) -> frozenset[str]:
    """Return every word of a statement, among them the names of the tables it reads."""
    return frozenset(_WORD.findall(sql))
