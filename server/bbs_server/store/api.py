"""The storage engine, as the rest of the server sees it, whichever engine it is.

Handlers write the SQL that SQLite and PostgreSQL both understand, with `?` for parameters. These
two protocols hide the differences between the engines: search, pragmas, locks, errors. A statement
that orders text names the collation `"binary"`, the order of bytes on every engine: it is SQLite's
own, and PostgreSQL's schema will make a collation of that name from its `"C"`.
"""

from collections.abc import Callable, Generator, Hashable, Iterable, Sequence
from enum import StrEnum
from functools import cached_property
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from msgspec import Struct

from bbs import limits
from bbs.clock import Ms
from bbs.rows import R, columns, marks
from bbs_server.store.checked import Checked
from bbs_server.store.gone_author import GoneAuthor
from bbs_server.store.gone_board import GoneBoard
from bbs_server.store.proven_time import ProvenTime

T = TypeVar("T")
Row = tuple[Any, ...]
RowKey = tuple[object, ...]
Slices = Generator[None, None, T]
"""A read that may be long: it yields wherever it can be cut, and others may read before it goes on.

Its `tx` stays valid; rows read after a `yield` may be of a later moment.
"""


class RemovalReason(StrEnum):
    """Why a text is gone for good; a restore erases it again for the same reason (P10)."""

    WITHDRAWN = "withdrawn"
    FADED = "faded"
    PURGED = "purged"
    REPLACED = "replaced"  # by another wording, or because the thing that it belonged to has ended


class GoneThread(NamedTuple):
    """A thread whose text is to be erased completely; see `Tx.forget_thread`.

    Attributes:
        upto: The row of the last of its posts to erase.
        at: Posts written after this time stay, also where a restored database reuses row numbers.
    """

    thread: str
    upto: int
    at: Ms


WORDS_OF_GONE_THREAD = (
    "thread = ? AND n <= ? AND CASE imported WHEN 1 THEN visible_at ELSE at END <= ?"
    " AND body_text IS NOT NULL"
)
"""The posts whose text a `GoneThread` still has; imported posts are dated by their writer's clock.
"""


class SearchTerm(Struct, frozen=True):
    """A word, or words that stand beside one another, as they were typed.

    Attributes:
        negated: Whether a found post must not have them.
        prefix: Whether the last word may also be the beginning of a longer one.
    """

    words: str
    negated: bool = False
    prefix: bool = False


class SearchRequest(Struct, frozen=True):
    """A query, resolved for its reader.

    Attributes:
        places: Ids of the boards that may be searched; never empty.
        who: The author's id; None for every author.
        since_ms, until_ms: Bounds of the time of writing, half open; None for no bound.
        below: Only rows with a lower number; None to begin with the newest.
        budget_ms: The time for all parts; after it the engine raises `QueryTooSlow`.
        part_ms: The time for this part; after it the part returns the rows found until then.
    """

    terms: tuple[SearchTerm, ...]
    places: tuple[str, ...]
    who: str | None
    since_ms: int | None
    until_ms: int | None
    below: int | None
    limit: int
    budget_ms: float
    part_ms: float = limits.READ_SLICE_MS_MAX / 2


class SearchPart(NamedTuple):
    """The result of a part of a search.

    Attributes:
        rows: The rows of the posts found, newest first.
        rest: The request for the next part; None if the search is complete or has found enough.
    """

    rows: list[int]
    rest: SearchRequest | None


