"""The end of a board that is not for ever, as its readers see it."""

from enum import StrEnum

from bbs.clock import Instant
from bbs.messages import View


class AtEnd(StrEnum):
    """What happens at a board's end, unless somebody who sits there renews it."""

    ARCHIVE = "archive"  # nobody writes there any more, and everything stays readable
    FORGET = "forget"  # the same, and all posts and lines written there are erased


class EndState(StrEnum):
    """How far a board's end has come. Changes: see `bbs.features.boards.end_rules.END_TRANSITIONS`."""

    OPEN = "open"  # the end is far off
    ASKED = "asked"  # its members were asked whether the board goes on
    RENEWED = "renewed"  # a seat holder moved the end; its members are asked again before that
    ARCHIVED = "archived"  # nobody renewed it


class BoardEnd(View, frozen=True, kw_only=True):
    """When a board ends.

    Attributes:
        at: The moment of its end, at the earliest: it ends later if its members were asked late.
        then: What happens then.
        days: For how many days a seat holder renews it without naming a day.
    """

    at: Instant
    then: AtEnd = AtEnd.ARCHIVE
    state: EndState = EndState.OPEN
    days: int
