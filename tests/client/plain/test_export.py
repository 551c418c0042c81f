"""Taking one's words away in lines: the same question, the same folder (P9, P10)."""

from pathlib import Path

from tests.cli.house import House
from tests.client.plain.conftest import thread, visit


def test_words_are_taken_away_in_lines(house: House, tmp_path: Path) -> None:
    """`export` says where the words go and whose they are then; no leaves nothing, yes all (P10)."""
    address = thread(house, "Taken away", "Words to take away.")
    target = tmp_path / "mine"
    told = visit("ana", f"export {target}", "no", "quit")
    assert f"They are written to {target}" in " ".join(told.split())
    assert not target.exists()
    told = visit("ana", f"export {target}", "yes", "quit")
    assert f"is in {target}" in " ".join(told.split())
    board, number, *_ = address.split("/")
    assert "Words to take away." in (target / "boards" / board / f"{number}.md").read_text()
    assert "is there already" in visit("ana", f"export {target}", "quit")
