"""A community is handed over: announced to all, accepted by its heir, in one step or not at all (protocol 32)."""

from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from bbs import limits
from bbs.clock import to_ms
from bbs.features.boards.messages import ConfigureBoard
from bbs.features.community.hand_over import answer_about, digest_of
from bbs.features.community.hand_over_messages import (
    HAND_OVER_DAYS,
    AnswerHandOver,
    CommunityHandedOver,
    GetHandOver,
    HandCommunityOver,
    TickHandOver,
)
from bbs.features.community.hand_over_views import HandOverItem
from bbs.features.community.keys import follows
from bbs.features.community.messages import CancelClosing
from bbs.features.members.messages import (
    GetAccount,
    GetChallenge,
    Invite,
    ListMembers,
    ResetMember,
    Resume,
)
from bbs.features.members.signing import confirming_text
from bbs.features.moderation.messages import Act, GetLog
from bbs.features.moderation.views import RestrictionKind
from bbs.features.ownership.leaving_messages import Leave
from bbs.features.ownership.views import LeaveWords
from bbs.features.proposals.messages import ListProposals, ProposalState, WithdrawProposal
from bbs.features.reading.messages import ListNotices
from bbs.features.reading.views import NoticeKind
from bbs.ids import COMMONS, new_id
from bbs.powers import Power
from bbs.refusals import CommandWaits, Conflict, NotAllowed, NotFound, SignInFailed
from bbs.signatures import to_base64url
from bbs.streams import COMMONS_STREAM
from bbs.wire.messages import Hello, Sync, Welcome
from bbs_server.ops.doctor_store import look_at_hand_over
from tests.features.proposals.motions import back, friends, moved, oppose, sysop_again
from tests.support.moot import Line, Moot, open_moot
from tests.support.people import secret
from tests.support.restricting import restricted

HELLO = Hello(versions=("bbs.v1",))
WHY = "I move to the sea."


def _to(heir: Line) -> HandCommunityOver:
    return HandCommunityOver(heir=heir.id, backup_days=30, reason=WHY)


async def _answer(heir: Line, *, is_accepted: bool = True, **fields: Any) -> AnswerHandOver:
    """Return the heir's answer to what binds them now."""
    state = await heir.ask(GetHandOver())
    assert state.terms is not None
    assert state.proposal is not None
    given: dict[str, Any] = {
        "proposal": state.proposal,
        "terms": digest_of(state.terms),
        "is_accepted": is_accepted,
        "password": heir.person.password,
    }
    return AnswerHandOver(**(given | fields))


async def _pass(moot: Moot, waits: CommandWaits) -> None:
    """Let the time of the announcement pass."""
    moot.clock.jump(seconds=(to_ms(waits.until) - moot.clock()) / 1_000)
    await moot.do_jobs("commands that wait")


async def _hello(moot: Moot) -> Welcome:
    return await moot.line().ask(HELLO)


async def _sysops(line: Line) -> set[str]:
    members = (await line.ask(ListMembers())).members
    return {member.id for member in members if member.sysop}


async def _end(line: Line, waits: CommandWaits) -> tuple[ProposalState, str | None]:
    found = (await line.ask(ListProposals(board=COMMONS, ended=True))).proposals
    [one] = [each for each in found if each.id == waits.proposal]
    return one.state, one.why_not


async def _log(line: Line) -> list[Act]:
    return list((await line.ask(GetLog(board=COMMONS))).acts)


async def test_everybody_is_told_a_fortnight_before(moot: Moot) -> None:
    """Each seat holder has a notice at once, in slices where many sit; nobody shortens the wait (32.3)."""
    _, [ana, bo] = await friends(moot, "ana", "bo")
    with patch.object(limits, "SLICE_ROWS", 1):
        waits = await moved(moot.sysop, _to(ana))
        for _ in range(4):
            await moot.do_jobs("tell of an heir")
    assert to_ms(waits.until) - moot.clock() == HAND_OVER_DAYS * 86_400_000
    for line in (ana, bo, moot.sysop):
        [notice] = (await line.ask(ListNotices())).notices
        kind = (
            NoticeKind.HEIR if line is ana else NoticeKind.HAND_OVER
        )  # who is asked, not only told
        assert (notice.kind, notice.proposal) == (kind, waits.proposal)
        assert notice.until == waits.until
    [waiting] = (await bo.ask(ListProposals(board=COMMONS))).proposals
    assert (waiting.about, waiting.reason) == (ana.id, WHY)
    again = await moot.sysop.refused(_to(bo))
    assert isinstance(again, Conflict)
    assert isinstance(await ana.refused(_to(bo)), NotAllowed)


