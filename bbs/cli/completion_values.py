"""Words a shell completes: boards and handles. Silent whenever something is wrong.

The gate to the shell (P13): bash puts a completed word into the command line as it is, so that a
word of a hostile server would be executed. Only names pass, whatever they come from.
"""

import asyncio
from collections.abc import Coroutine, Iterable
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

    from bbs.sdk.community import Community

ANSWER_SECONDS_MAX = 2.0  # whoever presses Tab waits no longer
HELP_CHARS_MAX = 60  # zsh and fish show it beside the word, on the same line

_Words = Iterable[tuple[str | None, str | None]]
"""Slugs or handles, each with its title or name."""


def complete_board(
    ctx: click.Context, _param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Complete a board's slug, asking the community of the profile."""
    if "/" in incomplete:
        return []
    return _names(_boards(ctx), "", incomplete)


def complete_address(
    ctx: click.Context, param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Complete a board, or a handle after @."""
    if incomplete.startswith("@"):
        return complete_handle(ctx, param, incomplete)
    return complete_board(ctx, param, incomplete)


def complete_handle(
    ctx: click.Context, _param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Complete a handle, with or without its @."""
    return _names(_members(ctx), "@", incomplete.removeprefix("@"))


def _names(asked: Coroutine[Any, Any, _Words], sign: str, incomplete: str) -> list[CompletionItem]:
    """Return the names that begin with `incomplete` and are names, each after our own `sign`."""
    from bbs.address import is_name
    from bbs.text import sanitize

    async def within_time() -> _Words:
        return await asyncio.wait_for(asked, ANSWER_SECONDS_MAX)

    try:
        return [
            CompletionItem(sign + name, help=sanitize(text or "").strip()[:HELP_CHARS_MAX])
            for name, text in asyncio.run(within_time())
            if name and is_name(name) and name.startswith(incomplete)
        ]
    except Exception:
        # No profile, no network, no time: a shell's prompt is no place for errors.
        return []


async def _boards(ctx: click.Context) -> _Words:
    from bbs.features.boards.messages import ListBoards

    async with _connected(ctx) as community:
        listed = await community.call(ListBoards())
    return [(board.slug, board.title) for board in listed.boards]


async def _members(ctx: click.Context) -> _Words:
    from bbs.sdk.lookup import list_members

    async with _connected(ctx) as community:
        members = await list_members(community)
    return [(member.handle, member.name) for member in members.values()]


def _connected(ctx: click.Context) -> "AbstractAsyncContextManager[Community]":
    from bbs.cli.context import CliContext
    from bbs.terminal.output import Output

    return CliContext(Output(), ctx.params.get("profile")).connected()
