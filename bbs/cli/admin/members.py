"""`bbs admin members`: list members, or give a member a new recovery code."""

from typing import Any

import click

from bbs.cli.completion_values import complete_handle
from bbs.cli.context import (
    CliContext,
    dry_run_option,
    with_community,
    with_connection_options,
)
from bbs.features.members.messages import ResetMember
from bbs.sdk import lookup
from bbs.terminal.output import local_time, table
from bbs.terminal.prompts import confirm


@click.command(name="list")
@with_community
async def list_members(caller: CliContext) -> None:
    """List the members in the order they joined (P1)."""
    known = await lookup.list_members(caller.community)
    rows = [
        [
            member.label,
            member.state.value + (", sysop" if member.sysop else ""),
            local_time(member.joined_at),
            known[member.invited_by].label if member.invited_by in known else "",
            member.name or "",
        ]
        for member in known.values()
    ]
    lines = table(rows, ("MEMBER", "STATE", "JOINED", "INVITED BY", "NAME"))
    caller.out.stream("members", list(known.values()), lines=lines)


@click.command()
@click.argument("member", shell_complete=complete_handle)
@click.option("--yes", is_flag=True, help="Do not ask.")
@dry_run_option
@with_connection_options
def reset(caller: CliContext, member: str, yes: bool, dry_run: bool) -> int | None:
    """Make a recovery code for MEMBER and print it; the commons' log shows it (P8).

    Hand the code over in person: with `bbs sign-in URL --recover` the member sets a new password,
    and every other session of the member ends.
    """
    if not dry_run:
        confirm("Everybody will see that you did this. Go on?", yes=yes)

    async def work() -> None:
        from bbs.sdk.credentials import new_recovery_code

        who = await lookup.find_member(caller.community, member)
        code = new_recovery_code()
        await caller.community.call(ResetMember(member=who.id, code=code, dry_run=dry_run))
        value: dict[str, Any] = {"member": who}
        if not dry_run:  # the sysop must not hand over a code that the server did not store
            value["code"] = code
        caller.out.done(value, code)

    return caller.run(work)
