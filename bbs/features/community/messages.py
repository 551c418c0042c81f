"""The community as a whole: its boards' room, its clock, its announced end, its return from a backup."""

from typing import Annotated, ClassVar

from msgspec import Meta

from bbs import limits
from bbs.clock import Instant
from bbs.features.community.views import BoardSize, Closing
from bbs.ids import BoardId
from bbs.messages import ClockDoubt, Command, Event, Query, Result
from bbs.powers import Need, Power

Reason = Annotated[str, Meta(min_length=1, max_length=limits.REASON_CHARS_MAX * 4)]


class ClosingResult(Result, frozen=True, kw_only=True):
    """The announced end as it now stands.

    Attributes:
        closing: None where none is announced.
        reason: Why, as the sysop put it.
    """

    text_paths: ClassVar[tuple[str, ...]] = ("reason",)
    closing: Closing | None = None
    reason: str | None = None


class DiskUsage(Result, frozen=True, kw_only=True):
    """What each board takes, by number; also boards one may not read, without their slugs (P8)."""

    boards: tuple[BoardSize, ...]


class BoardSizeResult(Result, frozen=True, kw_only=True):
    """A board's size as it now stands."""

    text_paths: ClassVar[tuple[str, ...]] = ("size.slug",)
    size: BoardSize


class ClockShown(Result, frozen=True, kw_only=True):
    """What the server knows of the time.

    Attributes:
        now: What its wall clock says.
        proven_now: A lower bound of the true time: what cannot be undone goes by this one.
        doubt: Why the wall clock is not believed; None if it is.
    """

    now: Instant
    proven_now: Instant
    doubt: ClockDoubt | None = None


class GetClock(Query[ClockShown], frozen=True, kw_only=True):
    """Read what the server's clock says, and whether the server believes it."""

    method: ClassVar[str] = "community.clock"
    needs: ClassVar[Need] = Need(Power.CLOCK)


class ConfirmClock(Command[ClockShown], frozen=True, kw_only=True):
    """Tell the server that its wall clock is right. Logged on the commons (P8).

    What is over by it is erased from then on. Where the clock is believed, nothing changes. Errors:
    `protocol.bad_params` where the server's clock says another time than the one confirmed.

    Attributes:
        at: The time it is, to `CLOCK_CONFIRM_SECONDS`.
    """

    method: ClassVar[str] = "community.confirm_clock"
    needs: ClassVar[Need] = Need(Power.CLOCK)
    at: Instant


class GetDisk(Query[DiskUsage], frozen=True, kw_only=True):
    """Read how much each board holds, and what its quota is."""

    method: ClassVar[str] = "community.disk"
    needs: ClassVar[Need] = Need(Power.ALLOT)


class SetQuota(Command[BoardSizeResult], frozen=True, kw_only=True):
    """Set a board's quota, private boards' too: the disk is one. Logged on the board (P8).

    Beyond it new words are refused there with `boards.no_room`; nothing that is there goes. What
    fades or is withdrawn makes room again. Errors: `not_found`.

    Attributes:
        quota_bytes: For bodies, earlier wordings, titles and lines together; 0 for no quota.
    """

    method: ClassVar[str] = "community.allot"
    needs: ClassVar[Need] = Need(Power.ALLOT)
    board: BoardId
    quota_bytes: Annotated[int, Meta(ge=0, le=limits.QUOTA_BYTES_MAX)]


class GetClosing(Query[ClosingResult], frozen=True, kw_only=True):
    """Read whether and when the community ends, and why."""

    method: ClassVar[str] = "community.closing"
    needs: ClassVar[Need] = Need(Power.READ)


class AnnounceClosing(Command[ClosingResult], frozen=True, kw_only=True):
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


class CancelClosing(Command[ClosingResult], frozen=True, kw_only=True):
    """Call an announced end off, while everything can still be written. Logged on the commons (P8).

    Errors: `conflict` where none is announced, `text_refused`, `community.closing` once it can
    only be read.
    """

    method: ClassVar[str] = "community.stay_open"
    needs: ClassVar[Need] = Need(Power.CLOSE)
    reason: Reason


class ClosingAnnounced(Event, frozen=True, kw_only=True):
    """The end of the community was announced, or another day for it. On the commons."""

    kind: ClassVar[str] = "community.ending"
    text_paths: ClassVar[tuple[str, ...]] = ("reason",)
    own_words: ClassVar[bool] = True
    closing: Closing
    reason: str | None = None


class ClosingCancelled(Event, frozen=True, kw_only=True):
    """The end that was announced was called off. On the commons."""

    kind: ClassVar[str] = "community.staying"
    text_paths: ClassVar[tuple[str, ...]] = ("reason",)
    own_words: ClassVar[bool] = True
    reason: str | None = None


class ClockConfirmed(Event, frozen=True, kw_only=True):
    """The sysop said that the server's clock is right. On the commons (P8).

    Attributes:
        moved_s: How far it had moved by itself; negative if it was set back.
    """

    kind: ClassVar[str] = "community.clock_confirmed"
    moved_s: int


class QuotaSet(Event, frozen=True, kw_only=True):
    """A board has another quota. On the board."""

    kind: ClassVar[str] = "community.allotted"
    board: BoardId
    quota_bytes: int = 0


class CommunityRestored(Event, frozen=True, kw_only=True):
    """The server was restored from a backup: what happened between is lost. On the commons (P8).

    Attributes:
        taken_at: The moment the community is back at.
        returning: Whether words that were withdrawn in between may be back: the record of
            removals was lost, too.
    """

    kind: ClassVar[str] = "community.brought_back"
    taken_at: Instant
    returning: bool = False
