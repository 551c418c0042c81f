"""The life of letters and of requests, walked at random beside a model of it (protocol 20.2 to 20.7)."""

import asyncio
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bbs import limits
from bbs.clock import DAY_MS
from bbs.features.letters import rules
from bbs.features.letters.messages import (
    AnswerRequest,
    BlockMember,
    LeaveLetter,
    ListLetters,
    RequestLetter,
    UnblockMember,
)
from bbs.features.letters.rules import ASKED_TRANSITIONS, LETTER_TRANSITIONS, AskedState
from bbs.features.letters.views import LeaveWords, LetterState
from bbs.ids import BoardId, new_id
from tests.support.letters import CARRY
from tests.support.moot import Line, Moot, open_moot

HANDLES = ("ana", "ben", "cyd")
NOBODY = "nobody"
WHO = st.sampled_from(HANDLES)
PICK = st.integers(0, 9)
STEPS = st.one_of(
    st.tuples(st.just("ask"), WHO, st.sets(st.sampled_from((*HANDLES, NOBODY)), min_size=1)),
    st.tuples(st.just("carry")),
    st.tuples(st.just("answer"), WHO, PICK, st.booleans()),
    st.tuples(st.just("answer"), WHO, PICK, st.just(True)),
    st.tuples(st.just("leave"), WHO, PICK, st.sampled_from(LeaveWords)),
    st.tuples(st.just("block"), WHO, WHO),
    st.tuples(st.just("unblock"), WHO, WHO),
    st.tuples(st.just("days"), st.sampled_from((1, 29))),
)


@pytest.mark.parametrize("before", [None, *LetterState])
@pytest.mark.parametrize("after", LetterState)
def test_a_letter_goes_as_its_table_says(before: LetterState | None, after: LetterState) -> None:
    """Every other move is a bug of ours, and nothing is committed (states.md)."""
    if after in LETTER_TRANSITIONS[before]:
        assert rules.check_letter(before, after) is after
    else:
        with pytest.raises(AssertionError):
            rules.check_letter(before, after)


@pytest.mark.parametrize("before", [None, *AskedState])
@pytest.mark.parametrize("after", AskedState)
def test_a_request_goes_as_its_table_says(before: AskedState | None, after: AskedState) -> None:
    """Every other move is a bug of ours, and nothing is committed (states.md)."""
    if after in ASKED_TRANSITIONS[before]:
        assert rules.check_asked(before, after) is after
    else:
        with pytest.raises(AssertionError):
            rules.check_asked(before, after)


@dataclass
class Model:
    """A letter as the model knows it.

    Attributes:
        people: What became of each who was asked.
        inside: Who has a seat, in the order of entering.
    """

    asker: str
    at: int
    people: dict[str, AskedState]
    inside: list[str] = field(default_factory=list)
    opened: bool = False
    ended: bool = False

    def lasts(self, now: int) -> bool:
        return not self.ended and now < rules.request_ends(self.at)


