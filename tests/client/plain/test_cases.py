"""A case in lines, from the report to the appeal: the desk, the person, whoever reported it (protocol 22, 23)."""

from collections.abc import Iterator

import pytest

from tests.cli.house import House
from tests.client.conftest import new_house
from tests.client.plain.conftest import thread, visit


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house of its own: at its desk wait no cases of other tests."""
    yield from new_house(tmp_path_factory)


def moderated(house: House, slug: str, *members: str) -> None:
    """Open a board that ana moderates, with seats for some members."""
    house.ok(
        *("ana", "admin", "boards", "open", slug, "--title", slug.title(), "--hold-s", "0"),
        *("--norm", "Speak as if they sat here. :: They do."),
    )
    for handle in members:
        house.join(handle, house.invitation)
        house.ok(handle, "seat", slug, "--accept-norms", "1")


def test_a_case_in_lines_from_the_report_to_the_appeal(house: House) -> None:
    """Each reads what concerns them, and nothing of it names the reporter (P5, P7)."""
    moderated(house, "arbour", "rosa", "timo")
    address = house.ok(
        "timo", "write", "arbour", "--title", "June", "-m", "Serves you right."
    ).strip()
    told = visit("rosa", f"report {address}", "1", "2", "It was aimed at me.", "", "quit")
    assert "Reported." in told
    told = visit("ana", "desk", "1", "4", "", "desk", "1", "2", "It reads unkind.", "", "", "quit")
    assert "1 case waits for your desk; desk shows it." in told
    assert "case 1 on arbour  about timo, norm 1, open, decide by" in told
    assert "> Serves you right." in told
    assert "First timo has to be heard: 2 asks them." in told
    assert "Asked. You see the answer here." in told
    assert "rosa" not in told
    told = visit("timo", "cases", "1", "I meant the month.", "", "", "quit")
    assert ": answer the moderators of Arbour about your words" in told
    assert "It reads unkind." in told
    assert "Answered; the desk reads it before anything is decided." in told
    told = visit(
        *("ana", "desk", "1", "3", "Aimed at a person.", "3", "silence", "", "yes", "", "", "quit"),
    )
    assert "timo answered: “I meant the month.”" in told
    assert "timo may read and not write on Arbour for 3 days." in told
    assert "Decided; the person and its reporters are told." in told
    told = visit(
        "timo", "cases", "1", "It was the month.", "", "", "arbour", f"reply {address}", "quit"
    )
    assert "You may read and not write on Arbour, until" in told
    assert "Why: “Aimed at a person.”" in told
    assert "Appealed; you get an answer by" in told
    assert "cases shows why, and takes your appeal." in told
    assert "  Decided." in visit("rosa", "reports", "quit")


def test_nothing_concerns_most_members(house: House) -> None:
    """The verbs say so, and the desk is for those who moderate."""
    assert "Nothing concerns you" in visit("bo", "cases", "quit")
    assert "You moderate no board" in visit("bo", "desk", "quit")
    assert thread(house, "Calm")
