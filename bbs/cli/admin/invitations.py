"""`bbs admin invitations`: make, list and revoke invitations, and show who invited whom."""

from collections.abc import Iterator, Mapping
from typing import Any

import click
from msgspec.structs import asdict

from bbs import limits
from bbs.cli.account.devices import check_id_prefix, find_by_prefix
from bbs.cli.context import (
    CliContext,
    dry_run_option,
    with_community,
    with_connection_options,
)
from bbs.clock import SystemClock
from bbs.features.members.inviting import state_of
from bbs.features.members.messages import Invite, ListInvitations, RevokeInvitation
from bbs.features.members.views import Invitation, InvitationState, Member
from bbs.ids import MemberId, new_id
from bbs.sdk import lookup
from bbs.terminal.input_text import read_line
from bbs.terminal.member_text import HOST_DUTY, describe_invitation
from bbs.terminal.output import local_time, table
from bbs.text import sanitize


class StatedInvitation(Invitation, frozen=True, kw_only=True):
    """An invitation with its state now, for JSON."""

    state: InvitationState


@click.group()
def invitations() -> None:
    """Make, list and revoke invitations. Everybody sees that you made one, nobody sees for whom.

    Every member with a seat may invite, and is the host of who comes for 60 days.
    """


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
        value: dict[str, Any] = {"invitation": made.invitation}
        link = link_to(caller.community.url, code, pin=caller.pin)
        if not dry_run:
            value["link"] = link
        caller.out.done(value, link)
        if not dry_run:
            caller.out.say(HOST_DUTY)
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
    now = SystemClock()()
    rows = [
        [
            invitation.id[:8],
            describe_invitation(invitation, now),
            local_time(invitation.expires_at),
            known[invitation.by].label if invitation.by in known else "",
            invitation.note,
        ]
        for invitation in listed
    ]
    lines = table(rows, ("ID", "STATE", "UNTIL", "BY", "NOTE"))
    items = [StatedInvitation(**asdict(each), state=state_of(each, now)) for each in listed]
    caller.out.stream("invitations", items, lines=lines, nothing="No invitations.")


@invitations.command()
@click.argument("invitation", callback=check_id_prefix)
@dry_run_option
@with_community
async def revoke(caller: CliContext, invitation: str, dry_run: bool) -> None:
    """Revoke an invitation; the first characters of its id are enough."""
    listed = (await caller.community.call(ListInvitations())).invitations
    found = find_by_prefix(listed, invitation, what="invitation")
    await caller.community.call(RevokeInvitation(invitation=found.id, dry_run=dry_run))
    caller.out.done({"invitation": found.id}, found.id)


@invitations.command()
@with_community
async def tree(caller: CliContext) -> None:
    """Show who invited whom, as every member may know: each member below who invited them."""
    members = await lookup.list_members(caller.community)
    found = list(_branches(members))
    items = [
        {"member": each.id, "handle": each.handle, "invited_by": each.invited_by, "depth": depth}
        for depth, each in found
    ]
    lines = [f"{'  ' * depth}{each.label}  {sanitize(each.name or '')}" for depth, each in found]
    caller.out.stream("members", items, lines=lines, nothing="No members.")


def _branches(members: Mapping[MemberId, Member]) -> Iterator[tuple[int, Member]]:
    """Yield all members in depth-first order, guests by the order of joining, with their depth.

    A member whose host is not known here, because nobody invited them or the host has left, begins
    a tree of their own.
    """
    guests: dict[MemberId | None, list[Member]] = {}
    for each in members.values():
        host = each.invited_by if each.invited_by in members else None
        guests.setdefault(host, []).append(each)
    waiting = [(0, each) for each in reversed(guests.get(None, []))]
    while waiting:
        depth, member = waiting.pop()
        yield depth, member
        waiting += ((depth + 1, each) for each in reversed(guests.get(member.id, [])))
