"""A clause that is a matter of judgement is cited by two, and few are told meanwhile (protocol 15.11)."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bbs import limits
from bbs.clock import HOUR_MS, to_ms
from bbs.features.boards.seat_messages import Appoint, LeaveSeat, TakeSeat
from bbs.features.moderation.messages import GetLog
from bbs.features.norms.messages import AmendNorms
from bbs.features.proposals.messages import (
    ListProposals,
    ProposalEnded,
    ProposalMoved,
    ProposalState,
    WithdrawProposal,
)
from bbs.features.reading.messages import ListNotices
from bbs.features.reading.views import NoticeKind
from bbs.features.threads.hiding_messages import HideLine, HidePost
from bbs.features.threads.messages import EditPost, Say, WithdrawPost
from bbs.features.threads.views import ContentState
from bbs.ids import COMMONS, BoardId, new_id
from bbs.messages import Command
from bbs.powers import Power
from bbs.refusals import Conflict, NoSay, NotAllowed, NotFound
from tests.features.proposals.court import NORMS, WHY, Court
from tests.features.proposals.motions import (
    moved,
    oppose,
    second,
    waiting,
)
from tests.support.founded import open_founded
from tests.support.moot import Moot
from tests.support.talk import start, write


@pytest.fixture
async def moot(tmp_path: Path) -> AsyncIterator[Moot]:
    """A community with a sysop."""
    async with open_founded(tmp_path / "data") as running:
        yield running


@pytest.mark.parametrize("office", ["", COMMONS])
async def test_two_agree_before_anything_is_hidden(moot: Moot, office: BoardId) -> None:
    """Another moderator of the board, or one of the commons who may read it, gives the second key;
    until then everybody reads the words. The log names who moved it and who agreed (P5, P8)."""
    court = await Court.met(moot, bo_on=office)
    post = await court.post()
    waits = await court.hide(post)
    assert (waits.way, to_ms(waits.until)) == (
        "second_key",
        moot.clock() + limits.SECOND_KEY_HOURS * HOUR_MS,
    )
    assert "matter of judgement" in str(waits)
    assert await court.state(post) is ContentState.PUBLISHED
    [seen] = await waiting(court.bo, court.board)
    assert (seen.thing.id, seen.about, seen.norm, seen.norms_version, seen.reason) == (
        *(post, court.ana.id, 1, 1, WHY),
    )
    told = (await court.bo.ask(second(court.bo, waits))).proposal
    assert told.state is ProposalState.CARRIED_OUT
    assert await court.state(post) is ContentState.HIDDEN
    [act] = (await court.cy.ask(GetLog(board=court.board, norm=1))).acts
    assert (act.author.id, act.seconded_by, act.reason) == (moot.sysop.id, court.bo.id, WHY)  # type: ignore[union-attr]  # a member's
    assert act.about is None
    words, cited = (await court.ana.ask(ListNotices())).notices
    assert (cited.kind, cited.proposal, cited.act) == (NoticeKind.CITED, waits.proposal, None)
    assert words.kind is NoticeKind.WORDS
    assert words.act is not None
    assert words.act.seconded_by == court.bo.id


@pytest.mark.parametrize("bo_on", [None, ""])
async def test_few_are_told(moot: Moot, bo_on: BoardId | None) -> None:
    """While it waits, by key or by delay, no byte that reaches another member names it: the mover,
    whoever wrote the words, and who may agree are told (P7). So it stays if it comes to nothing."""
    court = await Court.met(moot, bo_on=bo_on)
    for line in (court.ana, court.bo, court.cy, moot.sysop):
        await court.watch(line)
    waits = await court.hide(await court.post())
    assert waits.to_few
    assert waits.way == ("delay" if bo_on is None else "second_key")
    [told] = await court.ana.told(ProposalMoved)
    assert (told.proposal.id, told.proposal.reason) == (waits.proposal, None)
    assert [one.id for one in await waiting(court.ana, court.board)] == [waits.proposal]
    assert len(await moot.sysop.told(ProposalMoved)) == 1
    strangers = [court.cy, court.bo] if bo_on is None else [court.cy]
    assert waits.proposal is not None
    for end in ("waits", "withdrawn"):
        if end == "withdrawn":
            taken = WithdrawProposal(board=court.board, proposal=waits.proposal)
            assert isinstance(await court.cy.refused(taken), NotFound)
            await moot.sysop.ask(taken)
            assert len(await court.ana.told(ProposalEnded)) == 1
        for line in strangers:
            await court.watch(line)
            for query in (
                ListProposals(),
                ListProposals(board=court.board, ended=True),
                ListProposals(board=court.board, number=waits.number),
                ListNotices(),
                GetLog(board=court.board),
            ):
                await line.ask(query)
            assert isinstance(await line.refused(second(line, waits)), NotFound)
            assert isinstance(await line.refused(oppose(line, waits)), NotFound)
            assert waits.proposal.encode() not in line.sent
            assert WHY.encode() not in line.sent


async def test_who_cannot_give_the_second_key(moot: Moot) -> None:
    """Neither the mover, nor a guest of theirs in office, nor the author, who are told why not; and no
    token, whoever has it (P6)."""
    court = await Court.met(moot, bo_on="")
    guest = await moot.join("dov")
    await guest.ask(TakeSeat(board=court.board, norms_version=1))
    await moot.sysop.ask(Appoint(board=court.board, member=guest.id))
    waits = await court.hide(await court.post())
    for line, why in (
        (moot.sysop, "you moved it yourself"),
        (guest, "its mover invited you"),
        (court.ana, "it is about you"),
    ):
        assert len(await waiting(line, court.board)) == 1
        error = await line.refused(second(line, waits))
        assert isinstance(error, NoSay)
        assert why in str(error)
    token = await moot.with_token(court.bo, [Power.READ])
    assert isinstance(await token.refused(second(court.bo, waits)), NotAllowed)
    for line in (moot.sysop, guest, court.ana, court.bo):
        assert isinstance(await line.refused(oppose(line, waits)), NoSay)


async def test_what_concerns_a_person_is_put_to_no_vote(moot: Moot) -> None:
    """Where nobody could agree it waits for three days, told to the author alone, and nobody can object:
    neither they nor the board judge in public (P7)."""
    court = await Court.met(moot)
    post = await court.post()
    waits = await court.hide(post)
    assert (waits.way, waits.unopposed) == ("delay", True)
    assert to_ms(waits.until) == moot.clock() + limits.PERSON_WAIT_HOURS * HOUR_MS
    assert "objects" not in str(waits)
    [seen] = await waiting(court.ana, court.board)
    assert (seen.objections_max, seen.to_few) == (0, True)
    listed = await court.ana.ask(ListProposals(board=court.board))
    assert (listed.may_second, listed.may_object) == ((), ())
    error = await court.ana.refused(oppose(court.ana, waits, "It was a joke"))
    assert isinstance(error, NoSay)
    assert "not put to a vote" in str(error)
    again = await moot.sysop.refused(HidePost(post=post, norm=1, reason=WHY))
    assert isinstance(again, Conflict)


async def test_what_can_still_be_done_waits_on(moot: Moot) -> None:
    """To see whether the words are there still, the server tries and undoes: nothing of that shows."""
    court = await Court.met(moot, bo_on="")
    post = await court.post()
    await court.watch(court.cy)
    waits = await court.hide(post)
    before = await moot.read(lambda tx: tx.fetch_all("SELECT stream, seq FROM streams"))
    for _ in range(3):
        await moot.do_jobs("commands that wait")
    assert before == await moot.read(lambda tx: tx.fetch_all("SELECT stream, seq FROM streams"))
    assert await court.state(post) is ContentState.PUBLISHED
    assert (await court.bo.ask(second(court.bo, waits))).proposal.state is ProposalState.CARRIED_OUT


async def test_where_nobody_could_agree_its_time_is_enough(moot: Moot) -> None:
    """After it the words are hidden by the clause, in the mover's name alone (P8)."""
    court = await Court.met(moot)
    post = await court.post()
    waits = await court.hide(post)
    moot.clock.jump(hours=limits.PERSON_WAIT_HOURS - 1)
    await moot.do_jobs("commands that wait")
    assert await court.state(post) is ContentState.PUBLISHED
    moot.clock.jump(hours=1)
    await moot.do_jobs("commands that wait")
    assert await court.state(post) is ContentState.HIDDEN
    [act] = (await court.cy.ask(GetLog(board=court.board, norm=1))).acts
    assert (act.author.id, act.seconded_by) == (moot.sysop.id, None)  # type: ignore[union-attr]  # a member's
    assert (await court.ended(moot.sysop)).id == waits.proposal


