"""Rules of leaving: how a leaving goes on, and when it is carried out for good (P9). Pure."""

from collections.abc import Mapping
from typing import NamedTuple

from bbs import limits
from bbs.clock import DAY_MS, Ms, instant
from bbs.features.ownership.views import LeavingState
from bbs.leaving_refusals import BackTooOften
from bbs.refusals import Conflict

_L = LeavingState

LEAVING_TRANSITIONS: Mapping[LeavingState | None, frozenset[LeavingState]] = {
    None: frozenset({_L.LEAVING}),
    _L.LEAVING: frozenset({_L.BACK, _L.ERASING}),
    _L.BACK: frozenset(),
    _L.ERASING: frozenset({_L.ERASED}),
    _L.ERASED: frozenset(),
}
"""The states that may follow each state of a leaving; None before the member leaves."""


def check_leaving_move(before: LeavingState | None, after: LeavingState) -> LeavingState:
    """Refuse a change of a leaving that `LEAVING_TRANSITIONS` does not have.

    Raises:
        Conflict: If it has not.
    """
    if after not in LEAVING_TRANSITIONS[before]:
        raise Conflict(what="what you left is being erased, or is: nothing brings it back")
    return after


def erase_at(proven_now: Ms) -> Ms:
    """Return when a leaving of this moment is carried out for good, both in ms of proven time."""
    return proven_now + limits.LEAVING_DAYS * DAY_MS


class Comebacks(NamedTuple):
    """How often a member came back to a board, or to the community.

    Attributes:
        backs: How often, in the day since the first of them.
        backs_since: When that was, in ms; 0 for never.
    """

    backs: int = 0
    backs_since: Ms = 0


def count_back(before: Comebacks, now: Ms) -> Comebacks:
    """Count that a member comes back now.

    Raises:
        BackTooOften: If they did so `COMEBACKS_MAX` times within a day.
    """
    if (until := back_from(before, now)) is not None:
        raise BackTooOften(times=before.backs, until=instant(until))
    if not _is_same_day(before, now):
        return Comebacks(1, now)
    return before._replace(backs=before.backs + 1)


def back_from(before: Comebacks, now: Ms) -> Ms | None:
    """Return from when on a member can come back who did so too often; None if they can at once."""
    if before.backs < limits.COMEBACKS_MAX or not _is_same_day(before, now):
        return None
    return before.backs_since + DAY_MS


def _is_same_day(before: Comebacks, now: Ms) -> bool:
    # The clock may have been ahead, and set back.
    return before.backs_since <= now < before.backs_since + DAY_MS


def is_due(at: Ms, proven_now: Ms, *, doubted: bool) -> bool:
    """Return whether a leaving is carried out now, which nobody can undo.

    Args:
        at: The moment that was told to the member, in ms.
        proven_now: The proven time, in ms.
        doubted: Whether the server's clock is in doubt.
    """
    return at <= proven_now and not doubted
