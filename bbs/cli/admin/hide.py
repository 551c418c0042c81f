"""`bbs admin posts hide|restore|hidden`: hide words by a clause of the norms, and restore them (P5, P8)."""

from functools import partial

import click

from bbs.cli.admin.acts import act, reason_option
from bbs.cli.clause import ClauseType
from bbs.cli.completion_places import complete_post
from bbs.cli.context import CliContext, dry_run_option, with_community
from bbs.errors import BadParams
from bbs.features.norms.clause_text import ClauseNumber
from bbs.features.threads.hiding_messages import (
    GetHiddenLine,
    GetHiddenPost,
    HideLine,
    HidePost,
    RestoreLine,
    RestorePost,
)
from bbs.features.threads.views import Line, Post
from bbs.sdk import lookup
from bbs.terminal import render
from bbs.terminal.hidden_text import hidden_lines

_reason_option = reason_option("Why; everybody reads it. Quote nothing.")


@click.command()
@click.argument("address", shell_complete=complete_post)
@click.option(
    "--norm",
    required=True,
    type=ClauseType(),
    help='The number of the clause; "commons 3" for one of the commons\' norms, which hold everywhere.',
)
@_reason_option
@dry_run_option
@with_community
async def hide(
    caller: CliContext, address: str, norm: ClauseNumber, reason: str, dry_run: bool
) -> None:
    """Hide ADDRESS, a post or a line of a lounge, by a clause of the norms it was written under.

    A marker with the clause stays. The author and the board's moderators can read the words
    (bbs admin posts hidden) until they go, after 60 days at the latest; the author is told why, and the
    board's log shows it. Show them again: bbs admin posts restore. A clause that is a matter of judgement
    takes two: then this waits until another moderator agrees (bbs admin proposals), everybody reads on,
    and the exit code is 7.

    \b
    bbs admin posts hide garden/42/7 --norm 2 --reason "It names somebody's employer."
    """
    said = await _find(caller, address)
    command: HidePost | HideLine
    if isinstance(said, Post):
        command = HidePost(post=said.id, **norm._asdict(), reason=reason, dry_run=dry_run)
    else:
        command = HideLine(line=said.id, **norm._asdict(), reason=reason, dry_run=dry_run)
    await act(caller, command, f"hidden {address}")


@click.command()
@click.argument("address", shell_complete=complete_post)
@_reason_option
@dry_run_option
@with_community
async def restore(caller: CliContext, address: str, reason: str, dry_run: bool) -> None:
    """Show ADDRESS again, a post or a line that was hidden by a clause; the author is told."""
    said = await _find(caller, address)
    command: RestorePost | RestoreLine
    if isinstance(said, Post):
        command = RestorePost(post=said.id, reason=reason, dry_run=dry_run)
    else:
        command = RestoreLine(line=said.id, reason=reason, dry_run=dry_run)
    await act(caller, command, f"shown again {address}")


@click.command()
@click.argument("address", shell_complete=complete_post)
@with_community
async def hidden(caller: CliContext, address: str) -> None:
    """Show words that are hidden by a clause: your own, or on a board you moderate."""
    said = await _find(caller, address)
    query = GetHiddenPost(post=said.id) if isinstance(said, Post) else GetHiddenLine(line=said.id)
    found = await caller.community.call(query)
    members = await lookup.list_members(caller.community)
    boards = {each.id: each for each in (await lookup.list_boards(caller.community)).boards}
    slug = partial(render.board_label, boards=boards)
    caller.out.result(found, hidden_lines(found, members, slug))


async def _find(caller: CliContext, address: str) -> Post | Line:
    """Return the post or line an address names.

    Raises:
        BadParams: If it names something else.
        NotFound: If there is no such thing for the caller.
    """
    found = await lookup.find_address(caller.community, address)
    caller.out.learn(found)
    said = found.post or found.line
    if said is None:
        raise BadParams("address", "name a post or a line: garden/42/7, garden/lounge/113")
    return said
