"""The ladder: how long a sanction may last, by those that were decided before. Pure (P7)."""

from collections.abc import Iterable, Mapping

from msgspec import Struct

from bbs import limits
from bbs.clock import DAY_MS, Ms, instant
from bbs.errors import BadParams, ClockInDoubt
from bbs.features.cases.views import SanctionKind, SanctionState
from bbs.features.moderation.views import RestrictionKind
from bbs.refusals import Conflict

SANCTION_TRANSITIONS: Mapping[SanctionState | None, frozenset[SanctionState]] = {
    None: frozenset({SanctionState.ON}),
    SanctionState.ON: frozenset({SanctionState.OVER, SanctionState.LIFTED}),
    SanctionState.OVER: frozenset({SanctionState.LIFTED}),
    SanctionState.LIFTED: frozenset(),
}
"""The states that may follow each state of a sanction; None before it is decided.

One that is over can be lifted by an appeal: it gives no time back, and counts nowhere from then on.
"""

RESTRICTS: Mapping[SanctionKind, RestrictionKind] = {
    SanctionKind.SLOW: RestrictionKind.SLOWED,
    SanctionKind.SILENCE: RestrictionKind.SILENCED,
    SanctionKind.SUSPEND: RestrictionKind.SUSPENDED,
    SanctionKind.REMOVE: RestrictionKind.SUSPENDED,
}
"""The restriction by which a sanction holds; a word holds by none."""


class Step(Struct, frozen=True):
    """An earlier sanction of a member, on the board where a new sanction is to hold.

    Attributes:
        decided_at: When it was decided, in ms.
        until: When it ends, in ms, as decided or as shortened since.
        lifted: Whether it was lifted: then no step up follows it, but it was for the words before it.
    """

    decided_at: Ms
    until: Ms
    lifted: bool = False


class Term(Struct, frozen=True):
    """When a sanction begins and ends, in ms; both are the moment of a word."""

    since: Ms
    until: Ms


def check_sanction_move(before: SanctionState | None, after: SanctionState) -> SanctionState:
    """Return the state after a move.

    Raises:
        Conflict: If no such move exists.
    """
    if after not in SANCTION_TRANSITIONS[before]:
        raise Conflict(
            what=f"this sanction is {before or 'not decided'}, and cannot become {after}"
        )
    return after


def remembered_until(decided_at: Ms) -> Ms:
    """Return until when a sanction counts, in ms; it is forgotten then."""
    return decided_at + limits.LADDER_MEMORY_DAYS * DAY_MS


def days_allowed(steps: Iterable[Step], now: Ms) -> int:
    """Return for how many days a sanction may be decided at `now`, in ms.

    Args:
        steps: Earlier ones of the same member where it is to hold; lifted ones do not count.
    """
    counted = [step for step in steps if not step.lifted]
    rungs = [_rung(step) for step in counted if now < remembered_until(step.decided_at)]
    if not rungs:
        return limits.LADDER_DAYS[0]
    return limits.LADDER_DAYS[min(max(rungs) + 1, len(limits.LADDER_DAYS) - 1)]


def _rung(step: Step) -> int:
    """Return on which rung an earlier sanction is, from 0 on; a word is on the first."""
    lasts = step.until - step.decided_at
    within = (rung for rung, days in enumerate(limits.LADDER_DAYS) if lasts <= days * DAY_MS)
    return next(within, len(limits.LADDER_DAYS) - 1)


def days_max(steps: Iterable[Step], written_at: Ms, now: Ms) -> int:
    """Return for how many days a sanction may be decided; 0 where the words allow none at all.

    Args:
        written_at: When the last of the words was written, in ms.
    """
    steps = tuple(steps)
    return 0 if _last_decided(steps) >= written_at else days_allowed(steps, now)


def check_written_since(steps: Iterable[Step], written_at: Ms) -> None:
    """Refuse words that were written before an earlier sanction was decided: it was for them, too.

    Also if that was lifted: else it could be decided and lifted again and again, never longer than
    the ladder allows and never at an end.

    Args:
        written_at: When the last of the words was written, in ms.

    Raises:
        BadParams: If they were.
    """
    if _last_decided(steps) >= written_at:
        rule = "these words were written before the last sanction of this member was decided"
        raise BadParams(field="sanction", rule=f"{rule}: no other may cite them")


def _last_decided(steps: Iterable[Step]) -> Ms:
    return max((step.decided_at for step in steps), default=-1)


def plan_term(
    steps: Iterable[Step],
    *,
    kind: SanctionKind,
    days: int | None,
    written_at: Ms,
    now: Ms,
    proven_now: Ms,
) -> Term:
    """Return when a new sanction begins and ends.

    It begins when the earlier ones have ended, and its days count from now on, by the proven time: a
    clock that is ahead makes nobody's days more. So nobody has more days
    before them than the ladder allows for the last sanction, however many were decided.

    Args:
        steps: Earlier ones of the same member where it is to hold.
        days: For how many days; None for a word.
        written_at: When the last of the words was written that it cites, in ms.
        proven_now: A lower bound of the true time, in ms.

    Raises:
        BadParams: If the ladder does not allow it.
        ClockInDoubt: If it would be over at once, by a clock that is not proven.
    """
    steps = tuple(steps)
    check_written_since(steps, written_at)
    if kind is SanctionKind.WORD:
        if days is not None:
            raise BadParams(field="days", rule="a word has no days: leave them out")
        return Term(now, now)
    allowed = days_allowed(steps, now)
    if days is None or not 1 <= days <= allowed:
        rule = f"name 1 to {allowed} days: the ladder allows no more for this member now"
        raise BadParams(field="days", rule=rule)
    since = max((now, *(step.until for step in steps if not step.lifted)))
    until = proven_now + days * DAY_MS
    if until <= now:
        raise ClockInDoubt(what="sanction", retry_after_s=limits.CLOCK_RETRY_SECONDS)
    if until <= since:
        rule = f"an earlier sanction lasts until {instant(since):%Y-%m-%d %H:%M} UTC"
        raise BadParams(field="days", rule=f"{rule}: name more days, or none")
    return Term(since, until)


def check_fields(
    kind: SanctionKind | None, *, days: int | None, seconds: int | None, of_community: bool
) -> None:
    """Refuse fields of a decision that its kind of sanction does not have.

    Raises:
        BadParams: Names the field.
    """
    if kind is SanctionKind.REMOVE:
        raise BadParams(
            field="sanction", rule="who never was a member is removed by a command of its own"
        )
    if kind is None and days is not None:
        raise BadParams(field="days", rule="days need a sanction")
    if (kind is SanctionKind.SLOW) != (seconds is not None):
        raise BadParams(field="seconds", rule="slow, and no other sanction, needs its seconds")
    if of_community and kind is not SanctionKind.SUSPEND:
        raise BadParams(
            field="of_community", rule="members are suspended from the community, or not"
        )
