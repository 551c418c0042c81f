"""A community changes hands while its members are connected: mirrors fetch anew, kept keys follow (protocol 32)."""

import asyncio
from pathlib import Path

import bbs
from bbs.features.community.hand_over import digest_of
from bbs.features.community.hand_over_messages import (
    AnswerHandOver,
    GetHandOver,
    HandCommunityOver,
)
from bbs.features.threads.messages import StartThread
from bbs.ids import COMMONS, new_id
from bbs.refusals import CommandWaits
from bbs.sdk.community import Community
from bbs.sdk.server_key import KnownServerKey
from bbs_client.session.events import NewEpoch
from tests.journeys.community import PASSWORD, house


async def test_mirrors_and_kept_keys_follow_a_hand_over(tmp_path: Path) -> None:
    """Every connection ends once; what comes back knows the new key by the old one's word (32.2, 32.5)."""
    async with house(tmp_path) as community:
        for handle in ("sysanne", "ana", "bo"):
            await community.join(handle)
        bo = community.members["bo"]
        mirror = await community.front("bo", "mirror")
        kept: list[str] = []
        known = KnownServerKey(None, kept.append, accept=False)
        async with bbs.connect(
            community.running.url, token=bo.token, listen=False, server_key=known
        ) as visitor:
            before = visitor.welcome
            assert before is not None
            await community.carried(
                _announced_and_accepted(community.voices, community.members["ana"].member)
            )
            after = await _greeted_anew(visitor, before.epoch)
            assert kept == [before.key, after]
        await mirror.until(lambda: mirror.cache.epoch() not in (None, before.epoch))
        assert any(isinstance(news, NewEpoch) for news in mirror.news)
        said = StartThread(
            board=COMMONS, thread=new_id(), post=new_id(), title="New", body="After it"
        )
        await community.voices["ana"].call(said)
        await mirror.until(lambda: mirror.cache.post(said.post) is not None)
        sysops = {each.handle for each in mirror.cache.members().values() if each.sysop}
        assert sysops == {"ana"}
        await mirror.close()


async def _announced_and_accepted(voices: dict[str, Community], heir: str) -> None:
    """Let ana accept what the sysop announces, and end as the announcement did."""
    waits: Exception | None = None
    try:
        await voices["sysanne"].call(
            HandCommunityOver(heir=heir, backup_days=30, reason="To the sea")
        )
    except CommandWaits as error:
        waits = error
    state = await voices["ana"].call(GetHandOver())
    assert state.proposal is not None
    assert state.terms is not None
    await voices["ana"].call(
        AnswerHandOver(
            proposal=state.proposal,
            terms=digest_of(state.terms),
            is_accepted=True,
            password=PASSWORD,
        )
    )
    assert waits is not None
    raise waits


async def _greeted_anew(visitor: Community, epoch: str) -> str:
    """Wait for the hello of the new epoch; return the key that it tells."""
    async with asyncio.timeout(20):
        async for _ in visitor.events():
            told = visitor.welcome
            if told is not None and told.epoch != epoch:
                assert told.key is not None
                return told.key
    raise AssertionError("the events ended")
