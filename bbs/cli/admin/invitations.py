"""`bbs admin invitations`: make, list and revoke invitations."""

import click

from bbs import limits
from bbs.cli.account.devices import check_id_prefix, find_by_prefix
from bbs.cli.context import (
    CliContext,
    dry_run_option,
    with_community,
    with_connection_options,
)
from bbs.features.members.messages import Invite, ListInvitations, RevokeInvitation
from bbs.ids import new_id
from bbs.sdk import lookup
from bbs.terminal.input_text import read_line
from bbs.terminal.output import local_time, table


@click.group()
def invitations() -> None:
    """Make, list and revoke invitations. Everybody sees that you made one, nobody sees for whom."""


@invitations.command()
@click.option("--uses", type=click.IntRange(1, limits.INVITATION_USES_MAX), default=1)
@click.option(
    "--days",
    type=click.IntRange(1, limits.INVITATION_DAYS_MAX),
    default=limits.INVITATION_DAYS_DEFAULT,
    show_default=True,
)
@click.option("--note", default="", help="A note only you see, such as the invited person.")
@click.option("--qr", is_flag=True, help="Draw the link as a QR code, too, on standard error.")
@dry_run_option
@with_connection_options
def make(
    caller: CliContext, uses: int, days: int, note: str, qr: bool, dry_run: bool
) -> int | None:
    """Make an invitation and print its link, which is shown only once."""
    note = read_line(note, field="note", chars_max=limits.SHORT_CHARS_MAX, empty=True)

    async def work() -> None:
        from bbs.sdk.credentials import new_secret
        from bbs.sdk.invitation_link import link_to

        code = new_secret()
        made = await caller.community.call(
            Invite(invitation=new_id(), code=code, uses=uses, days=days, note=note, dry_run=dry_run)
        )
        value = {"invitation": made.invitation, "dry_run": dry_run}
        link = link_to(caller.community.url, code, pin=caller.pin)
        if not dry_run:
            value["link"] = link
        caller.out.done(value, link, dry_run=dry_run)
        if qr and not dry_run:
            from bbs.terminal.qr import qr_rows

            caller.out.say("\n".join(qr_rows(link)))

    return caller.run(work)


@invitations.command(name="list")
@with_community
async def list_invitations(caller: CliContext) -> None:
    """List your invitations, newest first; for the sysop, all of them."""
    listed = (await caller.community.call(ListInvitations())).invitations
    # JSON needs no members, and a token that may only invite cannot list them.
    known = await lookup.list_members(caller.community) if caller.out.human else {}
    rows = [
        [
            invitation.id[:8],
            "revoked" if invitation.revoked else f"{invitation.uses_left} left",
            local_time(invitation.expires_at),
            known[invitation.by].label if invitation.by in known else "",
            invitation.note,
        ]
        for invitation in listed
    ]
    lines = table(rows, ("ID", "USES", "UNTIL", "BY", "NOTE"))
    caller.out.stream("invitations", listed, lines=lines, nothing="No invitations.")


@invitations.command()
@click.argument("invitation", callback=check_id_prefix)
@dry_run_option
@with_community
async def revoke(caller: CliContext, invitation: str, dry_run: bool) -> None:
    """Revoke an invitation; the first characters of its id are enough."""
    listed = (await caller.community.call(ListInvitations())).invitations
    found = find_by_prefix(listed, invitation, what="invitation")
    await caller.community.call(RevokeInvitation(invitation=found.id, dry_run=dry_run))
    caller.out.result({"invitation": found.id, "dry_run": dry_run}, [found.id])
