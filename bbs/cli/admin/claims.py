"""`bbs admin claims`: how many claims there are on boards that came with packs, without who claimed."""

import click

from bbs.cli.completion_values import complete_board
from bbs.cli.context import CliContext, with_community
from bbs.features.packs.claim_messages import GetClaims
from bbs.features.packs.claim_text import describe_counts
from bbs.refusals import NotFound


@click.command()
@click.argument("board", required=False, shell_complete=complete_board)
@with_community
async def claims(caller: CliContext, board: str | None) -> None:
    """Show how many old words were claimed on boards that came with packs, or on BOARD alone.

    Two keys of the same author may answer differently: then the words stay hidden until the author
    decides with one of them. Nobody is named, so private boards are shown, too.
    """
    found = (await caller.community.call(GetClaims())).claims
    shown = [each for each in found if board in (None, each.slug)]
    if board is not None and not shown:
        raise NotFound(what="board")
    lines = [
        f"{each.slug or 'a board'}: {line}" for each in shown for line in describe_counts(each)
    ]
    caller.out.result({"claims": shown}, lines or ["No board came with a pack."])
