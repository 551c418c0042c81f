"""`bbs admin boards slow|notice`, `members lock-down` and their ends: calm a place, or the community, for some days (P7, P8)."""

from datetime import datetime

import click

from bbs import limits
from bbs.cli.admin.acts import act, reason_option
from bbs.cli.admin.moments import read_moment
from bbs.cli.completion_places import complete_place
from bbs.cli.completion_values import complete_board
from bbs.cli.context import CliContext, dry_run_option, with_community
from bbs.errors import BadParams
from bbs.features.community.notice_messages import GiveUrgentNotice
from bbs.features.moderation.calm_messages import EndLockDown, EndSlow, LockDown, SlowDown
from bbs.ids import BoardId, ThreadId
from bbs.plural import whole_span
from bbs.sdk import lookup
from bbs.terminal.input_text import read_line
from bbs.terminal.output import local_time

_reason_option = reason_option("Why; everybody on the board reads it.")


@click.command()
@click.argument("place", shell_complete=complete_place)
@click.option(
    "--every",
    required=True,
    type=click.IntRange(1, limits.SLOW_SECONDS_MAX),
    help="Seconds between two posts or lines of the same member.",
)
@click.option("--until", required=True, callback=read_moment, help="A day, or a moment.")
@_reason_option
@dry_run_option
@with_community
async def slow(
    caller: CliContext, place: str, every: int, until: datetime, reason: str, dry_run: bool
) -> None:
    """Let everybody write in PLACE, a board or a thread, only once in so many seconds, for some days.

    It always ends, and can be set again only a week after that. Editing is not slowed down. The
    board's log shows it (P8).

    \b
    bbs admin boards slow garden --every 600 --until 2027-03-01 --reason "Sleep over it."
    bbs admin boards slow garden/42 --every 3600 --until 2027-03-01 --reason "One answer an hour."
    """
    board, thread = await _find_place(caller, place)
    command = SlowDown(
        board=board, thread=thread, seconds=every, until=until, reason=reason, dry_run=dry_run
    )
    done = f"{place}: once in {whole_span(every)}, until {local_time(until)}"
    await act(caller, command, done)


@click.command(name="end-slow")
@click.argument("place", shell_complete=complete_place)
@_reason_option
@dry_run_option
@with_community
async def end_slow(caller: CliContext, place: str, reason: str, dry_run: bool) -> None:
    """End the slow mode of PLACE, a board, or the cool-down of a thread, now."""
    board, thread = await _find_place(caller, place)
    command = EndSlow(board=board, thread=thread, reason=reason, dry_run=dry_run)
    await act(caller, command, f"{place}: written in at any pace")


@click.command(name="lock-down")
@_reason_option
@dry_run_option
@with_community
async def lock_down(caller: CliContext, reason: str, dry_run: bool) -> None:
    """Lock the community down for three days: nobody joins, and first posts wait for a moderator.

    Invitations and the waiting list keep. It waits for a second key, as a grave command, and comes
    again only a week after its end: see `bbs admin proposals`. Everybody is told.
    """
    shown = await caller.community.call(LockDown(reason=reason, dry_run=dry_run))
    until = "" if shown.restriction is None else _until(shown.restriction.until)
    caller.out.done(shown, f"locked down{until}", tried=True)


@click.command(name="end-lock-down")
@_reason_option
@dry_run_option
@with_community
async def end_lock_down(caller: CliContext, reason: str, dry_run: bool) -> None:
    """End the lock-down of the community now."""
    await act(caller, EndLockDown(reason=reason, dry_run=dry_run), "newcomers may join")


@click.command()
@click.argument("board", shell_complete=complete_board)
@click.option("-m", "--message", required=True, help="The line that everybody there reads.")
@dry_run_option
@with_community
async def notice(caller: CliContext, board: str, message: str, dry_run: bool) -> None:
    """Tell everybody who sits on BOARD one line at once, whatever they mute; `commons` is everybody.

    It waits for a second key, as a grave command, and comes again on that board only after a month:
    see `bbs admin proposals`. The board's log shows it (P8).
    """
    text = read_line(message, field="message", chars_max=limits.REASON_CHARS_MAX)
    place = await lookup.find_board(caller.community, board)
    command = GiveUrgentNotice(board=place.id, text=text, dry_run=dry_run)
    await act(caller, command, f"everybody on {place.label} is told")


def _until(end: datetime | None) -> str:
    return "" if end is None else f" until {local_time(end)}"


async def _find_place(caller: CliContext, address: str) -> tuple[BoardId, ThreadId | None]:
    """Return the board and the thread that an address names.

    Raises:
        BadParams: If it names something else.
        NotFound: If there is no such place for the caller.
    """
    found = await lookup.find_address(caller.community, address)
    if found.board is None or found.post is not None or found.line is not None:
        raise BadParams("place", "this takes a board or a thread, like garden or garden/42")
    return found.board.id, None if found.thread is None else found.thread.id
