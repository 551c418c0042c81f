"""`bbs admin cases`: what members reported, as its desk handles it (protocol 22)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

import click

from bbs.cli.admin.find_case import case_argument, find_case, list_handled
from bbs.cli.admin.moments import read_moment
from bbs.cli.completion_values import complete_board
from bbs.cli.context import CliContext, dry_run_option, with_community
from bbs.features.cases.messages import (
    AskPerson,
    ClaimCase,
    GetCase,
    NoteInCase,
    PassCaseOn,
)
from bbs.features.cases.views import Case, CaseHead
from bbs.features.members.author_text import member_name
from bbs.plural import counted
from bbs.sdk import lookup
from bbs.terminal import case_text, render
from bbs.terminal.input_text import read_case_text
from bbs.terminal.output import local_time, table

F = TypeVar("F", bound=Callable[..., Any])


def _read_text(_ctx: click.Context, _option: click.Parameter, text: str) -> str:
    return read_case_text(text, field="message")


def text_option(help_text: str) -> Callable[[F], F]:
    """Return the option `-m` of a command that says something in a case."""
    return click.option(
        "-m", "--message", "text", required=True, callback=_read_text, help=help_text
    )


@click.command("list")
@click.argument("board", required=False, shell_complete=complete_board)
@click.option("--closed", is_flag=True, help="Closed ones, too.")
@with_community
async def list_cases(caller: CliContext, board: str | None, closed: bool) -> None:
    """List the cases that you handle, on BOARD or on all boards; what is due first comes first."""
    place = None if board is None else (await lookup.find_board(caller.community, board)).id
    listed = await list_handled(caller, board=place, closed=closed)
    boards = {each.id: each for each in (await lookup.list_boards(caller.community)).boards}
    caller.out.learn(tuple(boards.values()))
    members = await lookup.list_members(caller.community)
    rows = [
        [
            _address(head, render.board_label(head.board, boards)),
            case_text.case_subject(head, members),
            case_text.describe_state(head, local_time),
            "" if head.claimed_by is None else member_name(head.claimed_by, members),
        ]
        for head in listed.cases
    ]
    lines = table(rows, ("CASE", "ABOUT", "STATE", "WHO HAS IT"))
    more = {"appeals": listed.appeals}
    caller.out.stream("cases", listed.cases, more, lines, nothing="No case waits for you.")
    if listed.appeals:
        waiting = counted(len(listed.appeals), "appeal")
        caller.out.say(f"{waiting} to decide: bbs admin appeals list")


@click.command()
@case_argument
@with_community
async def show(caller: CliContext, case: str) -> None:
    """Show CASE: the copies of the words, what happened, and what is due."""
    head = await find_case(caller, case)
    found = (await caller.community.call(GetCase(case=head.id))).case
    caller.out.result(found, await _lines(caller, found))


async def _lines(caller: CliContext, case: Case) -> list[str]:
    """Return a case in lines for people."""
    boards = {each.id: each for each in (await lookup.list_boards(caller.community)).boards}
    members = await lookup.list_members(caller.community)
    head, label = case.head, render.board_label(case.head.board, boards)
    lines = [
        f"{_address(head, label)}: {case_text.case_subject(head, members)}",
        f"{case_text.describe_state(head, local_time)}; with {case_text.LEVELS[head.level]}",
    ]
    if case.held:
        lines.append(f"held now: {case_text.describe_held(case.held)}")
    for copy in case.evidence:
        heading = case_text.evidence_heading(
            copy, label, members, local_time, is_letter=head.is_letter
        )
        lines += ["", f"{heading} (what it answers)" if copy.is_context else heading]
        lines += [f"  {row}" for row in case_text.evidence_rows(copy)]
    lines.append("")
    for entry in case.entries:
        says = case_text.describe_entry(entry, members, local_time)
        lines += f"{local_time(entry.at)}  {says}.".split("\n")
    return lines


def _address(head: CaseHead, board: str) -> str:
    return f"{board}/case/{head.number}"


@click.command()
@case_argument
@dry_run_option
@with_community
async def claim(caller: CliContext, case: str, dry_run: bool) -> None:
    """Take CASE on: the others at the desk see that you have it."""
    head = await find_case(caller, case, closed=False)
    done = await caller.community.call(ClaimCase(case=head.id, dry_run=dry_run))
    caller.out.done(done, f"You have case {head.number}.")


@click.command()
@case_argument
@text_option("What is said of their words; nothing in it may point to who reported them.")
@dry_run_option
@with_community
async def ask(caller: CliContext, case: str, text: str, dry_run: bool) -> None:
    """Tell the person whom CASE is about what is said, and ask for an answer within a day.

    They get copies of their own words, the clause and your text, and no name of a moderator or a
    reporter. Nothing is decided before they answered, or let the time pass.

    \b
    bbs admin cases ask garden/case/12 -m "It is said that you call people fools."
    """
    head = await find_case(caller, case, closed=False)
    done = await caller.community.call(AskPerson(case=head.id, text=text, dry_run=dry_run))
    by = done.case.head.answer_by
    until = "" if by is None else f" until {local_time(by)}"
    caller.out.done(done, f"The person of case {head.number} can answer{until}.")


@click.command()
@case_argument
@text_option("The note; the person can read it in their export, without your name.")
@click.option("--names-reporter", is_flag=True, help="It names or points to who reported it.")
@click.option(
    "--until",
    metavar="DAY",
    callback=read_moment,
    help="Look at it again by this day, and let the decision wait until then; once.",
)
@dry_run_option
@with_community
async def note(
    caller: CliContext,
    case: str,
    text: str,
    names_reporter: bool,
    until: datetime | None,
    dry_run: bool,
) -> None:
    """Write a note into CASE. Notes are written to be read: the person can get them."""
    head = await find_case(caller, case)
    command = NoteInCase(
        case=head.id, text=text, names_reporter=names_reporter, until=until, dry_run=dry_run
    )
    caller.out.done(await caller.community.call(command), f"Noted in case {head.number}.")


@click.command("pass-on")
@case_argument
@text_option("Why; who handles it from then on reads it.")
@dry_run_option
@with_community
async def pass_on(caller: CliContext, case: str, text: str, dry_run: bool) -> None:
    """Pass CASE on: to the moderators of the commons, from there to the sysop."""
    head = await find_case(caller, case, closed=False)
    done = await caller.community.call(PassCaseOn(case=head.id, text=text, dry_run=dry_run))
    to = case_text.LEVELS[done.case.head.level]
    caller.out.done(done, f"Case {head.number} is with {to} now.")
