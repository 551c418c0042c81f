"""Tending in lines, against a real server: by an address, with a reason (P5, P8)."""

from tests.cli.house import House
from tests.client.plain.conftest import visit


def test_a_thread_is_pinned_in_lines(house: House) -> None:
    """The verb takes an address; what is done is chosen by its number, and why is typed."""
    house.ok("ana", "write", "garden", "--title", "Compost", "-m", "Words.")
    address = house.data("bo", "read", "garden")["threads"][0]["address"]
    told = visit("ana", "garden", f"tend {address}", "1", "Everybody asks", "", "quit")
    assert f"Pinned {address}." in told
    assert "pinned" in visit("bo", "garden", "quit")
    assert "Only moderators of a board tend it." in visit("bo", f"tend {address}", "quit")


def test_a_board_is_closed_in_lines(house: House) -> None:
    """Of the board itself the verb closes it to writing; what holds is said to who comes there."""
    told = visit("ana", "garden", "tend garden", "1", "Harvest time", "", "quit")
    assert "Read-only now: garden." in told
    assert "This board is read-only (“Harvest time”)" in visit("bo", "garden", "quit")
    assert "Opened again: garden." in visit(
        "ana", "garden", "tend garden", "1", "Spring", "", "quit"
    )
