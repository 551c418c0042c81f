"""Rules of inviting: the states of an invitation, and who is whose host for how long. Pure."""

from bbs import limits
from bbs.clock import DAY_MS, Ms, to_ms
from bbs.features.members.views import Invitation, InvitationState, Member
from bbs.ids import MemberId

_ENDS = (InvitationState.USED_UP, InvitationState.REVOKED, InvitationState.EXPIRED)

INVITATION_TRANSITIONS: dict[InvitationState | None, frozenset[InvitationState]] = {
    None: frozenset({InvitationState.OPEN}),
    InvitationState.OPEN: frozenset(_ENDS),
    **dict.fromkeys(_ENDS, frozenset()),
}
"""The states that may follow each state of an invitation; None for one not made yet."""


def invitation_state(*, uses_left: int, revoked: bool, expires_at: Ms, now: Ms) -> InvitationState:
    """Return the state of an invitation. Used up counts before revoked, revoked before expired.

    Args:
        now: The time, in ms: an invitation is over from the moment of its end, for everybody.
    """
    if uses_left <= 0:
        return InvitationState.USED_UP
    if revoked:
        return InvitationState.REVOKED
    return InvitationState.OPEN if now < expires_at else InvitationState.EXPIRED


def state_of(invitation: Invitation, now: Ms) -> InvitationState:
    """Return the state of an invitation at a moment, in ms."""
    return invitation_state(
        uses_left=invitation.uses_left,
        revoked=invitation.revoked,
        expires_at=to_ms(invitation.expires_at),
        now=now,
    )


def may_become(state: InvitationState | None, new: InvitationState) -> bool:
    """Return whether an invitation in a state may get another."""
    return new in INVITATION_TRANSITIONS[state]


def host_end(member: Member) -> Ms | None:
    """Return when a member's host stops being it, in ms; None if nobody invited them."""
    if member.invited_by is None or member.joined_at is None:
        return None
    return to_ms(member.joined_at) + limits.HOST_DAYS * DAY_MS


def host_of(member: Member, now: Ms) -> MemberId | None:
    """Return the host of a member: who invited them, for `limits.HOST_DAYS` after they joined.

    An invitation of the server's own, such as the one at its first start, makes nobody a host.

    Args:
        now: The time, in ms.
    """
    ends = host_end(member)
    return member.invited_by if ends is not None and now < ends else None
