"""Leaving and coming back: a request that arrives again, and somebody who does it over and over (P12)."""

from datetime import timedelta

import pytest

from bbs import limits
from bbs.clock import DAY_MS, instant
from bbs.features.boards.messages import Visibility
from bbs.features.ownership.leaving_messages import ComeBack, Leave, ListLeavings
from bbs.features.ownership.leaving_rules import Comebacks, count_back
from bbs.features.ownership.views import LeaveWords
from bbs.features.threads.messages import ListPosts
from bbs.ids import BoardId, new_id
from bbs.leaving_refusals import BackTooOften
from bbs.powers import Power
from bbs.refusals import NotAllowed, NotFound
from bbs.terminal.leaving_text import the_day, when_back
from tests.features.ownership.leaving_people import WORDS, Folk, gather
from tests.support.moot import Moot


@pytest.fixture
async def folk(moot: Moot) -> Folk:
    """People of a garden."""
    return await gather(moot)


def _of(folk: Folk, *, board: bool) -> BoardId | None:
    return folk.board if board else None


@pytest.mark.parametrize("board", [True, False])
async def test_a_leaving_that_arrives_again_leaves_nothing_again(folk: Folk, board: bool) -> None:
    """The answer was lost, and the member came back meanwhile: it has the first answer (28.1, P12)."""
    leave = Leave(board=_of(folk, board=board), words=LeaveWords.TAKEN, op=new_id())
    first = await folk.ana.ask(leave)
    ana = await folk.back()
    assert await ana.ask(leave) == first, "a device gets its answer also while it leaves"
    await ana.ask(ComeBack(board=_of(folk, board=board)))
    before = await folk.moot.dump()
    assert await ana.ask(leave) == first
    assert await folk.moot.dump() == before
    assert (await ana.ask(ListLeavings())).leavings == ()
    assert (await folk.ben.ask(ListPosts(thread=folk.begun.thread))).posts[0].body == WORDS


async def test_a_coming_back_that_arrives_again_brings_nothing_back(folk: Folk) -> None:
    """Who left once more meanwhile stays gone (P9, P12)."""
    await folk.leave(LeaveWords.TAKEN, board=True)
    come_back = ComeBack(board=folk.board, op=new_id())
    first = await folk.ana.ask(come_back)
    assert await folk.ana.ask(come_back) == first
    await folk.leave(LeaveWords.FORMER, board=True)
    assert await folk.ana.ask(come_back) == first
    assert len((await folk.ana.ask(ListLeavings())).leavings) == 1


async def test_who_comes_back_over_and_over_waits_for_a_day(folk: Folk) -> None:
    """Coming back waits, and says until when; leaving stays open, and nothing is erased (28.4)."""
    began = folk.moot.clock()
    for _ in range(limits.COMEBACKS_MAX):
        await folk.leave(LeaveWords.TAKEN, board=True)
        await folk.ana.ask(ComeBack(board=folk.board))
        folk.moot.clock.jump(seconds=60)
    tried = Leave(board=folk.board, words=LeaveWords.TAKEN, dry_run=True, op=new_id())
    would = (await folk.ana.ask(tried)).leaving
    assert would.back_from is not None, "told before anything is left"
    assert "so the way back is open only from" in the_day(
        LeaveWords.TAKEN, when_back(would, lambda at: f"{at:%d %H:%M}"), is_community=False
    )
    await folk.leave(LeaveWords.TAKEN, board=True)
    [leaving] = (await folk.ana.ask(ListLeavings())).leavings
    assert leaving.back_from == would.back_from
    error = await folk.ana.refused(ComeBack(board=folk.board))
    assert isinstance(error, BackTooOften)
    assert error.until == would.back_from
    assert error.times == limits.COMEBACKS_MAX
    assert timedelta() <= error.until - instant(began + DAY_MS) < timedelta(minutes=1)
    assert f"{error.until:%Y-%m-%d %H:%M} UTC" in str(error)
    assert (await folk.ben.ask(ListPosts(thread=folk.begun.thread))).posts[0].body is None
    folk.moot.clock.jump(days=1)
    [leaving] = (await folk.ana.ask(ListLeavings())).leavings
    assert leaving.back_from is None
    await folk.ana.ask(ComeBack(board=folk.board))
    assert (await folk.ben.ask(ListPosts(thread=folk.begun.thread))).posts[0].body == WORDS
    await folk.leave(LeaveWords.TAKEN, board=True)
    await folk.ana.ask(ComeBack(board=folk.board))


async def test_one_board_does_not_count_for_another(folk: Folk) -> None:
    """Who comes back to the community is not held up by a board that they left often (28.4)."""
    for _ in range(limits.COMEBACKS_MAX):
        await folk.leave(LeaveWords.FORMER, board=True)
        await folk.ana.ask(ComeBack(board=folk.board))
    await folk.leave(LeaveWords.FORMER)
    await (await folk.back()).ask(ComeBack())


async def test_no_token_leaves_or_comes_back_for_its_owner(folk: Folk) -> None:
    """It takes a device of the member's (28.1)."""
    token = await folk.moot.with_token(folk.ana, [Power.READ])
    for command in (Leave(board=folk.board, words=LeaveWords.TAKEN), ComeBack(board=folk.board)):
        assert isinstance(await token.refused(command), NotAllowed)


def test_a_clock_that_was_ahead_holds_nobody_up() -> None:
    """Counted while it was a year ahead, and set back since: the way back is open (28.4, P9)."""
    now = 1_800_000_000_000
    ahead = Comebacks(limits.COMEBACKS_MAX, now + 365 * DAY_MS)
    assert count_back(ahead, now) == Comebacks(1, now)


async def test_who_is_nowhere_on_a_board_has_nothing_to_leave(moot: Moot) -> None:
    """A reader learns so in a sentence; of a board that they may not read they learn nothing (28.1, P11)."""
    open_to_all = await moot.board(moot.sysop, "garden")
    private = await moot.board(moot.sysop, "shed", visibility=Visibility.PRIVATE)
    eve = await moot.join("eve")
    told = await eve.refused(Leave(board=open_to_all, words=LeaveWords.LEFT))
    assert "you have neither a seat nor words there" in str(told)
    for unseen in (private, new_id()):
        refused = await eve.refused(Leave(board=unseen, words=LeaveWords.LEFT))
        assert isinstance(refused, NotFound)
