"""The storage engine, as the rest of the server sees it. Nothing here or above knows which it is.

Handlers write the SQL that SQLite and PostgreSQL both understand, with `?` for parameters. What
the engines do differently (search, pragmas, locks, errors) stands behind these two protocols.
A statement that orders text names the collation `"binary"`, the order of bytes on every engine: it
is SQLite's own, and PostgreSQL's schema will make a collation of that name from its `"C"`.
"""

from collections.abc import Callable, Generator, Hashable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from bbs import limits
from bbs.clock import Ms
from bbs.rows import R, columns, marks
from bbs_server.store.checked import Checked
from bbs_server.store.proven_time import ProvenTime

T = TypeVar("T")
Row = tuple[Any, ...]
RowKey = tuple[object, ...]
Slices = Generator[None, None, T]
"""A read that may be long: it yields wherever it can be cut, and others may read before it goes on.

Its `tx` stays valid; rows read after a `yield` may be of a later moment.
"""


fault_names: list[Callable[[BaseException], str | None]] = []
"""What each engine adds: a function that returns its name of an error, None for another's error."""


def fault_name(error: BaseException) -> str | None:
    """Return what the engine in use calls an error of its own, without any values; or None."""
    return next((name for name_of in fault_names if (name := name_of(error))), None)


class RemovalReason(StrEnum):
    """Why a text is gone for good; a restore erases it again for the same reason (P10)."""

    WITHDRAWN = "withdrawn"
    FADED = "faded"
    PURGED = "purged"
    REPLACED = "replaced"  # by other words, or what they belonged to is over


class GoneThread(NamedTuple):
    """A thread all words of which are to go; see `Tx.forget_thread`.

    Attributes:
        upto: The last of its posts that goes, by its row.
        at: Those written after this time stay, also where a restored database gives such rows anew.
    """

    thread: str
    upto: int
    at: Ms


WORDS_OF_GONE_THREAD = (
    "thread = ? AND n <= ? AND CASE imported WHEN 1 THEN visible_at ELSE at END <= ?"
    " AND body_text IS NOT NULL"
)
"""The posts whose text a `GoneThread` still has; imported posts are dated by their writer's clock."""


HIDDEN_NOW = (
    "EXISTS (SELECT 1 FROM hidings h WHERE h.thread = {0}.thread AND h.first <= {0}.n"
    " AND h.upto >= {0}.n AND h.ended_at IS NULL)"
)
"""SQL for whether a post is hidden; takes the name of `posts` in the statement."""


class SearchRow(NamedTuple):
    """A post as the search index has it: enough to add it, and to take it out again.

    Attributes:
        row: The post's place in the order of writing; a search returns it, newest first.
        place: The board's id; filters inside the index.
        who: The author's id; filters inside the index.
    """

    row: int
    place: str
    who: str
    title: str
    body: str


@dataclass(frozen=True, slots=True)
class SearchTerm:
    """A word, or words that stand beside one another; `negated`: must not be there."""

    words: str
    negated: bool = False


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A query, resolved for its reader.

    Attributes:
        places: Ids of the boards that may be searched; never empty.
        who: The author's id, or None for anybody.
        since_ms, until_ms: Bounds of the time of writing, half open; None: no bound.
        below: Only rows with a lower number; None: from the newest.
        budget_ms: After so long altogether the engine gives up with `QueryTooSlow`.
        part_ms: After so long a part ends with the rows found until then.
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
        rows: Of the posts found, newest first.
        rest: The request for the next part; None: the search is complete, or has found enough.
    """

    rows: list[int]
    rest: SearchRequest | None


@dataclass(frozen=True, eq=False)
class TableSpec(Generic[R]):
    """A table whose rows are looked up, and put, singly by their key.

    The engine may write a row later, in a statement with rows of others, but before a statement
    reads the table and before the commit.

    Attributes:
        table: Its name.
        row: Its columns, as the fields of its rows.
        key: The columns that name a row.
        write_order: Tables are written in this order: a row comes after what it refers to.
        updated_columns: Those that differ when a row is put again; None: a row is put once.
        cached_rows_max: How many of its rows a writer may remember from one group to the next.
        number: The column that numbers the rows in the order of writing, where there is one.
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
        """Those of a row, separated by commas."""
        return columns(self.row)

    @cached_property
    def select(self) -> str:
        """One row by its key."""
        found = " AND ".join(f"{name} = ?" for name in self.key)
        return f"SELECT {self.columns} FROM {self.table} WHERE {found}"  # noqa: S608 - names of ours

    @cached_property
    def put(self) -> str:
        """Write one row, new or changed."""
        sql = f"INSERT INTO {self.table} ({self.columns}) VALUES ({marks(self.row)})"  # noqa: S608 - names of ours
        if self.updated_columns is None:
            return sql
        changes = ", ".join(f"{name} = excluded.{name}" for name in self.updated_columns)
        return f"{sql} ON CONFLICT ({', '.join(self.key)}) DO UPDATE SET {changes}"

    @cached_property
    def last(self) -> str:
        """Ask for the highest number given to a row."""
        return f"SELECT max({self.number}) FROM {self.table}"  # noqa: S608 - names of ours


