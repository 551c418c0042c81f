"""How the announced end of a community changes the mirror."""

from pathlib import Path

from bbs.clock import DAY_MS, instant
from bbs.features.community.messages import ClosingAnnounced, ClosingCancelled, ClosingResult
from bbs.features.community.rules import closing_plan
from bbs.features.members.views import SystemAuthor
from bbs.messages import Done, Event
from bbs_client.features.community.state import fold, fold_result
from bbs_client.mirror.changes import Change
from bbs_client.mirror.file import Mirror

CLOSING = closing_plan(20 * DAY_MS, 0)


def _fold(event: Event) -> tuple[Change, ...]:
    return fold(event, "board:x", 1, instant(0), SystemAuthor())


def test_the_mirror_knows_the_end_without_a_connection(tmp_path: Path) -> None:
    """Announced, put off, called off: the mirror shows what was told last, offline too."""
    cache = Mirror.open(tmp_path / "mirror.db")
    assert cache.closing() is None
    assert cache.apply(_fold(ClosingAnnounced(closing=CLOSING))).tables
    assert not cache.apply(fold_result(ClosingResult(closing=CLOSING))).tables
    cache.close()
    cache = Mirror.open(tmp_path / "mirror.db")
    assert cache.closing() == CLOSING
    cache.apply(_fold(ClosingCancelled()))
    assert cache.closing() is None
    assert fold_result(Done()) == ()
    cache.close()
