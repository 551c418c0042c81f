"""`bbs admin status`: the community at a glance, and its sysop's first steps."""

import click
from msgspec import to_builtins

from bbs.cli.context import CliContext, with_community
from bbs.features.boards.messages import Board, BoardList, ListBoards
from bbs.features.community.first_steps import FirstStep, first_steps, has_invited
from bbs.features.community.hand_over_messages import GetHandOver
from bbs.features.community.offers import DeskOffer, desk_offers
from bbs.features.members.author_text import member_name
from bbs.features.members.messages import ListInvitations
from bbs.features.members.views import MemberState
from bbs.features.threads.messages import ListHeld, ListThreads
from bbs.ids import COMMONS
from bbs.plural import counted
from bbs.profiles import answered_offers, note_answered_offer
from bbs.sdk import lookup
from bbs.terminal.output import local_time
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
@click.option(
    "--leave", is_flag=True, help="Make no offer that is shown now again, on this device."
)
@with_community
async def status(caller: CliContext, leave: bool) -> None:
    """Show name, members and boards; of a new community its sysop's first steps, too.

    The steps tick themselves off by what is there, and go away once the community lives. Moderators
    see which settings of their boards begin to help at its size, until they answer.
    """
    listed = await caller.community.call(ListBoards())
    members = await lookup.list_members(caller.community)
    commons = next(board for board in listed.boards if board.id == COMMONS)
    steps = await _steps(caller, listed, commons, len(members))
    seated = sum(member.state is MemberState.SEATED for member in members.values())
    offers = _offers(caller, listed, seated)
    if leave and caller.device is not None:
        for offer, _ in offers:
            note_answered_offer(caller.device.name, offer.id)
    waits = await _hand_over_lines(caller, members)
    value = {
        "community": commons.title,
        "members": len(members),
        "seats": commons.seats,
        "boards": len(listed.boards) - 1,
        "first_steps": steps,
        "offers": [{"board": board.slug, **to_builtins(offer)} for offer, board in offers],
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
        *waits,
        *(line for offer, board in offers for line in _offer_lines(offer, board)),
        *(["  bbs admin status --leave: you are not asked again."] if offers and not leave else []),
    ]
    caller.out.result(value, lines)


def _offers(caller: CliContext, listed: BoardList, members: int) -> list[tuple[DeskOffer, Board]]:
    """Return what the desks of the caller are offered, and was not answered on this device."""
    if caller.device is None:
        return []
    answered = answered_offers(caller.device.name)
    desks = {seat.board for seat in listed.seats if seat.moderator}
    return [
        (offer, board)
        for board in listed.boards
        if board.id in desks
        for offer in desk_offers(board, members)
        if offer.id not in answered
    ]


def _offer_lines(offer: DeskOffer, board: Board) -> list[str]:
    options = " ".join(f"--{name.replace('_', '-')} yes" for name in offer.settings)
    return [
        f"It may help now on {board.label}. {offer.says}",
        f"  bbs admin boards configure {board.label} {options}",
    ]


async def _hand_over_lines(caller: CliContext, members: lookup.Members) -> list[str]:
    """Return to whom and when the community is to be handed over; nothing if none waits."""
    state = await caller.community.call(GetHandOver())
    if state.heir is None or state.until is None:
        return []
    heir, day = member_name(state.heir, members), local_time(state.until)
    answered = "accepted" if state.is_accepted else "not accepted yet"
    return [
        f"The community is to be handed over to {heir} on {day}; {answered}.",
        "  bbs admin hand-over: what binds them, and what to prepare together.",
    ]


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
