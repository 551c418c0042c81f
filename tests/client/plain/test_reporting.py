"""Reports in lines: the box line by line, and what became of them (protocol 22.1)."""

from tests.cli.house import House
from tests.client.plain.conftest import thread, visit


def test_a_post_is_reported_in_lines(house: House) -> None:
    """Who reads it comes first; the norm is asked for with its sentence; nobody else is told."""
    address = thread(house, "Pruning", "Whoever prunes in June deserves it.")
    told = visit(
        *("bo", f"report {address}", "1", "2", "It was aimed at me.", "", "reports", "quit"),
    )
    assert "The author is not told who reported." in told
    assert "which norm?" in told
    assert "Reported. reports shows what becomes of it." in told
    assert "You wrote: “It was aimed at me.”" in told
    assert "The moderators have it." in told
    again = visit("bo", f"report {address}", "1", "", "quit")
    assert "Reported" not in again


def test_own_words_are_not_reported(house: House) -> None:
    """They are taken back, or changed."""
    address = thread(house, "Mine")
    assert "These words are your own" in visit("ana", f"report {address}", "quit")
