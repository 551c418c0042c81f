"""`bbs who`: who is here and chose to be seen, board by board (P11)."""

from typing import TYPE_CHECKING

import click

from bbs.cli.completion_values import complete_board
from bbs.cli.context import CliContext, with_connection_options
from bbs.features.boards.messages import Board, ListSeats, Seat, SeatState
from bbs.features.presence.messages import GetPresence
from bbs.sdk import lookup
from bbs.terminal.output import table

if TYPE_CHECKING:
    from bbs.sdk.community import Community


@click.command()
@click.argument("board", required=False, shell_complete=complete_board)
@with_connection_options
def who(caller: CliContext, board: str | None) -> int | None:
    """Print who is here now and chose to be seen, by the boards they have a seat on.

    Without BOARD, the boards on which you have a seat. Members who are away and members who hide
    look the same: neither is listed. This command does not show you to anybody.
    """

    async def work(community: "Community") -> int | None:
        if board is not None:
            boards = [await lookup.find_board(community, board)]
        else:
            listed = await lookup.list_boards(community)
            mine = {seat.board for seat in listed.seats if seat.state is SeatState.SEATED}
            boards = [each for each in listed.boards if each.id in mine]
        here = frozenset((await community.call(GetPresence())).members)
        found = [(place, await _seated(community, place, here)) for place in boards if here]
        members = await lookup.list_members(community)
        rows = [
            (place, members[seat.member])
            for place, seats in found
            for seat in seats
            if seat.member in members
        ]
        if caller.out.human:
            cells = [[place.label, member.label, member.name or ""] for place, member in rows]
            caller.out.result(None, table(cells, ("BOARD", "MEMBER", "NAME")))
            if not rows:
                caller.out.say("Nobody who is here chose to be seen.")
        else:
            items = [
                {
                    "board": place.id,
                    "member": member.id,
                    "address": place.slug,
                    "by": f"@{member.handle}" if member.handle else None,
                }
                for place, member in rows
            ]
            caller.out.stream("here", items, {"boards": boards})
        return None

    return caller.run(work)


async def _seated(community: "Community", board: Board, here: frozenset[str]) -> list[Seat]:
    """Return the seats on a board of those who are here, by the order in which they were taken."""
    seats = (await community.call(ListSeats(board=board.id))).seats
    return [seat for seat in seats if seat.member in here and seat.state is SeatState.SEATED]
