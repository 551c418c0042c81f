"""Questions before a seat, ends of boards and away lines, for the machine of `test_mirror_truth`."""

import asyncio
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from bbs.clock import instant
from bbs.errors import FolkmootError
from bbs.features.boards.application_messages import (
    AcceptApplication,
    Apply,
    DeclineApplication,
    ListApplications,
    ListOwnApplications,
    WithdrawApplication,
)
from bbs.features.boards.end_messages import Renew, SetEnd
from bbs.features.boards.end_views import AtEnd
from bbs.features.boards.messages import ConfigureBoard
from bbs.features.members.about_messages import ClearAway, SetAway
from bbs.messages import Command
from tests.journeys.community import House

PICK = st.integers(0, 50)
WHO = st.sampled_from(("ana", "bo", "cy"))


class Entering(RuleBasedStateMachine):
    """The part of the machine in which members answer questions, are away, and let boards end."""

    runner: asyncio.Runner
    house: House

    def do(self, who: str, command: Command[Any]) -> bool:
        """Send a command; return whether it was done."""
        raise NotImplementedError

    def board(self, pick: int) -> str:
        """Return one of the boards."""
        raise NotImplementedError

    @rule(pick=PICK, questions=st.sampled_from(["Who sent you?", "Why?\nSince when?", ""]))
    def ask_newcomers(self, pick: int, questions: str) -> None:
        self.do("ana", ConfigureBoard(board=self.board(pick), questions=questions))

    @rule(who=WHO, pick=PICK, count=st.integers(0, 2))
    def apply(self, who: str, pick: int, count: int) -> None:
        answers = ("Nobody.",) * count
        self.do(who, Apply(board=self.board(pick), norms_version=1, answers=answers))

    @rule(who=WHO)
    def withdraw_application(self, who: str) -> None:
        asked = self.runner.run(self.house.voices[who].call(ListOwnApplications()))
        for each in asked.applications:
            self.do(who, WithdrawApplication(application=each.id))

    @rule(pick=PICK, accepts=st.booleans())
    def decide(self, pick: int, accepts: bool) -> None:
        board = self.board(pick)
        try:
            listed = self.runner.run(self.house.voices["ana"].call(ListApplications(board=board)))
        except FolkmootError:
            return  # she is no moderator there any more
        for each in listed.applications[:1]:
            self.do(
                "ana",
                AcceptApplication(board=board, application=each.id)
                if accepts
                else DeclineApplication(board=board, application=each.id, word="Come in spring."),
            )

    @rule(pick=PICK, days=st.sampled_from([None, 8, 31, 60]), then=st.sampled_from(AtEnd))
    def set_end(self, pick: int, days: int | None, then: AtEnd) -> None:
        ends_at = None if days is None else instant(self.house.clock()) + timedelta(days=days)
        at_end = AtEnd.ARCHIVE if ends_at is None else then
        self.do("ana", SetEnd(board=self.board(pick), ends_at=ends_at, at_end=at_end))
        self.runner.run(self.house.do_jobs("ask about ends"))

    @rule(who=WHO, pick=PICK)
    def renew(self, who: str, pick: int) -> None:
        self.do(who, Renew(board=self.board(pick)))

    @rule(who=WHO, days=st.sampled_from([1, 40]), back=st.booleans())
    def be_away(self, who: str, days: int, back: bool) -> None:
        until = instant(self.house.clock()) + timedelta(days=days)
        self.do(who, ClearAway() if back else SetAway(text="At sea", until=until))
