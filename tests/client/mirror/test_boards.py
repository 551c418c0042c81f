"""Boards in the mirror: what comes without its words takes none away."""

from pathlib import Path

from msgspec.structs import replace

from bbs import limits
from bbs.clock import instant
from bbs.features.boards.messages import OldSlug
from bbs.testing import FakeClock, a_board
from bbs_client.mirror.changes import ForgetBoard
from bbs_client.mirror.file import Mirror
from bbs_client.mirror.places import EventPlace

CLOCK = FakeClock()


def test_a_slug_that_is_known_is_kept(tmp_path: Path) -> None:
    """A replayed event without the board's words leaves its address as it was (protocol 6.4)."""
    cache = Mirror.open(tmp_path / "mirror.db")
    board = a_board(slug="garden")
    wordless = replace(board, slug=None, title=None, revision=board.revision + 1)
    cache.apply((board, wordless))
    row = cache.board(board.id)
    assert row is not None
    assert (row.board.slug, row.board.revision) == ("garden", board.revision + 1)
    cache.apply((replace(board, slug="orchard", revision=board.revision + 2),))
    row = cache.board(board.id)
    assert row is not None
    assert row.board.slug == "orchard"
    cache.close()


def test_an_old_slug_leads_on_until_its_end(tmp_path: Path) -> None:
    """What a board was called leads to it: by an event for 400 days, by a list until the server's end."""
    cache = Mirror.open(tmp_path / "mirror.db", None, CLOCK)
    board = a_board(slug="garden")
    renamed = replace(board, slug="orchard", revision=board.revision + 1)
    cache.apply((board,))
    cache.apply((renamed,), EventPlace(f"board:{board.id}", 2, instant(CLOCK())))
    told = OldSlug(board=board.id, slug="plot", until=instant(CLOCK() + 1))
    no_name = OldSlug(board=board.id, slug="no name", until=instant(CLOCK() + 1))
    cache.apply((told, no_name))
    assert [cache.board_named(slug) for slug in ("garden", "plot", "orchard")] == [board.id] * 3
    CLOCK.jump(seconds=0.001)
    assert [cache.board_named(slug) for slug in ("garden", "plot")] == [board.id, None]
    CLOCK.jump(days=limits.OLD_SLUG_DAYS)
    assert [cache.board_named(slug) for slug in ("garden", "orchard")] == [None, board.id]
    cache.close()


def test_a_slug_of_now_comes_before_an_old_one(tmp_path: Path) -> None:
    """Where another board has the slug now, it leads there, whatever was known of it before."""
    cache = Mirror.open(tmp_path / "mirror.db")
    board, other = a_board(slug="garden"), a_board(slug="garden")
    # As the answer to one's own command tells it: without a moment.
    cache.apply((board, replace(board, slug="orchard", revision=board.revision + 1)))
    assert cache.board_named("garden") == board.id
    cache.apply((other,))
    assert cache.board_named("garden") == other.id
    cache.apply((ForgetBoard(other.id), ForgetBoard(board.id)))
    assert cache.board_named("garden") is None
    cache.close()
