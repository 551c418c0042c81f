"""The refusal of an invitation by the budget of the commons."""

from datetime import datetime

from bbs import limits
from bbs.plural import counted
from bbs.refusals import Refused


class InvitationBudget(
    Refused,
    code="members.invitation_budget",
    hint="what a revoked invitation had left is free at once: bbs admin invitations list",
):
    """The member has invited as many as the budget of the commons allows (its setting).

    Attributes:
        free_at: When the member can make this invitation; None if it is for more people than a
            member may ever invite at once.
    """

    free_at: datetime | None

    def __str__(self) -> str:
        people = counted(limits.BUDGET_AT_ONCE, "person", "people")
        rule = f"each member may invite {people} at once here"
        if self.free_at is None:
            return rule
        more = (
            f"one more every {limits.BUDGET_DAYS} days, and nobody in their first"
            f" {limits.BUDGET_FIRST_DAYS}"
        )
        return f"{rule}, {more}; your next invitation is free on {self.free_at:%Y-%m-%d}"
