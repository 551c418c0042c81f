"""The end of a community: announced to everybody, stage by stage by the clock, and revocable until its day."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec import defstruct

from bbs import limits
from bbs.clock import DAY_MS, instant
from bbs.errors import BadParams
from bbs.features.boards.messages import OpenBoard
from bbs.features.boards.seat_messages import TakeSeat
from bbs.features.community.messages import (
    AnnounceClosing,
    CancelClosing,
    ClosingAnnounced,
    ClosingCancelled,
    GetClosing,
)
from bbs.features.community.rules import STAGES, closing_plan, stage_of
from bbs.features.community.views import ClosingStage
from bbs.features.members.messages import GetAccount, Invite, Resume
from bbs.features.moderation.rules import forbids
from bbs.features.moderation.views import Restriction, RestrictionKind
from bbs.features.norms.messages import GetCommonsNorms
from bbs.features.reading.messages import MarkPosts
from bbs.features.threads.messages import (
    ListThreads,
    Say,
    StartThread,
    WithdrawPost,
    WritePost,
)
from bbs.ids import COMMONS, new_id
from bbs.messages import Command, Query, Request
from bbs.refusals import CommandWaits, CommunityClosed, CommunityClosing, Conflict
from bbs.streams import COMMONS_STREAM
from bbs.wire.messages import Hello
from bbs.wire.registry import REQUESTS
from bbs_server import scheduler
from bbs_server.composition import JOBS
from tests.support.moot import NORMS, Line, Moot, open_moot
from tests.support.people import secret

WHY = "Nobody is left to look after it."
HELLO = Hello(versions=("bbs.v1",))


def _day(moot: Moot, days: float) -> Any:
    return instant(moot.clock()) + timedelta(days=days)


async def _announce(moot: Moot, days: float = 30) -> None:
    await moot.sysop.carry(AnnounceClosing(on=_day(moot, days), reason=WHY))


def _starting(**ids: str) -> StartThread:
    return StartThread(
        board=COMMONS, title="T", body="B", **{"thread": new_id(), "post": new_id()} | ids
    )


async def test_everybody_is_told_when_and_why(tmp_path: Path) -> None:
    """Hello tells the days, the commons' log tells them with the reason, at once and later (P8)."""
    async with open_moot(tmp_path) as moot:
        ana = await moot.join("ana")
        await ana.listen(COMMONS_STREAM)
        await _announce(moot)
        [told] = await ana.told(ClosingAnnounced)
        assert told.reason == WHY
        welcome = await moot.line().ask(HELLO)
        assert welcome.closing == told.closing
        assert told.closing.read_only_at == _day(moot, 30)
        shown = await ana.ask(GetClosing())
        assert (shown.closing, shown.reason) == (told.closing, WHY)
        clock, folder = moot.clock, moot.folder
    async with open_moot(folder, clock) as again:
        assert (await again.line().ask(HELLO)).closing == told.closing


async def test_the_stages_come_by_the_clock(tmp_path: Path) -> None:
    """No job is needed: before the last weeks everything goes on, then nobody new comes in, then
    nothing is written but what one takes back, then every call is answered closed."""
    async with open_moot(tmp_path) as moot:
        ana, post, thread = await moot.join("ana"), new_id(), new_id()
        await ana.ask(_starting(post=post, thread=thread))
        await _announce(moot)
        await moot.join("bo")
        moot.clock.jump(days=30 - limits.CLOSING_NO_NEW_DAYS)
        new: list[Request[Any]] = [
            Invite(invitation=new_id(), code=secret("late")),
            OpenBoard(board=new_id(), slug="late", title="L", charter="L.", norms=NORMS),
        ]
        for request in new:
            assert isinstance(await moot.sysop.refused(request), CommunityClosing)
        with pytest.raises(CommunityClosing, match="no new members"):
            await moot.join("cleo")
        await ana.ask(_starting())
        moot.clock.jump(days=limits.CLOSING_NO_NEW_DAYS)
        writing: list[Request[Any]] = [
            _starting(),
            WritePost(thread=thread, post=new_id(), body="B"),
            Say(board=COMMONS, line=new_id(), body="B"),
            TakeSeat(board=COMMONS, norms_version=1),
        ]
        for request in writing:
            with pytest.raises(CommunityClosing, match="is read-only"):
                await ana.ask(request)
        assert isinstance(
            await moot.sysop.refused(CancelClosing(reason="Too late")), CommunityClosing
        )
        assert len((await ana.ask(ListThreads(board=COMMONS))).threads) == 2
        await ana.ask(MarkPosts(thread=thread, first=1, last=1))
        await ana.ask(WithdrawPost(post=post))
        await moot.again(ana)
        moot.clock.jump(days=limits.CLOSING_READ_DAYS)
        await _closed_to(ana)
        await _closed_to(moot.sysop)
        assert (await moot.line().ask(HELLO)).closing is not None


