"""Hiding in lines, against a real server: by an address, with clause and reason (P5, P8)."""

from tests.cli.house import House
from tests.client.plain.conftest import visit


def test_a_post_is_hidden_read_by_its_author_and_shown_again(house: House) -> None:
    """The verb takes an address; the author reads the words by it, and only moderators restore them."""
    house.ok("bo", "write", "garden", "--title", "Compost", "-m", "Quincunx words.")
    address = house.data("bo", "read", "garden")["threads"][0]["address"] + "/1"
    told = visit("ana", f"hide {address}", "1", "Rude", "", "quit")
    assert "Hidden by norm 1" in told
    read = visit("bo", f"hide {address}", "quit")
    assert "Quincunx words." in read
    assert "kept until" in read
    assert "Everybody reads this post again." in visit(
        "ana", f"hide {address}", "A mistake", "", "quit"
    )
    assert "Quincunx words." in house.ok("bo", "read", address)
    refused = visit("bo", f"hide {address}", "quit")
    assert "Only moderators of a board hide what others wrote there." in refused
