"""Complete boards and handles in a shell; complete nothing if anything is wrong.

The gate to the shell (P13): bash puts a completed word into the command line as it is, so a word
from a hostile server could be executed. Only well-formed names pass, whatever their source.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

if TYPE_CHECKING:
    from bbs.sdk.community import Community

ANSWER_SECONDS_MAX = 2.0  # people who press Tab wait no longer
HELP_CHARS_MAX = 60  # zsh and fish show it beside the word, on the same line

_Words = Iterable[tuple[str | None, str | None]]
"""Slugs or handles, each with its title or name."""


def complete_board(
    ctx: click.Context, _param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Complete a board's slug, asking the community of the profile."""
    if "/" in incomplete:
        return []
    return _names(ctx, _boards, "", incomplete)


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
    return _names(ctx, _members, "@", incomplete.removeprefix("@"))


def _names(
    ctx: click.Context,
    ask: Callable[["Community"], Coroutine[Any, Any, _Words]],
    sign: str,
    incomplete: str,
) -> list[CompletionItem]:
    """Return the names that begin with `incomplete` and are names, each after our own `sign`."""
    from bbs.address import is_name
    from bbs.cli.context import CliContext
    from bbs.terminal.output import Output
    from bbs.text import sanitize

    async def within_time() -> _Words:
        caller = CliContext(Output(), ctx.params.get("profile"))
        async with asyncio.timeout(ANSWER_SECONDS_MAX), caller.connected() as community:
            return await ask(community)

    try:
        return [
            CompletionItem(sign + name, help=sanitize(text or "").strip()[:HELP_CHARS_MAX])
            for name, text in asyncio.run(within_time())
            if name and is_name(name) and name.startswith(incomplete)
        ]
    except Exception:
        # No profile, no network, no time: a shell's prompt is no place for errors.
        return []


async def _boards(community: "Community") -> _Words:
    from bbs.sdk.lookup import list_boards

    return [(board.slug, board.title) for board in (await list_boards(community)).boards]


async def _members(community: "Community") -> _Words:
    from bbs.sdk.lookup import list_members

    return [(member.handle, member.name) for member in (await list_members(community)).values()]