async def test_accepted_it_is_done_in_one_step(moot: Moot) -> None:
    """Office, signing key, history key, epoch; what the old sysop gave out ends; the log says all (32.5)."""
    _, [ana, bo] = await friends(moot, "ana", "bo")
    old = moot.sysop
    before = await _hello(moot)
    token = await moot.with_token(old, [Power.READ])
    await old.ask(ResetMember(member=bo.id, code="12345-67890-12345-67890-12345-67890"))
    waits = await moved(old, _to(ana))
    await ana.ask(await _answer(ana))
    moot.clock.jump(days=HAND_OVER_DAYS - 1)
    await sysop_again(moot)
    old, ana, bo = moot.sysop, await back(moot, ana), await back(moot, bo)
    assert (await bo.ask(GetHandOver())).is_accepted
    await ana.listen(COMMONS_STREAM)
    cursor = await _cursor(moot, ana)
    await _pass(moot, waits)
    await ana.told(CommunityHandedOver)

    after = await _hello(moot)
    assert before.epoch != after.epoch == moot.running.dispatcher.epoch
    assert before.key != after.key
    assert before.key is not None
    assert after.key is not None
    assert follows(before.key, after.key, after.key_changes)
    assert not follows(after.key, before.key, before.key_changes)

    new, bo = await back(moot, ana), await back(moot, bo)
    assert await _sysops(bo) == {ana.id}
    state = await new.ask(
        Sync(cursors={COMMONS_STREAM: cursor[0]}, tags={COMMONS_STREAM: cursor[1]})
    )
    assert state.streams[COMMONS_STREAM].state == "reset"
    assert moot.running.dispatcher.lost is None  # a new history key is no evidence of a loss
    acts = await _log(bo)
    assert [act.method for act in acts[:2]] == ["community.hand_over", "community.answer_hand_over"]
    done = {change.field: change.after for change in acts[0].changes}
    assert (acts[0].about, acts[0].reason) == (ana.id, WHY)
    assert done["signing_key"] == after.key
    assert (done["ended_tokens"], done["ended_codes"]) == (1, 1)
    assert done["ended_invitations"] == 1
    gone = await moot.line().refused(_resumed(token))
    assert isinstance(gone, SignInFailed)
    with pytest.raises(Exception, match="does not exist, was used up"):
        await moot.join("late")
    formerly = await back(moot, old)
    assert isinstance(await formerly.refused(_to(bo)), NotAllowed)
    assert (await formerly.ask(GetHandOver())).left == ()
    assert await _end(bo, waits) == (ProposalState.CARRIED_OUT, None)
    await new.ask(Invite(invitation=new_id(), code=secret("anew"), uses=1))


def _resumed(line: Line) -> Any:
    session = line.caller.session
    assert session is not None
    return Resume(token=secret(session))


async def _cursor(moot: Moot, line: Line) -> tuple[int, str]:
    state = (await line.ask(Sync(cursors={COMMONS_STREAM: -1}))).streams[COMMONS_STREAM]
    return state.seq, state.tag


