"""`bbs seat`: take a seat or an offered one, see the place in line, decline or leave."""

from datetime import datetime
from typing import NamedTuple

import click

from bbs import terminal
from bbs.cli.completion_values import complete_board
from bbs.cli.context import CliContext, dry_run_option, with_community
from bbs.cli.errors import CommonsStays
from bbs.cli.left_boards import note_way_back, tell_of_leaving
from bbs.cli.write.answers import apply, load_questions, read_answers, withdraw
from bbs.features.boards.messages import GetBoard
from bbs.features.boards.seat_messages import (
    GetPlace,
    LeaveSeat,
    ListSeats,
    Seat,
    SeatPlace,
    SeatState,
    TakeSeat,
)
from bbs.features.members.author_text import member_name
from bbs.features.members.views import MemberState
from bbs.features.norms.messages import GetNorms
from bbs.ids import COMMONS, BoardId
from bbs.sdk import lookup
from bbs.terminal import prompts
from bbs.terminal.application_text import describe_own_application
from bbs.terminal.output import local_time
from bbs.terminal.seat_text import describe_own_seat, describe_place, place_of, week_of


class _Where(NamedTuple):
    """The board whose seat it is about, as far as the caller may know it.

    Attributes:
        own: The caller's seat there.
    """

    id: BoardId
    slug: str
    title: str
    own: Seat | None

    @property
    def on(self) -> str:
        """Where a seat is, after the word "seat"."""
        return place_of(self.id, self.slug)


@click.command()
@click.argument("board", shell_complete=complete_board)
@click.option("--place", is_flag=True, help="Only show your seat, offer or place in line.")
@click.option("--leave", is_flag=True, help="Leave the seat, decline the offer, or wait no longer.")
@click.option("--accept-norms", type=int, metavar="VERSION", help="Accept the board's norms.")
@click.option(
    "--answer",
    "answers",
    multiple=True,
    metavar="TEXT",
    help="Your answer to the next question of the board; once for each.",
)
@click.option("--yes", is_flag=True, help="With --leave: do not ask.")
@dry_run_option
@with_community
async def seat(
    caller: CliContext,
    board: str,
    place: bool,
    leave: bool,
    accept_norms: int | None,
    answers: tuple[str, ...],
    yes: bool,
    dry_run: bool,
) -> None:
    """Take a seat on BOARD, or the one offered to you, after reading and accepting its norms.

    On a full board you join the waiting list. Who waits for a seat in the community names commons.
    If the board asks questions, its desk reads your answers and decides within seven days; --leave
    takes them back.
    """
    if place and leave:
        raise click.UsageError("give --place or --leave, not both")
    where = await _find(caller, board)
    if place:
        found = await caller.community.call(GetPlace(board=where.id))
        left = await tell_of_leaving(caller.community, where.id, where.slug)
        caller.out.result(found, left or _lines(found, where))
        return
    if leave:
        await _leave(caller, where, yes=yes, dry_run=dry_run)
        return
    norms = await caller.community.call(GetNorms(board=where.id))
    own = where.own
    if own and own.state is SeatState.SEATED and own.norms_version >= norms.version:
        message = "You have a seat here already, and its norms have not changed."
        value = {"address": where.slug, "seat": own}
        value["by"] = caller.out.named(own).get("by")
        caller.out.result(value, [message])
        return
    before = None
    if accept_norms is None and own and 0 < own.norms_version < norms.version:
        earlier = GetNorms(board=where.id, version=own.norms_version)
        before = await caller.community.call(earlier)
    whose = f"{where.slug}: {where.title}"
    version = prompts.accept_norms(norms, accept_norms, whose=whose, before=before)
    if own is None and (asked := await load_questions(caller, where.id)):
        said = read_answers(asked, answers)
        done = await apply(caller, where.id, version, said, dry_run=dry_run)
        assert done.application is not None
        says = describe_own_application(done.application)
        caller.out.done(done, f"{says[0].upper()}{says[1:]}.", tried=True)
        return
    command = TakeSeat(board=where.id, norms_version=version, dry_run=dry_run)
    with note_way_back(where.slug):
        shown = await caller.community.call(command)
    value = caller.out.named(shown)
    lines: list[str] = []
    if shown.seat.state is SeatState.WAITING and not dry_run:
        found = await caller.community.call(GetPlace(board=where.id))
        lines = _lines(found, where)
        value |= {"place": found.place, "waiting": found.waiting}
    caller.out.done(value, _told(shown.seat, where), tried=True)
    for line in lines:
        caller.out.say(line)


