"""The monitor: checks storage, disk, clock and certificate, logs trouble, and runs the hook."""

import asyncio
import logging
from collections.abc import Callable

import msgspec
from msgspec import Struct

from bbs import limits
from bbs.clock import DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, Clock, Ms, to_ms
from bbs.errors import FolkmootError
from bbs.features.community.rules import closing_of, describe_doubt, stage_of
from bbs.features.community.views import ClosingStage
from bbs.ids import COMMONS
from bbs.messages import ClockDoubt
from bbs_server.features.community import records as community_records
from bbs_server.ops.disk import MIB, DiskSpace
from bbs_server.ops.hook import Hook
from bbs_server.pipeline.dispatch import Dispatcher
from bbs_server.store.proven_time import moment_of
from bbs_server.store.stored_time import store_belief

log = logging.getLogger("bbs.watch")

LOOK_SECONDS = 5.0  # trouble is noticed after this time; a check costs a system call
# a minute without trouble before the end is reported, so that reports do not alternate
WELL_LOOKS = 12
# times the limit, so that a disk at its limit is reported once, not at every check
ROOM_AGAIN = 1.2
CERTIFICATE_DAYS_MIN = 14  # authorities renew at 30 days; at half of that the renewal has failed
CERTIFICATE_LOOK_MS = 12 * HOUR_MS  # repeated as often while the certificate is about to end
SIZES_LOOK_MS = MINUTE_MS  # sizes of boards change slowly
BEAT_MS = limits.CLOCK_HEARTBEAT_SECONDS * SECOND_MS


