"""Hiding in lines, against a real server: by an address, with clause and reason (P5, P8)."""

from pathlib import Path

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


def test_a_judgement_is_cited_by_two_in_lines(house: House, tmp_path: Path) -> None:
    """Before it is sent the mover reads what it waits for; the author finds it among what waits (15.11)."""
    norms = tmp_path / "judged.toml"
    norms.write_text('[[norms]]\ntext = "Be kind."\nwhy = "We meet."\njudgement = true\n')
    opened = ("admin", "boards", "open", "scullery", "--norms-file", str(norms), "--hold-s", "0")
    house.ok("ana", *opened)
    house.ok("bo", "seat", "scullery", "--accept-norms", "1")
    house.ok("bo", "write", "scullery", "--title", "Beginners", "-m", "They ask silly things.")
    told = visit("ana", "hide scullery/1/1", "1", "Rude", "", "n", "quit")
    assert "it is carried out on" in told
    assert "object" not in told
    assert "Nothing was changed." in told
    told = visit("ana", "hide scullery/1/1", "1", "Rude", "", "y", "quit")
    assert "this command waits, because the clause it cites is a matter of judgement" in told
    told = visit("bo", "inbox", "proposals", "", "quit")
    assert "wants to do something about you or your words, which takes two people" in told
    assert "@ana wants to hide the post scullery/1/1 by norm 1: Rude" in told
    house.ok("ana", "admin", "proposals", "withdraw", "scullery", "1")
