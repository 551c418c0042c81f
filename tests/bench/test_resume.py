"""Catching up after an absence, beside a server that only sends as many bytes."""

import json
import sys
import time
from pathlib import Path

import pytest

from bbs.streams import COMMONS_STREAM
from bbs.wire.codec import encode_call
from bbs.wire.messages import Sync
from tests.bench.measure import Table, interleaved
from tests.bench.opened import opened
from tests.bench.pinned import PinnedServer
from tests.bench.raw import RawLine, masked, raw_lines
from tests.bench.stocked import POSTS, house

pytestmark = [pytest.mark.bench, pytest.mark.timeout(600)]

TIMES = 9
MISSED = 10_000
BARE = (sys.executable, "-m", "tests.bench.bare")


async def _synced(line: RawLine, cursor: int) -> tuple[list[bytes], str, int]:
    """Ask for what was missed; return the events, and where the stream stands then."""
    frame = encode_call(1, Sync(cursors={COMMONS_STREAM: cursor}))
    *events, answer = await line.exchange(masked(frame))
    state = json.loads(answer)["result"]["streams"][COMMONS_STREAM]
    return events, state["state"], state["seq"]


async def _resume(line: RawLine, missed: int) -> list[bytes]:
    """Catch up as every client does; return the events."""
    _, _, head = await _synced(line, -1)
    state, seq = "more", head - missed
    found: list[bytes] = []
    while state == "more":
        events, state, seq = await _synced(line, seq)
        found += events
    assert len(found) == missed
    return found


async def test_resume_after_10_000_missed_events(tmp_path: Path, table: Table) -> None:
    """From the cursor of long ago to the newest event, words filled in as they now are."""
    stocked = house(POSTS)
    with PinnedServer(tmp_path, program=BARE) as bare:
        await bare.start()
        async with opened(stocked) as (_, line), raw_lines(bare.port, 1) as [other]:
            events = await _resume(line, MISSED)
            each = sum(map(len, events)) // MISSED
            wanted = {"id": 1, "method": "send", "params": {"frames": MISSED, "bytes": each}}

            async def ours_ms() -> float:
                began = time.perf_counter()
                await _resume(line, MISSED)
                return (time.perf_counter() - began) * 1_000

            async def bare_ms() -> float:
                frame = masked(json.dumps(wanted).encode())
                began = time.perf_counter()
                assert len(await other.exchange(frame)) == MISSED + 1
                return (time.perf_counter() - began) * 1_000

            samples = await interleaved(ours_ms, bare_ms, TIMES)
    table.add(f"resume after {MISSED:,} events", "ms", *samples, "the same bytes, sent bare", 3)
