"""How member events and results change the mirror."""

from bbs.features.members.messages import MemberJoined, MemberUpdated
from bbs.features.members.views import MemberPage
from bbs.testing import a_member
from bbs_client.mirror.fold import fold


def test_who_joins_or_changes_is_put() -> None:
    """Joining and changing fold into the same change as a fresh list (protocol 6.4)."""
    member = a_member()
    assert fold(MemberJoined(member=member)) == (member,)
    assert fold(MemberUpdated(member=member)) == (member,)
    assert fold(MemberPage(members=(member,))) == (member,)