class World:
    """A running community beside the model of its letters."""

    def __init__(self, moot: Moot, lines: dict[str, Line]) -> None:
        self.moot, self.lines = moot, lines
        self.letters: dict[BoardId, Model] = {}
        self.blocks: set[tuple[str, str]] = set()

    async def step(self, what: str, *given: Any) -> None:
        await getattr(self, what)(*given)

    async def ask(self, who: str, others: set[str]) -> None:
        self.moot.clock.jump(seconds=1)
        letter = new_id()
        if not others - {who}:
            assert await self.lines[who].refused(
                RequestLetter(letter=letter, handles=tuple(others))
            )
            return
        await self.lines[who].ask(RequestLetter(letter=letter, handles=tuple(others)))
        people = dict.fromkeys(others - {who}, AskedState.SENT)
        self.letters[letter] = Model(who, self.moot.clock(), people)

    async def carry(self) -> None:
        await self.moot.do_jobs(CARRY)
        for model in self.letters.values():
            for person, state in model.people.items():
                if state is AskedState.SENT:
                    model.people[person] = self._reached(model, person)
                elif state is AskedState.ASKED and model.ended:
                    model.people[person] = AskedState.DECLINED

    def _reached(self, model: Model, person: str) -> AskedState:
        told = (AskedState.ASKED, AskedState.IN, AskedState.DECLINED)
        before = any(
            other.asker == model.asker
            and other.people.get(person) in told
            and self.moot.clock() < rules.request_ends(other.at)
            for other in self.letters.values()
        )
        stopped = person == NOBODY or model.ended or (person, model.asker) in self.blocks or before
        return AskedState.UNHEARD if stopped else AskedState.ASKED

    async def answer(self, who: str, pick: int, accept: bool) -> None:
        if (letter := self._pick(pick)) is None:
            return
        model = self.letters[letter]
        command = AnswerRequest(letter=letter, accept=accept)
        may = model.people.get(who) is AskedState.ASKED and model.lasts(self.moot.clock())
        if not may:
            assert await self.lines[who].refused(command)
            return
        await self.lines[who].ask(command)
        model.people[who] = AskedState.IN if accept else AskedState.DECLINED
        if accept:
            model.inside += [who] if model.opened else [model.asker, who]
            model.opened = True

    async def leave(self, who: str, pick: int, words: LeaveWords) -> None:
        if (letter := self._pick(pick)) is None:
            return
        model = self.letters[letter]
        takes_back = not model.opened and model.asker == who and model.lasts(self.moot.clock())
        if who not in model.inside and not takes_back:
            assert await self.lines[who].refused(LeaveLetter(letter=letter, words=words))
            return
        await self.lines[who].ask(LeaveLetter(letter=letter, words=words))
        model.inside = [person for person in model.inside if person != who]
        model.ended = not model.inside

    async def block(self, who: str, other: str) -> None:
        command = BlockMember(member=self.lines[other].id)
        if who == other:
            assert await self.lines[who].refused(command)
            return
        await self.lines[who].ask(command)
        fresh = (who, other) not in self.blocks
        self.blocks.add((who, other))
        for model in self.letters.values():
            waits = model.people.get(who) is AskedState.ASKED and model.lasts(self.moot.clock())
            if fresh and model.asker == other and waits:
                model.people[who] = AskedState.DECLINED

    async def unblock(self, who: str, other: str) -> None:
        await self.lines[who].ask(UnblockMember(member=self.lines[other].id))
        self.blocks.discard((who, other))

    async def days(self, count: int) -> None:
        for handle, line in self.lines.items():  # so that no session ends meanwhile
            self.lines[handle] = self.moot.line(line.person)
        self.moot.clock.jump(seconds=count * DAY_MS / 1_000)
        for line in self.lines.values():
            await line.ask(line.person.with_password())
        await self.moot.do_jobs("forget requests for letters", "erase ended letters")

    def _pick(self, pick: int) -> BoardId | None:
        letters = list(self.letters)
        return letters[-1 - pick % len(letters)] if letters else None

    async def check(self) -> None:
        """Everybody is shown what the model says, and nothing else."""
        now = self.moot.clock()
        for who, line in self.lines.items():
            shown = await line.ask(ListLetters())
            inside = {key for key, model in self.letters.items() if who in model.inside}
            assert {head.letter.id for head in shown.heads} == inside
            for head in shown.heads:
                model = self.letters[head.letter.id]
                ids = tuple(self.lines[person].id for person in model.inside)
                assert head.letter.members == ids
            asked = {
                key
                for key, model in self.letters.items()
                if model.lasts(now)
                and (
                    model.people.get(who) is AskedState.ASKED
                    or (model.asker == who and not model.opened)
                )
            }
            assert {each.id for each in shown.requests} == asked


async def _walk(steps: list[tuple[Any, ...]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with open_moot(Path(folder)) as moot:
            world = World(moot, {handle: await moot.join(handle) for handle in HANDLES})
            for step in steps:
                await world.step(*step)
                await world.check()


@settings(max_examples=12, deadline=None)
@given(st.lists(STEPS, min_size=6, max_size=24))
def test_whatever_people_do_each_is_shown_their_part(steps: list[tuple[Any, ...]]) -> None:
    """Lists follow the tables of states, whoever asks, answers, blocks, leaves or waits (20.2)."""
    asyncio.run(_walk(steps))


def test_the_request_of_a_day_ends_thirty_days_later() -> None:
    """To the millisecond (20.2)."""
    assert rules.request_ends(5) == 5 + limits.LETTER_REQUEST_DAYS * DAY_MS
    assert not rules.is_over(7, 6)
    assert rules.is_over(7, 7)
