"""The budget of invitations, which the desk of the commons may set. Pure.

It binds every member alike, moderators and the sysop too: a community that grows by trust grows at
a pace that no office changes. Who needs more at once asks the desk to end the budget for a while,
and the log shows that. The server's own invitations of a sysop have no maker and no budget.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from bbs import limits
from bbs.clock import DAY_MS, Ms, to_ms

_PERIOD = limits.BUDGET_DAYS * DAY_MS


class OpenUses(NamedTuple):
    """What an open invitation of the member's keeps of the budget.

    Attributes:
        uses: How many more people can join by it.
        expires_at: When it ends, in ms, and gives back what nobody used.
    """

    uses: int
    expires_at: Ms


def should_offer_budget(members: int, *, has_budget: bool) -> bool:
    """Return whether the desk of the commons is offered the budget: from some size on, until it has it."""
    return not has_budget and members >= limits.BUDGET_MEMBERS


def next_free(
    uses: int,
    *,
    joined_at: Ms,
    guests: Iterable[Ms],
    open_now: Sequence[OpenUses],
    now: Ms,
    not_before: Ms = 0,
) -> Ms | None:
    """Return when a member may make an invitation under the budget; `now` if they may now.

    A member has `limits.BUDGET_AT_ONCE` people to invite, each of whom counts from when the
    invitation is made. One more is free `limits.BUDGET_DAYS` after a guest joined, one guest after
    another. What an invitation lets in, and nobody used, is free as soon as it ends or is revoked.

    Args:
        uses: How many people it shall let in.
        joined_at: When the member joined, in ms.
        guests: When each guest of the member's joined, in ms, in any order.
        open_now: The open invitations of the member.
        not_before: Until when the next one waits because a guest is suspended, in ms.

    Returns:
        The first moment, in ms, if the member makes no other and nobody uses an open one; None if
        there is none, because it is for more people than the budget ever has.
    """
    if uses > limits.BUDGET_AT_ONCE:
        return None
    paid_back = _paid_back_at(guests)
    found = []
    ends = sorted(each.expires_at for each in open_now)
    for moment in (now, *ends):
        kept = sum(each.uses for each in open_now if each.expires_at > moment)
        over = kept + uses - limits.BUDGET_AT_ONCE
        if over <= 0:
            free = paid_back + over * _PERIOD
            found.append(max(now, moment, free))
    return max(min(found), not_before, joined_at + limits.BUDGET_FIRST_DAYS * DAY_MS)


def suspended_guest_waits(joined_at: Ms, suspended_until: datetime | None) -> Ms:
    """Return until when a host's next invitation waits for a guest who is suspended, in ms.

    It is the end of the suspension, but no later than the end of being their host.

    Args:
        joined_at: When the guest joined, in ms.
        suspended_until: When the suspension ends; None if no end is set.
    """
    ends = joined_at + limits.HOST_DAYS * DAY_MS
    return ends if suspended_until is None else min(ends, to_ms(suspended_until))


def _paid_back_at(guests: Iterable[Ms]) -> Ms:
    """Return when the whole budget is free again after these guests, in ms.

    More guests than the budget has, who came before it was set, do not count.
    """
    whole = 0
    for joined in sorted(guests):
        whole = min(max(joined, whole) + _PERIOD, joined + limits.BUDGET_AT_ONCE * _PERIOD)
    return whole
