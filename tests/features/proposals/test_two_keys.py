"""What concerns a person takes two keys, whose ever the board is (protocol 15.11, 15.12)."""

import asyncio

from bbs import limits
from bbs.features.boards.messages import GetBoard, Visibility
from bbs.features.boards.seat_messages import Appoint, LeaveSeat, OfferSeat, TakeSeat
from bbs.features.moderation.messages import GetLog
from bbs.features.proposals.messages import (
    GetProposalWords,
    ListProposals,
    ProposalMoved,
    ProposalState,
)
from bbs.features.threads.hiding_messages import HideLine, HidePost, RestorePost
from bbs.features.threads.messages import ListThreads, Say
from bbs.features.threads.views import ContentState
from bbs.ids import COMMONS, BoardId, new_id
from bbs.refusals import CommandWaits, LimitReached, NotFound
from bbs_server.store.api import Tx
from tests.features.proposals.court import NORMS, WHY, Court
from tests.features.proposals.motions import back, moved, oppose, second, waiting
from tests.support.moot import Line, Moot
from tests.support.talk import start, write


async def in_private(moot: Moot) -> tuple[Court, Line, BoardId, str]:
    """Return a board of ana's own that only cy sits on, too, where she cites a clause against them;
    bo moderates the commons and may not read it."""
    court = await Court.met(moot, bo_on=COMMONS)
    private = {"visibility": Visibility.PRIVATE, "retention_days": 30, "lounge_hours": 24}
    cellar = await moot.board(moot.sysop, "cellar", **private, norms=NORMS)
    for line in (court.ana, court.cy):
        await moot.sysop.ask(OfferSeat(board=cellar, member=line.id))
        await line.ask(TakeSeat(board=cellar, norms_version=1))
    await moot.sysop.ask(Appoint(board=cellar, member=court.ana.id))
    await moot.sysop.ask(LeaveSeat(board=cellar))
    post = (await start(court.cy, cellar, "Beginners ask silly things")).post
    return court, court.bo, cellar, post


async def test_a_commons_moderator_sees_the_command_and_not_the_board(moot: Moot) -> None:
    """On a private board a moderator of the commons gives the second key: they are told, they read the
    words it is about, and nothing else of the board is there for them (P7, P8)."""
    court, bo, cellar, post = await in_private(moot)
    await court.watch(bo)
    waits = await moved(court.ana, HidePost(post=post, norm=1, reason=WHY))
    assert (waits.way, waits.to_few) == ("second_key", True)
    [told] = await bo.told(ProposalMoved)
    assert told.proposal.id == waits.proposal
    listed = await bo.ask(ListProposals())
    assert [each.id for each in listed.proposals] == [waits.proposal]
    assert listed.may_second == listed.may_read == (waits.proposal,)
    [seen] = await waiting(bo, cellar)
    assert (seen.reason, seen.about) == (WHY, court.cy.id)
    words = (await bo.ask(GetProposalWords(proposal=seen.id))).words
    assert [each.body for each in words.posts] == ["Beginners ask silly things"]
    for query in (GetBoard(board=cellar), ListThreads(board=cellar), GetLog(board=cellar)):
        assert isinstance(await bo.refused(query), NotFound)
    done = (await bo.ask(second(bo, waits))).proposal
    assert done.state is ProposalState.CARRIED_OUT
    [act] = (await court.cy.ask(GetLog(board=cellar, norm=1))).acts
    assert act.seconded_by == bo.id
    assert isinstance(await bo.refused(GetProposalWords(proposal=seen.id)), NotFound)


async def test_who_has_no_key_there_does_not_learn_of_it(moot: Moot) -> None:
    """Neither seconding nor objecting tells anybody else that a board or a command is there."""
    court, _, _, post = await in_private(moot)
    waits = await moved(court.ana, HidePost(post=post, norm=1, reason=WHY))
    dov = await moot.join("dov")
    assert (await dov.ask(ListProposals())).proposals == ()
    for command in (second(dov, waits), oppose(dov, waits)):
        assert isinstance(await dov.refused(command), NotFound)


