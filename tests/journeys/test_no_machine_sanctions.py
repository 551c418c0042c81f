"""A year of a community with every timed job: the server itself sanctions nobody (P6)."""

import random
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from itertools import pairwise
from typing import Any

import msgspec

from bbs import limits
from bbs.clock import DAY_MS, instant
from bbs.errors import FolkmootError
from bbs.features.boards.seat_messages import Appoint
from bbs.features.cases.appeal_messages import AskAppeal, DecideAppeal, Verdict
from bbs.features.cases.hold_messages import HoldCase
from bbs.features.cases.judging_messages import DecideCase, LetBe
from bbs.features.cases.messages import AskPerson, GetCase, ListCases
from bbs.features.cases.own_messages import AnswerCase, ListOwnCases
from bbs.features.cases.reporting_messages import ReportPost
from bbs.features.cases.views import CaseHead, CaseState, HoldOf, SanctionKind
from bbs.features.members.views import SystemAuthor
from bbs.features.moderation.messages import Act, ActRecorded
from bbs.features.threads.hiding_messages import HidePost
from bbs.features.threads.messages import StartThread
from bbs.ids import BoardId, PostId, new_id
from bbs.messages import Command
from bbs.streams import StreamKind, stream_prefix
from bbs_server.store.api import Tx
from tests.support.voices import Hall, Voice

WEEKS = 52
WHY = "It is unkind to people who ask"
KINDS = (SanctionKind.WORD, SanctionKind.SLOW, SanctionKind.SILENCE, SanctionKind.SUSPEND)

UNDOES = frozenset({"cases.lapse_appeal", "threads.restore", "threads.restore_line"})
"""The methods by which the server undoes what people decided."""


