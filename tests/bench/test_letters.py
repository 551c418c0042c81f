"""What letters cost those who are not in them, and those who are in many."""

import statistics
import time
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

import pytest

from bbs.features.boards.messages import ListBoards
from bbs.features.letters.messages import (
    BlockMember,
    ListLetters,
    RequestLetter,
)
from bbs.features.members.messages import Resume
from bbs.features.threads.messages import StartThread, WritePost
from bbs.ids import COMMONS, ThreadId, new_id
from bbs.streams import board_stream, member_stream
from bbs.wire.messages import Sync
from tests.bench.lettered import LETTERS, between, people, stock
from tests.bench.measure import Table, interleaved
from tests.support.moot import Line, Moot, open_moot
from tests.support.people import secret

pytestmark = [pytest.mark.bench, pytest.mark.timeout(900)]

TURNS = 40
TIMES = 10  # of what is measured, in a turn
TRIES = 200
MANY = 300
NEWS = 5
NEAR = 1.05

Turn = Callable[[], Awaitable[float]]


async def _took_us(moot: Moot, ask: Callable[[], Awaitable[object]], times: int = TIMES) -> float:
    """Return the processor time of doing something, in us: the disk is not what is compared."""
    took: list[float] = []
    for _ in range(times):
        moot.clock.jump(seconds=5)  # whoever asks is never throttled
        began = time.process_time()
        await ask()
        took.append((time.process_time() - began) * 1e6)
    return statistics.median(took)


async def _thread(line: Line) -> ThreadId:
    thread = new_id()
    await line.ask(
        StartThread(board=COMMONS, thread=thread, post=new_id(), title="A thread", body="A post")
    )
    return thread


async def _turns(moot: Moot) -> dict[str, Turn]:
    """Return what is measured in a community, by name, each for somebody who is in no letter."""
    line = await moot.join("outsider")
    thread = await _thread(line)
    token = secret(line.person.session)
    asked: dict[str, Callable[[], Awaitable[object]]] = {
        "boards.list": lambda: line.ask(ListBoards()),
        "signing in": lambda: moot.line(line.person).ask(Resume(token=token)),
        "a post": lambda: line.ask(WritePost(thread=thread, post=new_id(), body="A post")),
    }
    return {name: partial(_took_us, moot, ask) for name, ask in asked.items()}


async def test_what_letters_of_others_cost(tmp_path: Path, table: Table) -> None:
    """With 2,000 letters, lists, signing in and posts cost what they cost without (issue 17)."""
    async with open_moot(tmp_path / "with") as lettered, open_moot(tmp_path / "without") as bare:
        for moot in (lettered, bare):
            found = await people(moot, 60)
            if moot is lettered:
                await stock(moot, [line.id for line in found], LETTERS)
        ours, theirs = await _turns(lettered), await _turns(bare)
        for name, turn in ours.items():
            samples = await interleaved(turn, theirs[name], TURNS)
            row = f"{name}, with {LETTERS:,} letters"
            table.add(row, "us", *samples, "without", NEAR, by_turns=True)


async def _come_back(moot: Moot, line: Line, news: list[str]) -> None:
    """Sign in, ask for boards and letters, and listen to those with news, as a client does."""
    again = moot.line(line.person)
    await again.ask(Resume(token=secret(line.person.session)))
    await again.ask(ListBoards())
    found = await again.ask(ListLetters())
    heads = {head.letter.id: head for head in found.heads}
    cursors = {board_stream(letter): heads[letter].seq for letter in news}
    await again.ask(
        Sync(cursors={board_stream(COMMONS): -1, member_stream(line.id): -1, **cursors})
    )
    again.leave()


async def test_what_many_letters_cost_their_member(tmp_path: Path, table: Table) -> None:
    """In 300 letters, coming back takes at most twice what it takes in none (issue 17)."""
    async with open_moot(tmp_path) as moot:
        found = await people(moot, 40)
        one, none = found[0], found[1]
        others = [line.id for line in found[2:]]
        await stock(moot, others, LETTERS)
        await between(moot, one.id, others, MANY)
        heads = (await one.ask(ListLetters(limit=NEWS))).heads
        news = [head.letter.id for head in heads]
        many = partial(_took_us, moot, partial(_come_back, moot, one, news), 3)
        few = partial(_took_us, moot, partial(_come_back, moot, none, []), 3)
        samples = await interleaved(many, few, TURNS)
        table.add(f"coming back to {MANY} letters", "us", *samples, "to none", 2.0)


async def test_how_long_requests_take(tmp_path: Path, table: Table) -> None:
    """A request to somebody who blocks takes what one to a handle takes that nobody has (20.3)."""
    async with open_moot(tmp_path) as moot:
        ana, ben = await people(moot, 2)
        await ben.ask(BlockMember(member=ana.id))

        async def ask(handle: str) -> float:
            command = RequestLetter(letter=new_id(), handles=(handle,))
            took = await _took_us(moot, lambda: ana.ask(command), 1)
            await moot.change(lambda tx: tx.execute("DELETE FROM letter_requests"))
            await moot.change(lambda tx: tx.execute("DELETE FROM letters"))
            return took

        samples = await interleaved(
            partial(ask, ben.person.handle), partial(ask, "nobody-here"), TRIES
        )
        row = table.add("a request to who blocks", "us", *samples, "to nobody")
    apart = abs(row.ours - row.bare)
    assert apart <= max(row.ours_spread, row.bare_spread), "times tell who blocks"
