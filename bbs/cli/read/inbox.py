"""`bbs inbox` and `bbs saved`: print what reached the member, or what they saved, newest first (P1)."""

import click

from bbs.cli.context import CliContext, with_community
from bbs.cli.read.newest import (
    boards_and_members,
    limit_option,
    places_of,
    read_newest,
    show_found,
)
from bbs.features.reading.messages import GetInbox, ListSaved, PostInThread
from bbs.features.reading.views import InboxItem
from bbs.refusals import OnWaitingList
from bbs.terminal.inbox_text import inbox_lines

_OUTSIDE = "Nothing here yet: you wait for a seat. bbs seat commons --place shows where you stand."


@click.command()
@limit_option
@with_community
async def inbox(caller: CliContext, limit: int) -> None:
    """Print answers to you, mentions of you, thanks and notices, newest first. Marks nothing."""

    async def fetch(before: str | None, count: int) -> tuple[tuple[InboxItem, ...], str | None]:
        page = await caller.community.call(GetInbox(before=before, limit=count))
        return page.items, page.next_before

    try:
        items = await read_newest(limit, fetch)
    except OnWaitingList:
        caller.out.stream("items", [], {"boards": []}, [], nothing=_OUTSIDE)
        return
    boards, members = await boards_and_members(caller)
    ids = [item.post.board for item in items if item.post is not None]
    places = await places_of(caller, ids, boards, members)
    lines = (line for item in items for line in inbox_lines(item, places, members))
    value = {"boards": list(boards.values())}
    caller.out.stream("items", items, value, lines, nothing="Nothing here yet.")


@click.command()
@limit_option
@with_community
async def saved(caller: CliContext, limit: int) -> None:
    """Print your saved posts, those published last first."""

    async def fetch(before: str | None, count: int) -> tuple[tuple[PostInThread, ...], str | None]:
        page = await caller.community.call(ListSaved(before=before, limit=count))
        return page.found, page.next_before

    nothing = "You saved nothing. bbs save garden/42/7 saves a post."
    await show_found(caller, await read_newest(limit, fetch), nothing=nothing)
