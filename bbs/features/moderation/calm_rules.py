"""Rules of measures that calm a place for everybody: each ends, and comes again only later. Pure."""

from collections.abc import Mapping

from bbs import limits
from bbs.clock import DAY_MS, Ms, instant, to_ms
from bbs.features.moderation.rules import holds
from bbs.features.moderation.views import Restriction, RestrictionKind
from bbs.refusals import Conflict

AGAIN_DAYS: Mapping[RestrictionKind, int] = {
    RestrictionKind.PACED: limits.CALM_AGAIN_DAYS,
    RestrictionKind.LOCKED_DOWN: limits.LOCK_DOWN_AGAIN_DAYS,
    RestrictionKind.ENTERED: limits.ENTER_AGAIN_DAYS
    - limits.ENTER_BANNER_DAYS,  # from its beginning
}
"""Days that must pass between the end of a measure and the next one of its kind in the same place."""


def check_again(last: Restriction | None, until: Ms, now: Ms, proven_now: Ms) -> None:
    """Refuse a measure that would make the one that holds longer, or that comes too soon after it.

    Args:
        last: The last one of its kind in this place that is remembered; None if there is none.
        until: When the new one is to end, in ms.
        now: The current time, in ms: the last one holds by it.
        proven_now: A lower bound of the true time, in ms: the days between are counted by it.

    Raises:
        Conflict: If it does.
    """
    if last is None or last.until is None:
        return
    end = to_ms(last.until)
    if holds(last, now):
        if until > end:
            what = "it holds already, and can only end sooner: until {:%Y-%m-%d %H:%M} UTC"
            raise Conflict(what=what.format(last.until))
        return
    again = end + AGAIN_DAYS[last.kind] * DAY_MS
    if proven_now < again:
        what = "it ended {:%Y-%m-%d %H:%M} UTC; the next one may begin {:%Y-%m-%d %H:%M} UTC"
        raise Conflict(what=what.format(last.until, instant(again)))


def remembered_ms(kind: RestrictionKind) -> Ms:
    """Return for how long after its end a restriction of a kind is remembered, in ms."""
    return AGAIN_DAYS.get(kind, 0) * DAY_MS
