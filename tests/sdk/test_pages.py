"""Lists that come in pages."""

from typing import Any, cast

from bbs.features.batches.messages import BatchList, ListBatches
from bbs.ids import new_id
from bbs.sdk import lookup
from bbs.sdk.community import Community


async def test_a_page_that_leads_to_itself_ends_the_list() -> None:
    """No server keeps a program asking for the same page for ever (P13)."""
    asked: list[ListBatches] = []
    itself = new_id()

    class Server:
        async def call(self, query: Any) -> BatchList:
            asked.append(query)
            return BatchList(batches=(), next_before=itself)

    server = cast("Community", Server())
    found = [page async for page in lookup.pages(server, ListBatches(board=new_id()))]
    assert len(found) == len(asked) == 2
    assert asked[-1].before == itself
