"""Whoever is asked for a letter, the server answers, lists and does the same (protocol 20.3, 20.4)."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from bbs import limits
from bbs.features.letters.messages import (
    AnswerRequest,
    BlockMember,
    LeaveLetter,
    LetterChanged,
    ListLetters,
    RequestLetter,
)
from bbs.features.letters.views import LeaveWords
from bbs.ids import new_id
from bbs.messages import Request
from bbs.streams import member_stream
from bbs_server.store.sqlite.writer import SqliteStore
from tests.support.letters import CARRY, ask, letter_between, letters_of, say_yes
from tests.support.moot import Line, Moot, open_moot

KINDS = (
    "waits",
    "refuses",
    "blocks",
    "blocked_by_me",
    "left_us",
    "talks",
    "nobody",
    "No handle!",
)
"""Handles of people who do as they are called; of the last two nobody has one."""
_ID = re.compile(rb"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_TAG = re.compile(rb'"[0-9a-f]{16}"')
_NUMBER = re.compile(rb"(?<=:)\d+|(?<=seq\":)\d+")
_VALUE = re.compile(r"X?'[^']*'|\b\d+\b|NULL")
_MARKS = re.compile(r"\(\?(, ?\?)*\)")


@pytest_asyncio.fixture
async def moot(tmp_path: Path) -> AsyncIterator[Moot]:
    """A community of its own."""
    async with open_moot(tmp_path) as found:
        yield found


async def gather(moot: Moot) -> tuple[Line, dict[str, Line]]:
    """Return somebody who asks, and those who are asked, each of whom did what they are called."""
    ana = await moot.join("ana")
    await ana.listen(member_stream(ana.id))
    people = {handle: await moot.join(handle) for handle in KINDS[:-2]}
    refused = await ask(moot, ana, "refuses", "left_us")
    await people["refuses"].ask(AnswerRequest(letter=refused, accept=False))
    await people["blocks"].ask(BlockMember(member=ana.id))
    await ana.ask(BlockMember(member=people["blocked_by_me"].id))
    await letter_between(moot, ana, people["talks"])
    gone = await letter_between(moot, people["left_us"], people["waits"])
    await people["left_us"].ask(LeaveLetter(letter=gone.id, words=LeaveWords.TAKEN))
    return ana, people


def plain(said: bytes) -> bytes:
    """Return bytes of the wire without ids, tags and numbers of places."""
    return _NUMBER.sub(b"0", _TAG.sub(b'"tag"', _ID.sub(b"id", said)))


async def done_for(moot: Moot, line: Line, request: Request[object]) -> list[str]:
    """Return the statements that the writer runs for a request, without their values."""
    store = moot.running.dispatcher.store
    assert isinstance(store, SqliteStore)
    await line.settle()
    await store.update_index()  # or the writer does it meanwhile, on a slow machine
    ran: list[str] = []
    await store._on_writer(lambda writer, hop: writer.set_trace_callback(ran.append))
    await line.ask(request)
    await store._on_writer(lambda writer, hop: writer.set_trace_callback(None))
    return [_MARKS.sub("(?)", _VALUE.sub("?", statement)) for statement in ran]


async def test_every_request_is_answered_alike(moot: Moot) -> None:
    """Somebody who waits, refused, blocks, left, was asked or never was: byte for byte (20.3)."""
    ana, _ = await gather(moot)
    answers = set()
    for handle in (*KINDS, *KINDS):
        moot.clock.jump(seconds=1)
        told = len(ana.tape.frames)
        await ana.ask(RequestLetter(letter=new_id(), handles=(handle,)))
        await ana.settle()
        said = plain(b"".join([ana.answers[-1], *ana.tape.frames[told:]]))
        answers.add(re.sub(rb"\d{4}-\d\d-\d\dT[0-9:.]+Z", b"moment", said))
    assert len(answers) == 1


async def test_the_same_is_done_for_every_request(moot: Moot) -> None:
    """The same statements in the same order, so that it takes the same time (20.3)."""
    ana, _ = await gather(moot)
    done = {}
    for handle in ("waits", *KINDS, *KINDS):  # the first one warms what is remembered
        request = RequestLetter(letter=new_id(), handles=(handle,))
        done[handle] = await done_for(moot, ana, request)
    assert len(done["waits"]) > 5
    for handle, ran in done.items():
        assert ran == done["nobody"], handle


async def test_every_request_is_listed_alike_until_it_ends(moot: Moot) -> None:
    """Before and after those who are asked were told, answered, and the request lapsed (20.3)."""
    ana, people = await gather(moot)
    asked = {handle: new_id() for handle in KINDS}
    for handle, letter in asked.items():
        await ana.ask(RequestLetter(letter=letter, handles=(handle,)))
    before = [each for each in (await ana.ask(ListLetters())).requests if each.id in asked.values()]
    heard = len(ana.sent)
    await moot.do_jobs(CARRY)
    for line in people.values():
        for request in (await line.ask(ListLetters())).requests:
            await line.ask(AnswerRequest(letter=request.id, accept=False))
    await ana.settle()
    assert len(ana.sent) == heard
    after = [each for each in (await ana.ask(ListLetters())).requests if each.id in asked.values()]
    assert after == before
    assert {each.id for each in after} == set(asked.values())
    assert len({plain(repr(each).encode()) for each in after}) == 1
    moot.clock.jump(seconds=limits.LETTER_REQUEST_DAYS * 86_400)
    again = moot.line(ana.person)
    await again.ask(ana.person.with_password())
    assert (await again.ask(ListLetters())).requests == ()


async def test_who_may_still_come_in_is_told_alike(moot: Moot) -> None:
    """Whatever they answered or did: in answer, event and list, until the request ends (20.2, 20.3)."""
    ana, people = await gather(moot)
    seen = set()
    for handle in KINDS[:5]:
        eve = await moot.join(f"eve-{handle.replace('_', '-')}")
        await eve.listen(member_stream(eve.id))
        key = await ask(moot, ana, eve.person.handle, handle)
        if key in {each.id for each in (await letters_of(people[handle])).requests}:
            await people[handle].ask(AnswerRequest(letter=key, accept=False))
        answered = await say_yes(eve, key)
        await eve.settle()
        (told,) = [each.letter for each in eve.events(LetterChanged) if each.letter.members]
        (listed,) = (await letters_of(eve)).heads
        assert answered == told == listed.letter
        assert answered.others == (people[handle].id,)
        of_ana = next(each for each in (await letters_of(ana)).heads if each.letter.id == key)
        assert of_ana.letter.others == ()
        seen.add(plain(f"{answered} {of_ana.letter}".encode()))
    assert len(seen) == 1
    moot.clock.jump(seconds=limits.LETTER_REQUEST_DAYS * 86_400)
    again = moot.line(eve.person)
    await again.ask(eve.person.with_password())
    (late,) = (await letters_of(again)).heads
    assert (late.letter.others, late.letter.awaited) == ((), 0)


async def test_taking_a_request_back_does_the_same(moot: Moot) -> None:
    """Whether somebody was told of it or not: a job tells them that it is over (20.3)."""
    ana, _ = await gather(moot)
    done = {}
    for handle in ("waits", *KINDS):
        letter = await ask(moot, ana, handle)
        request = LeaveLetter(letter=letter, words=LeaveWords.LEFT)
        done[handle] = await done_for(moot, ana, request)
    for handle, ran in done.items():
        assert ran == done["nobody"], handle
