"""`bbs admin clock`: what the server knows of the time, and confirming that its clock is right."""

from typing import TYPE_CHECKING

import click

from bbs.cli.admin.moments import moment_from
from bbs.cli.context import CliContext, with_connection_options
from bbs.features.community.messages import ClockShown, ConfirmClock, GetClock
from bbs.features.community.rules import describe_doubt
from bbs.terminal.output import local_time
from bbs.terminal.prompts import confirm

if TYPE_CHECKING:
    from bbs.sdk.community import Community


@click.command()
@click.argument("action", type=click.Choice(["confirm"]), required=False)
@click.option(
    "--at",
    "moment",
    metavar="MOMENT",
    help="confirm: the time it is, by another clock, as in 2027-03-01T12:00Z.",
)
@click.option("--yes", is_flag=True, help="Do not ask whether the server's time is right.")
@click.option("--dry-run", is_flag=True, help="Let the server run the command and change nothing.")
@with_connection_options
def clock(
    caller: CliContext, action: str | None, moment: str | None, yes: bool, dry_run: bool
) -> int | None:
    """Show the server's clock and the proven time; with confirm, confirm that the clock is right.

    A clock that moved by itself (a long stop, a step, a paused machine) is not believed before it
    stayed in step for as long as it moved, a day at most. Until then the server hides what is over
    and erases nothing. Confirm only a time you have compared with another clock: what is over by
    it is erased within a minute. The commons' log shows it (P8).
    """

    at = None if moment is None else moment_from(moment, option="--at")

    async def work(community: "Community") -> int | None:
        shown = await community.call(GetClock())
        if action is not None:
            if at is None:
                confirm(f"The server's clock says {local_time(shown.now)}. Is that right?", yes=yes)
            command = ConfirmClock(at=at or shown.now, dry_run=dry_run)
            shown = await community.call(command)
            if dry_run:
                caller.out.say_dry_run()
        caller.out.result(shown, _lines(shown))
        return None

    return caller.run(work)


def _lines(shown: ClockShown) -> list[str]:
    lines = [f"It is {local_time(shown.now)} by the server's clock."]
    if shown.doubt is None:
        return [*lines, "The server believes it."]
    return [
        *lines,
        f"What is proven is {local_time(shown.proven_now)}: {describe_doubt(shown.doubt)}.",
        "If the clock is right: bbs admin clock confirm",
    ]
