"""How member events and results change the mirror."""

from pathlib import Path

from msgspec.structs import replace

from bbs.clock import DAY_MS, instant
from bbs.features.members.messages import MemberJoined, MemberUpdated
from bbs.features.members.views import MemberPage
from bbs.testing import FakeClock, a_member
from bbs_client.mirror.file import Mirror
from bbs_client.mirror.fold import fold


def test_who_joins_or_changes_is_put() -> None:
    """Joining and changing fold into the same change as a fresh list (protocol 6.4)."""
    member = a_member()
    assert fold(MemberJoined(member=member)) == (member,)
    assert fold(MemberUpdated(member=member)) == (member,)
    assert fold(MemberPage(members=(member,))) == (member,)


def test_the_words_of_an_away_line_end_in_the_mirror(tmp_path: Path) -> None:
    """Once it is over, or replaced, no byte of the mirror's files holds its words (P10)."""
    clock, path = FakeClock(), tmp_path / "mirror.db"
    until = instant(clock() + DAY_MS)
    me = a_member()
    gone = a_member(away="Canary-sea", away_until=until)
    changed = a_member(away="Canary-hills", away_until=until)
    mirror = Mirror.open(path, me.id, clock)
    mirror.apply((me, gone, changed))
    mirror.apply((replace(changed, away="Canary-lake", revision=2),))
    mirror.erase_faded(clock())
    assert mirror.members()[gone.id].away == "Canary-sea"
    mirror.erase_faded(clock() + DAY_MS)
    assert mirror.members()[gone.id].away is None
    mirror.close()
    stored = b"".join(each.read_bytes() for each in tmp_path.iterdir())
    assert gone.id.encode() in stored
    assert b"Canary-" not in stored
