"""Complete addresses in a shell, part by part: boards, their threads, posts and lines, cases, and ids.

Everything goes through the gate of `completion_values.offer` (P13).
"""

from functools import partial
from typing import TYPE_CHECKING

import click

from bbs.cli.completion_values import complete_handle, list_boards, offer
from bbs.terminal.completing import Offered, Words

if TYPE_CHECKING:
    from bbs.sdk.community import Community

BOARD, THREAD, POST = 1, 2, 3
_LOUNGE = "lounge"
ID_CHARS = 8  # of an id: as many as lists show


def complete_place(ctx: click.Context, _param: click.Parameter, incomplete: str) -> Offered:
    """Complete a board and, after a slash, what is on it: threads, posts, its lounge, lines."""
    return offer(ctx, partial(_below, incomplete=incomplete, least=BOARD), incomplete)


def complete_address(ctx: click.Context, param: click.Parameter, incomplete: str) -> Offered:
    """Complete a place, or a handle after @."""
    if incomplete.startswith("@"):
        return complete_handle(ctx, param, incomplete)
    return complete_place(ctx, param, incomplete)


def complete_thread(ctx: click.Context, _param: click.Parameter, incomplete: str) -> Offered:
    """Complete a thread: garden/42."""
    if incomplete.count("/") >= THREAD:
        return []
    return offer(ctx, partial(_below, incomplete=incomplete, least=THREAD), incomplete)


def complete_post(ctx: click.Context, _param: click.Parameter, incomplete: str) -> Offered:
    """Complete a post or a line: garden/42/7, garden/lounge/113."""
    return offer(ctx, partial(_below, incomplete=incomplete, least=POST), incomplete)


async def _below(community: "Community", *, incomplete: str, least: int) -> Words:
    """Return what can follow: of one thing alone, what is in it, until `least` parts are named.

    Args:
        incomplete: As typed.
        least: How many parts the address has at least; what has fewer ends with a slash.
    """
    parts = incomplete.split("/")
    words = await _children(community, parts[:-1])
    fitting: Words = [(word, text) for word, text in words if word and word.startswith(incomplete)]
    depth = len(parts)
    while depth < least and len(fitting) == 1:
        fitting = await _children(community, str(fitting[0][0]).split("/"))
        depth += 1
    return [(f"{word}/" if depth < least else word, text) for word, text in fitting]


async def _children(community: "Community", parts: list[str]) -> Words:
    """Return the addresses that are one part longer than `parts`, newest first."""
    from bbs import limits
    from bbs.features.threads.messages import ListPosts, ListThreads
    from bbs.sdk import lookup

    if not parts:
        return await list_boards(community)
    above = "/".join(parts)
    if len(parts) == BOARD:
        board = (await lookup.find_board(community, above)).id
        query = ListThreads(board=board, limit=limits.PAGE_ITEMS_MAX)
        threads = (await community.call(query)).threads
        found: Words = [(f"{above}/{thread.number}", thread.title) for thread in threads]
        return [*found, (f"{above}/{_LOUNGE}", "the lounge")]
    if parts[1] == _LOUNGE:
        place = await lookup.find_board(community, parts[0])
        lines = await lookup.list_lines(community, place, limits.PAGE_ITEMS_DEFAULT)
        return [(f"{above}/{line.number}", line.body) for line in reversed(lines)]
    thread = (await lookup.find_address(community, above)).thread
    if thread is None:
        return []
    # Below the highest number there is, so that the newest come, however many there are.
    query_posts = ListPosts(thread=thread.id, before=2**53 - 1, limit=limits.PAGE_ITEMS_MAX)
    posts = (await community.call(query_posts)).posts
    return [(f"{above}/{post.number}", post.body) for post in reversed(posts)]


def complete_case(ctx: click.Context, _param: click.Parameter, incomplete: str) -> Offered:
    """Complete a case that the caller handles: garden/case/12."""

    async def ask(community: "Community") -> Words:
        from bbs import limits
        from bbs.features.cases.listing import list_cases
        from bbs.features.cases.messages import ListCases
        from bbs.sdk import lookup

        listed = await list_cases(community.call, ListCases(limit=limits.PAGE_ITEMS_MAX))
        slugs = {each.id: each.slug for each in (await lookup.list_boards(community)).boards}
        return [
            (f"{slug}/case/{head.number}", head.state.value)
            for head in listed.cases
            if (slug := slugs.get(head.board))
        ]

    return offer(ctx, ask, incomplete)


def complete_proposal(ctx: click.Context, _param: click.Parameter, incomplete: str) -> Offered:
    """Complete the number of what waits on the board that was named before."""

    async def ask(community: "Community") -> Words:
        from bbs.features.proposals.messages import ListProposals
        from bbs.sdk import lookup

        place = await lookup.find_board(community, str(ctx.params.get("board")))
        found = (await community.call(ListProposals(board=place.id))).proposals
        return [(str(each.number), each.method) for each in found]

    return offer(ctx, ask, incomplete)


def complete_held(ctx: click.Context, _param: click.Parameter, incomplete: str) -> Offered:
    """Complete the beginning of the id of a post that waits for the caller."""

    async def ask(community: "Community") -> Words:
        from bbs import limits
        from bbs.features.arriving.messages import ListHeldPosts

        found = (await community.call(ListHeldPosts(limit=limits.PAGE_ITEMS_MAX))).held
        return [(each.post.id[:ID_CHARS], each.post.body) for each in found]

    return offer(ctx, ask, incomplete)


def complete_appeal(ctx: click.Context, _param: click.Parameter, incomplete: str) -> Offered:
    """Complete the beginning of the id of an appeal about which the caller may decide."""

    async def ask(community: "Community") -> Words:
        from bbs import limits
        from bbs.features.cases.listing import list_cases
        from bbs.features.cases.messages import ListCases

        listed = await list_cases(community.call, ListCases(limit=limits.PAGE_ITEMS_MAX))
        return [(each.id[:ID_CHARS], each.state.value) for each in listed.appeals]

    return offer(ctx, ask, incomplete)
