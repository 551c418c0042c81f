"""`bbs search`: find posts by words, people, boards and dates."""

import re

import click

from bbs import limits
from bbs.cli.completion_values import complete_board
from bbs.cli.context import CliContext, with_connection_options
from bbs.cli.read.newest import limit_option, read_newest, show_found
from bbs.features.reading.messages import PostInThread, Search
from bbs.refusals import TextRefused
from bbs.sdk import lookup
from bbs.text import sanitize

_unknown_word = re.compile(
    r"(?:^|\s)(?!(?:from|board|before|after):)([a-z]+):[^/\s]", re.IGNORECASE
).search


def _why_nothing(words: str) -> str:
    """Return what is said where nothing was found: also that a word was no word of searching."""
    unknown = _unknown_word(words)
    if unknown is None:
        return "Nothing found."
    known = "from:, board:, before: and after:"
    return f"Nothing found. {unknown[1]}: was looked for as a word; {known} say where to look."


@click.command()
@click.argument("query", nargs=-1, required=True)
@click.option("--board", shell_complete=complete_board, help="Search this board only.")
@limit_option
@with_connection_options
def search(caller: CliContext, query: tuple[str, ...], board: str | None, limit: int) -> int | None:
    """Search the posts you may read, newest first.

    \b
    bbs search frost figs                    both words
    bbs search '"cold frame"' -- -plastic    a phrase, and a word that must not be there
    bbs search 'fro*'                        every word that begins with fro
    bbs search from:ana board:garden after:2026-03-01
    """
    words = " ".join(query)
    if len(words) > limits.QUERY_CHARS_MAX:
        rule = f"longer than {limits.QUERY_CHARS_MAX} characters: it has {len(words)}"
        raise TextRefused("query", rule)

    async def work() -> None:
        where = (await lookup.find_board(caller.community, board)).id if board else None
        notes: list[str] = []

        async def fetch(
            before: int | None, count: int
        ) -> tuple[tuple[PostInThread, ...], int | None]:
            page = await caller.community.call(
                Search(query=words, board=where, before=before, limit=count)
            )
            notes[:] = notes or page.notes
            return page.found, page.next_before

        found = await read_newest(limit, fetch)
        if caller.out.human:
            for note in notes:
                caller.out.say(sanitize(note))
        value = {"notes": notes}
        is_told = any(note.startswith("there is no ") for note in notes)
        nothing = "" if is_told else _why_nothing(words)
        await show_found(caller, found, value=value, nothing=nothing)

    return caller.run(work)
