"""A board is kept whole from lines, too (protocol 33.1)."""

from tests.cli.house import House
from tests.client.plain.conftest import visit


def test_a_board_is_kept_in_lines(house: House) -> None:
    """The question says how much it is; yes keeps it, and yes again keeps it no longer."""
    told = " ".join(visit("ana", "keep garden", "yes", "keep garden", "yes", "quit").split())
    assert "Keep all of Garden on this device?" in told
    assert "bbs lifeboat make garden FILE saves it" in told
    assert "Keep Garden whole no longer?" in told
    assert "followed as any other board" in told
