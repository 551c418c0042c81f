"""Shared by `bbs inbox`, `bbs saved` and `bbs search`: read pages, newest first; print posts."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

import click

from bbs import limits
from bbs.cli.context import CliContext
from bbs.features.boards.messages import Board
from bbs.features.reading.messages import PostInThread
from bbs.ids import BoardId
from bbs.sdk import lookup
from bbs.sdk.letters import letter_addresses
from bbs.terminal import render

_Item = TypeVar("_Item")
_Place = TypeVar("_Place", int, str)

limit_option = click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True)


async def read_newest(
    limit: int,
    fetch: Callable[[_Place | None, int], Awaitable[tuple[Iterable[_Item], _Place | None]]],
) -> list[_Item]:
    """Return the newest `limit` items, newest first; fewer if there are no more.

    Cancelling is safe.

    Args:
        limit: The number of items.
        fetch: Takes the place before which a page begins, None for the newest, and the page's
            greatest number of items. Returns the items, and the place before which the next page
            begins, None at the end.
    """
    items: list[_Item] = []
    before: _Place | None = None
    while len(items) < limit:
        page, before = await fetch(before, min(limit - len(items), limits.PAGE_ITEMS_MAX))
        items += page
        if before is None:
            break
    return items


async def boards_and_members(caller: CliContext) -> tuple[dict[str, Board], lookup.Members]:
    """Return both by id, boards by number and members in the order they joined."""
    boards = {board.id: board for board in (await lookup.list_boards(caller.community)).boards}
    return boards, await lookup.list_members(caller.community)


async def places_of(
    caller: CliContext,
    ids: Iterable[BoardId],
    boards: Mapping[BoardId, Board],
    members: lookup.Members,
) -> render.Boards:
    """Return the boards of some things by id, and the addresses of letters where any is in one."""
    if all(id in boards for id in ids):
        return boards
    letters = await letter_addresses(caller.community, members)
    caller.out.learn_letters(letters)
    return {**boards, **letters}


async def show_found(
    caller: CliContext,
    found: Sequence[PostInThread],
    *,
    value: Mapping[str, Any] | None = None,
    nothing: str,
) -> None:
    """Print posts in two lines each; arguments as for `Output.stream`."""
    boards, members = await boards_and_members(caller)
    places = await places_of(caller, (each.post.board for each in found), boards, members)
    lines = (
        line
        for each in found
        for line in render.post_summary(each.post, each.thread, places, members)
    )
    value = {**(value or {}), "boards": list(boards.values())}
    caller.out.stream("found", found, value, lines, nothing=nothing)