class TableSpec(Struct, Generic[R], frozen=True, eq=False, dict=True):
    """A table whose rows are read and written one by one, by their key.

    The engine may write a row later, together with rows of other commands, but always before a
    statement reads the table and before the commit.

    Attributes:
        table: Its name.
        row: Its columns, as the fields of its rows.
        key: The columns that name a row.
        write_order: Tables are written in this order, so that a row comes after the rows it refers
            to.
        updated_columns: The columns that an update changes; None if rows are never updated.
        cached_rows_max: How many of its rows a writer may remember from one group to the next.
        number: The column that numbers the rows in the order of writing; None for none.
    """

    table: str
    row: type[R]
    key: tuple[str, ...]
    write_order: int
    updated_columns: tuple[str, ...] | None = None
    cached_rows_max: int = 0
    number: str = ""

    def key_of(self, row: R) -> RowKey:
        """Return the key of a row."""
        return tuple(getattr(row, name) for name in self.key)

    @cached_property
    def columns(self) -> str:
        """The columns of a row, separated by commas."""
        return columns(self.row)

    @cached_property
    def select(self) -> str:
        """The statement that reads one row by its key."""
        found = " AND ".join(f"{name} = ?" for name in self.key)
        return f"SELECT {self.columns} FROM {self.table} WHERE {found}"  # noqa: S608 - names of ours

    @cached_property
    def put(self) -> str:
        """The statement that writes one row, new or changed."""
        sql = f"INSERT INTO {self.table} ({self.columns}) VALUES ({marks(self.row)})"  # noqa: S608 - names of ours
        if self.updated_columns is None:
            return sql
        changes = ", ".join(f"{name} = excluded.{name}" for name in self.updated_columns)
        return f"{sql} ON CONFLICT ({', '.join(self.key)}) DO UPDATE SET {changes}"

    @cached_property
    def last(self) -> str:
        """The statement that reads the highest number given to a row."""
        return f"SELECT max({self.number}) FROM {self.table}"  # noqa: S608 - names of ours


AnyTable = TableSpec[Any]


class StoredText(NamedTuple):
    """A text as it is stored."""

    body: str
    salt: bytes


