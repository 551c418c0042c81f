"""A clause that is a matter of judgement is cited by two (P5, P6)."""

from pathlib import Path

import pytest

from bbs import limits
from bbs.clock import DAY_MS
from bbs.features.norms.messages import Clause
from bbs.features.proposals.messages import WaitsFor
from bbs.features.proposals.rules import Motion, Person, choose_way
from bbs.gravity import CITES_JUDGEMENT, Use, find_grave
from bbs.ids import COMMONS, new_id
from bbs_server.features.norms import records
from bbs_server.features.norms.records import VersionRow
from tests.support.tx import NOW, House

MODERATOR, AUTHOR, READER = (new_id() for _ in range(3))
LONG = (limits.KEY_SEATED_DAYS + limits.KEY_OFFICE_DAYS) * DAY_MS
CITED = Motion(mover=MODERATOR, about=AUTHOR, marks=(CITES_JUDGEMENT,))


def person(member: str, *, office: bool = False, seated: bool = True) -> Person:
    """Return somebody who has been there for long."""
    since = NOW - LONG
    return Person(member, seated=seated, since=since, office_since=since if office else None)


@pytest.mark.parametrize(
    ("others", "way"),
    [
        # A second moderator of the board, or one of the commons who may read it, gives the key.
        ((person(AUTHOR), person(READER, office=True)), WaitsFor.SECOND_KEY),
        ((person(AUTHOR), person(READER, office=True, seated=False)), WaitsFor.SECOND_KEY),
        # Where the board has one moderator, and the commons none: its time, told to the author alone.
        ((person(AUTHOR), person(READER)), WaitsFor.DELAY),
        ((person(AUTHOR, office=True),), WaitsFor.DELAY),
    ],
)
def test_a_clause_of_judgement_is_cited_by_two(others: tuple[Person, ...], way: WaitsFor) -> None:
    """Another holder of the office agrees; where nobody could, it waits its time (protocol 15.11)."""
    people = (person(MODERATOR, office=True), *others)
    assert choose_way(CITED, people, NOW) is way


def test_another_clause_waits_for_nobody() -> None:
    """A clause that is no matter of judgement is cited at once, and so is none."""
    judged = {"norm": Use(before=None, after=2, there=1)}
    assert find_grave((CITES_JUDGEMENT,), judged) == (CITES_JUDGEMENT,)
    assert find_grave((CITES_JUDGEMENT,), {"norm": Use(before=None, after=2)}) == ()
    assert find_grave((CITES_JUDGEMENT,), {}) == ()


def test_a_clause_is_judged_by_its_own_version(tmp_path: Path) -> None:
    """Whether two have to cite it is said by the version in which the words were written (P5)."""
    house = House(tmp_path / "house.sqlite3")
    clause = Clause(text="Be kind.", why="We meet.", judgement=True)
    records.insert_version(house.tx, house.at(), VersionRow(COMMONS, 2, NOW), (clause,))
    assert records.is_judgement(house.tx, COMMONS, 2, 1)
    assert not records.is_judgement(house.tx, COMMONS, 1, 1)
    assert not records.is_judgement(house.tx, COMMONS, 2, 9)
    house.close()
