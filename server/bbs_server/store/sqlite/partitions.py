"""The search index as it is stored: FTS5 tables without a copy of the text, each for a range of posts.

A range of post numbers has one table. No number is in two ranges, and every post up to the last
number of the last range is in its table if it can be found, or its number is in the queue. Posts
above that number are not in the index yet. `index_care` puts them there.

FTS5 takes a post out of such a table only by the exact tokens that were put in. So a range names
the version of the cutting by which its posts were cut, and words are read by one statement.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, Self

from bbs import words
from bbs.rows import columns, marks
from bbs_server.store.api import Tx
from bbs_server.store.text_keys import COMMITMENT_CHARS

UNICODE61 = "unicode61"
"""The cutting of the index before there were ranges: FTS5's own, of words as they are written."""

NOT_INDEXED = ""
"""The cutting of a range that has no table: its posts have yet to be indexed."""

POSTS_MAX = 50_000
"""The posts of a range. Rewriting one range takes a second at most, and erases what was taken out."""

_FIRST_TABLE = 0  # the id of the index's table `search`, from before there were ranges


def _place_of(key: str) -> str:
    """Return an expression for the place of a text's row by its key, as `text_keys` reads it."""
    before = f"SELECT n FROM texts WHERE id = {key} AND length(id) = {COMMITMENT_CHARS}"  # noqa: S608 - names of ours
    place = f"CAST(substr({key}, {COMMITMENT_CHARS + 2}) AS INTEGER)"
    return f"CASE length({key}) WHEN {COMMITMENT_CHARS} THEN ({before}) ELSE {place} END"


_TITLE = "iif(p.number = 1, h.title_text, p.subject_text)"
# Bytes, because Python's module refuses a whole page for one text that the disk altered. Joined in
# this order, so that no table is read to its end.
_POSTS = f"""
SELECT p.n, p.board, p.author, CAST(coalesce(t.body, '') AS BLOB), CAST(b.body AS BLOB)
FROM posts p CROSS JOIN texts b ON b.n = {_place_of("p.body_text")} AND b.id = p.body_text
LEFT JOIN threads h ON p.number = 1 AND h.id = p.thread
LEFT JOIN texts t ON t.n = {_place_of(_TITLE)} AND t.id = {_TITLE}
WHERE p.n BETWEEN ? AND ? AND p.number IS NOT NULL
ORDER BY p.n LIMIT ?
""".strip()  # noqa: S608 - names of ours

_CREATE = """
CREATE VIRTUAL TABLE {0} USING fts5(
    title, body, who, place, content = '', columnsize = 0, tokenize = 'ascii'
)
"""
# FTS5 would merge in the commits of posts, and then as much as it likes.
_OPTIONS = {"automerge": 0, "crisismerge": 200, "usermerge": 8}


class Range(NamedTuple):
    """Posts that one table of the index is for.

    Attributes:
        cutting: By which version the posts were cut; `NOT_INDEXED` where there is no table.
        first, upto: The numbers of the posts, both included; none where `upto` is lower.
        to_merge: How often there was reason to write the table anew since that was last done: a post
            was taken out, of which it keeps words until then (P10), or the range was finished.
    """

    id: int
    cutting: str
    first: int
    upto: int
    to_merge: int = 0

    @property
    def table(self) -> str:
        """The name of its FTS5 table."""
        return "search" if self.id == _FIRST_TABLE else f"search_{self.id}"

    @property
    def is_stale(self) -> bool:
        """Whether its posts are to be indexed anew, by the present cutting."""
        return self.cutting != words.CUTTING


def ranges(connection: sqlite3.Connection) -> list[Range]:
    """Return the ranges that have posts, in their order."""
    found = connection.execute(
        f"SELECT {columns(Range)} FROM search_ranges WHERE first <= upto ORDER BY first"  # noqa: S608 - names of ours
    )
    return list(map(Range._make, found))


def add_range(connection: sqlite3.Connection, first: int) -> Range:
    """Make a range without posts, and its table."""
    (last,) = connection.execute("SELECT max(id) FROM search_ranges").fetchone()
    added = Range(_FIRST_TABLE + 1 if last is None else last + 1, words.CUTTING, first, first - 1)
    connection.execute(_CREATE.format(added.table))
    for name, value in _OPTIONS.items():
        configure(connection, added, name, value)
    connection.execute(
        f"INSERT INTO search_ranges ({columns(Range)}) VALUES ({marks(Range)})",  # noqa: S608 - names of ours
        added,
    )
    return added


def configure(connection: sqlite3.Connection, of: Range, name: str, value: int) -> None:
    """Set an option of a table, or run a command that takes a number."""
    connection.execute(f"INSERT INTO {of.table} ({of.table}, rank) VALUES (?, ?)", (name, value))  # noqa: S608 - names of ours


def adopt_first_table(connection: sqlite3.Connection) -> None:
    """Make a range of the index from before there were ranges, if this database has it."""
    known = "SELECT 1 FROM search_ranges WHERE id = ?"
    if not has_table(connection, "search") or connection.execute(known, (_FIRST_TABLE,)).fetchone():
        return
    connection.execute(
        f"INSERT INTO search_ranges ({columns(Range)})"  # noqa: S608 - names of ours
        " SELECT ?, ?, 1, coalesce(max(n), 0), 0 FROM posts",
        (_FIRST_TABLE, UNICODE61),
    )
    for name in ("automerge", "crisismerge"):
        configure(connection, Range(_FIRST_TABLE, UNICODE61, 1, 0), name, _OPTIONS[name])


