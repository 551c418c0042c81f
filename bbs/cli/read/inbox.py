"""`bbs inbox` and `bbs saved`: what was meant for one, and what one put aside, newest first (P1)."""

from typing import TYPE_CHECKING

import click

from bbs import limits
from bbs.cli.context import CliContext, with_connection_options
from bbs.features.boards.messages import Board
from bbs.features.reading.messages import GetInbox, ListSaved, PostInThread
from bbs.features.reading.views import InboxItem
from bbs.sdk import lookup
from bbs.terminal import render
from bbs.terminal.inbox_text import inbox_lines

if TYPE_CHECKING:
    from bbs.sdk.community import Community

LIMIT_DEFAULT = 20


@click.command()
@click.option("--limit", type=click.IntRange(min=1), default=LIMIT_DEFAULT, show_default=True)
@with_connection_options
def inbox(caller: CliContext, limit: int) -> int | None:
    """Print answers to you, mentions of you, thanks and notices, newest first. Marks nothing."""

    async def work(community: "Community") -> int | None:
        items: list[InboxItem] = []
        before: str | None = None
        while len(items) < limit:
            count = min(limit - len(items), limits.PAGE_ITEMS_MAX)
            page = await community.call(GetInbox(before=before, limit=count))
            items += page.items
            before = page.next_before
            if before is None:
                break
        boards, members = await _around(community)
        if caller.out.human:
            lines = [line for item in items for line in inbox_lines(item, boards, members)]
            caller.out.result(None, lines)
            if not items:
                caller.out.say("Nothing here yet.")
        else:
            caller.out.stream("items", items, {"boards": list(boards.values())})
        return None

    return caller.run(work)


@click.command()
@click.option("--limit", type=click.IntRange(min=1), default=LIMIT_DEFAULT, show_default=True)
@with_connection_options
def saved(caller: CliContext, limit: int) -> int | None:
    """Print your saved posts, those published last first."""

    async def work(community: "Community") -> int | None:
        found: list[PostInThread] = []
        before: str | None = None
        while len(found) < limit:
            count = min(limit - len(found), limits.PAGE_ITEMS_MAX)
            page = await community.call(ListSaved(before=before, limit=count))
            found += page.found
            before = page.next_before
            if before is None:
                break
        boards, members = await _around(community)
        if caller.out.human:
            lines = [
                line
                for each in found
                for line in render.post_summary(each.post, each.thread, boards, members)
            ]
            caller.out.result(None, lines)
            if not found:
                caller.out.say("You put nothing aside: bbs save garden/42/7")
        else:
            caller.out.stream("found", found, {"boards": list(boards.values())})
        return None

    return caller.run(work)


async def _around(community: "Community") -> tuple[dict[str, Board], lookup.Members]:
    boards = {each.id: each for each in (await lookup.list_boards(community)).boards}
    return boards, await lookup.list_members(community)