@pytest.mark.parametrize("ends", ["silent", "refused", "withdrawn", "objected", "changed"])
async def test_not_accepted_nothing_is_changed(moot: Moot, ends: str) -> None:
    """Silence, a refusal, an objection: office, keys and epoch are as before, and so is access (32.4)."""
    _, [ana, bo, cleo, dan] = await friends(moot, "ana", "bo", "cleo", "dan")
    before, offices = await _hello(moot), await _sysops(bo)
    waits = await moved(moot.sysop, _to(ana))
    proposal = waits.proposal
    assert proposal is not None
    expected: tuple[ProposalState, str | None]
    match ends:
        case "silent":
            expected = ProposalState.COULD_NOT, "community.heir_silent"
        case "refused":
            await ana.ask(await _answer(ana, is_accepted=False))
            expected = ProposalState.COULD_NOT, "community.heir_refused"
        case "withdrawn":
            await moot.sysop.ask(WithdrawProposal(board=COMMONS, proposal=proposal))
            expected = ProposalState.WITHDRAWN, None
        case "objected":
            await ana.ask(await _answer(ana))
            for line in (bo, cleo, dan):
                await line.ask(oppose(line, waits))
                if (await bo.ask(GetHandOver())).proposal is None:
                    break
            expected = ProposalState.OBJECTED, None
        case "changed":
            await ana.ask(await _answer(ana))
            await moot.sysop.ask(ConfigureBoard(board=COMMONS, lounge_hours=200))
            assert not (await ana.ask(GetHandOver())).is_accepted
            expected = ProposalState.COULD_NOT, "community.heir_silent"
    await _pass(moot, waits)
    again = await back(moot, bo)
    assert await _end(again, waits) == expected
    after = await _hello(moot)
    assert (after.epoch, after.key, after.key_changes) == (before.epoch, before.key, ())
    assert await _sysops(again) == offices
    assert (await again.ask(GetHandOver())).proposal is None
    await sysop_again(moot)
    await moved(moot.sysop, HandCommunityOver(heir=bo.id, backup_days=30, reason=WHY))


async def test_the_heir_alone_answers_and_proves_it(moot: Moot) -> None:
    """By password, or by a key over command, terms and answer: over other terms it is worth nothing (32.4)."""
    _, [ana, bo] = await friends(moot, "ana", "bo")
    await moved(moot.sysop, _to(ana))
    assert isinstance(await bo.refused(await _answer(bo)), NotFound)
    assert isinstance(await ana.refused(await _answer(ana, password="wrong " * 5)), SignInFailed)
    stale = await ana.refused(await _answer(ana, terms="0" * 64))
    assert isinstance(stale, Conflict)
    signed = await _signed(ana, await _answer(ana, is_accepted=False))
    turned = AnswerHandOver(
        **{name: getattr(signed, name) for name in ("proposal", "terms", "key", "signature")},
        is_accepted=True,
    )
    assert isinstance(await ana.refused(turned), SignInFailed)
    accepted = await _signed(ana, await _answer(ana))
    assert (await ana.ask(accepted)).is_accepted
    assert (await _log(bo))[0].method == "community.answer_hand_over"


async def _signed(line: Line, answer: AnswerHandOver) -> AnswerHandOver:
    """Return an answer that is proven by the key of the device."""
    challenge = await line.ask(GetChallenge())
    about = answer_about(answer.proposal, answer.terms, is_accepted=answer.is_accepted)
    text = confirming_text(
        challenge.host,
        line.moot.running.dispatcher.epoch,
        line.person.handle,
        challenge.nonce,
        AnswerHandOver.method,
        about,
    )
    return AnswerHandOver(
        proposal=answer.proposal,
        terms=answer.terms,
        is_accepted=answer.is_accepted,
        key=line.person.public,
        signature=to_base64url(line.person.key.sign(text)),
    )


@pytest.mark.parametrize("when", ["before", "meanwhile"])
async def test_an_heir_who_is_suspended_takes_nothing_over(moot: Moot, when: str) -> None:
    """Neither is it announced, nor carried out though they had accepted (32.3, 32.4)."""
    _, [ana, bo] = await friends(moot, "ana", "bo")
    days: dict[str, Any] = {"until": moot.clock() + 30 * 86_400_000}
    if when == "before":
        await restricted(moot, RestrictionKind.SUSPENDED, COMMONS, ana, **days)
        assert isinstance(await moot.sysop.refused(_to(ana)), Conflict)
        return
    before = await _hello(moot)
    waits = await moved(moot.sysop, _to(ana))
    await ana.ask(await _answer(ana))
    await restricted(moot, RestrictionKind.SUSPENDED, COMMONS, ana, **days)
    await _pass(moot, waits)
    state, _ = await _end(await back(moot, bo), waits)
    assert state is ProposalState.COULD_NOT
    assert (await _hello(moot)).epoch == before.epoch


