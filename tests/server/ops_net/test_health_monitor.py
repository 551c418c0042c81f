"""The watch: a person is called once for each trouble and once when it is over."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bbs import limits
from bbs.clock import DAY_MS
from bbs.errors import StorageUnavailable
from bbs.ids import COMMONS
from bbs.messages import Done
from bbs.streams import board_stream
from bbs.testing import FakeClock
from bbs_server.app import RunningServer
from bbs_server.ops.disk import MIB, DiskSpace, disk_space
from bbs_server.ops.health_monitor import CERTIFICATE_DAYS_MIN, WELL_LOOKS, HealthMonitor
from bbs_server.ops.hook import Fact, Hook
from bbs_server.outcome import Outcome
from bbs_server.store.api import Tx
from bbs_server.store.history import Lost
from tests.server.ops_net.serving import Start, served, serving

LOW_MB = 100


@dataclass
class Noted(Hook):
    """A hook that keeps what it is called with."""

    calls: list[tuple[str, dict[str, Fact]]] = field(default_factory=list)

    def call(self, event: str, **facts: Fact) -> None:
        self.calls.append((event, facts))


@dataclass
class Watched:
    """A watch over a real store, a disk and a certificate of our saying."""

    running: RunningServer
    clock: FakeClock = field(default_factory=FakeClock)
    free_mb: int = 1_000
    days: int | None = None
    calls: list[tuple[str, dict[str, Fact]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        hook = Noted(self.calls)
        self.watch = HealthMonitor(
            self.running.dispatcher,
            hook,
            lambda: DiskSpace(self.free_mb * MIB, 10_000 * MIB, 0, 0),
            self.clock,
            low_mb=LOW_MB,
        )
        self.watch.replace_certificate(lambda: self.days)

    async def looks(self, count: int) -> list[str]:
        """Look so often; return the events of the calls this made."""
        before = len(self.calls)
        for _ in range(count):
            await self.watch.check()
        return [event for event, _ in self.calls[before:]]


@asynccontextmanager
async def watched(folder: Path) -> AsyncIterator[Watched]:
    async with serving(folder) as running:
        yield Watched(running)


async def test_low_disk_is_told_once_and_once_when_there_is_room_again(tmp_path: Path) -> None:
    """A disk at its edge does not flood whoever is called."""
    async with watched(tmp_path) as house:
        assert await house.looks(2) == []
        house.free_mb = LOW_MB - 1
        assert await house.looks(3) == ["disk.low"]
        assert house.calls == [("disk.low", {"free_mb": LOW_MB - 1, "limit_mb": LOW_MB})]
        assert house.watch.disk_low
        house.free_mb = LOW_MB + 1
        assert await house.looks(2) == []
        house.free_mb = LOW_MB * 2
        assert await house.looks(2) == ["disk.well"]
        assert not house.watch.disk_low


async def _full(running: RunningServer, pages: int) -> None:
    await running.dispatcher.store.write(
        lambda tx: tx.fetch_all(f"PRAGMA max_page_count = {pages:d}") and None
    )


async def _write(running: RunningServer) -> None:
    def grow(tx: Tx) -> None:
        tx.execute("CREATE TABLE ballast (b TEXT)")
        tx.execute("INSERT INTO ballast VALUES (?)", "x" * 1_000_000)

    await running.dispatcher.store.write(grow)


async def test_storage_in_trouble_is_told_once_and_its_end_after_a_minute(tmp_path: Path) -> None:
    """A disk that fails and heals from second to second is one trouble, not fifty (P12)."""
    async with watched(tmp_path) as house:
        await _full(house.running, 1)
        with pytest.raises(StorageUnavailable):
            await _write(house.running)
        assert await house.looks(3) == ["storage.trouble"]
        assert house.calls[0][1] == {"reason": "full"}
        await _full(house.running, 1_000_000)
        assert house.running.dispatcher.store.health() == "full"
        assert await house.looks(WELL_LOOKS - 1) == []
        assert house.running.dispatcher.store.health() is None
        assert await house.looks(2) == ["storage.well"]


async def test_a_certificate_that_ends_is_told_until_it_is_replaced(tmp_path: Path) -> None:
    """Twice a day, from two weeks before: whoever missed one letter gets the next."""
    async with watched(tmp_path) as house:
        house.days = CERTIFICATE_DAYS_MIN
        assert await house.looks(2) == []
        house.days = CERTIFICATE_DAYS_MIN - 1
        assert await house.looks(2) == []
        house.clock.jump(hours=12)
        assert await house.looks(2) == ["certificate.expiring"]
        house.clock.jump(hours=12)
        assert await house.looks(2) == ["certificate.expiring"]
        house.days = 90
        house.watch.replace_certificate(lambda: house.days)
        assert await house.looks(2) == []
        assert house.watch.certificate_days == 90


async def test_a_clock_that_jumps_back_silences_nothing(tmp_path: Path) -> None:
    """A certificate is looked at after the clock was set back a year, too."""
    async with watched(tmp_path) as house:
        house.days = 1
        await house.looks(1)
        house.clock.step(days=-365)
        assert await house.looks(1) == ["certificate.expiring"]


async def test_the_room_is_the_file_systems(tmp_path: Path) -> None:
    """What is measured is the data folder's own disk and files."""
    (tmp_path / "x.db").write_bytes(b"12345")
    (tmp_path / "x.db-wal").write_bytes(b"123")
    room = disk_space(tmp_path, "x.db")
    assert (room.database_bytes, room.log_bytes) == (5, 3)
    assert 0 < room.free_bytes <= room.total_bytes
    assert disk_space(tmp_path, "y.db").database_bytes == 0


