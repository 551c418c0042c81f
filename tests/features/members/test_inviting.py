"""Inviting: who is whose host, and for how long."""

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bbs import limits
from bbs.clock import DAY_MS, instant
from bbs.features.members.inviting import host_of
from bbs.features.members.views import Member
from bbs.ids import new_id

JOINED = 1_800_000_000_000
HOST = new_id()
days = st.integers(min_value=0, max_value=400 * DAY_MS)


def guest(**fields: object) -> Member:
    """Return a member who came with an invitation of `HOST`'s."""
    return replace(Member(id=new_id(), invited_by=HOST, joined_at=instant(JOINED)), **fields)


@given(since=days)
def test_a_host_is_host_for_sixty_days(since: int) -> None:
    """Who invited is the host up to the last moment of the 60th day, and nobody is after it (P3)."""
    expected = HOST if since < limits.HOST_DAYS * DAY_MS else None
    assert host_of(guest(), JOINED + since) == expected


@given(since=days)
def test_the_servers_own_invitation_makes_no_host(since: int) -> None:
    """The first sysop came with an invitation of the server's: nobody is their host."""
    assert host_of(guest(invited_by=None), JOINED + since) is None
    assert host_of(guest(joined_at=None), JOINED + since) is None
