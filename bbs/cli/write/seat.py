"""`bbs seat`: accept a board's norms and take a seat there, or leave it."""

import click

from bbs import terminal
from bbs.cli.completion_values import complete_board
from bbs.cli.context import CliContext, dry_run_option, with_community
from bbs.cli.errors import CommonsStays
from bbs.features.boards.messages import Board
from bbs.features.boards.seat_messages import LeaveSeat, ListSeats, Seat, SeatState, TakeSeat
from bbs.features.members.author_text import member_name
from bbs.features.norms.messages import GetNorms
from bbs.ids import COMMONS
from bbs.sdk import lookup
from bbs.terminal import prompts

_TOLD = {
    SeatState.SEATED: "You have a seat.",
    SeatState.WAITING: "The board is full: you are on its waiting list.",
    SeatState.APPLIED: "The board's moderators have your answers.",
    SeatState.LEFT: "You have no seat here any more.",
    SeatState.OFFERED: "A seat is offered to you.",
}


@click.command()
@click.argument("board", shell_complete=complete_board)
@click.option("--leave", is_flag=True, help="Leave the seat instead.")
@click.option("--accept-norms", type=int, metavar="VERSION", help="Accept the board's norms.")
@click.option("--yes", is_flag=True, help="With --leave: do not ask.")
@dry_run_option
@with_community
async def seat(
    caller: CliContext,
    board: str,
    leave: bool,
    accept_norms: int | None,
    yes: bool,
    dry_run: bool,
) -> None:
    """Take a seat on BOARD, after reading and accepting its norms. Also accepts changed norms."""
    place = await lookup.find_board(caller.community, board)
    listed = await lookup.list_boards(caller.community)
    own = next((each for each in listed.seats if each.board == place.id), None)
    if leave:
        if place.id == COMMONS:
            raise CommonsStays("everybody has a seat on the commons, as long as they are here")
        if not dry_run:
            await _confirm_leaving(caller, place, own, yes=yes)
        shown = await caller.community.call(LeaveSeat(board=place.id, dry_run=dry_run))
    else:
        norms = await caller.community.call(GetNorms(board=place.id))
        if own and own.state is SeatState.SEATED and own.norms_version >= norms.version:
            message = "You have a seat here already, and its norms have not changed."
            value = {"address": place.slug, "seat": own, "dry_run": dry_run}
            value["by"] = caller.out.named(own).get("by")
            caller.out.result(value, [message])
            return
        whose = f"{place.label}: {place.title or ''}"
        before = None
        if accept_norms is None and own and 0 < own.norms_version < norms.version:
            earlier = GetNorms(board=place.id, version=own.norms_version)
            before = await caller.community.call(earlier)
        version = prompts.accept_norms(norms, accept_norms, whose=whose, before=before)
        shown = await caller.community.call(
            TakeSeat(board=place.id, norms_version=version, dry_run=dry_run)
        )
    caller.out.done(shown, _TOLD[shown.seat.state], dry_run=dry_run)


async def _confirm_leaving(
    caller: CliContext, board: Board, own: Seat | None, *, yes: bool
) -> None:
    """Ask for confirmation, and show a moderator the moderators that remain.

    Do not ask the only moderator of a board with other members: the server refuses, with the
    reason.
    """
    if own is not None and own.moderator:
        members = await lookup.list_members(caller.community)
        listed = (await caller.community.call(ListSeats(board=board.id))).seats
        seats = [each for each in listed if each.member != own.member]
        others = [member_name(each.member, members) for each in seats if each.moderator]
        if not others and any(each.state is SeatState.SEATED for each in seats):
            return
        after = f"{', '.join(others)} will moderate it" if others else "nobody will moderate it"
        terminal.tell(f"You are a moderator of {board.label}; then {after}.")
    prompts.confirm(f"Give up your seat on {board.label}?", yes=yes)
