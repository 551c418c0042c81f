"""What members say of their words when a board is taken along, for the machine of `test_mirror_truth`."""

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from bbs.features.packs.consent_messages import PackConsent, SetConsent
from bbs.messages import Command

PICK = st.integers(0, 50)
WHO = st.sampled_from(("ana", "bo", "cy"))


class Packing(RuleBasedStateMachine):
    """The part of the machine in which members choose how their words may go."""

    def do(self, who: str, command: Command[Any]) -> bool:
        """Send a command; return whether it was done."""
        raise NotImplementedError

    def board(self, pick: int) -> str:
        """Return one of the boards."""
        raise NotImplementedError

    @rule(who=WHO, pick=PICK, consent=st.sampled_from(PackConsent))
    def choose_consent(self, who: str, pick: int, consent: PackConsent) -> None:
        self.do(who, SetConsent(board=self.board(pick), consent=consent))
