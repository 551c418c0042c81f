"""`bbs search`: posts by words, people, boards and dates, newest first."""

from typing import TYPE_CHECKING

import click

from bbs import limits
from bbs.cli.completion_values import complete_board
from bbs.cli.context import CliContext, with_connection_options
from bbs.features.boards.messages import Board
from bbs.features.reading.messages import PostInThread, Search
from bbs.refusals import TextRefused
from bbs.sdk import lookup
from bbs.terminal import render
from bbs.text import sanitize

if TYPE_CHECKING:
    from bbs.sdk.community import Community

LIMIT_DEFAULT = 20


@click.command()
@click.argument("query", nargs=-1, required=True)
@click.option("--board", shell_complete=complete_board, help="Search this board only.")
@click.option("--limit", type=click.IntRange(min=1), default=LIMIT_DEFAULT, show_default=True)
@with_connection_options
def search(caller: CliContext, query: tuple[str, ...], board: str | None, limit: int) -> int | None:
    """Search the posts you may read, newest first.

    \b
    bbs search frost figs                    both words
    bbs search '"cold frame"' -- -plastic    a phrase, and a word that must not be there
    bbs search from:ana board:garden after:2026-03-01
    """
    words = " ".join(query)
    if len(words) > limits.QUERY_CHARS_MAX:
        raise TextRefused("query", f"longer than {limits.QUERY_CHARS_MAX} characters")

    async def work(community: "Community") -> int | None:
        where = (await lookup.find_board(community, board)).id if board else None
        found: list[PostInThread] = []
        notes: tuple[str, ...] = ()
        before: int | None = None
        while len(found) < limit:
            count = min(limit - len(found), limits.PAGE_ITEMS_MAX)
            page = await community.call(
                Search(query=words, board=where, before=before, limit=count)
            )
            found += page.found
            notes = notes or page.notes
            before = page.next_before
            if before is None:
                break
        boards = {each.id: each for each in (await lookup.list_boards(community)).boards}
        members = await lookup.list_members(community)
        if caller.out.human:
            for note in notes:
                caller.out.say(sanitize(note))
            caller.out.result(None, _lines(found, boards, members))
            if not found:
                caller.out.say("Nothing found.")
        else:
            caller.out.stream("found", found, {"notes": notes, "boards": list(boards.values())})
        return None

    return caller.run(work)


def _lines(
    found: list[PostInThread], boards: dict[str, Board], members: lookup.Members
) -> list[str]:
    return [
        line
        for each in found
        for line in render.post_summary(each.post, each.thread, boards, members)
    ]