async def test_an_heir_who_leaves_takes_nothing_over(moot: Moot) -> None:
    """They accepted, and left the community before the day: nothing is changed (32.3, 32.4)."""
    _, [ana, bo] = await friends(moot, "ana", "bo")
    before, offices = await _hello(moot), await _sysops(bo)
    waits = await moved(moot.sysop, _to(ana))
    await ana.ask(await _answer(ana))
    await ana.ask(Leave(words=LeaveWords.FORMER))
    assert isinstance(await moot.sysop.refused(_to(ana)), NotFound)
    await _pass(moot, waits)
    await moot.do_jobs()
    again = await back(moot, bo)
    state, _ = await _end(again, waits)
    assert state is ProposalState.COULD_NOT
    assert await _sysops(again) == offices
    assert (await _hello(moot)).epoch == before.epoch


async def test_what_else_waits_goes_on_in_the_new_epoch(moot: Moot) -> None:
    """A hand-over loses no history, so no vote on another command is lost with it (32.5)."""
    board, [ana, bo] = await friends(moot, "ana", "bo")
    waits = await moved(moot.sysop, _to(ana))
    await ana.ask(await _answer(ana))
    moot.clock.jump(days=HAND_OVER_DAYS, hours=-6)
    await sysop_again(moot)
    ana, bo = await back(moot, ana), await back(moot, bo)
    other = await moved(moot.sysop, ConfigureBoard(board=board, retention_days=1))
    moot.clock.jump(seconds=(to_ms(waits.until) - moot.clock()) / 1_000)
    await moot.do_jobs("commands that wait")
    [waiting] = [
        each
        for each in (await (await back(moot, bo)).ask(ListProposals(board=board))).proposals
        if each.id == other.proposal
    ]
    assert (waiting.state, waiting.until) == (ProposalState.OPEN, other.until)


async def test_what_no_program_hands_over_is_ticked_off_by_the_new_sysop(moot: Moot) -> None:
    """Machine, name, certificate, backups and their record: one act for each, and doctor repeats it (32.6)."""
    _, [ana, bo] = await friends(moot, "ana", "bo")
    assert (await moot.read(look_at_hand_over)) == []
    waits = await moved(moot.sysop, _to(ana))
    early = await moot.sysop.refused(TickHandOver(item=HandOverItem.MACHINE))
    assert "waits until its day" in str(early)
    [waiting] = await moot.read(look_at_hand_over)
    assert "not accepted yet" in waiting.said  # and what to prepare by then
    assert "the backups and their record" in waiting.said
    await ana.ask(await _answer(ana))
    await _pass(moot, waits)
    ana, bo = await back(moot, ana), await back(moot, bo)
    assert (await ana.ask(GetHandOver())).left == tuple(HandOverItem)
    assert isinstance(await bo.refused(TickHandOver(item=HandOverItem.MACHINE)), NotAllowed)
    assert len(await moot.read(look_at_hand_over)) == len(HandOverItem)
    left = tuple(HandOverItem)
    for item in HandOverItem:
        left = left[1:]
        assert (await ana.ask(TickHandOver(item=item))).left == left
        found = await moot.read(look_at_hand_over)
        assert [finding.hint.rpartition(" ")[2] for finding in found if finding.hint] == list(left)
    assert isinstance(await ana.refused(TickHandOver(item=HandOverItem.MACHINE)), Conflict)
    acts = [act for act in await _log(bo) if act.method == TickHandOver.method]
    assert len(acts) == len(HandOverItem)


async def test_a_restart_after_it_serves_the_new_epoch(tmp_path: Path) -> None:
    """What is stored is what is told: key and epoch are the same after a start (32.5)."""
    async with open_moot(tmp_path) as moot:
        _, [ana] = await friends(moot, "ana")
        waits = await moved(moot.sysop, _to(ana))
        await ana.ask(await _answer(ana))
        await _pass(moot, waits)
        before, clock = await _hello(moot), moot.clock
    async with open_moot(tmp_path, clock) as again:
        after = await _hello(again)
        assert (after.epoch, after.key, after.key_changes) == (
            before.epoch,
            before.key,
            before.key_changes,
        )


async def test_cancelling_an_end_needs_no_heir(moot: Moot) -> None:
    """A hand-over that waits keeps the sysop in office: the powers are theirs until the last moment."""
    _, [ana] = await friends(moot, "ana")
    await moved(moot.sysop, _to(ana))
    assert isinstance(await moot.sysop.refused(CancelClosing(reason="None")), Conflict)
    assert (await ana.ask(GetAccount())) is not None
