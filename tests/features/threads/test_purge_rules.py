"""Who may move, second and wait for a purge, and for how long (protocol 15.10, decision 0039)."""

from datetime import timedelta

import pytest

from bbs import limits
from bbs.clock import DAY_MS, instant
from bbs.features.members.views import MemberAuthor
from bbs.features.proposals.messages import (
    GetProposalWords,
    ListProposals,
    ProposalVoted,
    WaitsFor,
    WithdrawProposal,
)
from bbs.features.threads.erasing_messages import Purge
from bbs.features.threads.messages import GetThread, Say, WithdrawPost
from bbs.features.threads.views import ContentState
from bbs.ids import COMMONS, new_id
from bbs.refusals import CommandWaits, Conflict, NoSay
from bbs.streams import board_stream
from tests.features.proposals.motions import second, waiting
from tests.features.threads.test_hidden import (
    BODY,
    LAW,
    MORE,
    WHY,
    Garden,
    _dropped,
    _written,
    garden,
    moot,
)
from tests.support.moot import Line
from tests.support.talk import write

__all__ = ("garden", "moot")


async def _another_sysop(garden: Garden) -> Line:
    """Let cy be a sysop beside the first, in office for as long as a key takes."""
    await garden.moot.change(
        lambda tx: tx.execute(
            "INSERT INTO offices (board, member, office, since) VALUES (?, ?, 'sysop', ?)",
            *(COMMONS, garden.cy.id, garden.moot.clock() - 100 * DAY_MS),
        )
    )
    return garden.cy


@pytest.mark.parametrize("how", ["withdrawn", "lapsed", "no command"])
async def test_who_takes_it_back_binds_nobody_else(garden: Garden, how: str) -> None:
    """Another sysop can move to purge the same, or a part of it, after its mover took it back, and
    cannot after another end (protocol 15.10)."""
    thread, post, _ = await _written(garden)
    other = await _another_sysop(garden)
    await _dropped(garden, how, await garden.purge(thread=thread))
    for purge in (
        Purge(law=LAW, reason=WHY, post=post),
        Purge(law=LAW, reason=WHY, thread=thread),
    ):
        assert isinstance(await garden.moot.sysop.refused(purge), Conflict)
        moved = await other.refused(purge)
        assert isinstance(moved, CommandWaits if how == "withdrawn" else Conflict)
        if isinstance(moved, CommandWaits):
            assert moved.proposal is not None
            await other.ask(WithdrawProposal(board=garden.board, proposal=moved.proposal))
            assert isinstance(await other.refused(purge), Conflict)
            break


@pytest.mark.parametrize("kind", ["post", "thread", "line"])
async def test_whose_words_they_are_has_no_key_to_them(garden: Garden, kind: str) -> None:
    """Who wrote any of the words is told so when they agree; where nobody else could, it waits by
    delay, and their word does not shorten that (protocol 15.10)."""
    thread, _, _ = await _written(garden)
    post, line = await write(garden.bo, thread, MORE), new_id()
    await garden.bo.ask(Say(board=garden.board, line=line, body=BODY))
    waits = await garden.purge(**{kind: {"post": post, "thread": thread, "line": line}[kind]})
    assert waits.way == WaitsFor.DELAY
    refused = await garden.bo.refused(second(garden.bo, waits))
    assert isinstance(refused, NoSay)
    assert "some of these words are yours" in str(refused)
    listed = await garden.bo.ask(ListProposals())
    assert listed.may_second == ()
    assert listed.may_read == (waits.proposal,)
    words = (await garden.bo.ask(GetProposalWords(proposal=str(waits.proposal)))).words
    bo = MemberAuthor(id=garden.bo.id)
    assert [one.author for one in (*words.posts, *words.lines)] == [bo]


async def test_who_withdrew_their_words_of_it_has_the_key_again(garden: Garden) -> None:
    """Only words that are there still keep somebody from agreeing, and no later ones."""
    thread, _, _ = await _written(garden)
    post = await write(garden.bo, thread, MORE)
    waits = await garden.purge(thread=thread)
    await write(garden.bo, thread, MORE)
    assert isinstance(await garden.bo.refused(second(garden.bo, waits)), NoSay)
    await garden.bo.ask(WithdrawPost(post=post))
    await garden.bo.ask(second(garden.bo, waits))
    assert (await garden.cy.ask(GetThread(thread=thread))).thread.state is ContentState.PURGED


async def test_a_clock_that_was_ahead_hides_nothing_longer(garden: Garden) -> None:
    """Moved while the clock is days ahead, it waits from the moment the clock is right again, as long
    as it was to wait, and the board is told (decision 0039)."""
    _, post, _ = await _written(garden)
    clock = garden.moot.clock
    clock.step(days=20)
    waits = await garden.purge(post=post)
    clock.step(days=-20)
    await garden.cy.listen(board_stream(garden.board))
    await garden.moot.do_jobs("commands that wait")
    [told] = await garden.cy.told(ProposalVoted)
    [found] = await waiting(garden.cy, garden.board)
    assert told.proposal.until == found.until == instant(clock()) + timedelta(hours=72)
    assert found.id == waits.proposal
    await garden.moot.do_jobs("commands that wait")
    assert (await waiting(garden.cy, garden.board)) == [found]
    clock.jump(hours=limits.SECOND_KEY_HOURS)
    await garden.moot.do_jobs("commands that wait")
    assert await waiting(garden.cy, garden.board) == []
