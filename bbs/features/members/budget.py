"""The budget of invitations, which the desk of the commons may set. Pure.

It binds every member alike, moderators and the sysop too: a community that grows by trust grows at
a pace that no office changes. Who needs more at once asks the desk to end the budget for a while,
and the log shows that. The server's own invitations of a sysop have no maker and no budget.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from bbs import limits
from bbs.clock import DAY_MS, Ms

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
            found.append(max(now, moment, free, joined_at + limits.BUDGET_FIRST_DAYS * DAY_MS))
    return min(found)


def _paid_back_at(guests: Iterable[Ms]) -> Ms:
    """Return when the whole budget is free again after these guests, in ms.

    More guests than the budget has, who came before it was set, do not count.
    """
    whole = 0
    for joined in sorted(guests):
        whole = min(max(joined, whole) + _PERIOD, joined + limits.BUDGET_AT_ONCE * _PERIOD)
    return whole
