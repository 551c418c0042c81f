"""Full-text search on SQLite: range after range of the index, newest first, with filters inside."""

import sqlite3
import time

from msgspec.structs import replace

from bbs import words
from bbs.refusals import QueryTooSlow
from bbs_server.store.api import SearchPart, SearchRequest, SearchTerm
from bbs_server.store.hidden_now import HIDDEN_NOW
from bbs_server.store.sqlite.partitions import UNICODE61, newest_first, ranges, token

# Leave out posts whose text no reader may see: otherwise a member could find out hidden words by
# searching for them.
_SHOWN = (
    "NOT EXISTS (SELECT 1 FROM posts p WHERE p.n = {0}.rowid"  # noqa: S608 - a constant
    " AND (EXISTS (SELECT 1 FROM purges g WHERE g.thread = p.thread AND g.upto >= p.n)"
    f" OR {HIDDEN_NOW.format('p')}))"
)
# A block of the index counts as three steps, however much FTS5 does with it: a few milliseconds.
_STEPS_BETWEEN_LOOKS = 100
_MORE_TIME = 4  # so that the parts' 10, 40 and 200 ms fit into SEARCH_MS_MAX


def expression(what: SearchRequest, cutting: str) -> str:
    """Return the MATCH expression of a query. It quotes all words, so any text is valid. Pure.

    Args:
        cutting: By which version the posts were cut.
    """
    places = " OR ".join(token("p", place) for place in what.places)
    parts = [f"place : ({places})"]
    if what.who is not None:
        parts.append(f"who : {token('w', what.who)}")
    terms = [(term.negated, said) for term in what.terms if (said := _said(term, cutting))]
    parts += [f"{{title body}} : {said}" for negated, said in terms if not negated]
    wanted = " AND ".join(f"({part})" for part in parts)
    for negated, said in terms:
        if negated:
            wanted = f"({wanted}) NOT ({{title body}} : {said})"
    return wanted


def _said(term: SearchTerm, cutting: str) -> str | None:
    """Return the phrase of a term; None if nothing in it is a word."""
    if cutting == UNICODE61:
        return _quoted(term.words, prefix=term.prefix)
    if (wanted := words.wanted(term.words, prefix=term.prefix)) is None:
        return None
    return _quoted(" ".join(wanted.tokens), prefix=wanted.prefix)


def _quoted(said: str, *, prefix: bool) -> str:
    return '"' + said.replace('"', '""') + ('" *' if prefix else '"')


def search(connection: sqlite3.Connection, what: SearchRequest) -> SearchPart:
    """Run a part of a search: return the rows found, newest first, and the request for the rest.

    Raises:
        QueryTooSlow: If no time of `what.budget_ms` is left.
    """
    began = time.monotonic()
    known = list(newest_first(ranges(connection), what.below))
    deadline = began + min(what.part_ms, what.budget_ms) / 1000
    connection.set_progress_handler(lambda: int(time.monotonic() > deadline), _STEPS_BETWEEN_LOOKS)
    asked = {each.cutting: expression(what, each.cutting) for each in known}
    sql, bounds = _statement(what)
    rows: list[int] = []
    below = what.below
    try:
        for each in known:
            # A stale table still has the posts that were indexed anew.
            params = (asked[each.cutting], each.first, *bounds, what.limit - len(rows))
            for (row,) in connection.execute(sql.format(each.table), params):
                rows.append(row)
                below = row
            if len(rows) == what.limit:
                return SearchPart(rows, None)
            below = each.first
    except sqlite3.OperationalError as error:
        if error.sqlite_errorname != "SQLITE_INTERRUPT":
            raise
    else:
        return SearchPart(rows, None)
    finally:
        connection.set_progress_handler(None, 0)
    rest = rest_of(what, len(rows), below, (time.monotonic() - began) * 1000)
    if rest.limit <= 0:
        return SearchPart(rows, None)
    if rest.budget_ms <= 0:
        raise QueryTooSlow
    return SearchPart(rows, rest)


def rest_of(what: SearchRequest, found: int, below: int | None, used_ms: float) -> SearchRequest:
    """Return the request for the rest of a search after a part that was cut. Pure.

    It goes on where the part came to: below the last row found, or below the last range that it
    looked through. Inside a range FTS5 does not report how far it came, so a part that came nowhere
    has more time.

    Args:
        found: How many rows the part found.
        below: Where it came to; as in `what` if it came nowhere.
        used_ms: How long it took.
    """
    return replace(
        what,
        limit=what.limit - found,
        below=below,
        part_ms=what.part_ms * _MORE_TIME if below == what.below else what.part_ms,
        budget_ms=what.budget_ms - used_ms,
    )


def _statement(what: SearchRequest) -> tuple[str, list[object]]:
    """Return the query for any table, and what it is asked between expression, first row and limit."""
    sql = "SELECT {0}.rowid FROM {0}"
    if what.since_ms is not None or what.until_ms is not None:
        sql += " JOIN posts ON posts.n = {0}.rowid"
    conditions = {
        "posts.at >= ?": what.since_ms,
        "posts.at < ?": what.until_ms,
        "{0}.rowid < ?": what.below,
    }
    asked = {each: value for each, value in conditions.items() if value is not None}
    where = " AND ".join(["{0} MATCH ?", "{0}.rowid >= ?", *asked, _SHOWN])
    return f"{sql} WHERE {where} ORDER BY {{0}}.rowid DESC LIMIT ?", [*asked.values()]
