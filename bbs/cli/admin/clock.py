"""`bbs admin clock`: show what the server knows of the time, or confirm its clock."""

from datetime import datetime

import click

from bbs.cli.admin.moments import read_moment
from bbs.cli.context import CliContext, dry_run_option, with_community
from bbs.features.community.messages import ClockShown, ConfirmClock, GetClock
from bbs.features.community.rules import describe_doubt
from bbs.terminal.output import local_time
from bbs.terminal.prompts import confirm


@click.command()
@click.argument("action", type=click.Choice(["confirm"]), required=False)
@click.option(
    "--at",
    metavar="MOMENT",
    callback=read_moment,
    help="With confirm: the time it is, by another clock, as in 2027-03-01T12:00Z.",
)
@click.option("--yes", is_flag=True, help="Do not ask whether the server's time is right.")
@dry_run_option
@with_community
async def clock(
    caller: CliContext,
    action: str | None,
    at: datetime | None,
    yes: bool,
    dry_run: bool,
) -> None:
    """Show the server's clock and the proven time; with confirm, confirm that the clock is right.

    A clock that moved by itself (a long stop, a step, a paused machine) is not believed before it
    stayed in step for as long as it moved, a day at most. Until then the server hides what is over
    and erases nothing. Confirm only a time you have compared with another clock: what is over by
    it is erased within a minute. The commons' log shows it (P8).
    """
    shown = await caller.community.call(GetClock())
    if action is not None:
        if at is None:
            confirm(f"The server's clock says {local_time(shown.now)}. Is that right?", yes=yes)
        shown = await caller.community.call(ConfirmClock(at=at or shown.now, dry_run=dry_run))
    caller.out.result(shown, _lines(shown))


def _lines(shown: ClockShown) -> list[str]:
    now = f"It is {local_time(shown.now)} by the server's clock."
    if shown.doubt is None:
        return [now, "The server believes it."]
    return [
        now,
        f"What is proven is {local_time(shown.proven_now)}: {describe_doubt(shown.doubt)}.",
        "If the clock is right: bbs admin clock confirm",
    ]
