"""Reading the list of cases to its end, for client and command line."""

from collections.abc import Awaitable, Callable

from msgspec.structs import replace

from bbs.features.cases.messages import CaseList, ListCases
from bbs.features.cases.views import CaseHead, CaseState

Ask = Callable[[ListCases], Awaitable[CaseList]]
"""Asks the server."""


async def list_cases(
    ask: Ask, query: ListCases, until: Callable[[CaseHead], bool] = lambda head: False
) -> CaseList:
    """Return what a query lists, its pages in one.

    Args:
        ask: Asks for a page.
        query: What is wanted, from the first page on.
        until: No page is asked for after the first one with such a case.
    """
    found: list[CaseHead] = []
    while True:
        page = await ask(query)
        found += page.cases
        if page.next_before in (None, query.before) or any(map(until, page.cases)):
            return replace(page, cases=tuple(found))
        query = replace(query, before=page.next_before)


def is_closed(head: CaseHead) -> bool:
    """Return whether a case is closed."""
    return head.state is CaseState.CLOSED
