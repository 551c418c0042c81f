"""`bbs note`: the notes of newcomers with host and moderators, about what a guard holds (protocol 21)."""

import click

from bbs import limits
from bbs.cli.completion_values import complete_handle
from bbs.cli.context import CliContext, dry_run_option, with_community
from bbs.features.arriving.messages import GetNote, ListNotes, SayInNote, UnsayInNote
from bbs.features.arriving.views import NoteLine
from bbs.features.members.author_text import member_name
from bbs.ids import MemberId, new_id
from bbs.refusals import NotFound
from bbs.sdk import lookup
from bbs.terminal import render
from bbs.terminal.arriving_text import WHY_HELD
from bbs.terminal.input_text import read_line
from bbs.terminal.output import local_time, table
from bbs.text import sanitize


@click.command()
@click.argument("newcomer", required=False, shell_complete=complete_handle)
@click.option("-m", "--message", help="Write this line into the note.")
@click.option(
    "--withdraw",
    type=click.IntRange(1, limits.NOTE_LINES_MAX),
    metavar="NUMBER",
    help="Take your line with this number back: its words are erased.",
)
@dry_run_option
@with_community
async def note(
    caller: CliContext,
    newcomer: str | None,
    message: str | None,
    withdraw: int | None,
    dry_run: bool,
) -> None:
    """Print the note of NEWCOMER, or write a line into it; without NEWCOMER, list the notes you read.

    A note opens when a guard first holds something of a newcomer. The newcomer reads it, who invited
    them, and the moderators of the board.

    \b
    bbs note                       the notes that you read
    bbs note @cyd                  that of cyd; your own by your own handle
    bbs note @cyd -m "Welcome!"    write a line into it
    bbs note @cyd --withdraw 2     take your second line back
    """
    if message is not None and withdraw is not None:
        raise click.UsageError("-m or --withdraw, not both")
    if newcomer is None:
        if message is not None or withdraw is not None or dry_run:
            raise click.UsageError("name the newcomer whose note it is, like: bbs note @cyd")
        await _list_notes(caller)
        return
    whose = (await lookup.find_member(caller.community, newcomer)).id
    if message is not None:
        text = read_line(message, field="message", chars_max=limits.NOTE_LINE_CHARS_MAX)
        command = SayInNote(note=whose, line=new_id(), text=text, dry_run=dry_run)
        caller.out.done(await caller.community.call(command), "Written.")
    elif withdraw is not None:
        line = await _find_line(caller, whose, withdraw)
        taken = UnsayInNote(note=whose, line=line.id, dry_run=dry_run)
        caller.out.done(await caller.community.call(taken), "Taken back.")
    else:
        await _print_note(caller, whose)


async def _list_notes(caller: CliContext) -> None:
    found = (await caller.community.call(ListNotes())).notes
    members = await lookup.list_members(caller.community)
    boards = {each.id: each for each in (await lookup.list_boards(caller.community)).boards}
    rows = [
        [
            member_name(each.newcomer, members),
            render.board_label(each.board, boards),
            local_time(each.opened_at),
            WHY_HELD[each.why],
            local_time(each.ends_at),
        ]
        for each in found
    ]
    lines = table(rows, ("NEWCOMER", "BOARD", "SINCE", "WHY", "ERASED"))
    caller.out.stream("notes", found, lines=lines, nothing="You read no note.")


async def _print_note(caller: CliContext, whose: MemberId) -> None:
    found = await caller.community.call(GetNote(note=whose))
    members = await lookup.list_members(caller.community)
    lines = [
        f"{line.number}  {local_time(line.at)}  {member_name(line.author, members)}: {_said(line)}"
        for line in found.lines
    ]
    more = {"note": found.note}
    caller.out.stream("lines", found.lines, more, lines, nothing="Nothing is written in it yet.")


def _said(line: NoteLine) -> str:
    clause = "" if line.norm is None else f"declined by norm {line.norm}"
    if line.withdrawn:
        return "taken back"
    words = sanitize(line.text or "")
    return ": ".join(part for part in (clause, words) if part) or "declined"


async def _find_line(caller: CliContext, whose: MemberId, number: int) -> NoteLine:
    """Return a line of a note by its number.

    Raises:
        NotFound: If there is none.
    """
    lines = (await caller.community.call(GetNote(note=whose))).lines
    for line in lines:
        if line.number == number:
            return line
    raise NotFound(what="line")
