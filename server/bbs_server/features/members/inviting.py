"""Letting people in: invitations, and the way back for whoever lost every key."""

from bbs import limits
from bbs.clock import DAY_MS, instant
from bbs.features.boards.messages import SeatChanged, SeatState
from bbs.features.members.messages import (
    InvitationRevoked,
    Invite,
    Invited,
    ListInvitations,
    ListMembers,
    Reset,
    ResetMember,
    RevokeInvitation,
)
from bbs.features.members.views import (
    Invitation,
    InvitationMade,
    Invitations,
    MemberPage,
    SystemAuthor,
)
from bbs.ids import COMMONS
from bbs.messages import Done
from bbs.refusals import Full, NotFound
from bbs.streams import COMMONS_STREAM
from bbs.text import check_line
from bbs_server.acting import At, Emission, Emit, Outcome
from bbs_server.features.members import invitations, records, telling, ways_in
from bbs_server.store.engine import Tx
from bbs_server.store.log import heads


def list_members(tx: Tx, at: At, query: ListMembers) -> MemberPage:
    """List members in the order they joined (P1)."""
    members, next_after = records.page(tx, query.after, query.limit)
    return MemberPage(members=members, next_after=next_after, as_of=heads(tx, [COMMONS_STREAM]))


def invite(tx: Tx, at: At, command: Invite) -> Outcome[InvitationMade]:
    """Make an invitation and say so on the commons (P8); the note stays with its maker."""
    check_line(command.note, field="note", chars_max=limits.SHORT_CHARS_MAX, empty=True)
    if invitations.how_many_open(tx, at.now) >= limits.INVITATIONS_OPEN_MAX:
        raise Full("open invitations", limits.INVITATIONS_OPEN_MAX)
    made = Invitation(
        id=command.invitation,
        by=at.member,
        uses_left=command.uses,
        expires_at=instant(at.now + command.days * DAY_MS),
        note=command.note,
    )
    invitations.add(tx, at, made, ways_in.secret_hash(command.code), command.days)
    event = Invited(invitation=made.id, uses=made.uses_left, expires_at=made.expires_at)
    return Outcome(InvitationMade(invitation=made), (Emit(COMMONS_STREAM, event, made.id),))


def revoke_invitation(tx: Tx, at: At, command: RevokeInvitation) -> Outcome[Done]:
    """Make an invitation useless and say so on the commons (P8): one's own, or the sysop any."""
    assert at.actor is not None
    by = None if at.actor.sysop else at.member
    revoked = invitations.revoke(tx, command.invitation, by)
    if revoked is None:
        raise NotFound("invitation")
    event = InvitationRevoked(invitation=command.invitation)
    return Outcome(Done(), (Emit(COMMONS_STREAM, event, command.invitation),) if revoked else ())


def list_invitations(tx: Tx, at: At, query: ListInvitations) -> Invitations:
    """List one's own invitations, or all of them for the sysop, newest first."""
    assert at.actor is not None
    found = invitations.newest(tx, at.now, at.member, every=at.actor.sysop)
    return Invitations(invitations=found, as_of=heads(tx, [COMMONS_STREAM]))


def reset_member(tx: Tx, at: At, command: ResetMember) -> Outcome[Done]:
    """Give a member a recovery code and say so on the commons (P8)."""
    if records.member(tx, command.member) is None:
        raise NotFound("member")
    ways_in.give_code(tx, command.member, command.code)
    event = Reset(member=command.member)
    return Outcome(Done(), (Emit(COMMONS_STREAM, event, command.member),))


def let_in(tx: Tx, at: At, emit: Emit) -> tuple[Emission, ...]:
    """React to a seat on the commons: whoever was waiting is a member like others from now on."""
    event = emit.event
    assert isinstance(event, SeatChanged)
    seat = event.seat
    if seat.board != COMMONS or seat.state is not SeatState.SEATED:
        return ()
    if not records.seat(tx, seat.member):
        return ()
    return (telling.changed(tx, seat.member, author=SystemAuthor()),)
