"""From a member's invitation to a guest's page, over real sockets and with real mirrors."""

from pathlib import Path

import bbs
from bbs import limits
from bbs.clock import DAY_MS, instant
from bbs.features.members.about import away_line
from bbs.features.members.about_messages import GetProfile, SetAway, SetProfile
from bbs.features.members.inviting import host_of
from bbs.features.members.messages import Invite, RevokeInvitation
from bbs.ids import new_id
from bbs.refusals import InvitationInvalid
from bbs.sdk.credentials import new_secret, sign_up
from tests.journeys.community import PASSWORD, House, house


async def _refused(community: House, code: str) -> bool:
    """Return whether a code lets nobody in."""
    async with bbs.connect(community.running.url, listen=False) as stranger:
        try:
            await sign_up(stranger, code, "eve", "Eve", PASSWORD, "test", norms_version=1)
        except InvitationInvalid:
            return True
    return False


def _on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir() if path.is_file())


async def test_a_member_brings_a_guest_and_is_their_host(tmp_path: Path) -> None:
    """Any member's link lets a guest in; every device knows the host for 60 days, and not longer (P3)."""
    async with house(tmp_path) as community:
        await community.join("sysanne")
        ana = await community.join("ana")
        assert ana.me is not None
        code, spare = new_secret(), new_id()
        await ana.call(Invite(invitation=new_id(), code=code))
        revoked = new_secret()
        await ana.call(Invite(invitation=spare, code=revoked))
        await ana.call(RevokeInvitation(invitation=spare))
        assert await _refused(community, revoked)
        async with bbs.connect(community.running.url, listen=False) as stranger:
            signed = await sign_up(
                stranger, code, "gail", "Gail", PASSWORD, "test", norms_version=1
            )
        assert await _refused(community, code)
        front = await community.front("sysanne", "laptop")
        await front.until(lambda: signed.member in front.cache.members())
        guest, now = front.cache.members()[signed.member], community.clock()
        assert host_of(guest, now) == ana.me.member.id
        assert host_of(guest, now + limits.HOST_DAYS * DAY_MS) is None
        await front.close()


async def test_an_away_line_reaches_mirrors_and_leaves_them(tmp_path: Path) -> None:
    """A device shows it at once, hides it at its end and keeps no byte of it; a profile it never has (P10)."""
    async with house(tmp_path) as community:
        await community.join("sysanne")
        ana = await community.join("ana")
        assert ana.me is not None
        member = ana.me.member.id
        front = await community.front("sysanne", "laptop")
        ends = community.clock() + 2 * DAY_MS
        await ana.call(SetProfile(text="Canary-profile."))
        await ana.call(SetAway(text="Canary-away.", until=instant(ends)))
        await front.until(lambda: front.cache.members()[member].away == "Canary-away.")
        shown = await front.link.call(GetProfile(member=member))
        assert shown.text == "Canary-profile."
        assert away_line(front.cache.members()[member], ends) is None
        front.cache.erase_faded(ends)
        assert front.cache.members()[member].away is None
        await front.close()
        stored = _on_disk(community.folder / "laptop")
        assert member.encode() in stored
        assert b"Canary-" not in stored
