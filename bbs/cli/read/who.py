"""`bbs who`: print who is here and chose to be seen, board by board (P11)."""

import click

from bbs.cli.completion_values import complete_board
from bbs.cli.context import CliContext, with_community
from bbs.features.boards.messages import Board
from bbs.features.boards.seat_messages import ListSeats, Seat, SeatState
from bbs.features.presence.messages import GetPresence
from bbs.sdk import lookup
from bbs.terminal.output import table


@click.command()
@click.argument("board", required=False, shell_complete=complete_board)
@with_community
async def who(caller: CliContext, board: str | None) -> None:
    """Print who is here now and chose to be seen, by the boards they have a seat on.

    Without BOARD, the boards on which you have a seat. Members who are away and members who hide
    look the same: neither is listed. This command does not show you to anybody.
    """
    if board is not None:
        boards = [await lookup.find_board(caller.community, board)]
    else:
        listed = await lookup.list_boards(caller.community)
        mine = {seat.board for seat in listed.seats if seat.state is SeatState.SEATED}
        boards = [each for each in listed.boards if each.id in mine]
    here = frozenset((await caller.community.call(GetPresence())).members)
    members = await lookup.list_members(caller.community)
    rows = [
        (place, members[seat.member])
        for place in (boards if here else ())
        for seat in await _seated(caller, place, here)
        if seat.member in members
    ]
    items = [
        {
            "board": place.id,
            "member": member.id,
            "address": place.slug,
            "by": f"@{member.handle}" if member.handle else None,
        }
        for place, member in rows
    ]
    lines = table(
        [[place.label, member.label, member.name or ""] for place, member in rows],
        ("BOARD", "MEMBER", "NAME"),
    )
    nothing = "No member shows as present."
    caller.out.stream("here", items, {"boards": boards}, lines, nothing=nothing)


async def _seated(caller: CliContext, board: Board, here: frozenset[str]) -> list[Seat]:
    """Return the seats on a board of the members who are here, in the order of taking them."""
    seats = (await caller.community.call(ListSeats(board=board.id))).seats
    return [seat for seat in seats if seat.member in here and seat.state is SeatState.SEATED]
