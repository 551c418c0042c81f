"""Members and invitations in words for people. Pure."""

from collections.abc import Callable
from datetime import datetime

from bbs import limits
from bbs.clock import Ms, instant
from bbs.features.members.about import away_line
from bbs.features.members.inviting import host_end, state_of
from bbs.features.members.views import Invitation, InvitationState, Member
from bbs.plural import counted

HOST_DUTY = (
    f"People who join by your invitation are your guests. You are their host for {limits.HOST_DAYS}"
    " days: their first page names you, and they ask you first. What they do is their own."
)
"""What inviting asks of a member, in sentences."""

_OVER = {
    InvitationState.USED_UP: "used up",
    InvitationState.REVOKED: "revoked",
    InvitationState.EXPIRED: "expired",
}


def describe_invitation(invitation: Invitation, now: Ms) -> str:
    """Return the state of an invitation: how many people it lets in, or why nobody."""
    state = state_of(invitation, now)
    if state is InvitationState.OPEN:
        return f"for {counted(invitation.uses_left, 'person', 'people')}"
    return _OVER[state]


def describe_away(member: Member, now: Ms, day: Callable[[datetime], str]) -> str:
    """Return a member's away line with its end; empty if there is none, or if it is over.

    Args:
        now: The time, in ms.
        day: Writes the day of a moment.

    Returns:
        With the member's own text as it is: sanitize it.
    """
    text = away_line(member, now)
    if text is None or member.away_until is None:
        return ""
    return f"away until {day(member.away_until)}: {text}"


def describe_host(member: Member, now: Ms, name: str, day: Callable[[datetime], str]) -> str:
    """Return who invited a member, and until when they are the member's host.

    Args:
        now: The time, in ms.
        name: The name of who invited them.
        day: Writes the day of a moment.
    """
    ends = host_end(member)
    return name if ends is None or ends <= now else f"{name}, host until {day(instant(ends))}"
