"""`bbs admin members`: who is here, and letting somebody back in who lost every way."""

from typing import TYPE_CHECKING

import click

from bbs.cli.completion_values import complete_handle
from bbs.cli.context import CliContext, with_connection_options
from bbs.features.members.messages import ResetMember
from bbs.sdk import lookup
from bbs.terminal.output import local_time, table
from bbs.terminal.prompts import confirm

if TYPE_CHECKING:
    from bbs.sdk.community import Community


@click.group()
def members() -> None:
    """List members; make a recovery code for a member who cannot sign in any more."""


@members.command(name="list")
@with_connection_options
def list_members(caller: CliContext) -> int | None:
    """List the members in the order they joined (P1)."""

    async def work(community: "Community") -> int | None:
        known = await lookup.list_members(community)
        if not caller.out.human:
            caller.out.stream("members", list(known.values()), {})
            return None
        rows = []
        for member in known.values():
            inviter = known.get(member.invited_by or "")
            rows.append(
                [
                    member.label,
                    member.state.value + (", sysop" if member.sysop else ""),
                    local_time(member.joined_at),
                    inviter.label if inviter else "",
                    member.name or "",
                ]
            )
        caller.out.result(None, table(rows, ("MEMBER", "STATE", "JOINED", "INVITED BY", "NAME")))
        return None

    return caller.run(work)


@members.command()
@click.argument("member", shell_complete=complete_handle)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--dry-run", is_flag=True, help="Let the server run the command and change nothing.")
@with_connection_options
def reset(caller: CliContext, member: str, yes: bool, dry_run: bool) -> int | None:
    """Make a recovery code for MEMBER and print it; the commons' log shows it (P8).

    Hand the code over in person: with `bbs sign-in URL --recover` the member sets a new password,
    and every other session of the member ends.
    """
    if not dry_run:
        confirm("Everybody will see that you did this. Go on?", yes=yes)

    async def work(community: "Community") -> int | None:
        from bbs.sdk.credentials import new_recovery_code

        who = await lookup.find_member(community, member)
        code = new_recovery_code()
        await community.call(ResetMember(member=who.id, code=code, dry_run=dry_run))
        if dry_run:
            # A code that opens nothing must not be handed over.
            caller.out.result({"member": who, "dry_run": True})
            caller.out.say_dry_run()
        else:
            caller.out.result({"member": who, "code": code, "dry_run": False}, [code])
        return None

    return caller.run(work)