def has_table(connection: sqlite3.Connection, name: str) -> bool:
    """Return whether the database has a table of this name."""
    found = connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (name,))
    return found.fetchone() is not None


class SearchRow(NamedTuple):
    """What the search index holds of a post.

    Attributes:
        row: The post's place in the order of writing; a search returns it, newest first.
        place: The board's id; filters inside the index.
        who: The author's id; filters inside the index.
        title, body: In UTF-8, unless the disk altered them.
    """

    row: int
    place: str
    who: str
    title: bytes
    body: bytes


class Words(NamedTuple):
    """What the index holds of posts, in their order, and up to which number they were looked at."""

    rows: list[SearchRow]
    upto: int


def words_of(tx: Tx, first: int, upto: int, *, limit: int) -> Words:
    """Read what the index holds of published posts; altered texts as they are.

    Args:
        first, upto: The numbers of the posts, both included.
        limit: How many posts at most.
    """
    # Not `texts.load_bodies`: what was put in is taken out, however the disk altered it meanwhile.
    rows = tx.select(SearchRow, _POSTS, first, upto, limit)
    return Words(rows, rows[-1].row if len(rows) == limit else upto)


def token(kind: str, key: str) -> str:
    """Return an id as one token of the index: letters and digits only."""
    return kind + key.replace("-", "")


def _values(row: SearchRow, cutting: str) -> tuple[int, str, str, str, str]:
    title, body = row.title.decode(errors="replace"), row.body.decode(errors="replace")
    if cutting != UNICODE61:
        title, body = words.cut(title), words.cut(body)
    return row.row, title, body, token("w", row.who), token("p", row.place)


def insert(connection: sqlite3.Connection, to: Range, rows: Iterable[SearchRow]) -> None:
    """Put posts into a range's table; they must not be there yet."""
    if to.cutting == NOT_INDEXED:
        return
    # One row for each statement: FTS5 flushes at the end of a statement of many rows, and
    # writes more.
    connection.executemany(
        f"INSERT INTO {to.table} (rowid, title, body, who, place) VALUES (?, ?, ?, ?, ?)",  # noqa: S608 - names of ours
        (_values(row, to.cutting) for row in rows),
    )


def _remove(connection: sqlite3.Connection, of: Range, row: SearchRow) -> None:
    """Take a post out of a range's table, as it was put in."""
    if of.cutting == NOT_INDEXED:
        return
    connection.execute(
        f"INSERT INTO {of.table} ({of.table}, rowid, title, body, who, place)"  # noqa: S608 - names of ours
        " VALUES ('delete', ?, ?, ?, ?, ?)",
        _values(row, of.cutting),
    )
    merge_later(connection, of)


def merge_later(connection: sqlite3.Connection, of: Range) -> None:
    """Note a reason to write a range's table anew."""
    connection.execute("UPDATE search_ranges SET to_merge = to_merge + 1 WHERE id = ?", (of.id,))


def range_of(found: Sequence[Range], number: int) -> Range:
    """Return the range of a post that is not above them all."""
    return next(each for each in found if each.first <= number <= each.upto)


class IndexChanges:
    """Changes to the index, of a command or of a group.

    Attributes:
        added: The numbers of posts that are to be found from now on, unless they are above the
            index anyway.
        dropped: What the index held of posts before these changes, by their numbers.
    """

    __slots__ = ("added", "dropped")

    def __init__(self) -> None:
        self.added: set[int] = set()
        self.dropped: dict[int, SearchRow] = {}

    def drop(self, row: SearchRow) -> None:
        """Take a post out, as its words are before they change."""
        # What these changes added is not in the index yet.
        if row.row in self.added:
            self.added.discard(row.row)
        else:
            self.dropped.setdefault(row.row, row)

    def take(self, later: Self) -> None:
        """Add the changes of a command that finished; drops before adds, because an edit has both."""
        for row in later.dropped.values():
            self.drop(row)
        self.added |= later.added

    def copy(self) -> Self:
        """Return the changes so far, to come back to."""
        same = type(self)()
        same.added, same.dropped = set(self.added), dict(self.dropped)
        return same

    def write(self, connection: sqlite3.Connection) -> None:
        """Take out what was dropped, and queue what was added below the index's end."""
        if not self.added and not self.dropped:
            return
        if self.dropped:
            self._drop_from(connection, ranges(connection))
        end = indexed_upto(connection)
        connection.executemany(
            "INSERT INTO search_queue (n) VALUES (?) ON CONFLICT DO NOTHING",
            [(number,) for number in self.added if number <= end],
        )

    def _drop_from(self, connection: sqlite3.Connection, found: Sequence[Range]) -> None:
        end = found[-1].upto if found else 0
        for number, row in self.dropped.items():
            if number > end:
                continue
            queued = connection.execute("DELETE FROM search_queue WHERE n = ?", (number,))
            if not queued.rowcount:
                _remove(connection, range_of(found, number), row)


def indexed_upto(connection: sqlite3.Connection) -> int:
    """Return the number above which no post is in the index yet."""
    (upto,) = connection.execute("SELECT max(upto) FROM search_ranges").fetchone()
    return upto or 0


def newest_first(found: Sequence[Range], below: int | None) -> Iterator[Range]:
    """Yield the ranges that have a table and posts below a number, the newest posts first."""
    for each in reversed(found):
        if each.cutting != NOT_INDEXED and (below is None or each.first < below):
            yield each