class Year:
    """A board whose people write, report, hear, decide and appeal by chance, and often do not come."""

    def __init__(self, hall: Hall, board: BoardId, desk: list[Voice], writers: list[Voice]) -> None:
        self.hall = hall
        self.board = board
        self.desk = desk
        self.writers = writers
        self.posts: list[PostId] = []
        self.chance = random.Random(18)
        self.done: Counter[str] = Counter()

    async def send(self, voice: Voice, command: Command[Any]) -> None:
        """Send a command that may be refused, as people do."""
        with suppress(FolkmootError):
            await voice.ask(command)
            self.done[command.method] += 1

    def often(self, share: float) -> bool:
        """Return whether somebody does it this time."""
        return self.chance.random() < share

    async def week(self) -> None:
        """Let a week pass in which some of all this is done."""
        for writer in self.writers:
            await self._write(writer)
        await self._pass(hours=1)
        for head in await self._cases():
            await self._begin(head)
        await self._pass(hours=25)
        for writer in self.writers:
            await self._answer(writer)
        for head in await self._cases():
            await self._decide(head)
        for writer in self.writers:
            await self._appeal(writer)
        await self._hear()
        await self._pass(hours=24 * 7 - 26)

    async def _pass(self, *, hours: float) -> None:
        self.hall.clock.jump(seconds=hours * 3_600)
        await self.hall.do_jobs()
        await self._check_restrictions()

    async def _cases(self) -> Iterable[CaseHead]:
        return (await self.desk[0].ask(ListCases(board=self.board))).cases

    async def _write(self, writer: Voice) -> None:
        post, others = new_id(), [each for each in self.writers if each is not writer]
        before = self.done.total()
        start = StartThread(board=self.board, thread=new_id(), post=post, title="Figs", body="Hm")
        await self.send(writer, start)
        if self.done.total() > before and self.often(0.4):
            report = ReportPost(post=post, report=new_id(), norm=1)
            await self.send(self.chance.choice(others), report)
        elif self.often(0.1):
            await self.send(self.desk[1], HidePost(post=post, norm=1, reason=WHY))

    async def _begin(self, head: CaseHead) -> None:
        desk = self.chance.choice(self.desk)
        if head.state is CaseState.OPEN and self.often(0.2):
            held = (self.chance.choice(list(HoldOf)),)
            await self.send(desk, HoldCase(case=head.id, of=held, text="It is said"))
        elif head.state is CaseState.OPEN and self.often(0.8):
            await self.send(desk, AskPerson(case=head.id, text="It is said"))

    async def _answer(self, writer: Voice) -> None:
        for case in (await writer.ask(ListOwnCases())).cases:
            if case.state is CaseState.ASKED and self.often(0.5):
                await self.send(writer, AnswerCase(case=case.id, text="I did not mean it"))

    async def _decide(self, head: CaseHead) -> None:
        desk = self.chance.choice(self.desk)
        if head.state is not CaseState.HEARD or self.often(0.2):
            return
        if self.often(0.2):
            await self.send(desk, LetBe(case=head.id))
            return
        days = (await desk.ask(GetCase(case=head.id))).case.days_max
        kind = self.chance.choice(KINDS)
        decision = DecideCase(
            case=head.id,
            norm=1,
            hides=self.often(0.5),
            sanction=kind,
            days=None if kind is SanctionKind.WORD else min(days, 7) or None,
            seconds=600 if kind is SanctionKind.SLOW else None,
            reason=WHY,
        )
        await self.send(desk, decision)

    async def _appeal(self, writer: Voice) -> None:
        for act in (await writer.ask(ListOwnCases())).can_appeal:
            if self.often(0.5):
                await self.send(writer, AskAppeal(appeal=new_id(), act=act.id, words="No"))

    async def _hear(self) -> None:
        for desk in self.desk:
            for appeal in (await desk.ask(ListCases())).appeals:
                if self.often(0.3):
                    verdict = self.chance.choice((Verdict.UPHOLD, Verdict.LIFT))
                    decision = DecideAppeal(appeal=appeal.id, verdict=verdict, reason=WHY)
                    await self.send(desk, decision)

    async def _check_restrictions(self) -> None:
        """Check that a person stands behind each restriction of a member, and that it ends (P7)."""
        acts = {act.id: act for act in await self.hall.read(_list_acts)}
        rows = await self.hall.read(
            lambda tx: tx.fetch_all(
                "SELECT act, until FROM restrictions WHERE member IS NOT NULL"
                " UNION ALL SELECT act, until FROM sanctions"
            )
        )
        for act, until in rows:
            assert not isinstance(acts[act].author, SystemAuthor)
            assert until is not None
        await self._check_ladder()

    async def _check_ladder(self) -> None:
        """Check that one sanction holds at a time, no longer than the ladder, and none is kept for ever."""
        now = self.hall.clock()
        rows = await self.hall.read(
            lambda tx: tx.fetch_all(
                "SELECT member, since, until, decided_at FROM sanctions WHERE state <> 'lifted'"
                " AND since < until ORDER BY member, board, since"
            )
        )
        for _, _, until, decided_at in rows:
            assert until - now <= limits.LADDER_DAYS[-1] * DAY_MS
            assert now - decided_at <= (limits.LADDER_MEMORY_DAYS + 7) * DAY_MS
        for (member, _, until, _), (other, since, _, _) in pairwise(rows):
            assert member != other or until <= since


def _list_acts(tx: Tx) -> list[Act]:
    rows = tx.fetch_all(
        "SELECT data FROM events WHERE stream LIKE ? || '%'", stream_prefix(StreamKind.ACTS)
    )
    return [msgspec.json.decode(data, type=ActRecorded).act for (data,) in rows]


async def test_in_a_year_the_server_sanctions_nobody(hall: Hall) -> None:
    """Everything that restricts a member or hides words is a person's act: the server only undoes,
    ends and passes on, however long nobody comes by."""
    board = await hall.board("garden")
    desk = [await hall.join(name, board) for name in ("vera", "mo")]
    for voice in desk:
        await hall.sysop.ask(Appoint(board=board, member=voice.id))
    writers = [await hall.join(name, board) for name in ("tom", "rita", "ann")]
    year = Year(hall, board, desk, writers)
    for week in range(WEEKS):
        if week % 4 == 3:  # sessions are over in the end
            year.desk = [await hall.phone(voice) for voice in year.desk]
            year.writers = [await hall.phone(voice) for voice in year.writers]
        await year.week()
    acts = await hall.read(_list_acts)
    system = [act for act in acts if isinstance(act.author, SystemAuthor)]
    assert {act.method for act in system} <= UNDOES
    assert not [change for act in system for change in act.changes if change.field == "sanction"]
    methods = Counter(act.method for act in acts)
    # The year had all of it: what nobody decided, what was decided, what was undone by time.
    for method in ("cases.decide", "cases.hold", "cases.let_be", "cases.lapse_appeal"):
        assert methods[method] >= 2, (method, methods, year.done, instant(hall.clock()))
