"""Work on the search index in hops of its own: additions, a new cutting, erasing what was taken out.

None of its commits needs to be durable: what a crash undoes is done again, and what it does not undo
is whole.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from bbs_server.store.hops import Hop
from bbs_server.store.sqlite.partitions import (
    NOT_INDEXED,
    POSTS_MAX,
    Range,
    SearchRow,
    Words,
    add_range,
    configure,
    has_table,
    indexed_upto,
    insert,
    merge_later,
    range_of,
    ranges,
    words_of,
)
from bbs_server.store.sqlite.unit_of_work import SqliteTx

# A hop indexes at most as many, because commands wait for it: about five milliseconds. Fewer would
# write more: each commit makes a segment of the index, and segments are merged again and again.
_POSTS_AT_ONCE = 200
_NUMBERS_AT_ONCE = 2_000  # posts whose words are gone are passed over quickly, but are looked at
_MERGE_PAGES = 16  # a millisecond or two of the engine's work; a common word makes it four
_MERGES_AT_ONCE = 4
_ROWS_AT_ONCE = 50  # of a table that is deleted
_SLICES_AT_ONCE = 20  # most rows are pages that are overwritten: 4 MB for the commit to write
# The tables behind a table of FTS5, their keys, and which rows it can be dropped without.
_SHADOWS = (("data", "id", "id > 10"), ("idx", "segid, term", "1"), ("docsize", "id", "1"))
# While a table is written anew, FTS5 must merge whatever there is; else it waits for more segments.
_SEGMENTS, _ALL_SEGMENTS = 8, 2


class Rebuilding(NamedTuple):
    """How far a new cutting has come: so many of the posts are indexed by it."""

    done: int
    posts: int


def index_waiting(connection: sqlite3.Connection, hop: Hop) -> bool:
    """Put posts that wait into the index, with their words as they are now.

    Returns:
        True if there may be more.
    """
    with _transaction(connection, hop):
        found = ranges(connection)
        touched, more = _take_queue(connection, found, hop)
        if not more:
            (newest,) = connection.execute("SELECT max(n) FROM posts").fetchone()
            if newest is not None and newest > indexed_upto(connection):
                top = found[-1] if found else None
                end = indexed_upto(connection)
                grown = _grow(connection, top, end + 1, newest, hop)
                touched.add(grown)
                more = grown.upto < newest
        for each in touched:
            _merge(connection, each, hop)
    return more


def _take_queue(
    connection: sqlite3.Connection, found: list[Range], hop: Hop
) -> tuple[set[Range], bool]:
    """Index posts of the queue; return the ranges they went to, and whether there are more."""
    touched: set[Range] = set()
    queued = connection.execute(
        "SELECT n FROM search_queue ORDER BY n LIMIT ?", (_POSTS_AT_ONCE,)
    ).fetchall()
    for (number,) in queued:
        place = range_of(found, number)
        insert(connection, place, words_of(SqliteTx(connection), number, number, limit=1).rows)
        if not place.is_stale:
            touched.add(place)
        connection.execute("DELETE FROM search_queue WHERE n = ?", (number,))
        if hop.is_over():
            return touched, True
    return touched, len(queued) == _POSTS_AT_ONCE


def _grow(
    connection: sqlite3.Connection, below: Range | None, first: int, upto: int, hop: Hop
) -> Range:
    """Index posts upwards from a number, at least one; return the range that has them.

    Args:
        below: The range that ends before `first`, which takes them if it has room.
        upto: The last post to index.
    """
    if below is None or below.is_stale or below.upto - below.first + 1 >= POSTS_MAX:
        if below is not None:
            merge_later(connection, below)  # a search looks into each segment of a table
        below = add_range(connection, first)
    last = min(upto, below.first + POSTS_MAX - 1, first + _NUMBERS_AT_ONCE - 1)
    words = words_of(SqliteTx(connection), first, last, limit=_POSTS_AT_ONCE)
    grown = below._replace(upto=_insert(connection, below, words, hop))
    connection.execute("UPDATE search_ranges SET upto = ? WHERE id = ?", (grown.upto, grown.id))
    return grown


def _insert(connection: sqlite3.Connection, to: Range, words: Words, hop: Hop) -> int:
    """Put posts into a range, at least one, until the hop is over; return up to which number."""
    done = 0

    def in_time() -> Iterator[SearchRow]:
        nonlocal done
        for row in words.rows:
            yield row
            done += 1
            if hop.is_over():
                return

    insert(connection, to, in_time())
    return words.upto if done == len(words.rows) else words.rows[done - 1].row


def rebuild(connection: sqlite3.Connection, hop: Hop) -> Rebuilding | None:
    """Index posts of a stale range anew, oldest first, or delete a table that has none left.

    Returns:
        None if there is nothing to do any more.
    """
    with _transaction(connection, hop):
        found = ranges(connection)
        stale = next((each for each in found if each.is_stale), None)
        if stale is None:
            return _delete_empty(connection, hop)
        below = next((each for each in found if each.upto == stale.first - 1), None)
        grown = _grow(connection, below, stale.first, stale.upto, hop)
        connection.execute(
            "UPDATE search_ranges SET first = ? WHERE id = ?", (grown.upto + 1, stale.id)
        )
        connection.execute(
            "DELETE FROM search_queue WHERE n BETWEEN ? AND ?", (stale.first, grown.upto)
        )
        if grown.upto == stale.upto:
            merge_later(connection, grown)
        _merge(connection, grown, hop)
        left = sum(each.upto - each.first + 1 for each in found if each.is_stale)
        left -= grown.upto + 1 - stale.first
        end = found[-1].upto
        return Rebuilding(end - left, end)


def _delete_empty(connection: sqlite3.Connection, hop: Hop) -> Rebuilding | None:
    """Delete what there is time for of a table whose posts are in others now."""
    sql = "SELECT id, cutting, first, upto, to_merge FROM search_ranges WHERE first > upto LIMIT 1"
    if (found := connection.execute(sql).fetchone()) is None:
        return None
    empty = Range._make(found)
    slices = _SLICES_AT_ONCE
    # Row by row, because dropping a table of a gigabyte would hold the writer for minutes.
    for name, key, which in _SHADOWS:
        table = f"{empty.table}_{name}"
        some = f"DELETE FROM {table} WHERE ({key}) IN (SELECT {key} FROM {table} WHERE {which} LIMIT ?)"  # noqa: S608 - names of ours
        while has_table(connection, table) and connection.execute(some, (_ROWS_AT_ONCE,)).rowcount:
            slices -= 1
            if not slices or hop.is_over():
                return _progress(connection)
    connection.execute(f"DROP TABLE IF EXISTS {empty.table}")
    connection.execute("DELETE FROM search_ranges WHERE id = ?", (empty.id,))
    return _progress(connection)


def _progress(connection: sqlite3.Connection) -> Rebuilding:
    end = indexed_upto(connection)
    return Rebuilding(end, end)


class Rewriting:
    """Writing tables anew, so that they keep no word of posts that were taken out (P10)."""

    def __init__(self) -> None:
        self._now: Range | None = None

    def go_on(self, connection: sqlite3.Connection, hop: Hop) -> bool:
        """Write anew for as long as a hop may last; return True if there is more to do."""
        begun, self._now = self._now, None  # after an error the table is begun again
        with _transaction(connection, hop):
            now, pages = begun, _MERGE_PAGES
            if now is None:
                known = [each for each in ranges(connection) if each.to_merge and not each.is_stale]
                if not known:
                    return False
                now, pages = known[0], -_MERGE_PAGES
                configure(connection, now, "usermerge", _ALL_SEGMENTS)
            while _merge_step(connection, now, pages):
                if hop.is_over():
                    break
                pages = _MERGE_PAGES
            else:
                self._end(connection, now)
                now = None
        self._now = now
        return True

    @staticmethod
    def _end(connection: sqlite3.Connection, done: Range) -> None:
        configure(connection, done, "usermerge", _SEGMENTS)
        # If more was taken out meanwhile, it is written anew once more.
        connection.execute(
            "UPDATE search_ranges SET to_merge = 0 WHERE id = ? AND to_merge = ?",
            (done.id, done.to_merge),
        )


def _merge(connection: sqlite3.Connection, of: Range, hop: Hop) -> None:
    """Merge a few of a table's segments, so that a search finds few of them."""
    for _ in range(_MERGES_AT_ONCE):
        if not _merge_step(connection, of, _MERGE_PAGES) or hop.is_over():
            return


