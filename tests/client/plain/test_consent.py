"""Consent in lines, against a real server (protocol 29.1)."""

from tests.cli.house import House
from tests.client.plain.conftest import visit


def test_consent_is_shown_and_changed_in_lines(house: House) -> None:
    """The seat's norms tell the default; the verb asks, and others read what was chosen."""
    told = visit("bo", "garden", "seat", "no", "consent", "1", "consent", "", "quit")
    assert "your words go without your name, until you claim them. consent changes that." in told
    assert "1  with my name: your words go with your name." in told
    assert "is taken along, your words go with your name." in told
    assert "1  with my name (as it is now): " in told
    assert "With their names go the words of @bo." in visit("ana", "garden", "seat", "no", "quit")
    assert visit("bo", "garden", "consent", "2", "quit")
