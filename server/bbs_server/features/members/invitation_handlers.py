"""Invitations, the list of members, and recovery codes from the sysop."""

from bbs import limits
from bbs.clock import DAY_MS, instant, optional_instant
from bbs.features.boards.seat_messages import SeatChanged, SeatState
from bbs.features.members.budget import next_free, suspended_guest_waits
from bbs.features.members.messages import (
    InvitationCreated,
    InvitationRevoked,
    Invite,
    ListInvitations,
    ListMembers,
    ResetMember,
    RevokeInvitation,
)
from bbs.features.members.views import (
    Invitation,
    InvitationResult,
    Invitations,
    MemberPage,
    SystemAuthor,
)
from bbs.features.moderation.messages import Thing, ThingKind
from bbs.features.moderation.rules import is_suspended
from bbs.ids import COMMONS
from bbs.invitation_refusals import InvitationBudget
from bbs.messages import Done
from bbs.powers import Office
from bbs.refusals import Conflict, LimitReached, NotFound
from bbs.streams import COMMONS_STREAM
from bbs.text import check_line
from bbs_server.features.members import credentials, events, invitation_records, leavers, records
from bbs_server.handler_api import Context
from bbs_server.outcome import AppendEvent, Did, Effect, Outcome
from bbs_server.store.api import Tx
from bbs_server.store.event_log import heads


def list_members(tx: Tx, ctx: Context, query: ListMembers) -> MemberPage:
    """List members in the order they joined (P1)."""
    members, next_after = records.list_members(tx, ctx, query.after, query.limit)
    return MemberPage(members=members, next_after=next_after, as_of=heads(tx, [COMMONS_STREAM]))


def invite(tx: Tx, ctx: Context, command: Invite) -> Outcome[InvitationResult]:
    """Make an invitation and publish it on the commons (P8), without the note."""
    check_line(command.note, field="note", chars_max=limits.SHORT_CHARS_MAX, empty=True)
    open_now = invitation_records.count_open(tx, ctx.now, ctx.member)
    if open_now.own >= limits.INVITATIONS_OPEN_MAX:
        raise LimitReached("open invitations of yours", limits.INVITATIONS_OPEN_MAX)
    if open_now.everybody >= limits.INVITATIONS_OPEN_ALL_MAX:
        raise LimitReached("open invitations", limits.INVITATIONS_OPEN_ALL_MAX)
    _check_budget(tx, ctx, command)
    made = Invitation(
        id=command.invitation,
        by=ctx.member,
        uses_left=command.uses,
        expires_at=instant(ctx.now + command.days * DAY_MS),
        note=command.note,
    )
    invitation_records.add(tx, ctx, made, credentials.secret_hash(command.code), command.days)
    event = InvitationCreated(invitation=made.id, uses=made.uses_left, expires_at=made.expires_at)
    return Outcome(
        InvitationResult(invitation=made), (AppendEvent(COMMONS_STREAM, event, made.id),)
    )


def _check_budget(tx: Tx, ctx: Context, command: Invite) -> None:
    """Refuse an invitation beyond the budget of the commons, if its desk set one."""
    commons = ctx.readers.board(tx, COMMONS)
    if commons is None or not commons.invitation_budget:
        return
    spent = invitation_records.find_spent(tx, ctx.now, ctx.member)
    waits = [
        suspended_guest_waits(guest.joined_at, restriction.until)
        for guest in spent.guests
        for restriction in ctx.readers.restrictions_on(tx, COMMONS, guest.id)
        if is_suspended((restriction,), ctx.now)
    ]
    free_at = next_free(
        command.uses,
        joined_at=spent.joined_at,
        guests=(guest.joined_at for guest in spent.guests),
        open_now=spent.open_now,
        now=ctx.now,
        not_before=max(waits, default=0),
    )
    if free_at is None or free_at > ctx.now:
        raise InvitationBudget(free_at=optional_instant(free_at))


def revoke_invitation(tx: Tx, ctx: Context, command: RevokeInvitation) -> Outcome[Done]:
    """Revoke an invitation of the actor, or any as sysop, and publish that on the commons (P8)."""
    by = None if Office.SYSOP in ctx.offices else ctx.member
    revoked = invitation_records.revoke(tx, ctx.proven_now, command.invitation, by)
    if revoked is None:
        raise NotFound("invitation")
    if not revoked.anew:
        return Outcome(Done())
    told = AppendEvent(
        COMMONS_STREAM, InvitationRevoked(invitation=command.invitation), command.invitation
    )
    # Members who revoke their own invitation use no power.
    thing = Thing(kind=ThingKind.INVITATION, id=command.invitation)
    act = None if revoked.by == ctx.member else Did(thing=thing)
    return Outcome(Done(), (told,), act=act)


def list_invitations(tx: Tx, ctx: Context, query: ListInvitations) -> Invitations:
    """List the actor's invitations, or all of them for the sysop, newest first."""
    found = invitation_records.list_invitations(
        tx, ctx.now, ctx.member, every=Office.SYSOP in ctx.offices
    )
    return Invitations(invitations=found, as_of=heads(tx, [COMMONS_STREAM]))


def reset_member(tx: Tx, ctx: Context, command: ResetMember) -> Outcome[Done]:
    """Give a member a recovery code (P8)."""
    if records.find_member(tx, ctx, command.member) is None:
        raise NotFound("member")
    if command.member in leavers.find_left(tx):
        raise Conflict(what="this member has left, and only what they know brings them back")
    credentials.insert_sysop_code(tx, command.member, command.code)
    return Outcome(Done(), act=Did(thing=Thing(kind=ThingKind.MEMBER), about=command.member))


def admit_on_seat(tx: Tx, ctx: Context, emit: AppendEvent) -> tuple[Effect, ...]:
    """Admit a waiting member who got a seat on the commons."""
    event = emit.event
    assert isinstance(event, SeatChanged)
    seat = event.seat
    if seat.board != COMMONS or seat.state is not SeatState.SEATED:
        return ()
    if not records.admit_waiting_member(tx, seat.member):
        return ()
    return (events.changed(tx, ctx, seat.member, author=SystemAuthor()),)
