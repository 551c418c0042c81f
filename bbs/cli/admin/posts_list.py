"""`bbs admin posts list`: what was written on a board, by author and time, for its moderators."""

from typing import Any

import click

from bbs.cli.admin.filters import (
    Filters,
    check_filters,
    filter_options,
    find_held,
    find_words,
)
from bbs.cli.completion_values import complete_board
from bbs.cli.context import CliContext, with_community
from bbs.features.members.author_text import author_name
from bbs.features.threads.views import ContentState, Line, Post, Thread, end_word
from bbs.ids import ThreadId
from bbs.sdk import lookup
from bbs.terminal.output import local_time, table
from bbs.text import sanitize


@click.command("list")
@click.argument("board", shell_complete=complete_board)
@filter_options
@click.option("--held", is_flag=True, help="Only what a guard of newcomers holds.")
@click.option("--with-words", is_flag=True, help="Print the words, too.")
@with_community
async def list_posts(
    caller: CliContext, board: str, held: bool, with_words: bool, **filters: Any
) -> None:
    """List posts of BOARD that still have words, oldest first: address, author, time, state.

    For those who moderate it: nobody else gets a list of all that somebody wrote. What is hidden is
    read by bbs admin posts hidden.

    \b
    bbs admin posts list garden --by @eve --since 2d
    bbs admin posts list garden --words '"cheap watches"' --jsonl | jq -r .address
    """
    asked = Filters(**filters)
    check_filters(asked)
    if held and (asked.lines or asked.words is not None or asked.hidden):
        raise click.UsageError("--held: no guard holds lines, and no search finds what waits")
    place = await lookup.find_board(caller.community, board)
    if held:
        items: list[Post | Line] = [*await find_held(caller, place, asked)]
        threads: dict[ThreadId, Thread] = {}
    else:
        items, threads = await find_words(caller, place, asked, with_words=with_words)
    members = await lookup.list_members(caller.community)
    caller.out.learn([place, *threads.values()])
    rows = [
        [
            address_of(item, place.label, threads),
            author_name(item.author, members),
            local_time(item.at),
            _state(item),
            *([sanitize(item.body or "")] if with_words else []),
        ]
        for item in items
    ]
    heads = ("ADDRESS", "AUTHOR", "AT", "STATE", *(("WORDS",) if with_words else ()))
    shown = [_as_row(caller, item, with_words) for item in items]
    caller.out.stream("posts", shown, {}, table(rows, heads), nothing="Nothing was found.")


def address_of(item: Post | Line, board: str, threads: dict[ThreadId, Thread]) -> str:
    """Return where a post or line stands; of a held post, which stands nowhere yet, its id's beginning."""
    if isinstance(item, Line):
        return f"{board}/lounge/{item.number}"
    thread = threads.get(item.thread)
    if item.number is None or thread is None or thread.number is None:
        return item.id[:8]
    return f"{board}/{thread.number}/{item.number}"


def _state(item: Post | Line) -> str:
    """Return the state of a post or line in few words, with the clause where one hides it."""
    named = item.norm_name
    if item.state is ContentState.HIDDEN and named:
        return f"hidden by {named}"
    came_so = isinstance(item, Post) and item.ended_there is not None
    return end_word(item) if came_so else item.state.value


def _as_row(caller: CliContext, item: Post | Line, with_words: bool) -> dict[str, Any]:
    """Return a post or line as a row that always has a state and a revision; words if asked for."""
    row: dict[str, Any] = caller.out.named(item)
    row |= {"state": item.state.value, "revision": item.revision}
    if not with_words:
        row = {key: value for key, value in row.items() if key not in ("body", "subject")}
    return row
