"""`bbs admin close`: announce the closing of the community, cancel it, or show its state."""

from datetime import datetime

import click

from bbs.cli.admin.moments import read_moment
from bbs.cli.context import CliContext, dry_run_option, with_connection_options
from bbs.features.community.messages import (
    AnnounceClosing,
    CancelClosing,
    ClosingResult,
    GetClosing,
)
from bbs.terminal.input_text import read_reason
from bbs.terminal.output import local_time
from bbs.terminal.prompts import confirm
from bbs.text import sanitize


@click.command()
@click.option(
    "--on", metavar="DAY", callback=read_moment, help="2027-03-01, or a moment with its zone."
)
@click.option("--reason", help="Why: everybody reads it.")
@click.option("--cancel", is_flag=True, help="Cancel the announced closing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@dry_run_option
@with_connection_options
def close(
    caller: CliContext,
    on: datetime | None,
    reason: str | None,
    cancel: bool,
    yes: bool,
    dry_run: bool,
) -> int | None:
    """Announce the closing of the community on a day; without --on or --cancel, show the state.

    All members see the day at once, with your reason, and the commons' log shows it (P8). From
    two weeks before the day nobody can join. From the day on nobody can write; for a month
    everybody can read, take their words along and take them back. Then the server
    answers that it has closed. Nothing is erased: what is left on the disk is yours to erase.
    Until the day it can be called off, or another day be named.
    """
    if on is not None and cancel:
        raise click.UsageError("give --on or --cancel, not both")
    if (on is not None or cancel) and not reason:
        raise click.UsageError("give --reason: everybody reads why")
    why = read_reason(reason) if reason else ""
    if on is not None and not dry_run:
        confirm(f"Tell everybody that this community closes on {local_time(on)}?", yes=yes)

    async def work() -> None:
        if on is not None:
            shown = await caller.community.call(AnnounceClosing(on=on, reason=why, dry_run=dry_run))
        elif cancel:
            shown = await caller.community.call(CancelClosing(reason=why, dry_run=dry_run))
        else:
            shown = await caller.community.call(GetClosing())
        caller.out.done(shown, *_lines(shown))

    return caller.run(work)


def _lines(shown: ClosingResult) -> list[str]:
    if shown.closing is None:
        return ["No end of this community is announced."]
    stages = shown.closing
    lines = [
        f"{local_time(stages.no_new_at)}  nobody new comes in, no board is opened",
        f"{local_time(stages.read_only_at)}  it can only be read, and words taken along or back",
        f"{local_time(stages.closed_at)}  it is closed",
    ]
    return [*lines, f"Why: {sanitize(shown.reason)}"] if shown.reason else lines
