"""`bbs round`: everything new for one, once, in order, with an end (P4)."""

from typing import TYPE_CHECKING

import click

from bbs import limits
from bbs.cli.context import CliContext, with_connection_options
from bbs.features.reading.messages import GetRound, MarkPosts
from bbs.features.reading.round_text import describe_size
from bbs.features.reading.rules import ranges_of
from bbs.features.reading.views import RoundSize, Section, Stop
from bbs.features.threads.messages import ListPosts
from bbs.features.threads.views import Post, Thread
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
        caller.out.say(summary(shown.size))
        posts: list[Post] = []
        for stop in shown.round.stops:
            thread, found = await posts_of(community, stop)
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


def summary(size: RoundSize) -> str:
    """Return how much a round is, in a sentence."""
    return f"{describe_size(size)}." if size.posts else "Nothing is waiting."


async def posts_of(community: "Community", stop: Stop) -> tuple[Thread, list[Post]]:
    """Return a stop's thread and posts; what was taken back meanwhile comes as its marker.

    Cancelling is safe. Raises NotFound if the thread is gone.
    """
    found: dict[int, Post] = {}
    after = stop.numbers[0] - 1
    last = max(stop.numbers)
    wanted = frozenset(stop.numbers)
    while True:
        page = await community.call(
            ListPosts(
                thread=stop.thread, after=after, limit=min(limits.PAGE_ITEMS_MAX, last - after)
            )
        )
        found |= {post.number: post for post in page.posts if post.number in wanted}
        after = page.posts[-1].number or last if page.posts else last
        if after >= last:
            return page.thread, [found[number] for number in stop.numbers if number in found]


async def _mark(community: "Community", stop: Stop) -> None:
    for first, last in ranges_of(stop.numbers):
        await community.call(MarkPosts(thread=stop.thread, first=first, last=last))
