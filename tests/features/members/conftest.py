"""People and their devices for the tests of members."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bbs.features.members.messages import Invite
from bbs.ids import new_id
from bbs_server.features.members.credentials import secret_hash
from bbs_server.features.members.records import make_sysop_invitation
from tests.support.people import Person, secret
from tests.support.tx import House


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """An empty community."""
    opened = House(tmp_path / "house.sqlite3")
    yield opened
    opened.close()


@pytest.fixture
async def sysop(house: House) -> Person:
    """The first member, who runs the server."""
    person = Person("sysanne")
    code = secret("sysop invitation")
    make_sysop_invitation(house.tx, house.now, new_id(), secret_hash(code), 14)
    await house.ask(person.sign_up(code))
    return person


@pytest.fixture
async def code(house: House, sysop: Person) -> str:
    """The code of an invitation good for a hundred."""
    drawn = secret("invitation")
    await house.ask(Invite(invitation=new_id(), code=drawn, uses=100), sysop.session)
    return drawn


@pytest.fixture
async def ana(house: House, code: str) -> Person:
    """A member."""
    person = Person("ana")
    await house.ask(person.sign_up(code))
    return person


@pytest.fixture
async def ben(house: House, code: str) -> Person:
    """Another member."""
    person = Person("ben")
    await house.ask(person.sign_up(code))
    return person
