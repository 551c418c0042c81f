"""The sysop's visit to a private board, on the sysop's device: it ends by the moment, offline too (P8)."""

from pathlib import Path

from bbs import limits
from bbs.clock import instant
from bbs.features.boards.messages import Visibility
from bbs.features.moderation.views import Restriction, RestrictionKind
from bbs.ids import new_id
from bbs.testing import FakeClock, a_board
from bbs_client.mirror.file import Mirror


def test_a_visited_board_is_hidden_when_the_visit_is_over(tmp_path: Path) -> None:
    """The server ends it and drops its streams; a device without a connection hides it by itself."""
    clock = FakeClock()
    cache = Mirror.open(tmp_path / "mirror.db", None, clock)
    board = a_board(slug="cellar", visibility=Visibility.PRIVATE)
    visit = Restriction(
        id=new_id(),
        board=board.id,
        kind=RestrictionKind.ENTERED,
        since=instant(clock()),
        until=instant(clock() + limits.ENTER_BANNER_DAYS * 86_400_000),
    )
    cache.apply((board, visit))
    assert cache.board(board.id) is not None
    clock.jump(hours=limits.ENTER_HOURS)
    assert cache.board(board.id) is None
    assert cache.boards() == []
    cache.close()
