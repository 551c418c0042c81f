"""A restored community is the same one to its members' devices: the signing key is in the backup (protocol 32.1)."""

import asyncio
from pathlib import Path

import bbs
from bbs.wire.messages import Welcome
from bbs_server.ops.backup import take_backup
from bbs_server.ops.restore import restore
from bbs_server.store import tags
from bbs_server.store.removals import REMOVALS
from bbs_server.store.sqlite.files import SQLITE
from tests.journeys.community import House, house


async def _welcome(place: House) -> Welcome:
    async with bbs.connect(place.running.url, listen=False) as community:
        assert community.welcome is not None
        return community.welcome


async def test_a_restore_keeps_the_signing_key_and_draws_the_history_key(tmp_path: Path) -> None:
    """A new epoch, so that mirrors fetch anew, and no question about the key (32.1, 32.2)."""
    async with house(tmp_path) as place:
        await place.join("ana")
        before, drawn = await _welcome(place), await place.read(tags.key_of)
        backup, clock = tmp_path / "backup", place.clock
        await asyncio.to_thread(take_backup, SQLITE, tmp_path / "data", backup, clock())
    second = tmp_path / "second"
    second.mkdir()
    record = tmp_path / "data" / REMOVALS
    await asyncio.to_thread(restore, SQLITE, backup, second / "data", clock, record=record)
    async with house(second, clock=clock) as place:
        after = await _welcome(place)
        assert (after.key, after.key_changes) == (before.key, ())
        assert after.epoch != before.epoch
        assert await place.read(tags.key_of) != drawn
