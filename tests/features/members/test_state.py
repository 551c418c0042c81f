"""How member events and results change the mirror."""

from bbs.clock import instant
from bbs.features.boards.messages import SeatChanged
from bbs.features.members.messages import MemberJoined, MemberUpdated
from bbs.features.members.views import MemberPage, SystemAuthor
from bbs.testing import a_member, a_seat
from bbs_client.features.members.state import fold, fold_result
from bbs_client.mirror.changes import PutMember

ABOUT = ("board:x", 7, instant(0), SystemAuthor())


def test_who_joins_or_changes_is_put() -> None:
    """Joining and changing fold into the same change as a fresh list (protocol 6.4)."""
    member = a_member()
    put = (PutMember(member),)
    assert fold(MemberJoined(member=member), *ABOUT) == put
    assert fold(MemberUpdated(member=member), *ABOUT) == put
    assert fold_result(MemberPage(members=(member,))) == put


def test_what_is_not_of_this_feature_changes_nothing() -> None:
    """A fold leaves the events of other features to them."""
    assert fold(SeatChanged(seat=a_seat()), *ABOUT) == ()
