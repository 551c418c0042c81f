"""How presence changes what is known of who is here."""

from pathlib import Path

from bbs.features.presence.messages import PresenceChanged, PresenceResult
from bbs.ids import new_id
from bbs_client.mirror.file import Mirror
from bbs_client.mirror.fold import fold


def test_presence_is_a_whole_set(tmp_path: Path) -> None:
    """Who is here replaces who was here: nobody is told leaving (P11)."""
    one, two = new_id(), new_id()
    cache = Mirror.open(tmp_path / "mirror.db")
    cache.apply(fold(PresenceResult(members=(two, one))))
    assert cache.here == {one, two}
    cache.apply(fold(PresenceChanged(members=(two,))))
    assert cache.here == {two}
    cache.close()
