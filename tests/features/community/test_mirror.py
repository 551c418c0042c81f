"""How the announced end of a community changes the mirror."""

from pathlib import Path

from bbs.clock import DAY_MS
from bbs.features.community.messages import ClosingAnnounced, ClosingCancelled, ClosingResult
from bbs.features.community.rules import closing_plan
from bbs.messages import Done
from bbs_client.mirror.file import Mirror
from bbs_client.mirror.fold import fold

CLOSING = closing_plan(20 * DAY_MS, 0)


def test_the_mirror_knows_the_end_without_a_connection(tmp_path: Path) -> None:
    """Announced, put off, called off: the mirror shows what was told last, offline too."""
    cache = Mirror.open(tmp_path / "mirror.db")
    assert cache.closing() is None
    assert cache.apply(fold(ClosingAnnounced(closing=CLOSING))).tables
    assert not cache.apply(fold(ClosingResult(closing=CLOSING))).tables
    cache.close()
    cache = Mirror.open(tmp_path / "mirror.db")
    assert cache.closing() == CLOSING
    cache.apply(fold(ClosingCancelled()))
    assert cache.closing() is None
    assert fold(Done()) == ()
    cache.close()
