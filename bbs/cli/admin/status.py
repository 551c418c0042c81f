"""`bbs admin status`: the community at a glance, and its sysop's first steps."""

import click

from bbs.cli.context import CliContext, with_community
from bbs.features.boards.messages import Board, BoardList, ListBoards
from bbs.features.community.first_steps import FirstStep, first_steps, has_invited
from bbs.features.members.messages import ListInvitations
from bbs.features.threads.messages import ListHeld, ListThreads
from bbs.ids import COMMONS
from bbs.plural import counted
from bbs.sdk import lookup
from bbs.text import sanitize

COMMANDS = {
    "name": 'bbs admin boards configure commons --title "…"',
    "norms": "bbs seat commons",
    "board": "bbs admin boards open SLUG --template NAME",
    "invitation": "bbs admin invitations make",
    "thread": 'bbs write BOARD --title "…"',
}
"""The command to type for each first step."""


@click.command()
@with_community
async def status(caller: CliContext) -> None:
    """Show name, members and boards; of a new community its sysop's first steps, too.

    The steps tick themselves off by what is there, and go away once the community lives.
    """
    listed = await caller.community.call(ListBoards())
    members = await lookup.list_members(caller.community)
    commons = next(board for board in listed.boards if board.id == COMMONS)
    steps = await _steps(caller, listed, commons, len(members))
    value = {
        "community": commons.title,
        "members": len(members),
        "seats": commons.seats,
        "boards": len(listed.boards) - 1,
        "first_steps": steps,
    }
    lines = [
        f"{sanitize(commons.title or 'This community')}:"
        f" {counted(len(members), 'member')} on {counted(commons.seats, 'seat')},"
        f" {counted(len(listed.boards) - 1, 'board')} beside the commons.",
        *(["First steps:"] if steps else []),
        *(
            f"  done: {step.says}" if step.done else f"  {step.says}: {COMMANDS[step.id]}"
            for step in steps
        ),
    ]
    caller.out.result(value, lines)


async def _steps(
    caller: CliContext, listed: BoardList, commons: Board, members: int
) -> tuple[FirstStep, ...]:
    """Return the caller's first steps; none for others than the sysop."""
    me = caller.community.me
    if me is None or not me.member.sysop:
        return ()
    call = caller.community.call
    invitations = (await call(ListInvitations())).invitations
    threads = False
    for board in listed.boards:
        if not threads:
            page = await call(ListThreads(board=board.id, limit=1))
            threads = bool(page.threads or (await call(ListHeld(board=board.id))).threads)
    seat = next((seat for seat in listed.seats if seat.board == COMMONS), None)
    return first_steps(
        title=commons.title,
        norms_accepted=seat is not None and seat.norms_version >= commons.norms_version,
        boards=len(listed.boards) - 1,
        invited=has_invited(me.member.id, invitations),
        threads=threads,
        members=members,
    )