async def _find(caller: CliContext, board: str) -> _Where:
    """Return the board that was named; who waits for the community knows of the commons alone."""
    me = caller.community.me
    is_commons = board.strip("/").casefold() == _COMMONS_SLUG
    if is_commons and me is not None and me.member.state is MemberState.WAITING:
        shown = await caller.community.call(GetBoard(board=COMMONS))
        return _Where(COMMONS, _COMMONS_SLUG, shown.board.title or "", shown.seat)
    place = await lookup.find_board(caller.community, board)
    listed = await lookup.list_boards(caller.community)
    own = next((each for each in listed.seats if each.board == place.id), None)
    return _Where(place.id, place.label, place.title or "", own)


_COMMONS_SLUG = "commons"


async def _leave(caller: CliContext, where: _Where, *, yes: bool, dry_run: bool) -> None:
    """Give up the seat, the offer or the place in line, if the caller confirms it."""
    if where.id == COMMONS and (where.own is None or where.own.state is SeatState.SEATED):
        raise CommonsStays("everybody has a seat on the commons, as long as they are here")
    if not dry_run:
        await _confirm_leaving(caller, where, yes=yes)
    if where.own is not None and where.own.state is SeatState.APPLIED:
        taken = await withdraw(caller, where.id, dry_run=dry_run)
        caller.out.done(taken, "Withdrawn; your answers are erased.", tried=True)
        return
    shown = await caller.community.call(LeaveSeat(board=where.id, dry_run=dry_run))
    caller.out.done(shown, f"You have no seat {where.on} any more.", tried=True)


def _told(seat: Seat, where: _Where) -> str:
    says = describe_own_seat(seat, where.on, local_time)
    return f"{says[0].upper()}{says[1:]}."


def _lines(found: SeatPlace, where: _Where) -> list[str]:
    """Return the caller's place, and how an offer is taken."""
    lines = describe_place(found, where.on, moment=local_time, week=_week)
    if found.seat is not None and found.seat.state is SeatState.OFFERED:
        lines.append(f"bbs seat {where.slug} takes it, with --leave it declines.")
    return lines


def _week(moment: datetime) -> str:
    return f"{week_of(moment.astimezone()):%Y-%m-%d}"


async def _confirm_leaving(caller: CliContext, where: _Where, *, yes: bool) -> None:
    """Ask for confirmation, and show a moderator the moderators that remain.

    Do not ask the only moderator of a board with other members: the server refuses, with the
    reason.
    """
    own = where.own
    if own is not None and own.moderator:
        members = await lookup.list_members(caller.community)
        listed = (await caller.community.call(ListSeats(board=where.id))).seats
        seats = [each for each in listed if each.member != own.member]
        others = [member_name(each.member, members) for each in seats if each.moderator]
        if not others and any(each.state is SeatState.SEATED for each in seats):
            return
        after = f"{', '.join(others)} will moderate it" if others else "nobody will moderate it"
        terminal.tell(f"You are a moderator of {where.slug}; then {after}.")
    asks = {
        SeatState.OFFERED: f"Decline the seat {where.on}?",
        SeatState.APPLIED: f"Take your answers for a seat {where.on} back?",
        SeatState.WAITING: f"Wait no longer for a seat {where.on}?",
    }
    state = own.state if own is not None else SeatState.SEATED
    if state is SeatState.SEATED:
        terminal.tell(f"Your words stay, under your name; bbs leave {where.slug} offers more.")
    prompts.confirm(asks.get(state, f"Give up your seat {where.on}?"), yes=yes)
