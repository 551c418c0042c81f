"""`bbs admin invitations`: ways into the community, made, listed and revoked."""

from typing import TYPE_CHECKING

import click

from bbs import limits
from bbs.cli.account.devices import check_id_prefix
from bbs.cli.context import CliContext, with_connection_options
from bbs.features.members.messages import Invite, ListInvitations, RevokeInvitation
from bbs.features.members.views import Invitation
from bbs.ids import new_id
from bbs.refusals import Conflict, NotFound
from bbs.sdk import lookup
from bbs.terminal.input_text import read_line
from bbs.terminal.output import local_time, table

if TYPE_CHECKING:
    from bbs.sdk.community import Community

_dry_run = click.option(
    "--dry-run", is_flag=True, help="Let the server run the command and change nothing."
)


@click.group()
def invitations() -> None:
    """Make, list and revoke invitations. That one was made is public, whom it is for is not."""


@invitations.command()
@click.option("--uses", type=click.IntRange(1, limits.INVITATION_USES_MAX), default=1)
@click.option(
    "--days",
    type=click.IntRange(1, limits.INVITATION_DAYS_MAX),
    default=limits.INVITATION_DAYS_DEFAULT,
    show_default=True,
)
@click.option("--note", default="", help="A note only you see, such as the invited person.")
@_dry_run
@with_connection_options
def make(caller: CliContext, uses: int, days: int, note: str, dry_run: bool) -> int | None:
    """Make an invitation and print its link, which is shown only once."""
    note = read_line(note, field="note", chars_max=limits.SHORT_CHARS_MAX, empty=True)

    async def work(community: "Community") -> int | None:
        from bbs.cli.admin.invitation_link import link_to
        from bbs.sdk.credentials import new_secret

        code = new_secret()
        made = await community.call(
            Invite(invitation=new_id(), code=code, uses=uses, days=days, note=note, dry_run=dry_run)
        )
        if dry_run:
            caller.out.result({"invitation": made.invitation, "dry_run": True})
            caller.out.say_dry_run()
            return None
        link = link_to(community.url, code, pin=caller.known_pin())
        value = {"invitation": made.invitation, "link": link, "dry_run": False}
        caller.out.result(value, [link])
        return None

    return caller.run(work)


@invitations.command(name="list")
@with_connection_options
def list_invitations(caller: CliContext) -> int | None:
    """List your invitations, newest first; for the sysop, all of them."""

    async def work(community: "Community") -> int | None:
        listed = await community.call(ListInvitations())
        if not caller.out.human:
            caller.out.stream("invitations", listed.invitations, {})
            return None
        known = await lookup.list_members(community)
        rows = []
        for each in listed.invitations:
            by = known.get(each.by or "")
            rows.append(
                [
                    each.id[:8],
                    "revoked" if each.revoked else f"{each.uses_left} left",
                    local_time(each.expires_at),
                    by.label if by else "",
                    each.note,
                ]
            )
        caller.out.result(None, table(rows, ("ID", "USES", "UNTIL", "BY", "NOTE")))
        if not rows:
            caller.out.say("No invitations.")
        return None

    return caller.run(work)


@invitations.command()
@click.argument("invitation")
@_dry_run
@with_connection_options
def revoke(caller: CliContext, invitation: str, dry_run: bool) -> int | None:
    """Revoke an invitation; the first characters of its id are enough."""
    check_id_prefix(invitation)

    async def work(community: "Community") -> int | None:
        found = _find((await community.call(ListInvitations())).invitations, invitation)
        await community.call(RevokeInvitation(invitation=found.id, dry_run=dry_run))
        caller.out.result({"invitation": found.id, "dry_run": dry_run}, [found.id])
        return None

    return caller.run(work)


def _find(listed: tuple[Invitation, ...], wanted: str) -> Invitation:
    found = [each for each in listed if each.id.startswith(wanted)]
    if not found:
        raise NotFound("invitation")
    if len(found) > 1:
        raise Conflict("more than one invitation begins like that")
    return found[0]
