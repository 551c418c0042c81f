"""Strangers guess, at known and unknown handles, and from a member's own address (P11, 3.3)."""

import asyncio
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bbs import limits
from bbs.errors import Throttled
from bbs.features.members.messages import ChangePassword, GetChallenge, Resume
from bbs.ids import new_id
from bbs.powers import Power
from bbs.refusals import NotAllowed, SignInFailed
from tests.support.moot import Line, Moot, open_moot
from tests.support.people import Person, secret


@pytest.fixture
async def moot(tmp_path: Path) -> AsyncIterator[Moot]:
    """A running community whose budgets are in force, and whose start is long ago."""
    async with open_moot(tmp_path / "data", sample=False) as running:
        running.clock.jump(days=limits.GUESSES_AT_START)
        yield running


def from_address(moot: Moot, person: Person, address: bytes = b"a street") -> Line:
    """Return a connection from an address, as the server knows one."""
    line = moot.line(person)
    line.caller.address = address
    return line


async def exhaust(moot: Moot) -> None:
    """Guess at codes of many handles until the address has to wait."""
    for n in range(limits.ADDRESS_FAILURES_BURST + 1):
        person = Person(f"somebody-{n}")
        await from_address(moot, person).refused(person.recovering(secret("guess")))


async def test_known_and_unknown_handles_cost_the_same(tmp_path: Path) -> None:
    """A wrong password or code commits nothing, whether or not somebody has the handle (P11)."""
    async with open_moot(tmp_path / "data") as moot:  # whose hashes are fast: no heartbeat commits
        await moot.join("ana")
        await asyncio.gather(*moot.running.dispatcher._background)  # prolongs the new session
        found = [await _cost_of_guessing(moot, handle) for handle in ("ana", "nobody")]
    assert found[0] == found[1]
    answers, commits = found[0]
    assert commits == [0, 0, 0]
    assert {code for code, _ in answers} == {"members.sign_in_failed", "throttled"}


async def _cost_of_guessing(moot: Moot, handle: str) -> tuple[list[Any], list[int]]:
    """Guess at a handle; return all answers, and what the store committed or undid meanwhile."""
    person = Person(handle)
    line, counters = moot.line(person), moot.running.dispatcher.store.counters
    before, answers = (counters.groups, counters.writes, counters.refused), []
    for n in range(limits.GUESSES_FREE + 3):
        for guess in (
            person.with_password(password=f"a wrong password, number {n}"),
            person.recovering(secret(f"guess {n}")),
            person.with_key(),
        ):
            error = await line.refused(guess)
            answers.append((error.code, error.facts()))
    after = (counters.groups, counters.writes, counters.refused)
    return answers, [b - a for a, b in zip(before, after, strict=True)]


async def test_an_address_full_of_guesses_keeps_no_member_out(moot: Moot) -> None:
    """Behind one address with whoever guesses, a known device, a session, a key and a code open."""
    ana = (await moot.join("ana")).person
    phone = ana.with_password()
    await moot.line(ana).ask(phone)
    await exhaust(moot)
    stranger = from_address(moot, ana)
    assert isinstance(await stranger.refused(ana.with_password()), Throttled)
    await from_address(moot, ana).ask(Resume(token=phone.token))
    await from_address(moot, ana).ask(ana.with_password(last_token=phone.token))
    line = from_address(moot, ana)
    challenge: Any = await line.ask(GetChallenge())
    epoch = moot.running.dispatcher.epoch
    await line.ask(ana.with_key(host=challenge.host, epoch=epoch, nonce=challenge.nonce))
    await from_address(moot, ana).ask(ana.recovering(ana.codes[0]))


async def test_past_its_budget_an_address_is_told_nothing(moot: Moot) -> None:
    """What is wrong is answered like everything else there: too early, and until when (2.9)."""
    ana = (await moot.join("ana")).person
    await exhaust(moot)
    for request in (
        Resume(token=secret("guess")),
        ana.with_password(),
        ana.with_password(last_token=secret("guess")),
        ana.recovering(secret("guess")),
        Person("ana").with_key(),
        Person("new").sign_up(moot.code),
        Person("new").sign_up(secret("guess")),
    ):
        error = await from_address(moot, ana).refused(request)
        assert isinstance(error, Throttled), request.method
    moot.clock.jump(seconds=error.retry_after_s)
    assert isinstance(await from_address(moot, ana).refused(Resume(token=new_id())), SignInFailed)


async def test_a_crowd_of_strangers_stands_before_no_member(moot: Moot) -> None:
    """However many passwords of strangers wait to be hashed, a known device's is not behind (P14)."""
    ana = (await moot.join("ana")).person
    phone = ana.with_password()
    await moot.line(ana).ask(phone)
    gate, pool = threading.Event(), moot.running.dispatcher.pool
    crowd = [asyncio.create_task(pool.run(gate.wait, 30.0)) for _ in range(pool._jobs_max)]
    await asyncio.sleep(0)
    try:
        assert isinstance(await moot.line(ana).refused(ana.with_password()), Throttled)
        await moot.line(ana).ask(ana.with_password(last_token=phone.token))
    finally:
        gate.set()
        await asyncio.gather(*crowd)


async def test_a_password_change_sent_again_is_no_guess(moot: Moot) -> None:
    """A member who lost the answer to a change gets it again, with the old password, too (P12)."""
    ana = await moot.join("ana")
    change = ChangePassword(old=ana.person.password, new="another four word phrase", op=new_id())
    first = await ana.ask(change)
    for _ in range(limits.GUESSES_FREE + 5):
        assert await ana.ask(change) == first


async def test_a_token_guesses_no_password(moot: Moot) -> None:
    """A script's token is refused before anybody's password is compared (3.7)."""
    ana = await moot.join("ana")
    bot = await moot.with_token(ana, [Power.READ])
    for old in ("a guess of the bot's", ana.person.password):
        change = ChangePassword(old=old, new="another four word phrase")
        assert isinstance(await bot.refused(change), NotAllowed)
