"""Words a shell completes: profiles, boards and handles. Silent whenever something is wrong."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

import click
from click.shell_completion import CompletionItem

T = TypeVar("T")

ANSWER_SECONDS_MAX = 2.0  # whoever presses Tab waits no longer


def complete_profile(
    _ctx: click.Context, _param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Complete the name of a profile of this device."""
    try:
        from bbs.cli.profiles import list_profiles

        return [CompletionItem(name) for name in list_profiles() if name.startswith(incomplete)]
    except Exception:
        return []


def complete_board(
    ctx: click.Context, _param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Complete a board's slug, asking the community of the profile."""
    if "/" in incomplete:
        return []
    return _ask(_boards(ctx), incomplete)


def complete_address(
    ctx: click.Context, param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Complete a board, or a handle after @."""
    if incomplete.startswith("@"):
        return _ask(_handles(ctx), incomplete)
    return complete_board(ctx, param, incomplete)


def complete_handle(
    ctx: click.Context, _param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Complete a handle, with or without its @."""
    return _ask(_handles(ctx), incomplete if incomplete.startswith("@") else f"@{incomplete}")


def _ask(
    question: Coroutine[Any, Any, list[CompletionItem]], incomplete: str
) -> list[CompletionItem]:
    async def within_time() -> list[CompletionItem]:
        return await asyncio.wait_for(question, ANSWER_SECONDS_MAX)

    try:
        return [item for item in asyncio.run(within_time()) if item.value.startswith(incomplete)]
    except Exception:
        # No profile, no network, no time: a shell's prompt is no place for errors.
        return []


async def _boards(ctx: click.Context) -> list[CompletionItem]:
    from bbs.cli.caller import Caller
    from bbs.cli.output import Output
    from bbs.features.boards.messages import ListBoards
    from bbs.text import clean

    async with Caller(Output(), ctx.params.get("profile")).connected() as community:
        listed = await community.call(ListBoards())
    return [CompletionItem(board.slug, help=clean(board.title or "")) for board in listed.boards]


async def _handles(ctx: click.Context) -> list[CompletionItem]:
    from bbs.cli.caller import Caller
    from bbs.cli.look import all_members
    from bbs.cli.output import Output
    from bbs.text import clean

    async with Caller(Output(), ctx.params.get("profile")).connected() as community:
        members = await all_members(community)
    return [
        CompletionItem(f"@{member.handle}", help=clean(member.name or ""))
        for member in members.values()
        if member.handle
    ]
