"""Complete the ids of batches in a shell: their first characters, with the reason beside them."""

from typing import TYPE_CHECKING

import click

from bbs.cli.completion_values import offer
from bbs.terminal.completing import Offered, Words

if TYPE_CHECKING:
    from bbs.sdk.community import Community

_CHARS = 8  # two batches of a community hardly ever begin alike


def complete_batch(ctx: click.Context, _param: click.Parameter, incomplete: str) -> Offered:
    """Complete the beginning of a batch's id, on the boards that the caller looks after."""
    return offer(ctx, _batches, incomplete)


async def _batches(community: "Community") -> Words:
    from bbs.features.batches.messages import ListBatches
    from bbs.refusals import Refused
    from bbs.sdk.lookup import list_boards

    found: Words = []
    for board in (await list_boards(community)).boards:
        try:
            listed = await community.call(ListBatches(board=board.id))
        except Refused:
            continue  # they do not look after it
        found += [(batch.id[:_CHARS], batch.reason) for batch in listed.batches]
    return found