async def test_another_clause_waits_for_nobody_and_an_empty_board_for_its_author(
    moot: Moot,
) -> None:
    """A clause that is no matter of judgement is cited at once. One that is concerns its author also
    where nobody but the mover sits: they have left, and are a person still."""
    court = await Court.met(moot, bo_on="")
    post, other = await court.post(), await court.post()
    await moot.sysop.ask(HidePost(post=post, norm=2, reason=WHY))
    assert await court.state(post) is ContentState.HIDDEN
    for line in (court.ana, court.bo, court.cy):
        await line.ask(LeaveSeat(board=court.board))
    waits = await court.hide(other)
    assert (waits.way, waits.to_few) == ("delay", True)


async def test_a_rehearsal_tells_nobody(moot: Moot) -> None:
    """In a dry run nothing waits, and nobody is told."""
    court = await Court.met(moot, bo_on="")
    post = await court.post()
    waits = await moved(moot.sysop, HidePost(post=post, norm=1, reason=WHY, dry_run=True))
    assert (waits.proposal, waits.number) == (None, None)
    assert await waiting(moot.sysop, court.board) == []
    assert (await court.ana.ask(ListNotices())).notices == ()


@pytest.mark.parametrize("agreed", [False, True])
@pytest.mark.parametrize("what", ["line", "withdrawn", "hidden", "rewritten"])
async def test_if_the_words_are_not_as_they_were_it_ends(
    moot: Moot, what: str, *, agreed: bool
) -> None:
    """A line that faded, a post that was withdrawn, hidden by somebody else, or rewritten under norms
    in which the number is another clause: whether or not somebody agrees, it could not be carried out,
    and the mover is told why."""
    court = await Court.met(moot, bo_on="")
    thread, _ = await start(court.ana, court.board)
    answer, line = await write(court.ana, thread), new_id()
    await court.ana.ask(Say(board=court.board, line=line, body="Silly"))
    command: Command[object] = HidePost(post=answer, norm=1, reason=WHY)
    if what == "line":
        command = HideLine(line=line, norm=1, reason=WHY)
    waits = await moved(moot.sysop, command)
    await court.watch(moot.sysop)
    if what == "line":
        moot.clock.jump(hours=25)
    elif what == "withdrawn":
        await court.ana.ask(WithdrawPost(post=answer))
    elif what == "hidden":
        await court.bo.ask(HidePost(post=answer, norm=2, reason=WHY))
    else:
        fewer = AmendNorms(board=court.board, norms=NORMS[1:], reason="Fewer")
        await court.bo.ask(second(court.bo, await moved(moot.sysop, fewer)))
        await court.ana.ask(TakeSeat(board=court.board, norms_version=2))
        await court.ana.ask(EditPost(post=answer, body="Better"))
    if agreed:
        await court.bo.ask(second(court.bo, waits))
    else:
        await moot.do_jobs("commands that wait")
    why = {"hidden": "conflict", "rewritten": "changed"}.get(what, "gone")
    [*_, ended] = await moot.sysop.told(ProposalEnded)
    assert (ended.proposal.state, ended.proposal.why_not) == (ProposalState.COULD_NOT, why)
