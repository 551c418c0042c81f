"""A hand-over in lines: the sysop announces it, the heir reads what binds them and answers (protocol 32)."""

from tests.cli.house import House
from tests.client.plain.conftest import visit


def test_the_sysop_announces_and_the_heir_answers(house: House) -> None:
    """All that binds the heir is shown before they are asked for the proof; refusing ends it (32.4)."""
    told = visit("ana", "tend commons", "6", "bo", "We grow old", "", "quit")
    assert "this command waits, because somebody else would run the server" in told, told
    try:
        told = visit("bo", "inbox", "proposals", "1", "", "quit")
        assert "Refuse to take the community over" in told
        assert "the community is to be handed over" in told
        assert "hand the community over to @bo" in told
        assert "No backup holds what is erased today for longer than 30 days" in told, told
        assert "You accepted." in told
    finally:
        house.bbs("admin", "hand-over", "--refuse", "--profile", "bo")