async def test_a_running_server_calls_the_hook(tmp_path: Path) -> None:
    """The whole way: a server that finds its disk low runs the sysop's command."""
    script, told = tmp_path / "hook.sh", tmp_path / "told"
    script.write_text(f"#!/bin/sh\ncat > '{told}.new'; mv '{told}.new' '{told}'\n")
    script.chmod(0o700)
    config = tmp_path / "bbs.toml"
    config.write_text(f'hook = "{script}"\ndisk_low_mb = 1000000000\n')
    async with served(Start(tmp_path, ("--config", str(config)))) as server:
        while not told.exists():
            assert server.process.returncode is None
            await _turn(server.port)
        found: dict[str, Any] = json.loads(told.read_text())
    assert found["event"] == "disk.low"
    assert found["free_mb"] < found["limit_mb"] == 1_000_000_000


async def _turn(port: int) -> None:
    from tests.server.ops_net.serving import http_get

    assert (await http_get(port, "/healthz")).json()["storage"] == "ok"


async def test_a_person_is_called_as_the_end_comes_near(tmp_path: Path) -> None:
    """In the last week before each day of an announced end, and from then on, daily and no more."""
    async with watched(tmp_path) as house:
        assert await house.looks(2) == []
        begins = {1: house.clock() + 6 * DAY_MS, 2: house.clock() + 20 * DAY_MS}
        begins[3] = begins[2] + limits.CLOSING_READ_DAYS * DAY_MS
        await house.running.dispatcher.execute_as_system(
            lambda tx, ctx: Outcome(Done(), (ctx.readers.set_closing(tx, ctx, begins, None),))
        )
        assert await house.looks(2) == []
        house.clock.jump(days=13)
        assert await house.looks(3) == ["closing.near"]
        assert house.calls[-1][1] == {"stage": "no_new", "days_left": 7}
        house.clock.jump(days=1)
        assert await house.looks(2) == ["closing.near"]
        house.clock.jump(days=limits.CLOSING_READ_DAYS + 6)
        assert await house.looks(2) == ["closing.over"]
        assert house.calls[-1][1] == {"stage": "closed", "days_left": 0}


async def test_a_person_is_called_for_a_board_near_its_quota(tmp_path: Path) -> None:
    """Once for each board, before somebody is refused; again only if there was room in between."""
    used = "UPDATE streams SET words_bytes = ? WHERE stream = ?"
    async with watched(tmp_path) as house:
        store = house.running.dispatcher.store
        stream = board_stream(COMMONS)
        sql = (
            "INSERT INTO streams (stream, seq, digest, base_seq, base_digest, quota_bytes)"
            " VALUES (?, 0, x'', 0, x'', 100) ON CONFLICT (stream) DO UPDATE SET quota_bytes = 100"
        )
        await store.write(lambda tx: tx.execute(sql, stream))
        called = []
        for size in (89, 90, 95, 80, 99):
            await store.write(lambda tx, size=size: tx.execute(used, size, stream))
            house.clock.jump(seconds=61)
            called.append(await house.looks(2))
        assert called == [[], ["quota.near"], [], [], ["quota.near"]]
        assert house.calls[-1][1] == {"board": COMMONS, "percent": 99}
        assert house.watch.words_bytes == 99


async def test_lost_history_is_told_once(tmp_path: Path) -> None:
    """Whoever is called learns which stream, and how far somebody had it, once a start (6.7)."""
    async with watched(tmp_path) as house:
        assert await house.looks(2) == []
        house.running.dispatcher.lost = Lost("board:x", 41, 12, 0)
        assert await house.looks(3) == ["history.lost"]
        assert house.calls == [("history.lost", {"stream": "board:x", "seq": 41, "head": 12})]
