"""`bbs log`: what was done with power on a board, by whom and why (P8)."""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import click

from bbs.cli import acts, look
from bbs.cli.caller import Caller, talks
from bbs.cli.completion_words import complete_board
from bbs.cli.news import Newsreader
from bbs.cli.output import local_time
from bbs.cli.tail import frame
from bbs.refusals import NotFound

if TYPE_CHECKING:
    from bbs.sdk.community import Community
    from bbs.sdk.happened import EventHappened


@click.command()
@click.argument("board", default="commons", shell_complete=complete_board)
@talks
def log(caller: Caller, board: str) -> int | None:
    """Print what was done with power on BOARD: settings, seats, quotas, purges, the announced end.

    Oldest first, as far back as the board's log goes (90 days, or as long as its posts are kept).
    What concerns everybody is in the log of the commons, which is shown without BOARD.
    """

    async def work(community: "Community") -> int | None:
        place = await look.find_board(community, board)
        news = await Newsreader.make(community)
        found: list[tuple[EventHappened, str]] = []
        async for happened in _replayed(community, f"board:{place.id}"):
            told = acts.sentence(happened.event, happened.author, news.members, news.slug)
            if told is not None:
                found.append((happened, told))
        if caller.out.human:
            for happened, told in found:
                caller.out.item(None, [f"{local_time(happened.at)}  {told}"])
        else:
            caller.out.stream("acts", [frame(happened) for happened, _ in found], {})
        return None

    return caller.run(work, listen=True)


async def _replayed(community: "Community", stream: str) -> AsyncIterator["EventHappened"]:
    """Go through a stream, from the first event that is kept to what is its last one now.

    Raises:
        NotFound: If it ends for the caller meanwhile.
    """
    from bbs.sdk.happened import EventHappened, StreamGone, StreamReset

    now = (await community.listen({stream: -1}))[stream]
    community.unlisten(stream)
    if now.seq == now.base_seq:
        return
    await community.listen({stream: now.base_seq})
    async for happened in community.events():
        if getattr(happened, "stream", None) != stream:
            continue
        if isinstance(happened, StreamGone):
            raise NotFound(what="board")
        if isinstance(happened, StreamReset):
            return  # a restore, or its last events were forgotten meanwhile
        if isinstance(happened, EventHappened):
            yield happened
            if happened.seq >= now.seq:
                return
