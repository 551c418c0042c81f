"""What is decided about the end of a community: its stages, and what each still takes. Pure."""

from typing import Any

from bbs import limits
from bbs.clock import DAY_MS, Ms, instant, to_ms
from bbs.errors import BadParams
from bbs.features.boards.messages import OpenBoard
from bbs.features.community.views import Closing, Stage
from bbs.features.members.messages import Invite, SignUp
from bbs.messages import Query, Request
from bbs.powers import Power
from bbs.refusals import CommunityClosed, CommunityClosing
from bbs.text import check_line

GROWING: frozenset[type[Request[Any]]] = frozenset({SignUp, Invite, OpenBoard})
"""What brings in people and boards who would have no time to settle."""

STILL_POWERS = frozenset(
    {Power.KNOCK, Power.DOORS, Power.LISTEN, Power.KNOW, Power.READ, Power.RECOVER, Power.PURGE}
)
"""Whose commands a community that can only be read still takes: coming in, one's own account and
marks, taking one's words back (P9), and erasing what a law wants gone."""


def plan(on: Ms, now: Ms) -> Closing:
    """Return the stages of an end whose day is `on`.

    Raises:
        BadParams: If the day is too near for everybody to hear of it, or too far to mean it.
    """
    nearest, farthest = limits.CLOSING_NOTICE_DAYS_MIN, limits.CLOSING_NOTICE_DAYS_MAX
    if not now + nearest * DAY_MS <= on <= now + farthest * DAY_MS:
        rule = f"a day {nearest} to {farthest} days ahead, so that everybody hears of it in time"
        raise BadParams(field="on", rule=rule)
    return Closing(
        no_new_at=instant(on - limits.CLOSING_NO_NEW_DAYS * DAY_MS),
        read_only_at=instant(on),
        closed_at=instant(on + limits.CLOSING_READ_DAYS * DAY_MS),
    )


def stage_of(closing: Closing, now: Ms) -> Stage:
    """Return how far an announced end has come."""
    if now >= to_ms(closing.closed_at):
        return Stage.CLOSED
    if now >= to_ms(closing.read_only_at):
        return Stage.READ_ONLY
    return Stage.NO_NEW if now >= to_ms(closing.no_new_at) else Stage.ANNOUNCED


def refuse(request: Request[Any], closing: Closing | None, now: Ms) -> None:
    """Refuse what a community that ends does not take any more.

    Args:
        request: Anything but hello.
        closing: None where no end is announced.

    Raises:
        CommunityClosed: Once it is closed, whatever is asked.
        CommunityClosing: Before, for what this stage does not take.
    """
    if closing is None:
        return
    stage = stage_of(closing, now)
    if stage is Stage.CLOSED:
        raise CommunityClosed(closed_at=closing.closed_at)
    if isinstance(request, Query) or stage is Stage.ANNOUNCED:
        return
    still = request.needs.power in STILL_POWERS or stage is Stage.NO_NEW
    if type(request) in GROWING or not still:
        raise CommunityClosing(stage=stage.value, closed_at=closing.closed_at)


def check_reason(reason: str) -> None:
    """Refuse what is no reason that anybody's screen can show.

    Raises:
        TextRefused: If it is not one line.
    """
    check_line(reason, field="reason", chars_max=limits.REASON_CHARS_MAX)
