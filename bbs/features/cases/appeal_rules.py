"""Rules of appeals: until when, by whom, and what may be decided. Pure (P7)."""

from collections.abc import Mapping

from bbs import limits
from bbs.clock import DAY_MS, Ms
from bbs.errors import BadParams
from bbs.features.cases.appeal_messages import Verdict
from bbs.features.cases.views import AppealState, CaseState, OwnCase
from bbs.refusals import Conflict

_A = AppealState

APPEAL_TRANSITIONS: Mapping[AppealState | None, frozenset[AppealState]] = {
    None: frozenset({_A.OPEN}),
    _A.OPEN: frozenset({_A.UPHELD, _A.SHORTENED, _A.LIFTED, _A.LAPSED, _A.TAKEN_BACK}),
    _A.UPHELD: frozenset(),
    _A.SHORTENED: frozenset(),
    _A.LIFTED: frozenset(),
    _A.LAPSED: frozenset(),
    _A.TAKEN_BACK: frozenset(),
}
"""The states that may follow each state of an appeal; None before it is asked."""

UNDOES = frozenset({_A.LIFTED, _A.LAPSED})
"""The states that undo what was decided: it counts nowhere from then on."""


AFTER: Mapping[Verdict, AppealState] = {
    Verdict.UPHOLD: _A.UPHELD,
    Verdict.SHORTEN: _A.SHORTENED,
    Verdict.LIFT: _A.LIFTED,
}
"""The state that an appeal has after each verdict."""


def check_appeal_move(before: AppealState | None, after: AppealState) -> AppealState:
    """Return the state after a move.

    Raises:
        Conflict: If no such move exists.
    """
    if after not in APPEAL_TRANSITIONS[before]:
        raise Conflict(what=f"this appeal is {before or 'not asked'}, and cannot become {after}")
    return after


def may_appeal(case: OwnCase) -> bool:
    """Return whether the person can appeal against the decision of a case about them."""
    return case.state is CaseState.DECIDED and case.appeal is None and case.sanction is not None


def appeal_by(decided_at: Ms) -> Ms:
    """Return until when an act can be appealed, in ms."""
    return decided_at + limits.APPEAL_DAYS * DAY_MS


def check_in_time(decided_at: Ms, now: Ms) -> None:
    """Refuse an appeal that comes too late.

    Args:
        now: The proven time, in ms: a clock that is ahead takes nobody's time.

    Raises:
        Conflict: If it does.
    """
    if now >= appeal_by(decided_at):
        what = f"appeals are asked within {limits.APPEAL_DAYS} days, and these are over"
        raise Conflict(what=what)


def decide_by(asked_at: Ms) -> Ms:
    """Return until when an appeal has to be decided, in ms; then what was decided is lifted."""
    return asked_at + limits.APPEAL_DECIDE_DAYS * DAY_MS


def check_shorter(until: Ms | None, *, now: Ms, ends_at: Ms | None) -> Ms:
    """Return the new end of a sanction that is shortened.

    Args:
        until: The new end, in ms.
        ends_at: Its end until now, in ms; None if there is no sanction that has a time.

    Raises:
        BadParams: If it is no sooner end.
        Conflict: If nothing is left to be shortened.
    """
    if ends_at is None or ends_at <= now:
        raise Conflict(what="no sanction is left to be shortened: uphold or lift it")
    if until is None or not now < until < ends_at:
        raise BadParams(
            field="until", rule="name an end that is not past, and sooner than it is now"
        )
    return until
