"""Letters, asked for, entered, written in and left, for the machine of `test_mirror_truth`."""

import asyncio
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from bbs.features.letters.messages import (
    AnswerRequest,
    BlockMember,
    LeaveLetter,
    ListLetters,
    ReportLetter,
    RequestLetter,
    UnblockMember,
)
from bbs.features.letters.views import LeaveWords
from bbs.features.threads.messages import WritePost
from bbs.ids import new_id
from bbs.messages import Command
from tests.journeys.community import House

PICK = st.integers(0, 50)
PEOPLE = ("ana", "bo", "cy")
WHO = st.sampled_from(PEOPLE)


class Corresponding(RuleBasedStateMachine):
    """The part of the machine in which members write letters.

    Attributes:
        letters: The ids of those that were asked for.
    """

    runner: asyncio.Runner
    house: House
    letters: list[str]
    threads: list[str]
    posts: list[tuple[str, str]]

    def do(self, who: str, command: Command[Any]) -> bool:
        """Send a command; return whether it was done."""
        raise NotImplementedError

    @rule(who=WHO, others=st.sets(WHO, min_size=1))
    def ask(self, who: str, others: set[str]) -> None:
        """People are told at once: who hears when is walked in `test_life`."""
        letter = new_id()
        if others == {who}:
            return
        if self.do(who, RequestLetter(letter=letter, handles=tuple(others))):
            self.letters.append(letter)
            self.runner.run(self.house.do_jobs("carry requests for letters"))

    @precondition(lambda self: self.letters)
    @rule(who=WHO, pick=PICK, accept=st.sampled_from([True, True, False]))
    def answer_request(self, who: str, pick: int, accept: bool) -> None:
        self.do(who, AnswerRequest(letter=self._letter(pick), accept=accept))

    @precondition(lambda self: self.letters)
    @rule(who=WHO, pick=PICK)
    def correspond(self, who: str, pick: int) -> None:
        """What is written there is edited, withdrawn, marked and thanked by the other rules."""
        shown = self.runner.run(self.house.voices[who].call(ListLetters()))
        if not shown.heads:
            return
        letter = shown.heads[pick % len(shown.heads)].letter
        assert letter.thread is not None
        post = new_id()
        if self.do(who, WritePost(thread=letter.thread, post=post, body="A letter")):
            self.posts.append((post, letter.thread))
            self.threads.append(letter.thread)
            report = ReportLetter(letter=letter.id, report=new_id(), posts=(post,), clause=1)
            self.do(who, report)

    @precondition(lambda self: self.letters)
    @rule(who=WHO, pick=PICK, words=st.sampled_from(LeaveWords))
    def leave_letter(self, who: str, pick: int, words: LeaveWords) -> None:
        self.do(who, LeaveLetter(letter=self._letter(pick), words=words))

    @rule(who=WHO, other=WHO, ends=st.booleans())
    def block(self, who: str, other: str, ends: bool) -> None:
        member = self.house.members[other].member
        self.do(who, UnblockMember(member=member) if ends else BlockMember(member=member))

    def _letter(self, pick: int) -> str:
        return self.letters[-1 - pick % len(self.letters)]
