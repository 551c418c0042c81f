"""The community as a whole: its announced end, and its return from a backup."""

from typing import Annotated, ClassVar

from msgspec import Meta

from bbs import limits
from bbs.clock import Instant
from bbs.features.community.views import Closing
from bbs.messages import Command, Event, Query, Result
from bbs.powers import Need, Power

Reason = Annotated[str, Meta(min_length=1, max_length=limits.REASON_CHARS_MAX * 4)]


class ClosingShown(Result, frozen=True, kw_only=True):
    """The announced end as it now stands.

    Attributes:
        closing: None where none is announced.
        reason: Why, as the sysop put it.
    """

    words: ClassVar[tuple[str, ...]] = ("reason",)
    closing: Closing | None = None
    reason: str | None = None


class GetClosing(Query[ClosingShown], frozen=True, kw_only=True):
    """Read whether and when the community ends, and why."""

    method: ClassVar[str] = "community.closing"
    needs: ClassVar[Need] = Need(Power.READ)


class Close(Command[ClosingShown], frozen=True, kw_only=True):
    """Announce the end of the community, or another day for it. Logged on the commons (P8).

    Nothing is erased by it: after `closed_at` what is left is the sysop's to keep or erase.
    Errors: `text_refused`, `protocol.bad_params` for a day too near or too far,
    `community.closing` once it can only be read.

    Attributes:
        on: From when on it can only be read: at least `CLOSING_NOTICE_DAYS_MIN` days ahead.
    """

    method: ClassVar[str] = "community.close"
    needs: ClassVar[Need] = Need(Power.CLOSE)
    on: Instant
    reason: Reason


class StayOpen(Command[ClosingShown], frozen=True, kw_only=True):
    """Call an announced end off, while everything can still be written. Logged on the commons (P8).

    Errors: `conflict` where none is announced, `text_refused`, `community.closing` once it can
    only be read.
    """

    method: ClassVar[str] = "community.stay_open"
    needs: ClassVar[Need] = Need(Power.CLOSE)
    reason: Reason


class Ending(Event, frozen=True, kw_only=True):
    """The end of the community was announced, or another day for it. On the commons."""

    kind: ClassVar[str] = "community.ending"
    words: ClassVar[tuple[str, ...]] = ("reason",)
    own_words: ClassVar[bool] = True
    closing: Closing
    reason: str | None = None


class Staying(Event, frozen=True, kw_only=True):
    """The end that was announced was called off. On the commons."""

    kind: ClassVar[str] = "community.staying"
    words: ClassVar[tuple[str, ...]] = ("reason",)
    own_words: ClassVar[bool] = True
    reason: str | None = None


class BroughtBack(Event, frozen=True, kw_only=True):
    """The server was restored from a backup: what happened between is lost. On the commons (P8).

    Attributes:
        taken_at: The moment the community is back at.
        returning: Whether words that were withdrawn in between may be back: the record of
            removals was lost, too.
    """

    kind: ClassVar[str] = "community.brought_back"
    taken_at: Instant
    returning: bool = False
