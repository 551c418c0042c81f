"""What is new in lounges, told in lines."""

import re

from tests.cli.house import House
from tests.client.plain.conftest import visit


def test_new_lines_of_a_lounge_are_told_until_they_were_shown(house: House) -> None:
    """Boards, board and lounge say how many lines are new and how many call the reader; who looks
    tells nobody (P2)."""
    house.ok("bo", "chat", "garden", "-m", "hello")
    visit("bo", "garden/lounge", "quit")
    house.ok("ana", "chat", "garden", "-m", "the glue")
    house.ok("ana", "chat", "garden", "-m", "and you, @bo?")
    told = visit("bo", "boards", "garden", "lounge", "boards", "inbox", "quit")
    news = "2 new lines in the lounge, 1 of them calls you"
    [listed, again] = re.findall(r"garden: Garden \((.*)\)", told)
    assert news in listed
    assert "in the lounge" not in again
    assert f"{news} (say lounge)." in told
    new = told.index(f"Since you were here, {news}:")
    assert told.index("@bo: hello\n") < new < told.index("@ana: the glue")
    assert "@ana calls you: and you, @bo?" in told
    assert re.search(r"mention: garden/lounge/\d+  @ana", told)
