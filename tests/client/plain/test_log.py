"""The log of power and the numbers of a board in lines: narrowed as on the screen (P8)."""

from tests.cli.house import House
from tests.client.plain.conftest import visit

NORM = ("--norm", "Stay with hawthorns. :: It is what people come for.")


def test_the_log_is_narrowed_in_lines(house: House) -> None:
    """What is typed after the acts narrows them; Enter goes on, and a wrong operator is told."""
    house.ok("ana", "admin", "boards", "open", "haws", *NORM)
    house.ok("ana", "admin", "boards", "configure", "haws", "--title", "Hawthorn")
    house.ok("ana", "admin", "boards", "read-only", "haws", "--reason", "A pause")
    told = visit("ana", "open haws", "log", "power:tend", "herons power:steal", "", "quit")
    assert "changed haws: title: “Haws”, now “Hawthorn”" in told.replace("“haws”", "“Haws”")
    assert told.count("closed haws to writing") == 2
    assert told.count("now “Hawthorn”") == 1
    assert "No act is like that." in told
    assert "power:steal was left out: type power:tend." in told


def test_numbers_and_restrictions_in_lines(house: House) -> None:
    """Who sits there reads what everybody is restricted by; who does not is told why not."""
    house.ok("ana", "admin", "boards", "open", "sloes", *NORM)
    house.ok("ana", "admin", "boards", "read-only", "sloes", "--reason", "A pause")
    told = visit("ana", "open sloes", "numbers", "quit")
    assert "read-only: nobody writes, until a moderator ends it" in told
    assert "Fewer than 10 people have a seat here" in told
    assert "Only who has a seat on this board" in visit("bo", "open sloes", "numbers", "quit")