AnyTable = TableSpec[Any]


class StoredText(NamedTuple):
    """A text as it is stored."""

    body: str
    salt: bytes


class Tx(Protocol):
    """A transaction, on the engine's thread. Valid only inside the function that gets it.

    Attributes:
        kept: Texts that this transaction stored, by id: it need not read them back.
        checked: Tells which stored texts are whole; an altered text becomes the store's health.
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
        """Change something; return how many rows were changed."""
        ...

    def execute_many(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        """Run one changing statement for each of `rows`."""
        ...

    def stored_texts(self, keys: Sequence[str]) -> list[tuple[str, str]]:
        """Return id and body of those texts that are stored, at most 500 at once, unchecked.

        In a body that the disk has changed, bytes that are no UTF-8 any more are replaced.
        """
        ...

    def get(self, rows: TableSpec[R], *key: object) -> R | None:
        """Return the row with this key as it now stands, or None."""
        ...

    def upsert(self, rows: TableSpec[R], key: RowKey, row: R) -> None:
        """Make `row` the one with this key."""
        ...

    def next_number(self, rows: AnyTable) -> int:
        """Return a number that no row has had; an unused number leaves a gap."""
        ...

    def memoize(self, fn: Callable[..., T], *args: Hashable) -> T:
        """Return `fn(tx, *args)`; its earlier result, if the tables it read are unchanged since.

        Args:
            fn: A function of the stored rows and of its arguments alone. Its result is shared and
                must not be changed.
        """
        ...

    def add_to_index(self, row: SearchRow) -> None:
        """Add a post to the search index. Takes effect with the commit."""
        ...

    def remove_from_index(self, row: SearchRow) -> None:
        """Take a post out of the search index; `row` must be as it was added."""
        ...

    def record_removal(self, texts: Iterable[str], why: RemovalReason) -> None:
        """Note texts that this transaction deletes, so that no backup brings them back (P10)."""
        ...

    def forget_thread(self, gone: GoneThread) -> None:
        """Note that all text of a thread is to go, so that no backup brings it back (P10)."""
        ...

    def attempt(self, fn: Callable[[], T]) -> T:
        """Return `fn()`; if it raises, undo its changes, and only those, and let the error pass."""
        ...

    def time_is_up(self) -> bool:
        """Whether timed work should end its slice here; see `bbs_server.store.hops.in_time`."""
        ...

    def search(self, what: SearchRequest) -> SearchPart:
        """Do a part of a search.

        Raises:
            QueryTooSlow: If the time budget is used up.
        """
        ...

    def move_to(self, other: "Tx") -> None:
        """Read in `other` from now on, a read transaction begun later."""
        ...


class Store(Protocol):
    """A database with a single writer and several readers.

    Attributes:
        time: The proven time of this database.
    """

    @property
    def time(self) -> ProvenTime: ...

    async def read(self, fn: Callable[[Tx], T]) -> T:
        """Run `fn` in a read transaction: it sees one moment. Cancel-safe."""
        ...

    async def write(
        self,
        fn: Callable[[Tx], T],
        *,
        after: Callable[[T], None] | None = None,
        prefetch: Sequence[tuple[AnyTable, RowKey]] = (),
    ) -> T:
        """Run `fn` in a transaction of its own, committed together with others that wait.

        Args:
            fn: A plain function. If it raises, its changes are undone and its neighbours' kept.
                It may be run again from the start, its first changes undone.
            prefetch: Rows it will look up by their keys: the engine may do it for many at once.
            after: Called on the event loop once the commit is durable, in the order of commits,
                before the call returns; called even if the caller was cancelled meanwhile.

        Raises:
            StorageUnavailable: If the commit failed; nothing of the group was kept.
            Throttled: If too many writes are waiting.

        Cancelling stops the waiting, not the write.
        """
        ...

    def health(self) -> str | None:
        """Return None when all is well; else full, read_only, corrupt, locked or failed.

        A fault lasts until `prove` has written as much as a post: smaller writes may still fit
        where no post does. `corrupt` lasts until the next start.
        """
        ...

    async def prove(self) -> str | None:
        """Write as much as a long post takes, and return the health after it. Cancel-safe.

        Writes nothing where no write can heal.
        """
        ...

    def look_at_files(self) -> None:
        """Look once whether the engine's open files still have their names.

        If a file has lost its name, health is `failed` until the next start, and the store writes
        no more: the writes would be lost with the process. The store looks after each commit, too,
        before it answers.
        """
        ...

    async def verify(self) -> None:
        """Look through the whole database once; health is `corrupt` for good if it is damaged.

        Takes as long as reading the file does, beside all other work. Cancel-safe.
        """
        ...

    async def run_maintenance(self) -> bool:
        """Do the engine's housekeeping: erase the traces of dropped words (P10).

        Returns:
            Whether all is done; if not, a reader was in the way: try again soon.
        """
        ...

    async def close(self) -> None:
        """Finish the queued writes and close. Safe to call twice."""
        ...


class Rollback(Exception):
    """Raised by a function that wants its changes undone and its value returned all the same."""

    def __init__(self, value: object) -> None:
        self.value = value