async def _closed_to(line: Line) -> None:
    asked: list[Request[Any]] = [ListThreads(board=COMMONS), GetAccount(), GetCommonsNorms()]
    for request in [*asked, Resume(token=secret(line.person.session))]:
        assert isinstance(await line.refused(request), CommunityClosed)


async def test_an_end_can_be_put_off_and_called_off_until_its_day(tmp_path: Path) -> None:
    """What was announced can be changed with a reason, and members are told of that, too (P8)."""
    async with open_moot(tmp_path) as moot:
        ana = await moot.join("ana")
        await ana.listen(COMMONS_STREAM)
        assert isinstance(await moot.sysop.refused(CancelClosing(reason="Why not")), Conflict)
        await _announce(moot, 15)
        moot.clock.jump(days=14)
        await _announce(moot, 15)
        moot.clock.jump(days=2)
        await ana.ask(_starting())
        await moot.sysop.ask(CancelClosing(reason="Bo takes over."))
        [staying] = await ana.told(ClosingCancelled)
        assert staying.reason == "Bo takes over."
        moot.clock.jump(days=15)
        await ana.ask(_starting())
        assert (await moot.line().ask(HELLO)).closing is None
        assert (await ana.ask(GetClosing())).closing is None


async def test_the_nearest_day_may_wait_for_others_too(tmp_path: Path) -> None:
    """The notice runs from the moment it is moved; that it waits a day makes the day not too near."""
    async with open_moot(tmp_path) as moot:
        ana = await moot.join("ana")
        command = AnnounceClosing(on=_day(moot, limits.CLOSING_NOTICE_DAYS_MIN), reason=WHY)
        await moot.do_by_delay(moot.sysop, command)
        closing = (await ana.ask(GetClosing())).closing
        assert closing is not None
        assert closing.read_only_at == command.on


async def test_a_rehearsal_announces_nothing(tmp_path: Path) -> None:
    """With dry_run the days are answered and nobody is told or refused anything (protocol 5.5)."""
    async with open_moot(tmp_path) as moot:
        ana = await moot.join("ana")
        closing = AnnounceClosing(on=_day(moot, 30), reason=WHY, dry_run=True)
        assert isinstance(await moot.sysop.refused(closing), CommandWaits)
        assert (await moot.line().ask(HELLO)).closing is None
        moot.clock.jump(days=30)
        await ana.ask(_starting())


async def test_reasons_end_with_the_log(tmp_path: Path) -> None:
    """Words that stand in an event only go when the log forgets it; none is left behind (P10)."""
    async with open_moot(tmp_path) as moot:
        await _announce(moot)
        await moot.sysop.ask(CancelClosing(reason="A reason of its own."))
        reasons = "SELECT count(*) FROM texts WHERE body IN (?, 'A reason of its own.')"
        assert await moot.read(lambda tx: tx.fetch_one(reasons, WHY)) == (4,)
        # The event's words end first, those of the act (P8) with the act.
        for days, left in ((limits.STREAM_DAYS + 1, 2), (limits.ACT_DAYS, 0)):
            moot.clock.jump(days=days)
            for job in JOBS:
                if job.name == "end streams":
                    await scheduler.run_slices(moot.running.dispatcher, job)
            assert await moot.read(lambda tx: tx.fetch_one(reasons, WHY)) == (left,)


