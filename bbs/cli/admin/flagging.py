"""`bbs admin posts flag` and `hold-back`: what a script hands to a person (P6, protocol 27)."""

from typing import Any

import click

from bbs.cli.clause import ClauseType
from bbs.cli.completion_places import complete_post
from bbs.cli.context import CliContext, dry_run_option, with_community
from bbs.errors import BadParams
from bbs.features.cases.flagging_messages import FlagLine, FlagPost, HoldBackLine, HoldBackPost
from bbs.features.cases.wording import check_words
from bbs.features.norms.clause_text import ClauseNumber
from bbs.features.reading.views import ResolveResult
from bbs.sdk import lookup
from bbs.terminal.input_text import mend_body
from bbs.terminal.output import local_time

_address = click.argument("address", shell_complete=complete_post)
_norm = click.option(
    "--norm",
    required=True,
    type=ClauseType(),
    help='The number of the clause; "commons 3" for one of the commons\' norms.',
)


def _said(norm: ClauseNumber, words: str | None, dry_run: bool) -> dict[str, Any]:
    if words is not None:
        words = mend_body(words, field="--words")
        check_words(words, field="--words")
    return {**norm._asdict(), "words": words, "dry_run": dry_run}


async def _find(caller: CliContext, address: str) -> ResolveResult:
    """Return the post or line at an address.

    Raises:
        BadParams: If something else is there.
    """
    found = await lookup.find_address(caller.community, address)
    caller.out.learn(found)
    if found.post is None and found.line is None:
        raise BadParams("address", "name a post or a line: garden/42/7, garden/lounge/113")
    return found


@click.command()
@_address
@_norm
@click.option("-m", "--words", help="Why; only who handles it reads it.")
@dry_run_option
@with_community
async def flag(
    caller: CliContext, address: str, norm: ClauseNumber, words: str | None, dry_run: bool
) -> None:
    """Flag ADDRESS, a post or a line, for those who handle cases there. For scripts.

    The case says that a script flagged it; a person decides. A person reports instead: bbs report.

    \b
    bbs admin posts flag garden/42/7 --norm 2 -m "three links in a first post"
    """
    found, said = await _find(caller, address), _said(norm, words, dry_run)
    command: FlagPost | FlagLine
    if found.post is not None:
        command = FlagPost(post=found.post.id, **said)
    else:
        assert found.line is not None
        command = FlagLine(line=found.line.id, **said)
    caller.out.done(await caller.community.call(command), "Flagged: a person will look at it.")


@click.command("hold-back")
@_address
@_norm
@click.option("-m", "--words", help="Why; who handles it reads it, and so does the author.")
@dry_run_option
@with_community
async def hold_back(
    caller: CliContext, address: str, norm: ClauseNumber, words: str | None, dry_run: bool
) -> None:
    """Hold back ADDRESS, a post or a line, for a day at most. For scripts of somebody in office.

    It opens a case, so that a person decides; if nobody does, the words are published again. One
    wording is held back once, and nothing that somebody in office there wrote.

    \b
    bbs admin posts hold-back garden/42/7 --norm 2 -m "a newcomer\'s first link"
    """
    found, said = await _find(caller, address), _said(norm, words, dry_run)
    command: HoldBackPost | HoldBackLine
    if found.post is not None:
        command = HoldBackPost(post=found.post.id, **said)
    else:
        assert found.line is not None
        command = HoldBackLine(line=found.line.id, **said)
    done = await caller.community.call(command)
    caller.out.done(done, f"Held back until {local_time(done.until)}; a person decides.")
