"""Posts as the search index holds them, and queries for them."""

from bbs.ids import new_id
from bbs_server.store.api import SearchRequest, SearchRow, SearchTerm, Tx

GARDEN, KITCHEN, ANA, BOB = (new_id() for _ in range(4))


def search_for(*words: str, **more: object) -> SearchRequest:
    """Return a query for words, each a term; a leading - negates."""
    given_: dict[str, object] = {
        "terms": tuple(SearchTerm(w.removeprefix("-"), w.startswith("-")) for w in words),
        "places": (GARDEN, KITCHEN),
        "who": None,
        "since_ms": None,
        "until_ms": None,
        "below": None,
        "limit": 50,
        "budget_ms": 10_000,
    }
    return SearchRequest(**{**given_, **more})  # type: ignore[arg-type]  # wider or wrong on purpose


def searched(tx: Tx, what: SearchRequest) -> list[int]:
    """Return the rows a query finds, all its parts together."""
    rows: list[int] = []
    rest: SearchRequest | None = what
    while rest is not None:
        found, rest = tx.search(rest)
        rows += found
    return rows


def row(
    number: int, body: str, *, title: str = "", place: str = GARDEN, who: str = ANA
) -> SearchRow:
    """Return what the index holds of a post."""
    return SearchRow(row=number, place=place, who=who, title=title, body=body)
