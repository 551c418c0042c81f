"""`bbs round`: everything new for one, once, in order, with an end (P4)."""

from typing import TYPE_CHECKING

import click

from bbs.cli.context import CliContext, with_connection_options
from bbs.features.reading.messages import GetRound, MarkPosts
from bbs.features.reading.round_text import describe_round
from bbs.features.reading.rules import ranges_of
from bbs.features.reading.views import Section, Stop
from bbs.features.threads.views import Post
from bbs.sdk import lookup
from bbs.terminal import render

if TYPE_CHECKING:
    from bbs.sdk.community import Community

_WHY = {Section.FOR_ME: "  (for you)", Section.FOLLOWED: "  (followed)", Section.BOARD: ""}


@click.command("round")
@click.option("--mark", is_flag=True, help="Mark the printed posts as read.")
@with_connection_options
def reading_round(caller: CliContext, mark: bool) -> int | None:
    """Print everything new for you, in the order of your round.

    First mentions of you and answers to you, then what you follow, then board by board in your
    own order. Posts written meanwhile wait for the next round. Marks nothing as read without
    --mark.
    """

    async def work(community: "Community") -> int | None:
        shown = await community.call(GetRound())
        boards = {each.id: each for each in (await lookup.list_boards(community)).boards}
        members = await lookup.list_members(community)
        caller.out.say(describe_round(shown.size))
        posts: list[Post] = []
        for stop in shown.round.stops:
            thread, found = await lookup.posts_of_stop(community, stop)
            if caller.out.human:
                board = boards[stop.board]
                lines = [f"{render.title_of(thread)}{_WHY[stop.section]}", ""]
                lines += render.tree_lines(
                    board, thread, found, members, flat=True, width=caller.out.width
                )
                caller.out.result(None, [*lines, ""])
            caller.out.learn(thread)
            posts += found
            if mark:
                await _mark(community, stop)
        if not caller.out.human:
            caller.out.stream(
                "posts",
                posts,
                {
                    "round": shown.round,
                    "size": shown.size,
                    "boards": list(boards.values()),
                    "members": lookup.authors_of(posts, members),
                },
            )
        if shown.round.more:
            caller.out.say("There is more: the next round goes on with it.")
        elif mark or not shown.round.stops:
            caller.out.say("All caught up.")
        return None

    return caller.run(work)


async def _mark(community: "Community", stop: Stop) -> None:
    for first, last in ranges_of(stop.numbers):
        await community.call(MarkPosts(thread=stop.thread, first=first, last=last))
