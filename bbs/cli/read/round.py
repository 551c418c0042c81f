"""`bbs round`: print everything new for the member, in order, with an end (P4)."""

import click

from bbs.cli.context import CliContext, with_community
from bbs.cli.read.newest import boards_and_members, places_of
from bbs.features.reading.messages import GetRound, MarkPosts
from bbs.features.reading.round_text import describe_round
from bbs.features.reading.rules import ranges_of
from bbs.features.reading.views import Section
from bbs.features.threads.views import Post
from bbs.sdk import lookup
from bbs.terminal import render

_WHY = {Section.FOR_ME: "  (for you)", Section.FOLLOWED: "  (followed)", Section.BOARD: ""}


@click.command("round")
@click.option("--mark", is_flag=True, help="Mark the printed posts as read.")
@with_community
async def reading_round(caller: CliContext, mark: bool) -> None:
    """Print everything new for you, in the order of your round.

    First mentions of you and answers to you, then what you follow, then board by board in your
    own order. Posts written meanwhile wait for the next round. Marks nothing as read without
    --mark.
    """
    shown = await caller.community.call(GetRound())
    boards, members = await boards_and_members(caller)
    ids = [stop.board for stop in shown.round.stops]
    places = await places_of(caller, ids, boards, members)
    caller.out.say(describe_round(shown.size))
    posts: list[Post] = []
    for stop in shown.round.stops:
        thread, found = await lookup.posts_of_stop(caller.community, stop)
        if caller.out.human:
            place = render.address_in(render.board_label(stop.board, places), thread)
            lines = [f"{render.given_title(thread) or place}{_WHY[stop.section]}", ""]
            lines += render.tree_lines(place, found, members, flat=True, width=caller.out.width)
            caller.out.result(None, [*lines, ""])
        caller.out.learn(thread)
        posts += found
        if mark:
            for first, last in ranges_of(stop.numbers):
                await caller.community.call(MarkPosts(thread=stop.thread, first=first, last=last))
    value = {
        "round": shown.round,
        "size": shown.size,
        "boards": list(boards.values()),
        "members": lookup.authors_of(posts, members),
    }
    caller.out.stream("posts", posts, value)
    if shown.round.more:
        caller.out.say("There is more: the next round goes on with it.")
    elif mark or not shown.round.stops:
        caller.out.say("All caught up.")
