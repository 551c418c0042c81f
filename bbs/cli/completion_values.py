"""Complete boards and handles in a shell; complete nothing if anything is wrong.

The gate to the shell (P13): bash puts a completed word into the command line as it is, so a word
from a hostile server could be executed. Only well-formed names pass, whatever their source.
"""

import asyncio
import re
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

from bbs.address import NAME_PATTERN

if TYPE_CHECKING:
    from bbs.sdk.community import Community

ANSWER_SECONDS_MAX = 2.0  # people who press Tab wait no longer
HELP_CHARS_MAX = 60  # zsh and fish show it beside the word, on the same line

Offered = list[CompletionItem]
"""What the gate lets through to a shell."""

Words = list[tuple[str | None, str | None]]
"""What may be typed, each with what the shell shows beside it."""

_is_word = re.compile(rf"@?{NAME_PATTERN}(/[a-z0-9-]{{1,36}}){{0,2}}/?|[0-9a-f-]{{1,36}}").fullmatch
"""Names, addresses, numbers and ids: nothing in them means anything to a shell."""


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
    from bbs.text import sanitize

    async def within_time() -> Words:
        caller = CliContext(Output(quiet=True), ctx.params.get("profile"))
        async with asyncio.timeout(ANSWER_SECONDS_MAX), caller.connected() as community:
            return await ask(community)

    try:
        return [
            CompletionItem(word, help=sanitize(text or "").strip()[:HELP_CHARS_MAX])
            for word, text in asyncio.run(within_time())
            if word and _is_word(word) and word.startswith(incomplete)
        ]
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