@pytest.mark.parametrize("days", [-1, 0, limits.CLOSING_NOTICE_DAYS_MIN - 1, 366])
def test_a_day_has_to_leave_time(days: int) -> None:
    """An end that not everybody could hear of in time is refused, and the rule named."""
    with pytest.raises(BadParams, match="14 to 365 days ahead"):
        closing_plan(days * DAY_MS, 0)


NEW = {"boards.open", "members.invite", "members.sign_up"}
"""What adds members or boards."""
STILL = {
    *("batches.add", "batches.begin", "batches.rehearse", "batches.start", "batches.stop"),
    *("arriving.say", "arriving.unsay", "boards.withdraw_application"),
    *("cases.answer", "cases.appeal", "cases.ask", "cases.claim", "cases.decide"),
    *("cases.flag", "cases.flag_line", "cases.hold_back", "cases.hold_back_line"),
    *("cases.decide_appeal", "cases.hold", "cases.let_be", "cases.lift", "cases.note"),
    *("cases.pass_on", "cases.release", "cases.remove_newcomer", "cases.report"),
    *("cases.report_line", "cases.take_back_appeal"),
    *("letters.answer", "letters.block", "letters.leave", "letters.report", "letters.unblock"),
    *("members.change_name", "members.change_password", "members.end_session"),
    *("members.clear_away", "members.clear_profile"),
    *("members.issue_token", "members.recover", "members.renew_codes", "members.reset"),
    *("members.resume", "members.sign_in_key", "members.sign_in_password"),
    *("packs.bring_receipt", "packs.cancel_move", "packs.move", "packs.sign"),
    *("packs.set_consent", "packs.decide_claim", "packs.redeem_claim", "packs.object_to_vouching"),
    *("presence.set", "proposals.object", "proposals.second", "proposals.withdraw"),
    *("reading.arrange", "reading.mark", "reading.save", "reading.set_board"),
    *(
        "reading.set_member",
        "reading.set_thread",
        "members.purge",
        "threads.purge",
        "threads.thank",
    ),
    "community.answer_hand_over",
    *("ownership.leave", "ownership.come_back"),
    *("threads.hide", "threads.hide_line", "threads.restore", "threads.restore_line"),
    *("threads.unsay", "threads.withdraw"),
}
"""What a read-only community still takes, kept by hand."""


@pytest.mark.parametrize("method", sorted(REQUESTS))
def test_each_stage_is_a_restriction_that_forbids_its_requests(method: str) -> None:
    """Of every method the reviewed sets say at which stage it ends; queries go on until the last."""
    request = REQUESTS[method]
    kind = Command if issubclass(request, Command) else Query
    named = {"method": method, "needs": request.needs}
    asked = defstruct("Asked", [], bases=(kind,), namespace=named, frozen=True, kw_only=True)()
    forbidden = {
        stage
        for number, stage in STAGES.items()
        if forbids(
            Restriction(
                id=new_id(),
                board=COMMONS,
                kind=RestrictionKind.CLOSING,
                value=number,
                since=instant(0),
            ),
            asked,
            None,
        )
    }
    expected = {ClosingStage.CLOSED}
    if issubclass(request, Command) and method not in STILL:
        expected.add(ClosingStage.READ_ONLY)
    if method in NEW:
        expected.add(ClosingStage.NO_NEW)
    assert forbidden == expected


def test_stages_follow_one_another() -> None:
    """Every moment has one stage, in the order that was announced."""
    closing = closing_plan(20 * DAY_MS, 0)
    seen = [stage_of(closing, day * DAY_MS) for day in range(60)]
    assert list(dict.fromkeys(seen)) == list(ClosingStage)
    assert seen.count(ClosingStage.READ_ONLY) == limits.CLOSING_READ_DAYS
