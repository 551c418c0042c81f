"""New passwords are judged alike by every way to set one, and never when signing in."""

import pytest

from bbs.features.members.messages import ChangeName, ChangePassword
from bbs.refusals import PasswordRefused
from tests.support.people import Person
from tests.support.tx import TITLE, House

REFUSED = {
    "the handle": "ana-ana-ana-2027",
    "the display name": "Quirinalia Quirinalia",
    "the title of the community": f"{TITLE} 1",
    "the program": "folkmoot-folkmoot",
    "a common password, padded": "iloveyou!!!!!!!!",
    "a phrase": "correcthorsebatterystaple",
}


@pytest.mark.parametrize("what", REFUSED)
async def test_every_way_to_a_new_password_refuses_the_same(
    house: House, code: str, ana: Person, what: str
) -> None:
    """Signing up, changing and recovering refuse common words and every name in play (P11)."""
    new = REFUSED[what]
    await house.ask(ChangeName(name="Quirinalia"), ana.session)
    eve = Person("ana-b" if what == "the handle" else "eve")
    requests = (
        (eve.sign_up(code, name="Quirinalia Ida", password=new), None),
        (ChangePassword(old=ana.password, new=new), ana.session),
        (ana.recovering(ana.codes[0], password=new), None),
    )
    for request, session in requests:
        error = await house.refused(request, session)
        assert isinstance(error, PasswordRefused), (what, request.method)
        assert new not in f"{error} {error.hint}"
    await house.ask(ana.with_password())


async def test_signing_in_judges_no_password(house: House, ana: Person) -> None:
    """A password from before a rule still signs in, and only comparing takes time (protocol 3.3)."""
    weak = "passwordpassword"
    stored = house.passwords.hash(weak)
    house.tx.execute("UPDATE members SET password = ? WHERE handle = 'ana'", stored)
    before = house.before()
    await house.prepare(ana.with_password(password=weak), before=before)
    assert before.slow == ["_compare"]
    await house.ask(ana.with_password(password=weak))
    await house.ask(ChangePassword(old=weak, new="nine loud geese under a bridge"), ana.session)
    await house.ask(ana.with_password(password="nine loud geese under a bridge"))
