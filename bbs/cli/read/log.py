"""`bbs log`: print who used power on a board, and why (P8)."""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import click

from bbs.cli.completion_values import complete_board
from bbs.cli.context import CliContext, with_community
from bbs.refusals import Conflict, NotFound
from bbs.sdk import lookup
from bbs.streams import board_stream
from bbs.terminal import act_text
from bbs.terminal.event_text import EventDescriber
from bbs.terminal.output import local_time

if TYPE_CHECKING:
    from bbs.sdk.community import Community
    from bbs.sdk.updates import EventHappened


@click.command()
@click.argument("board", default="commons", shell_complete=complete_board)
@with_community
async def log(caller: CliContext, board: str) -> None:
    """Print the uses of power on BOARD: settings, seats, quotas, purges, the announced closing.

    Oldest first, as far back as the board's log goes (90 days, or as long as its posts are kept).
    Acts that concern everybody are in the log of the commons, which is shown without BOARD.
    """
    place = await lookup.find_board(caller.community, board)
    news = await EventDescriber.make(caller.community)
    found: list[EventHappened] = []
    lines: list[str] = []
    async for happened in replayed(caller.community, board_stream(place.id)):
        message = act_text.describe_act(happened.event, happened.author, news.members, news.slug)
        if message is not None:
            found.append(happened)
            lines.append(f"{local_time(happened.at)}  {message}")
    rows = found if caller.out.human else [await news.row(caller.out.names, each) for each in found]
    caller.out.stream("acts", rows, lines=lines)


async def replayed(community: "Community", stream: str) -> AsyncIterator["EventHappened"]:
    """Yield the events of a stream, from the first that the server has to the last at this moment.

    Cancelling is safe.

    Raises:
        NotFound: If the caller may no longer read the stream.
        Conflict: If the server drops some of the events meanwhile, or restores a backup.
    """
    from bbs.sdk.updates import EventHappened, StreamGone, StreamReset

    now = (await community.listen({stream: -1}))[stream]
    if now.state == "gone":
        raise NotFound(what="board")
    last = now.base_seq
    if last == now.seq:
        return
    await community.listen({stream: last})
    async for happened in community.events():
        match happened:
            case StreamGone(stream=ended) if ended == stream:
                raise NotFound(what="board")
            case StreamReset(stream=reset) if reset == stream:
                raise Conflict(what="the board's log was cut short while it was read")
            # Events from before the second `listen` wait in the same queue.
            case EventHappened(seq=seq) if happened.stream == stream and seq == last + 1:
                yield happened
                last = seq
                if last == now.seq:
                    return
