"""Calls: one answer for each, however often the line breaks (P12)."""

import asyncio
from typing import Any

import pytest

from bbs.errors import Disconnected, FolkmootError, ServerStopping, Throttled
from bbs.features.members.messages import Resume, SignUp
from bbs.features.presence.messages import GetPresence, PresenceResult
from bbs.features.reading.messages import MarkPosts, Marks, MarksResult
from bbs.features.threads.messages import Say
from bbs.features.threads.views import LineResult
from bbs.ids import COMMONS, new_id
from bbs.messages import Result
from bbs.refusals import NormsFirst
from bbs.testing import a_line
from tests.sdk.peer import MINE, TOKEN, Peer, meeting, signed_in, until

SAID = LineResult(line=a_line(body="hello"))
PRESENT = PresenceResult(members=())


def say() -> Say:
    return Say(board=COMMONS, line=new_id(), body="hello")


def sent(peer: Peer, kind: type) -> list[Any]:
    return [request for request in peer.asked if isinstance(request, kind)]


async def test_an_op_is_drawn_for_each_command() -> None:
    """A command without an op gets a fresh one; one that has an op keeps it (P12)."""
    peer = Peer()
    peer.handlers[Say] = lambda _: SAID
    op = new_id()
    async with meeting(peer, listen=False) as community:
        for request in (say(), say(), Say(op=op, board=COMMONS, line=new_id(), body="x")):
            assert await community.call(request) == SAID
    ops = [request.op for request in sent(peer, Say)]
    assert len(set(ops)) == 3
    assert ops[2] == op


async def test_a_command_cut_off_is_sent_again_with_the_same_op() -> None:
    """Whether the lost request arrived or not, the one sent again is the same act (P12)."""
    peer = Peer()

    def lose_twice(_: Say) -> Result | None:
        if len(sent(peer, Say)) < 3:
            peer.cut()
            return None
        return SAID

    peer.handlers[Say] = lose_twice
    async with meeting(peer, listen=False) as community:
        assert await community.call(say()) == SAID
    requests = sent(peer, Say)
    assert len(requests) == 3
    assert requests[0] == requests[1] == requests[2]


async def test_a_query_cut_off_is_asked_again() -> None:
    """A query is repeated after the line was lost."""
    peer = Peer()
    answers: list[Result | None] = [None, PRESENT]

    def answer(_: GetPresence) -> Result | None:
        found = answers.pop(0)
        if found is None:
            peer.cut()
        return found

    peer.handlers[GetPresence] = answer
    async with meeting(peer, listen=False) as community:
        assert await community.call(GetPresence()) == PRESENT


async def test_what_is_good_once_is_not_sent_again() -> None:
    """With `retry=False` a lost line is told at once (protocol 3.4)."""
    peer = Peer()
    peer.handlers[GetPresence] = lambda _: peer.cut()
    async with meeting(peer, listen=False) as community:
        with pytest.raises(Disconnected):
            await community.call(GetPresence(), retry=False)
    assert len(sent(peer, GetPresence)) == 1


@pytest.mark.parametrize("error", [Throttled(2.5), ServerStopping()])
async def test_what_may_succeed_later_is_tried_later(error: FolkmootError) -> None:
    """A throttled call waits as long as asked, a stopping server is asked again (protocol 4)."""
    peer = Peer()
    answers: list[Result | FolkmootError] = [error, SAID]
    peer.handlers[Say] = lambda _: answers.pop(0)
    async with meeting(peer, listen=False) as community:
        assert await community.call(say()) == SAID
    assert len(peer.waits_s) == 1
    if isinstance(error, Throttled):
        assert peer.waits_s == [2.5]
    first, second = sent(peer, Say)
    assert first.op == second.op


async def test_a_wait_beyond_the_time_given_is_told() -> None:
    """A call that would have to wait longer than its timeout raises Throttled at once."""
    peer = Peer()
    peer.handlers[Say] = lambda _: Throttled(31.0)
    async with meeting(peer, listen=False) as community:
        with pytest.raises(Throttled):
            await community.call(say(), timeout_s=30.0)
    assert peer.waits_s == []


async def test_refusals_arrive_as_the_errors_they_are() -> None:
    """A refusal is raised as its own class with its facts, once (protocol 4)."""
    peer = Peer()
    peer.handlers[Say] = lambda _: NormsFirst(COMMONS, 3)
    async with meeting(peer, listen=False) as community:
        with pytest.raises(NormsFirst) as caught:
            await community.call(say())
    assert (caught.value.board, caught.value.version) == (COMMONS, 3)
    assert len(sent(peer, Say)) == 1


@pytest.mark.parametrize("revision", [None, 3])
async def test_a_mark_is_sent_again_only_with_its_revision(revision: int | None) -> None:
    """No op is kept of a mark: without a revision, sent again it could undo a later one (5.4)."""
    peer = Peer()
    shown = MarksResult(marks=Marks(thread=new_id(), board=COMMONS))
    mark = MarkPosts(thread=shown.marks.thread, first=1, last=2, if_revision=revision)

    def lose_once(_: MarkPosts) -> Result | None:
        if len(sent(peer, MarkPosts)) < 2:
            peer.cut()
            return None
        return shown

    peer.handlers[MarkPosts] = lose_once
    async with meeting(peer, listen=False) as community:
        if revision is None:
            with pytest.raises(Disconnected):
                await community.call(mark)
        else:
            assert await community.call(mark) == shown
    assert len(sent(peer, MarkPosts)) == (1 if revision is None else 2)


async def test_no_answer_in_time_is_a_lost_answer() -> None:
    """A server that does not answer is given up on after the timeout, as Disconnected."""
    peer = Peer()
    peer.handlers[GetPresence] = lambda _: None
    async with meeting(peer, listen=False) as community:
        with pytest.raises(Disconnected, match="no answer"):
            await community.call(GetPresence(), timeout_s=0.0)


async def test_cancelling_stops_the_waiting_only() -> None:
    """A call that was cancelled was sent; its late answer disturbs nobody."""
    peer = Peer()
    peer.handlers[Say] = lambda _: None
    peer.handlers[GetPresence] = lambda _: PRESENT
    async with meeting(peer, listen=False) as community:
        waiting = asyncio.create_task(community.call(say()))
        await until(lambda: sent(peer, Say))
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        peer.inject(b'{"jsonrpc":"2.0","id":3,"result":{"line":{}}}')
        assert await community.call(GetPresence()) == PRESENT


async def test_more_calls_than_the_server_takes_wait_their_turn() -> None:
    """200 calls at once are all answered, though 64 may be in flight (protocol 2.6)."""
    peer = Peer()
    peer.handlers[GetPresence] = lambda _: PRESENT
    async with meeting(peer, listen=False) as community:
        answers = await asyncio.gather(*(community.call(GetPresence()) for _ in range(200)))
    assert answers == [PRESENT] * 200
    assert peer.waits_s == []


async def test_signing_up_is_remembered_for_the_next_connection() -> None:
    """After a sign-up the SDK listens for the new member, and resumes with their token."""
    peer = Peer()
    peer.handlers[SignUp] = signed_in
    async with meeting(peer, token=None) as community:
        request = SignUp(
            member=new_id(),
            code="c" * 40,
            handle="ana",
            name="Ana",
            password="four or five unrelated words",
            norms_version=1,
            session=new_id(),
            token=TOKEN,
            device="desk",
        )
        await community.call(request)
        assert community.me is not None
        await until(lambda: MINE in community.cursors)
        peer.cut()
        await until(lambda: peer.opened == 2 and community.online)
    assert [request.token for request in sent(peer, Resume)] == [TOKEN]
