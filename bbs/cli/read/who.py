"""`bbs who`: print who is here and chose to be seen, board by board (P11), or the page of a member."""

from datetime import datetime

import click

from bbs.cli.completion_values import complete_board
from bbs.cli.context import CliContext, with_community
from bbs.clock import SystemClock
from bbs.features.boards.messages import Board
from bbs.features.boards.seat_messages import ListSeats, Seat, SeatState
from bbs.features.members.about_messages import GetProfile
from bbs.features.members.views import MemberState
from bbs.features.presence.messages import GetPresence
from bbs.sdk import lookup
from bbs.terminal.member_text import describe_away, describe_host
from bbs.terminal.output import local_time, table
from bbs.terminal.state_text import MEMBER_STATES
from bbs.text import sanitize


@click.command()
@click.argument("board", required=False, metavar="[BOARD|@MEMBER]", shell_complete=complete_board)
@with_community
async def who(caller: CliContext, board: str | None) -> None:
    """Print who is here now and chose to be seen, by the boards they have a seat on.

    Without BOARD, the boards on which you have a seat. Members who are not connected and members
    who hide look the same: neither is listed. This command does not show you to anybody.

    With @MEMBER, the page of a member: who invited them, the line they set while away, and what
    they say of themselves.
    """
    if board is not None and board.startswith("@"):
        await _tell_member(caller, board)
        return
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
    now = SystemClock()()
    lines = table(
        [
            [place.label, member.label, member.name or "", describe_away(member, now, _day)]
            for place, member in rows
        ],
        ("BOARD", "MEMBER", "NAME", "AWAY"),
    )
    nothing = "No member shows as present."
    caller.out.stream("here", items, {"boards": boards}, lines, nothing=nothing)


async def _tell_member(caller: CliContext, handle: str) -> None:
    """Print the page of a member."""
    member = await lookup.find_member(caller.community, handle)
    profile = await caller.community.call(GetProfile(member=member.id))
    known = await lookup.list_members(caller.community)
    now, lines = SystemClock()(), [f"{member.label}  {sanitize(member.name or '')}"]
    facts = [
        MEMBER_STATES[member.state] if member.state is MemberState.WAITING else "",
        "runs this server" if member.sysop else "",
        sanitize(describe_away(member, now, _day)),
    ]
    if member.joined_at is not None:
        facts.append(f"member since {_day(member.joined_at)}")
    if member.invited_by is not None:
        by = known[member.invited_by].label if member.invited_by in known else "a member"
        facts.append(f"invited by {describe_host(member, now, by, _day)}")
    lines += [fact for fact in facts if fact]
    if profile.text is not None:
        lines += ["", *sanitize(profile.text, multiline=True).split("\n")]
    caller.out.result({"member": member, "profile": profile.text}, lines)


def _day(moment: datetime) -> str:
    return local_time(moment)[:10]


async def _seated(caller: CliContext, board: Board, here: frozenset[str]) -> list[Seat]:
    """Return the seats on a board of the members who are here, in the order of taking them."""
    seats = (await caller.community.call(ListSeats(board=board.id))).seats
    return [seat for seat in seats if seat.member in here and seat.state is SeatState.SEATED]