async def test_the_sysop_agrees_where_no_moderator_can(moot: Moot) -> None:
    """Neither the board nor the commons has another moderator: the sysop gives the second key, and
    without one it waits its time, told to the author alone."""
    court, bo, cellar, post = await in_private(moot)
    await without_office(moot, "moderator", bo, moot.sysop)
    waits = await moved(court.ana, HidePost(post=post, norm=1, reason=WHY))
    assert waits.way == "second_key"
    assert [each.id for each in await waiting(moot.sysop, cellar)] == [waits.proposal]
    assert isinstance(await bo.refused(second(bo, waits)), NotFound)
    done = (await moot.sysop.ask(second(moot.sysop, waits))).proposal
    assert done.state is ProposalState.CARRIED_OUT
    await without_office(moot, "sysop", moot.sysop)
    other = (await start(court.cy, cellar, "Silly people")).post
    waits = await moved(court.ana, HidePost(post=other, norm=1, reason=WHY))
    assert (waits.way, waits.unopposed) == ("delay", True)
    assert await waiting(court.cy, cellar) != []
    for line in (bo, moot.sysop):
        assert (await line.ask(ListProposals())).proposals == ()


async def without_office(moot: Moot, office: str, *lines: Line) -> None:
    """Let people hold an office on the commons no more."""

    def take(tx: Tx) -> None:
        for line in lines:
            sql = "DELETE FROM offices WHERE board = ? AND member = ? AND office = ?"
            tx.execute(sql, COMMONS, line.id, office)

    await moot.change(take)


async def many_posts(court: Court, count: int) -> list[str]:
    """Let ana write posts in two threads by turns."""
    threads = [(await start(court.ana, court.board)).thread for _ in range(2)]
    return [await write(court.ana, threads[n % 2], f"Post {n}") for n in range(count)]


async def test_hiding_many_takes_two(moot: Moot) -> None:
    """Twenty posts and lines of others a day are hidden by one; the next takes two, in whatever thread
    and by whatever clause, and showing some again makes no room (P8)."""
    court = await Court.met(moot, bo_on="")
    posts = await many_posts(court, limits.HIDDEN_BY_ONE_MAX + 2)
    for post in posts[: limits.HIDDEN_BY_ONE_MAX - 1]:
        await moot.sysop.ask(HidePost(post=post, norm=2, reason=WHY))
    line = new_id()
    await court.ana.ask(Say(board=court.board, line=line, body="Silly"))
    await moot.sysop.ask(HideLine(line=line, norm=2, reason=WHY))
    await moot.sysop.ask(RestorePost(post=posts[0], reason="A mistake"))
    last, other = posts[-2:]
    waits = await moved(moot.sysop, HidePost(post=last, norm=2, reason=WHY))
    assert (waits.way, waits.to_few) == ("second_key", True)
    assert "more than 20 posts or lines" in str(waits)
    assert await court.state(last) is ContentState.PUBLISHED
    await court.bo.ask(HidePost(post=other, norm=2, reason=WHY))  # another person's own count
    await court.bo.ask(second(court.bo, waits))
    assert await court.state(last) is ContentState.HIDDEN
    moot.clock.jump(hours=limits.HIDDEN_BY_ONE_HOURS + 1)
    await moot.sysop.ask(HidePost(post=posts[0], norm=2, reason=WHY))


async def test_two_sessions_hide_no_more_than_one(moot: Moot) -> None:
    """Forty hides sent at once by two devices of one moderator: twenty are done, the others wait or are
    refused as too many, and none slips through between them."""
    court = await Court.met(moot, bo_on="")
    posts = await many_posts(court, 2 * limits.HIDDEN_BY_ONE_MAX)
    devices = [moot.sysop, await back(moot, moot.sysop)]

    async def hide(n: int) -> bool:
        command = HidePost(post=posts[n], norm=2, reason=WHY)
        try:
            await devices[n % 2].ask(command)
        except CommandWaits:
            return False
        return True

    done = await asyncio.gather(*map(hide, range(len(posts))))
    assert sum(done) == limits.HIDDEN_BY_ONE_MAX
    states = [await court.state(post) for post in posts]
    assert states.count(ContentState.HIDDEN) == limits.HIDDEN_BY_ONE_MAX
    # What waits of one moderator's keeps no other from moving something.
    [more] = await many_posts(court, 1)
    refused = await moot.sysop.refused(HidePost(post=more, norm=2, reason=WHY))
    assert isinstance(refused, LimitReached)
    assert (await moved(court.bo, HidePost(post=more, norm=1, reason=WHY))).to_few
