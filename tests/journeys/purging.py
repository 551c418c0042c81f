"""Purges, moved and ended in every way, for the machine of `test_mirror_truth`."""

import asyncio
import contextlib

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from bbs.features.members.about_messages import PurgeAbout
from bbs.features.proposals.messages import WithdrawProposal
from bbs.features.threads.erasing_messages import Purge
from bbs.refusals import CommandWaits, Refused
from tests.journeys.community import House

PICK = st.integers(0, 50)
ENDS = st.sampled_from(["carried", "dropped", "waits"])

CITED = {"law": "A law", "reason": "It has to go"}


class Purging(RuleBasedStateMachine):
    """The part of the machine in which the sysop purges.

    Attributes:
        waiting: Board and id of each purge that may wait.
    """

    runner: asyncio.Runner
    house: House
    threads: list[str]
    posts: list[tuple[str, str]]
    lines: list[str]
    waiting: list[tuple[str, str]]

    @precondition(lambda self: self.posts)
    @rule(pick=PICK, ends=ENDS)
    def purge(self, pick: int, ends: str) -> None:
        self._purge(ends, Purge(post=self.posts[pick % len(self.posts)][0], **CITED))

    @precondition(lambda self: self.threads)
    @rule(pick=PICK, swept=st.booleans(), ends=ENDS)
    def purge_thread(self, pick: int, swept: bool, ends: str) -> None:
        """What is hidden at once reads as what is erased, in mirrors and in pages (P10)."""
        self._purge(ends, Purge(thread=self.threads[pick % len(self.threads)], **CITED))
        if swept:
            self.runner.run(self.house.do_jobs("erase what is purged", "settle what was hidden"))

    @precondition(lambda self: self.lines)
    @rule(pick=PICK, ends=ENDS)
    def purge_line(self, pick: int, ends: str) -> None:
        self._purge(ends, Purge(line=self.lines[pick % len(self.lines)], **CITED))

    @rule(who=st.sampled_from(("bo", "cy")), ends=ENDS)
    def purge_about(self, who: str, ends: str) -> None:
        self._purge(ends, PurgeAbout(member=self.house.members[who].member, **CITED))

    def _purge(self, ends: str, command: Purge | PurgeAbout) -> None:
        """Move a purge, which waits where others sit, and let it be carried out, dropped, or wait on."""

        async def move() -> None:
            ana = self.house.voices["ana"]
            sent = ana.call(command)
            try:
                await (self.house.carried(sent) if ends == "carried" else sent)
            except CommandWaits as waits:
                self.waiting.append((waits.board, str(waits.proposal)))
            except Refused:
                pass
            if ends == "dropped":
                await self._drop()

        self.runner.run(move())

    @rule()
    def drop(self) -> None:
        """What waits is withdrawn: the words are shown again, in mirrors and in pages."""
        self.runner.run(self._drop())

    async def _drop(self) -> None:
        for board, proposal in self.waiting:
            with contextlib.suppress(Refused):
                await self.house.voices["ana"].call(
                    WithdrawProposal(board=board, proposal=proposal)
                )
        self.waiting.clear()
