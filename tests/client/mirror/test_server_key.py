"""A connection whose server tells another key waits for its member's word (protocol 32.2)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bbs.sdk.errors import ServerKeyChanged
from bbs_client.session import events
from tests.client.mirror.linked import House
from tests.client.mirror.scripted import Scripted


class _Strange(House):
    """A house whose server tells a strange key at the first connection."""

    calls = 0

    @asynccontextmanager
    async def connect(self) -> AsyncIterator[Scripted]:
        self.calls += 1
        if self.calls == 1:
            raise ServerKeyChanged(known="A" * 43, told="B" * 43)
        yield self.community


async def test_after_the_members_word_the_same_visit_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until then nothing is tried again; afterwards the mirror is filled without a new start (32.2)."""
    monkeypatch.setenv("BBS_HOME", str(tmp_path))
    house = _Strange(tmp_path)
    house.task = asyncio.create_task(house.link.run())
    await house.until(lambda: house.link.failure is not None)
    await house.settle()
    assert house.calls == 1
    last = house.told(events.OnlineChanged)[-1]
    assert not last.online
    assert "another server" in last.reason
    house.community.turn(True, "connected")
    house.link.accept_server_key()
    await house.until(lambda: house.cache.epoch() is not None)
    assert house.link.failure is None
    await house.stop()
