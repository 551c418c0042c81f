"""Boards in the mirror: what comes without its words takes none away."""

from pathlib import Path

from msgspec.structs import replace

from bbs.testing import a_board
from bbs_client.mirror.file import Mirror


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
