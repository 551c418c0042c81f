"""`bbs admin applications`: read the answers of who asks for a seat, and decide."""

import click

from bbs import limits
from bbs.cli.completion_values import complete_board
from bbs.cli.context import CliContext, dry_run_option, with_community
from bbs.features.boards.application_messages import (
    AcceptApplication,
    Application,
    DeclineApplication,
    ListApplications,
)
from bbs.features.boards.messages import Board
from bbs.features.members.author_text import member_name
from bbs.refusals import NotFound
from bbs.sdk import lookup
from bbs.terminal.input_text import read_line
from bbs.terminal.output import local_time, table
from bbs.text import sanitize


@click.group()
def applications() -> None:
    """Read the answers of who asks for a seat on a board you moderate; accept or decline."""


@applications.command("list")
@click.argument("board", required=False, shell_complete=complete_board)
@with_community
async def list_applications(caller: CliContext, board: str | None) -> None:
    """List what waits for the desk of BOARD, the oldest first. Nobody but its moderators can.

    Without BOARD, go over all boards that you moderate.
    """
    if board is not None:
        places = [await lookup.find_board(caller.community, board)]
    else:
        listed = await lookup.list_boards(caller.community)
        mine = {seat.board for seat in listed.seats if seat.moderator}
        places = [each for each in listed.boards if each.id in mine]
    found = [(place, each) for place in places for each in await _waiting_at(caller, place)]
    members = await lookup.list_members(caller.community)
    rows = [
        [
            *([] if board is not None else [place.label]),
            str(each.number),
            member_name(each.member, members),
            local_time(each.asked_at),
            local_time(each.due_at),
        ]
        for place, each in found
    ]
    heads = ("NUMBER", "MEMBER", "SINCE", "GOES ON BY ITSELF")
    lines = table(rows, heads if board is not None else ("BOARD", *heads))
    value = {"board": places[0]} if board is not None else {"boards": places}
    nothing = "No application waits."
    caller.out.stream("applications", [each for _, each in found], value, lines, nothing=nothing)


@applications.command()
@click.argument("board", shell_complete=complete_board)
@click.argument("number", type=click.IntRange(1))
@with_community
async def show(caller: CliContext, board: str, number: int) -> None:
    """Show application NUMBER of BOARD: who it is, the questions and the answers."""
    _, found = await _waiting(caller, board)
    one = _numbered(found, number)
    members = await lookup.list_members(caller.community)
    lines = [f"{member_name(one.member, members)}, since {local_time(one.asked_at)}"]
    for said in one.answers:
        lines += ["", sanitize(said.question or ""), sanitize(said.answer or "")]
    lines += ["", f"Without a decision they go on by themselves on {local_time(one.due_at)}."]
    caller.out.result(one, lines)


@applications.command()
@click.argument("board", shell_complete=complete_board)
@click.argument("number", type=click.IntRange(1))
@dry_run_option
@with_community
async def accept(caller: CliContext, board: str, number: int, dry_run: bool) -> None:
    """Accept application NUMBER of BOARD: a free seat, or else a place in line.

    The log of BOARD shows your act with the number, not with the name.
    """
    place, found = await _waiting(caller, board)
    one = _numbered(found, number)
    done = await caller.community.call(
        AcceptApplication(board=place.id, application=one.id, dry_run=dry_run)
    )
    caller.out.done(done, f"{place.label}: accepted application {number}")


@applications.command()
@click.argument("board", shell_complete=complete_board)
@click.argument("number", type=click.IntRange(1))
@click.option("--word", help="A kind word, one line: for the member alone.")
@click.option(
    "--norm",
    type=click.IntRange(1, limits.NORMS_MAX),
    help="The number of a clause of the board's norms.",
)
@dry_run_option
@with_community
async def decline(
    caller: CliContext, board: str, number: int, word: str | None, norm: int | None, dry_run: bool
) -> None:
    """Decline application NUMBER of BOARD, with a kind word, a clause, or both.

    The member alone is told, and may ask again after 30 days.

    \b
    bbs admin applications decline garden 3 --word "We are full of figs; come back in spring."
    """
    if word is not None:
        word = read_line(word, field="word", chars_max=limits.DESK_WORD_CHARS_MAX)
    place, found = await _waiting(caller, board)
    one = _numbered(found, number)
    done = await caller.community.call(
        DeclineApplication(
            board=place.id, application=one.id, word=word, norm=norm, dry_run=dry_run
        )
    )
    caller.out.done(done, f"{place.label}: declined application {number}")


async def _waiting(caller: CliContext, board: str) -> tuple[Board, list[Application]]:
    place = await lookup.find_board(caller.community, board)
    return place, await _waiting_at(caller, place)


async def _waiting_at(caller: CliContext, place: Board) -> list[Application]:
    listed = lookup.pages(caller.community, ListApplications(board=place.id))
    return [each async for page in listed for each in page.applications]


def _numbered(found: list[Application], number: int) -> Application:
    one = next((each for each in found if each.number == number), None)
    if one is None:
        raise NotFound(what="application")
    return one
