"""The community as a whole: its boards' disk usage, its clock, its announced end, its restore."""

from typing import Annotated, ClassVar

from msgspec import Meta

from bbs import limits
from bbs.clock import Instant
from bbs.features.community.views import BoardSize, Closing
from bbs.features.moderation.views import Reason
from bbs.gravity import Grave, bounds_below, comes_sooner
from bbs.ids import BoardId
from bbs.messages import ClockDoubt, Command, Event, Query, Result
from bbs.powers import Need, Power, Touches


class ClosingResult(Result, frozen=True, kw_only=True):
    """The announced end of the community, if any.

    Attributes:
        closing: None if no end is announced.
        reason: The sysop's reason.
    """

    text_paths: ClassVar[tuple[str, ...]] = ("reason",)
    closing: Closing | None = None
    reason: str | None = None


class DiskUsage(Result, frozen=True, kw_only=True):
    """The size of each board, by number; boards the reader may not read have no slug (P8)."""

    boards: tuple[BoardSize, ...]


class BoardSizeResult(Result, frozen=True, kw_only=True):
    """The board's size and quota after the command."""

    text_paths: ClassVar[tuple[str, ...]] = ("size.slug",)
    size: BoardSize


class ClockShown(Result, frozen=True, kw_only=True):
    """The server's time.

    Attributes:
        now: The time of its wall clock.
        proven_now: A lower bound of the true time. The server uses it for every change that cannot
            be undone.
        doubt: Why the server does not believe its wall clock; None if it does.
    """

    now: Instant
    proven_now: Instant
    doubt: ClockDoubt | None = None


class GetClock(Query[ClockShown], frozen=True, kw_only=True):
    """Read the server's clock, and whether the server believes it."""

    method: ClassVar[str] = "community.clock"
    needs: ClassVar[Need] = Need(Power.CLOCK)


class ConfirmClock(Command[ClockShown], frozen=True, kw_only=True):
    """Tell the server that its wall clock is right. Logged on the commons (P8).

    From then on the server erases everything that has expired by that clock. If the server believed
    its clock already, nothing changes. Errors: `protocol.bad_params` if the server's clock differs
    from `at` by more than `CLOCK_CONFIRM_SECONDS`.

    Attributes:
        at: The true time.
    """

    method: ClassVar[str] = "community.confirm_clock"
    needs: ClassVar[Need] = Need(Power.CLOCK)
    at: Instant


class GetDisk(Query[DiskUsage], frozen=True, kw_only=True):
    """Read the size and the quota of each board."""

    method: ClassVar[str] = "community.disk"
    needs: ClassVar[Need] = Need(Power.ALLOT)


class SetQuota(Command[BoardSizeResult], frozen=True, kw_only=True):
    """Set the quota of a board, private boards included. Logged on the board (P8).

    Beyond the quota the server refuses new text there with `boards.no_room`; existing text stays.
    Text that fades or is withdrawn frees its bytes. A quota below the board's present size may wait
    for the agreement or objections of other members (protocol 15). Errors: `not_found`,
    `device_needed`, `proposals.waits`.

    Attributes:
        quota_bytes: Bytes for bodies, earlier wordings, titles and lines together; 0 for no quota.
    """

    method: ClassVar[str] = "community.allot"
    needs: ClassVar[Need] = Need(Power.ALLOT, touches=Touches.RIGHTS_OF_OTHERS)
    grave: ClassVar[tuple[Grave, ...]] = (
        Grave("quota_bytes", "the board has more words than that", bounds_below),
    )
    board: BoardId
    quota_bytes: Annotated[int, Meta(ge=0, le=limits.QUOTA_BYTES_MAX)]


class GetClosing(Query[ClosingResult], frozen=True, kw_only=True):
    """Read whether and when the community ends, and why."""

    method: ClassVar[str] = "community.closing"
    needs: ClassVar[Need] = Need(Power.READ)


class AnnounceClosing(Command[ClosingResult], frozen=True, kw_only=True):
    """Announce the end of the community, or another day for it. Logged on the commons (P8).

    This erases nothing: after `closed_at` the sysop decides whether to keep or erase the rest. A
    first announcement, or an earlier day, may wait for the agreement or objections of other members
    (protocol 15). Errors: `text_refused`, `protocol.bad_params` for a day too near or too far,
    `community.closing` once the community can only be read, `proposals.waits`.

    Attributes:
        on: When the community becomes read-only: at least `CLOSING_NOTICE_DAYS_MIN` days ahead.
    """

    method: ClassVar[str] = "community.close"
    needs: ClassVar[Need] = Need(Power.CLOSE)
    text_paths: ClassVar[tuple[str, ...]] = ("reason",)
    grave: ClassVar[tuple[Grave, ...]] = (
        Grave("read_only_at", "the community would end", comes_sooner),
    )
    on: Instant
    reason: Reason


class CancelClosing(Command[ClosingResult], frozen=True, kw_only=True):
    """Cancel the announced end before the community becomes read-only. Logged on the commons (P8).

    Errors: `conflict` if no end is announced, `text_refused`, `community.closing` once the
    community can only be read.
    """

    method: ClassVar[str] = "community.stay_open"
    needs: ClassVar[Need] = Need(Power.CLOSE)
    reason: Reason


class ClosingAnnounced(Event, frozen=True, kw_only=True):
    """The sysop announced the end of the community, or another day for it. On the commons."""

    kind: ClassVar[str] = "community.ending"
    text_paths: ClassVar[tuple[str, ...]] = ("reason",)
    own_words: ClassVar[bool] = True
    closing: Closing
    reason: str | None = None


class ClosingCancelled(Event, frozen=True, kw_only=True):
    """The sysop cancelled the announced end of the community. On the commons."""

    kind: ClassVar[str] = "community.staying"
    text_paths: ClassVar[tuple[str, ...]] = ("reason",)
    own_words: ClassVar[bool] = True
    reason: str | None = None