def _merge_step(connection: sqlite3.Connection, of: Range, pages: int) -> bool:
    before = connection.total_changes
    configure(connection, of, "merge", pages)
    # FTS5: fewer changes mean that there was nothing to do
    return connection.total_changes - before >= 2


def merge_all(connection: sqlite3.Connection) -> None:
    """Leave no word of a removed post in the index of a copy, a database in exclusive use (P10).

    A table that is to be indexed anew still has words of posts that were moved to others: it is
    left out, and the copy's server indexes its posts.
    """
    # A database of another program has no such index; the caller refuses it elsewhere.
    if not has_table(connection, "search_ranges"):
        if has_table(connection, "search"):  # before there were ranges
            connection.execute("INSERT INTO search (search) VALUES ('optimize')")
        return
    every = connection.execute("SELECT id, cutting, first, upto, to_merge FROM search_ranges")
    for each in map(Range._make, every.fetchall()):
        if each.is_stale:
            connection.execute(f"DROP TABLE IF EXISTS {each.table}")
            connection.execute(
                "UPDATE search_ranges SET cutting = ? WHERE id = ?", (NOT_INDEXED, each.id)
            )
        elif each.to_merge:
            connection.execute(f"INSERT INTO {each.table} ({each.table}) VALUES ('optimize')")  # noqa: S608 - names of ours
            configure(connection, each, "usermerge", _SEGMENTS)
            connection.execute("UPDATE search_ranges SET to_merge = 0 WHERE id = ?", (each.id,))


@contextmanager
def _transaction(connection: sqlite3.Connection, hop: Hop) -> Iterator[None]:
    """Commit what the block changes, or roll it back on an error."""
    # A power failure may undo the commit: nobody was told of it.
    connection.execute("PRAGMA synchronous = NORMAL")
    try:
        connection.execute("BEGIN IMMEDIATE")
        with connection:
            yield
            with hop.waiting():
                connection.commit()
    finally:
        connection.execute("PRAGMA synchronous = FULL")
