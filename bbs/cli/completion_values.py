"""Complete boards and handles in a shell; complete nothing if anything is wrong.

All words go through the gate of `bbs.terminal.completing` (P13).
"""

import asyncio
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

import click

from bbs.terminal.completing import Offered, Words, let_through

if TYPE_CHECKING:
    from bbs.sdk.community import Community

ANSWER_SECONDS_MAX = 2.0  # people who press Tab wait no longer


def complete_board(ctx: click.Context, _param: click.Parameter, incomplete: str) -> Offered:
    """Complete a board's slug, asking the community of the profile."""
    return [] if "/" in incomplete else offer(ctx, list_boards, incomplete)


def complete_handle(ctx: click.Context, _param: click.Parameter, incomplete: str) -> Offered:
    """Complete a handle, with or without its @."""
    return offer(ctx, _members, f"@{incomplete.removeprefix('@')}")


def offer(
    ctx: click.Context, ask: Callable[["Community"], Coroutine[Any, Any, Words]], incomplete: str
) -> Offered:
    """Return the words that begin with `incomplete` and can do nothing in a shell.

    Args:
        ctx: Of the command, with what was typed before.
        ask: Asks the community for words; it has `ANSWER_SECONDS_MAX` for it.
        incomplete: What was typed of the word.
    """
    from bbs.cli.context import CliContext
    from bbs.terminal.output import Output

    async def within_time() -> Words:
        caller = CliContext(Output(quiet=True), ctx.params.get("profile"))
        async with asyncio.timeout(ANSWER_SECONDS_MAX), caller.connected() as community:
            return await ask(community)

    try:
        return let_through(asyncio.run(within_time()), incomplete)
    except Exception:
        # No profile, no network, no time: a shell's prompt is no place for errors.
        return []


async def list_boards(community: "Community") -> Words:
    """Return the slugs of all boards, each with its title."""
    from bbs.sdk.lookup import list_boards as listed

    return [(board.slug, board.title) for board in (await listed(community)).boards]


async def _members(community: "Community") -> Words:
    from bbs.sdk.lookup import list_members

    members = (await list_members(community)).values()
    return [(f"@{member.handle}" if member.handle else None, member.name) for member in members]
