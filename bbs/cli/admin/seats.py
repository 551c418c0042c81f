"""`bbs admin seats`: who has, waits for or was offered a seat; offer one, and take an offer back."""

import click

from bbs.cli.completion_values import complete_board, complete_handle
from bbs.cli.context import CliContext, dry_run_option, with_community
from bbs.features.boards.seat_messages import ListSeats, OfferedBy, OfferSeat, Seat, TakeBackOffer
from bbs.sdk import lookup
from bbs.terminal import render
from bbs.terminal.output import local_time, table
from bbs.terminal.state_text import SEAT_STATES

_BY = {OfferedBy.QUEUE: "the waiting list", OfferedBy.DESK: "the desk"}


@click.group()
def seats() -> None:
    """List the seats of a board; offer a free one, and take an offer back."""


@seats.command("list")
@click.argument("board", shell_complete=complete_board)
@with_community
async def list_seats(caller: CliContext, board: str) -> None:
    """List the members seated on BOARD, then the waiting list and the members with an offer."""
    place = await lookup.find_board(caller.community, board)
    listed = (await caller.community.call(ListSeats(board=place.id))).seats
    members = await lookup.list_members(caller.community)
    in_order = sorted(seat.position for seat in listed)
    rows = [
        [
            str(in_order.index(seat.position) + 1),
            render.seat_word(seat),
            f"norms {seat.norms_version}" if seat.norms_version else "",
            members[seat.member].label if seat.member in members else "a member",
            _offer_text(seat),
        ]
        for seat in listed
    ]
    lines = table(rows, ("ASKED", "SEAT", "ACCEPTED", "MEMBER", "OFFER"))
    caller.out.stream("seats", listed, {"board": place}, lines)


def _offer_text(seat: Seat) -> str:
    """Return who made an offer and when it ends; empty without one."""
    if seat.offered_by is None:
        return ""
    until = "" if seat.until is None else f" until {local_time(seat.until)}"
    return f"by {_BY[seat.offered_by]}{until}"


@seats.command()
@click.argument("board", shell_complete=complete_board)
@click.argument("member", shell_complete=complete_handle)
@dry_run_option
@with_community
async def offer(caller: CliContext, board: str, member: str, dry_run: bool) -> None:
    """Offer MEMBER a free seat on BOARD, which they may take for seven days.

    Who waits is next by the list alone: while people wait, add seats instead.
    """
    place = await lookup.find_board(caller.community, board)
    who = await lookup.find_member(caller.community, member)
    shown = await caller.community.call(OfferSeat(board=place.id, member=who.id, dry_run=dry_run))
    until = "" if shown.seat.until is None else f" until {local_time(shown.seat.until)}"
    says = f"{place.label}: {who.label} {SEAT_STATES[shown.seat.state]}{until}"
    caller.out.done(shown, says, tried=True)


@seats.command("take-back")
@click.argument("board", shell_complete=complete_board)
@click.argument("member", shell_complete=complete_handle)
@dry_run_option
@with_community
async def take_back(caller: CliContext, board: str, member: str, dry_run: bool) -> None:
    """Take back the offer of a seat on BOARD that moderators made to MEMBER."""
    place = await lookup.find_board(caller.community, board)
    who = await lookup.find_member(caller.community, member)
    command = TakeBackOffer(board=place.id, member=who.id, dry_run=dry_run)
    shown = await caller.community.call(command)
    says = f"{place.label}: the offer to {who.label} is taken back"
    caller.out.done(shown, says, tried=True)
