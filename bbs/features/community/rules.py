"""Rules of the community as a whole: the stages of its closing, sentences about its clock. Pure."""

from collections.abc import Iterable

from bbs import limits
from bbs.clock import DAY_MS, Ms, instant, to_ms
from bbs.errors import BadParams
from bbs.features.community.views import Closing, ClosingStage
from bbs.features.moderation.rules import ENDS_ALL, ENDS_GROWTH, ENDS_WRITING
from bbs.features.moderation.views import Restriction, RestrictionKind
from bbs.messages import ClockDoubt
from bbs.refusals import CommunityClosed, CommunityClosing

STAGES = {
    ENDS_GROWTH: ClosingStage.NO_NEW,
    ENDS_WRITING: ClosingStage.READ_ONLY,
    ENDS_ALL: ClosingStage.CLOSED,
}
"""The stages that are restrictions of the commons, each by its number there."""


def closing_plan(on: Ms, now: Ms, nearest: int = limits.CLOSING_NOTICE_DAYS_MIN) -> Closing:
    """Return the stages of a closing.

    Args:
        on: When the community becomes read-only, in ms since 1970 UTC.
        now: The current time, in ms since 1970 UTC.
        nearest: The least number of days from `now` to `on`.

    Raises:
        BadParams: If `on` is less than `nearest` or more than `limits.CLOSING_NOTICE_DAYS_MAX` days
            ahead.
    """
    farthest = limits.CLOSING_NOTICE_DAYS_MAX
    if not now + nearest * DAY_MS <= on <= now + farthest * DAY_MS:
        rule = f"a day {nearest} to {farthest} days ahead, so that everybody hears of it in time"
        raise BadParams(field="on", rule=rule)
    return Closing(
        no_new_at=instant(on - limits.CLOSING_NO_NEW_DAYS * DAY_MS),
        read_only_at=instant(on),
        closed_at=instant(on + limits.CLOSING_READ_DAYS * DAY_MS),
    )


def closing_of(restrictions: Iterable[Restriction]) -> Closing | None:
    """Return the announced end that the commons' restrictions set; None if none is announced."""
    begins = {
        restriction.value: restriction.since
        for restriction in restrictions
        if restriction.kind is RestrictionKind.CLOSING
    }
    if not begins:
        return None
    return Closing(**{f"{stage}_at": begins[number] for number, stage in STAGES.items()})


def stage_of(closing: Closing, now: Ms) -> ClosingStage:
    """Return the stage that an announced closing has reached."""
    if now >= to_ms(closing.closed_at):
        return ClosingStage.CLOSED
    if now >= to_ms(closing.read_only_at):
        return ClosingStage.READ_ONLY
    return ClosingStage.NO_NEW if now >= to_ms(closing.no_new_at) else ClosingStage.ANNOUNCED


def refusal_at(stage: ClosingStage, closing: Closing) -> CommunityClosing | CommunityClosed:
    """Return the error with which a community at a stage of its closing refuses a request."""
    if stage is ClosingStage.CLOSED:
        return CommunityClosed(closed_at=closing.closed_at)
    return CommunityClosing(stage=stage.value, closed_at=closing.closed_at)


def describe_doubt(doubt: ClockDoubt) -> str:
    """Return a sentence: why the server does not trust its clock, and how long it waits."""
    return (
        f"the server's clock {describe_move(doubt.moved_s)} by itself and is not believed yet:"
        f" nothing is erased by it for another {_duration(doubt.left_s)}"
    )


def advise_on_clock(doubt: ClockDoubt) -> str:
    """Return the sentences for the sysop about a clock in doubt, with the next step."""
    sentence = describe_doubt(doubt)
    return f"{sentence[0].upper()}{sentence[1:]}. If it is right: bbs admin clock confirm"


def describe_move(moved_s: int) -> str:
    """Return the change of a clock, as in `moved 40 days ahead`."""
    return f"moved {_duration(abs(moved_s))} {'back' if moved_s < 0 else 'ahead'}"


def _duration(seconds: int) -> str:
    for unit_s, name in ((86_400, "days"), (3_600, "hours"), (60, "minutes")):
        if round(seconds / unit_s) >= 2:
            return f"{round(seconds / unit_s)} {name}"
    return f"{seconds} seconds"
