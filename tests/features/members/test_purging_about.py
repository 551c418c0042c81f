"""What a law wants gone of what members say of themselves is gone everywhere (P8, P10, protocol 3.14)."""

import asyncio
from pathlib import Path

import pytest

from bbs.clock import DAY_MS, instant
from bbs.features.members.about_messages import (
    AboutPurged,
    GetProfile,
    PurgeAbout,
    SetAway,
    SetProfile,
)
from bbs.features.members.messages import ListMembers, MemberUpdated
from bbs.features.moderation.messages import GetLog, ThingKind
from bbs.features.proposals.messages import ListProposals
from bbs.features.reading.messages import ListNotices
from bbs.features.reading.views import NoticeKind
from bbs.ids import COMMONS, new_id
from bbs.powers import Power
from bbs.refusals import CommandWaits, NotFound, TextRefused
from bbs.streams import COMMONS_STREAM
from bbs_server.store.removals import REMOVALS, read_entries
from tests.support.kept import bytes_in
from tests.support.moot import PATIENCE_S, Line, Moot, open_moot

LAW, WHY = "Art. 17 GDPR", "A court wants it gone"
SECRETS = ("quincunx", "zephyrine")


async def _about(moot: Moot, ana: Line) -> None:
    """Let ana say something of herself, twice."""
    await ana.ask(SetProfile(text=f"I am {SECRETS[0]}"))
    until = instant(moot.clock() + 5 * DAY_MS)
    await ana.ask(SetAway(text=f"In {SECRETS[1]}", until=until))


async def test_a_purged_profile_is_gone_everywhere(tmp_path: Path) -> None:
    """Profile and away line are in no file and no replay; the record keeps a restore from bringing
    them back; the log names sysop, law, reason and whom it was about, and ana is told."""
    async with open_moot(tmp_path) as moot:
        ana, bo = await moot.join("ana"), await moot.join("bo")
        await _about(moot, ana)
        await bo.listen(COMMONS_STREAM)
        await moot.sysop.carry(PurgeAbout(member=ana.id, law=LAW, reason=WHY))
        assert (await bo.ask(GetProfile(member=ana.id))).text is None
        (member,) = [one for one in (await bo.ask(ListMembers())).members if one.id == ana.id]
        assert (member.away, member.away_until) == (None, None)
        assert (await bo.told(MemberUpdated))[-1].member.away is None
        async with asyncio.timeout(PATIENCE_S):
            while any(word.encode() in bytes_in(tmp_path) for word in SECRETS):
                await moot.read(lambda tx: None)
        assert sum(len(entry.purged) for entry in read_entries(tmp_path / REMOVALS)) == 2
        act = (await bo.ask(GetLog(board=COMMONS, power=Power.PURGE))).acts[0]
        assert (act.thing.kind, act.about, act.law, act.reason) == (
            *(ThingKind.MEMBER, ana.id),
            *(LAW, WHY),
        )
        notices = (await ana.ask(ListNotices())).notices
        (told,) = [one for one in notices if one.kind is NoticeKind.ABOUT]
        assert told.act is not None
        assert told.act.id == act.id
        again = await moot.sysop.ask(PurgeAbout(member=ana.id, law=LAW, reason=WHY))
        assert again == AboutPurged(profile=False, away=False)


async def test_it_waits_for_another_person(moot: Moot) -> None:
    """As every purge; only its mover, whom it is about and who may agree know of it meanwhile (P8)."""
    ana, bo = await moot.join("ana"), await moot.join("bo")
    await _about(moot, ana)
    waits = await moot.sysop.refused(PurgeAbout(member=ana.id, law=LAW, reason=WHY))
    assert isinstance(waits, CommandWaits)
    assert waits.unopposed
    assert waits.to_few
    assert (await bo.ask(GetProfile(member=ana.id))).text == f"I am {SECRETS[0]}"
    for line, count in ((moot.sysop, 1), (ana, 1), (bo, 0)):
        found = (await line.ask(ListProposals())).proposals
        assert len(found) == count
    assert not (await bo.ask(GetLog(board=COMMONS, power=Power.PURGE))).acts


@pytest.mark.parametrize(("law", "reason"), [("two\nlines", WHY), (LAW, "two\nlines")])
async def test_law_and_reason_are_a_line_each(moot: Moot, law: str, reason: str) -> None:
    """The error names which is not; nothing is erased (P5)."""
    ana = await moot.join("ana")
    await _about(moot, ana)
    refused = await moot.sysop.refused(PurgeAbout(member=ana.id, law=law, reason=reason))
    assert isinstance(refused, TextRefused)
    assert (await ana.ask(GetProfile(member=ana.id))).text is not None


async def test_a_member_who_never_was_is_not_found(moot: Moot) -> None:
    """One clear error, as everywhere."""
    refused = await moot.sysop.refused(PurgeAbout(member=new_id(), law=LAW, reason=WHY))
    assert isinstance(refused, NotFound)
