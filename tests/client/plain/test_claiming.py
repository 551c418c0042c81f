"""Claiming old words in lines, against a real server (protocol 31)."""

from tests.cli.house import House
from tests.client.plain.conftest import visit


def test_a_key_that_fits_nothing_is_told_so_in_lines(house: House) -> None:
    """A wrong link, a server that is gone and a key without words there: a sentence each."""
    told = visit("bo", "claim garden", "claim bbs://127.0.0.1:1/garden?plain=1#claim", "1", "quit")
    told = " ".join(told.split())
    assert "it looks like bbs://host:port/garden#claim" in told, told
    assert "The server of the link does not answer; nothing was decided." in told, told
    told = " ".join(visit("bo", "garden", "vouch", "quit").split())
    assert "This board did not come from elsewhere" in told, told
