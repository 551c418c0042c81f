"""Full-text search on SQLite: FTS5 without a copy of the text, with filters inside the index."""

import sqlite3
import time
from collections.abc import Iterable

from msgspec.structs import replace

from bbs.refusals import QueryTooSlow
from bbs_server.store.api import HIDDEN_NOW, SearchPart, SearchRequest, SearchRow
from bbs_server.store.hops import Hop

SCHEMA = """
CREATE VIRTUAL TABLE search USING fts5(
    title, body, who, place,
    content = '', tokenize = "unicode61 remove_diacritics 2"
)
"""

# Leave out posts whose text no reader may see: otherwise a member could find out hidden words by
# searching for them.
_SHOWN = (
    "NOT EXISTS (SELECT 1 FROM posts p WHERE p.n = search.rowid"  # noqa: S608 - a constant
    " AND (EXISTS (SELECT 1 FROM purges g WHERE g.thread = p.thread AND g.upto >= p.n)"
    f" OR {HIDDEN_NOW.format('p')}))"
)
_COLUMNS = "rowid, title, body, who, place"
_MERGE_PAGES = 16  # a few milliseconds of the engine's work
# A block of the index counts as three steps, however much FTS5 does with it: a few milliseconds.
_STEPS_BETWEEN_LOOKS = 100
_MORE_TIME = 4  # so that the parts' 10, 40 and 200 ms fit into SEARCH_MS_MAX


def _token(kind: str, key: str) -> str:
    """Return an id as one token of the index: letters and digits only."""
    return kind + key.replace("-", "")


def _values(row: SearchRow) -> tuple[int, str, str, str, str]:
    return row.row, row.title, row.body, _token("w", row.who), _token("p", row.place)


class IndexChanges:
    """The changes of a group of commands to the index, written once before its commit."""

    def __init__(self) -> None:
        self._added: dict[int, SearchRow] = {}
        self._dropped: dict[int, SearchRow] = {}

    def take(self, added: Iterable[SearchRow], dropped: Iterable[SearchRow]) -> None:
        """Add the changes of a finished command; write drops before adds, because an edit has both."""
        for row in dropped:
            # A row that the group added is not in the index yet: deleting it from there would
            # damage the index.
            if self._added.pop(row.row, None) is None:
                self._dropped[row.row] = row
        self._added |= {row.row: row for row in added}

    @property
    def drops(self) -> bool:
        """Whether rows are removed from the index, which keeps their text until it is merged."""
        return bool(self._dropped)

    def write(self, connection: sqlite3.Connection) -> None:
        """Write the changes to the index."""
        # One row for each statement: FTS5 flushes at the end of a statement of many rows, and
        # writes more.
        connection.executemany(
            f"INSERT INTO search (search, {_COLUMNS}) VALUES ('delete', ?, ?, ?, ?, ?)",  # noqa: S608 - our own column names
            [_values(row) for row in self._dropped.values()],
        )
        connection.executemany(
            f"INSERT INTO search ({_COLUMNS}) VALUES (?, ?, ?, ?, ?)",  # noqa: S608 - our own column names
            [_values(row) for row in self._added.values()],
        )


def merge_on(connection: sqlite3.Connection, hop: Hop, *, begin: bool) -> bool:
    """Merge the index towards a single segment for as long as a hop may last.

    Until it is merged, the index keeps the text of removed rows (P10).

    Args:
        begin: Whether to merge segments that were added meanwhile, too.

    Returns:
        True if there is more to merge.
    """
    pages = -_MERGE_PAGES if begin else _MERGE_PAGES
    with connection:  # rolls back on an error
        connection.execute("BEGIN IMMEDIATE")
        more = _merge_step(connection, pages)
        while more and not hop.is_over():
            more = _merge_step(connection, _MERGE_PAGES)
        with hop.waiting():
            connection.commit()
    return more


def _merge_step(connection: sqlite3.Connection, pages: int) -> bool:
    before = connection.total_changes
    connection.execute("INSERT INTO search (search, rank) VALUES ('merge', ?)", (pages,))
    # FTS5: fewer changes mean that there was nothing to do
    return connection.total_changes - before >= 2


def merge_all(connection: sqlite3.Connection) -> None:
    """Merge the whole index into one segment in one step, for a database in exclusive use (P10)."""
    # A database of another program has no such index; the caller refuses it elsewhere.
    if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'search'").fetchone():
        connection.execute("INSERT INTO search (search) VALUES ('optimize')")


def expression(what: SearchRequest) -> str:
    """Return the MATCH expression of a query. It quotes all words, so any text is valid. Pure."""
    places = " OR ".join(_token("p", place) for place in what.places)
    parts = [f"place : ({places})"]
    if what.who is not None:
        parts.append(f"who : {_token('w', what.who)}")
    parts += [f"{{title body}} : {_quoted(t.words)}" for t in what.terms if not t.negated]
    wanted = " AND ".join(f"({part})" for part in parts)
    for term in what.terms:
        if term.negated:
            wanted = f"({wanted}) NOT ({{title body}} : {_quoted(term.words)})"
    return wanted


def _quoted(words: str) -> str:
    return '"' + words.replace('"', '""') + '"'


def search(connection: sqlite3.Connection, what: SearchRequest) -> SearchPart:
    """Run a part of a search: return the rows found, newest first, and the request for the rest.

    Raises:
        QueryTooSlow: If no time of `what.budget_ms` is left.
    """
    began = time.monotonic()
    deadline = began + min(what.part_ms, what.budget_ms) / 1000
    connection.set_progress_handler(lambda: int(time.monotonic() > deadline), _STEPS_BETWEEN_LOOKS)
    rows: list[int] = []
    cut = False
    try:
        found = connection.execute(*_statement(what))
        for (row,) in found:
            rows.append(row)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorname != "SQLITE_INTERRUPT":
            raise
        cut = True
    finally:
        connection.set_progress_handler(None, 0)
    if not cut or len(rows) == what.limit:
        return SearchPart(rows, None)
    rest = rest_of(what, rows, (time.monotonic() - began) * 1000)
    if rest.budget_ms <= 0:
        raise QueryTooSlow
    return SearchPart(rows, rest)


def rest_of(what: SearchRequest, rows: list[int], used_ms: float) -> SearchRequest:
    """Return the request for the rest of a search after a part that was cut. Pure.

    It goes on below the last row found. If the part found no row, FTS5 does not report how far it
    came, so the next part begins at the same place and has more time.
    """
    return replace(
        what,
        limit=what.limit - len(rows),
        below=rows[-1] if rows else what.below,
        part_ms=what.part_ms if rows else what.part_ms * _MORE_TIME,
        budget_ms=what.budget_ms - used_ms,
    )


def _statement(what: SearchRequest) -> tuple[str, list[object]]:
    sql = "SELECT search.rowid FROM search"
    if what.since_ms is not None or what.until_ms is not None:
        sql += " JOIN posts ON posts.n = search.rowid"
    conditions = {
        "search MATCH ?": expression(what),
        "posts.at >= ?": what.since_ms,
        "posts.at < ?": what.until_ms,
        "search.rowid < ?": what.below,
    }
    asked = {each: value for each, value in conditions.items() if value is not None}
    sql = f"{sql} WHERE {' AND '.join([*asked, _SHOWN])} ORDER BY search.rowid DESC LIMIT ?"
    return sql, [*asked.values(), what.limit]
