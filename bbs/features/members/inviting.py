"""Rules of inviting: who is whose host, and for how long. Pure."""

from bbs import limits
from bbs.clock import DAY_MS, Ms, to_ms
from bbs.features.members.views import Member
from bbs.ids import MemberId


def host_of(member: Member, now: Ms) -> MemberId | None:
    """Return the host of a member: who invited them, for `limits.HOST_DAYS` after they joined.

    An invitation of the server's own, such as the one at its first start, makes nobody a host.

    Args:
        now: The time, in ms.
    """
    if member.invited_by is None or member.joined_at is None:
        return None
    ends = to_ms(member.joined_at) + limits.HOST_DAYS * DAY_MS
    return member.invited_by if now < ends else None
