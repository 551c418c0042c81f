"""Rules of urgent holds: what can be held, how often, and until when (protocol 24). Pure."""

from collections.abc import Collection

from bbs import limits
from bbs.clock import DAY_MS, HOUR_MS, Ms, instant
from bbs.errors import BadParams
from bbs.features.cases.views import HoldOf
from bbs.refusals import Conflict


def check_what(of: Collection[HoldOf], *, is_letter: bool, has_author: bool) -> tuple[HoldOf, ...]:
    """Return what to hold, each once and in their order.

    Args:
        is_letter: Whether the words stand in a letter, where no office hides anything.
        has_author: Whether a member wrote the words.

    Raises:
        BadParams: If it is nothing, words of a letter, or the writing of nobody.
    """
    if not of:
        raise BadParams("of", "name what to hold: words, writing, or both")
    if HoldOf.WORDS in of and is_letter:
        raise BadParams("of", "words of a letter cannot be held; writing on the commons can")
    if HoldOf.WRITING in of and not has_author:
        raise BadParams("of", "no member wrote these words, so nobody's writing can be held")
    return tuple(each for each in HoldOf if each in of)


def check_again(last: Ms | None, now: Ms, what: str) -> None:
    """Refuse a hold of what was held lately.

    Args:
        last: When it was held last, in ms; None if never.
        now: The proven time, in ms.
        what: What it is, as the refusal begins.

    Raises:
        Conflict: If that is no `HOLD_AGAIN_DAYS` ago.
    """
    if last is None or last + limits.HOLD_AGAIN_DAYS * DAY_MS <= now:
        return
    again = instant(last + limits.HOLD_AGAIN_DAYS * DAY_MS)
    raise Conflict(what=f"{what} held already; a hold is possible again from {again:%Y-%m-%d} on")


def check_many(held: int) -> None:
    """Refuse to hold the words of so many cases alone: hiding as many takes two keys (15.12).

    Args:
        held: In how many cases the member held words within `HIDDEN_BY_ONE_HOURS`.

    Raises:
        Conflict: If it is as many as one person hides alone.
    """
    if held >= limits.HIDDEN_BY_ONE_MAX:
        what = f"you held words of {held} cases within {limits.HIDDEN_BY_ONE_HOURS} hours"
        raise Conflict(what=f"{what}: hold the person's writing, or ask somebody else in office")


def ends_at(held_at: Ms, answer_by: Ms | None, answered_at: Ms | None) -> Ms:
    """Return when a hold ends that nobody confirms, in ms.

    Args:
        held_at: When it began.
        answer_by: Until when the person can answer, or could; None if nobody is asked.
        answered_at: When they answered; None if they did not yet.
    """
    heard_at = answered_at if answered_at is not None else answer_by
    since = held_at if heard_at is None else max(held_at, heard_at)
    return min(
        since + limits.HOLD_AFTER_ANSWER_HOURS * HOUR_MS, held_at + limits.HOLD_HOURS_MAX * HOUR_MS
    )