class HealthMonitor(Struct):
    """Watches the state of a server, without reading text of members.

    Attributes:
        low_mb: The free MiB below which it runs the hook; 0 for never.
        look_at_certificate: Returns the days for which the certificate is still valid; None without
            one.
        certificate_days: The days that `look_at_certificate` returned last.
        room: The last sizes of the disk; None before the first check.
        words_bytes: The size of all boards' text at the last check; None before.
        disk_low: Whether less than `low_mb` is free.
        clock_doubt: The reason why the server does not believe its clock; None if it does.
    """

    dispatcher: Dispatcher
    hook: Hook
    look_at_room: Callable[[], DiskSpace]
    clock: Clock
    low_mb: int = 0
    look_at_certificate: Callable[[], int | None] = lambda: None
    room: DiskSpace | None = None
    words_bytes: int | None = None
    disk_low: bool = False
    clock_doubt: ClockDoubt | None = None
    certificate_days: int | None = None
    _told: str | None = None
    _well: int = 0
    _certificate_seen_at: int | None = None
    _closing_told_at: int | None = None
    _sizes_seen_at: int | None = None
    _lost_told: bool = False
    _near: frozenset[str] = frozenset()
    _beat_at: Ms | None = None

    async def run_for_ever(self) -> None:
        """Check regularly until cancelled. A check that fails is logged, and the next one follows."""
        while True:
            try:
                await self.check()
            except Exception:
                log.exception("a look at storage and disk failed")
            await asyncio.sleep(LOOK_SECONDS)

    async def check(self) -> None:
        """Run all checks once. Cancelling is safe."""
        self._look_at_disk()
        await self._look_at_storage()
        await self._look_at_clock()
        self._look_at_certificate()
        await self._look_at_closing()
        self._look_at_history()
        await self._look_at_sizes()

    def _look_at_disk(self) -> None:
        try:
            self.room = self.look_at_room()
        except OSError as error:
            log.warning("the file system does not answer: %s", error.strerror)
            return
        free_mb = self.room.free_mb
        if not self.disk_low and free_mb < self.low_mb:
            self.disk_low = True
            log.warning("%d MiB are left on the disk, less than %d", free_mb, self.low_mb)
            self.hook.call("disk.low", free_mb=free_mb, limit_mb=self.low_mb)
        elif self.disk_low and self.room.free_bytes >= self.low_mb * MIB * ROOM_AGAIN:
            self.disk_low = False
            log.info("%d MiB are free on the disk again", free_mb)
            self.hook.call("disk.well", free_mb=free_mb, limit_mb=self.low_mb)

    async def _look_at_storage(self) -> None:
        # an idle server has no commits, after which the store checks its files
        self.dispatcher.store.look_at_files()
        store = self.dispatcher.store
        # Test the fault again, because there may be no other writes.
        reason = None if store.health() is None else await store.prove()
        if reason is not None:
            self._well = 0
            if reason != self._told:
                self._told = reason
                log.error("the storage is in trouble: %s; reading goes on", reason)
                self.hook.call("storage.trouble", reason=reason)
        elif self._told is not None:
            self._well += 1
            if self._well >= WELL_LOOKS:
                log.info("the storage is well again")
                self.hook.call("storage.well", reason=self._told)
                self._told = None

    async def _look_at_clock(self) -> None:
        """Store the belief about the time for the next start, and report a doubt."""
        belief = self.dispatcher.store.time.look()
        told, self.clock_doubt = self.clock_doubt, moment_of(belief).doubt
        if self.clock_doubt is not None and told is None:
            log.warning("%s", describe_doubt(self.clock_doubt))
            self.hook.call("clock.doubt", **msgspec.structs.asdict(self.clock_doubt))
        elif self.clock_doubt is None and told is not None:
            log.info("the clock is believed again")
            self.hook.call("clock.well")
        same = (told is None) == (self.clock_doubt is None)
        if same and _is_recent(self._beat_at, belief.steady, BEAT_MS):
            return
        try:
            await self.dispatcher.store.write(lambda tx: store_belief(tx, belief))
            self._beat_at = belief.steady
        except FolkmootError as error:
            log.warning("the time could not be kept: %s", error)

    def replace_certificate(self, look: Callable[[], int | None]) -> None:
        """Watch another certificate from now on, and check it soon."""
        self.look_at_certificate = look
        self._certificate_seen_at = None

    def _look_at_certificate(self) -> None:
        now = self.clock()
        if _is_recent(self._certificate_seen_at, now, CERTIFICATE_LOOK_MS):
            return
        self._certificate_seen_at = now
        self.certificate_days = days = self.look_at_certificate()
        if days is not None and days < CERTIFICATE_DAYS_MIN:
            log.warning("the certificate is good for %d more days", days)
            self.hook.call("certificate.expiring", days_left=days)

    async def _look_at_sizes(self) -> None:
        """Run the hook once for each board that comes near its quota."""
        now = self.clock()
        if _is_recent(self._sizes_seen_at, now, SIZES_LOOK_MS):
            return
        self._sizes_seen_at = now
        try:
            self.words_bytes, near = await self.dispatcher.store.read(community_records.near_quota)
        except FolkmootError as error:
            log.warning("the sizes of boards cannot be read: %s", error)
            return
        for board, percent in near:
            if board not in self._near:
                log.warning("the board %s takes %d %% of its quota", board, percent)
                self.hook.call("quota.near", board=board, percent=percent)
        self._near = frozenset(board for board, _ in near)

    def _look_at_history(self) -> None:
        """Run the hook once after each start if history is known to be lost."""
        lost = self.dispatcher.lost
        if lost is not None and not self._lost_told:
            self._lost_told = True
            self.hook.call("history.lost", stream=lost.stream, seq=lost.seq, head=lost.head)

    async def _look_at_closing(self) -> None:
        """Run the hook daily while a day of the announced end is near, and once it has come."""
        now, readers = self.clock(), self.dispatcher.table.readers
        try:
            closing = await self.dispatcher.store.read(
                lambda tx: closing_of(readers.restrictions_on(tx, COMMONS, None))
            )
        except FolkmootError as error:
            log.warning("the announced end cannot be read: %s", error)
            return
        if closing is None:
            self._closing_told_at = None
            return
        if _is_recent(self._closing_told_at, now, DAY_MS):
            return
        stage = stage_of(closing, now)
        ahead = to_ms(closing.read_only_at), to_ms(closing.closed_at)
        days = min((-(-(day - now) // DAY_MS) for day in ahead if day > now), default=0)
        if days <= limits.CLOSING_NEAR_DAYS:
            self._closing_told_at = now
            event = "closing.over" if stage is ClosingStage.CLOSED else "closing.near"
            self.hook.call(event, stage=stage.value, days_left=days)


def _is_recent(then: Ms | None, now: Ms, within_ms: Ms) -> bool:
    """Return whether a time is recent; a future time, after a clock set back, is not."""
    return then is not None and 0 <= now - then < within_ms