class Tx(Protocol):
    """A transaction, on the engine's thread. Valid only inside the function that gets it.

    Attributes:
        kept: Texts that this transaction stored, by id, so that it need not read them back.
        checked: Knows which stored texts match their ids; an altered text changes the store's
            health.
    """

    kept: dict[str, StoredText]
    checked: Checked

    def fetch_one(self, sql: str, *params: object) -> Row | None:
        """Return the first row, or None, to be unpacked at once."""
        ...

    def fetch_all(self, sql: str, *params: object) -> list[Row]:
        """Return all rows, to be unpacked at once."""
        ...

    def fetch_value(self, sql: str, *params: object) -> Any:
        """Return the first column of the first row; None where there is no row."""
        ...

    def select(self, row: type[R], sql: str, *params: object) -> list[R]:
        """Return all rows with names; `sql` is as `bbs.rows.select` takes it."""
        ...

    def select_one(self, row: type[R], sql: str, *params: object) -> R | None:
        """Return the first row with names, or None; `sql` is as `bbs.rows.select` takes it."""
        ...

    def execute(self, sql: str, *params: object) -> int:
        """Run a statement that changes something; return how many rows it changed."""
        ...

    def execute_many(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        """Run one changing statement for each of `rows`."""
        ...

    def stored_texts(self, keys: Sequence[str]) -> list[tuple[str, str]]:
        """Return id and body of those of at most 500 texts that are stored, without checking them.

        Invalid UTF-8, which a faulty disk may cause, is replaced.
        """
        ...

    def get(self, rows: TableSpec[R], *key: object) -> R | None:
        """Return the row with this key as this transaction sees it, or None."""
        ...

    def upsert(self, rows: TableSpec[R], key: RowKey, row: R) -> None:
        """Insert `row`, or replace the row with the same key."""
        ...

    def next_number(self, rows: AnyTable) -> int:
        """Return a number above those of all rows; one that was undone may be given again."""
        ...

    def memoize(self, fn: Callable[..., T], *args: Hashable) -> T:
        """Return `fn(tx, *args)`, or its earlier result while the tables it read are unchanged.

        Args:
            fn: A function of the stored rows and of its arguments alone. Its result is shared and
                must not be changed.
        """
        ...

    def add_to_index(self, number: int) -> None:
        """Let a published post be found by its words, within a second after the commit."""
        ...

    def remove_from_index(self, number: int) -> None:
        """Take a published post out of the search index, with the commit.

        Its words and where it stands must still be as they were when it was added.
        """
        ...

    def record_removal(self, texts: Iterable[str], why: RemovalReason) -> None:
        """Record texts that this transaction deletes, so that no backup brings them back (P10)."""
        ...

    def forget_thread(self, gone: GoneThread) -> None:
        """Record that all text of a thread is to go, so that no backup brings it back (P10)."""
        ...

    def forget_member(self, gone: str, how: GoneAuthor | GoneBoard | None = None) -> None:
        """Record that a member's all is to go, or how they left, or where a board went; for backups."""
        ...

    def attempt(self, fn: Callable[[], T]) -> T:
        """Return `fn()`. If it raises, undo its changes alone and raise its error again."""
        ...

    def time_is_up(self) -> bool:
        """Whether timed work should end its slice here; see `bbs_server.store.hops.in_time`."""
        ...

    def search(self, what: SearchRequest) -> SearchPart:
        """Run a part of a search.

        Raises:
            QueryTooSlow: If the time budget is used up.
        """
        ...

    def move_to(self, other: "Tx") -> None:
        """Continue reading in `other`, a read transaction that began later."""
        ...


class Store(Protocol):
    """A database with a single writer and several readers.

    Attributes:
        time: The proven time of this database.
    """

    @property
    def time(self) -> ProvenTime: ...

    async def read(self, fn: Callable[[Tx], T]) -> T:
        """Run `fn` in a read transaction, which sees a single moment. Cancelling is safe."""
        ...

    async def write(
        self,
        fn: Callable[[Tx], T],
        *,
        after: Callable[[T], None] | None = None,
        prefetch: Sequence[tuple[AnyTable, RowKey]] = (),
    ) -> T:
        """Run `fn` in a transaction; return its result after the commit is durable (P12).

        Commands that wait at the same time share one commit. Cancelling stops the waiting, not the
        write.

        Args:
            fn: A plain function. If it raises, only its own changes are undone. It may be run again
                from the start; then its first changes were undone before.
            prefetch: Rows that `fn` will read by key; the engine loads them for a whole group at
                once.
            after: Called on the event loop once the commit is durable, in the order of commits,
                before the call returns; called even if the caller was cancelled meanwhile.

        Raises:
            StorageUnavailable: If the commit failed; no command of the group was stored.
            Throttled: If too many writes are waiting.
        """
        ...

    def submit(
        self,
        fn: Callable[[Tx], T],
        done: Callable[[T | None, BaseException | None], None],
        *,
        after: Callable[[T], None] | None = None,
        prefetch: Sequence[tuple[AnyTable, RowKey]] = (),
    ) -> None:
        """Do as `write` for a caller that does not wait; what it raises at once, `done` does not get.

        `done` gets the result or the error a turn of the event loop after every `after` of the group.
        """
        ...

    def health(self) -> str | None:
        """Return None if the store works; else full, read_only, corrupt, locked or failed.

        A fault lasts until `prove` has written as much as a post, because smaller writes may still
        fit where no post does. `corrupt` lasts until the next start.
        """
        ...

    async def prove(self) -> str | None:
        """Write as much as a long post takes, and return the health after it. Cancelling is safe.

        Writes nothing if the fault is one that no write can end.
        """
        ...

    def look_at_files(self) -> None:
        """Check that the engine's open files still have their names.

        If a file has lost its name, health is `failed` until the next start, and the store writes
        no more: the writes would be lost with the process. The store looks after each commit, too,
        before it answers.
        """
        ...

    async def verify(self) -> None:
        """Check the whole database; if it is damaged, health stays `corrupt`.

        Takes as long as reading the file, while other work goes on. Cancelling is safe.
        """
        ...

    async def update_index(self) -> None:
        """Let every post that was committed before be found by its words when this returns.

        The store does so by itself within a second.
        """
        ...

    async def run_maintenance(self) -> bool:
        """Do the engine's housekeeping: erase the traces of dropped words (P10).

        Returns:
            True if all is done; False if a reader was active: try again soon.
        """
        ...

    async def close(self) -> None:
        """Finish the queued writes and close. Safe to call twice."""
        ...


class Rollback(Exception):
    """Raised by a function to undo its changes and still return a value."""

    def __init__(self, value: object) -> None:
        self.value = value
