"""What tests of the server share: a member's connection, spoken by hand."""

from collections.abc import AsyncIterator

import pytest

from bbs.features.members.messages import Resume
from tests.support.moot import Moot
from tests.support.people import secret
from tests.support.raw import Raw, raw


@pytest.fixture
async def member(moot: Moot) -> AsyncIterator[Raw]:
    """A raw connection of a member's."""
    ana = await moot.join("ana")
    async with raw(moot.running.url) as line:
        await line.hello()
        await line.ask(Resume(token=secret(ana.person.session)))
        yield line
