"""Boards that are not for ever, over real sockets, the clock moved on (P3, P8, protocol 19.14)."""

import pytest

from bbs.clock import DAY_MS, instant
from bbs.features.boards.application_messages import Apply, WithdrawApplication
from bbs.features.boards.end_messages import Renew, SetEnd
from bbs.features.boards.end_rules import end_day
from bbs.features.boards.end_views import BoardEnd, EndState
from bbs.features.boards.messages import BoardConfigured, ConfigureBoard, GetBoard
from bbs.features.members.views import MemberAuthor, SystemAuthor
from bbs.features.moderation.messages import GetLog
from bbs.features.moderation.tending_messages import ReopenBoard
from bbs.features.reading.messages import GetInbox
from bbs.features.reading.views import Notice, NoticeKind
from bbs.features.threads.messages import ListPosts, StartThread, WritePost
from bbs.ids import BoardId, new_id
from bbs.restricted import Restricted
from bbs.streams import board_stream
from tests.journeys.community import House, open_garden
from tests.support.talk import Begun
from tests.support.voices import Hall, Voice

JOBS = ("ask about ends", "end boards")


async def _end(voice: Voice, board: BoardId) -> BoardEnd | None:
    return (await voice.ask(GetBoard(board=board))).board.end


async def _state(voice: Voice, board: BoardId) -> EndState | None:
    end = await _end(voice, board)
    return None if end is None else end.state


async def _days(hall: Hall, days: int, *people: Voice) -> list[Voice]:
    """Let days pass, with what is due on each; return everybody signed in anew, the sysop first."""
    for _ in range(days):
        hall.clock.jump(days=1)
        await hall.do_jobs(*JOBS)
    return [await hall.phone(voice) for voice in (hall.sysop, *people)]


async def _asked(voice: Voice) -> list[Notice]:
    """Return what a member was told in person of boards that end."""
    items = (await voice.ask(GetInbox())).items
    found = [item.notice for item in items if item.notice is not None]
    return [notice for notice in found if notice.kind is NoticeKind.ENDS]


async def _begin(voice: Voice, board: BoardId, body: str) -> Begun:
    begun = Begun(new_id(), new_id())
    await voice.ask(
        StartThread(board=board, thread=begun.thread, post=begun.post, title="T", body=body)
    )
    return begun


@pytest.mark.timeout(120)
async def test_a_board_ends_and_is_opened_again(hall: Hall) -> None:
    """Its members are asked in person, nobody answers, it is archived; its moderators revive it."""
    board = await hall.board("summer-camp", hold_s=0)
    ana, bob = await hall.join("ana", board), await hall.join("bob", board)
    begun = await _begin(ana, board, "Who brings the tent?")
    ends_at = instant(hall.clock() + 60 * DAY_MS)
    await hall.sysop.ask(SetEnd(board=board, ends_at=ends_at))

    sysop, ana, bob = await _days(hall, 31, ana, bob)
    await bob.listen(board)
    assert await _state(bob, board) is EndState.ASKED
    for voice in (sysop, ana, bob):
        assert [(told.board, told.until) for told in await _asked(voice)] == [(board, ends_at)]

    await _days(hall, 28)
    assert await _state(bob, board) is EndState.ASKED
    await _days(hall, 1)
    (ended,) = await bob.told(BoardConfigured, stream=board_stream(board))
    assert ended.board.end.state is EndState.ARCHIVED
    sysop, bob = await _days(hall, 30, bob)
    act = (await bob.ask(GetLog(board=board))).acts[0]
    assert (act.method, act.author) == ("moderation.archive", SystemAuthor())
    assert f"It ended ({end_day(ends_at)})" in f"{act.reason}"
    answer = WritePost(thread=begun.thread, post=new_id(), body="Me.")
    assert isinstance(await bob.refused(answer), Restricted)
    page = await bob.ask(ListPosts(thread=begun.thread))
    assert [post.body for post in page.posts] == ["Who brings the tent?"]

    await sysop.ask(ReopenBoard(board=board, reason="One more summer."))
    await bob.ask(answer)
    assert await _end(bob, board) is None
    assert len(await _asked(bob)) == 1


@pytest.mark.timeout(120)
async def test_a_board_is_renewed_by_somebody_who_sits_there(hall: Hall) -> None:
    """Asked, it is renewed by a member without an office: it goes on, and is asked again later."""
    board = await hall.board("reading-circle", hold_s=0)
    ana, bob = await hall.join("ana", board), await hall.join("bob", board)
    ends_at = instant(hall.clock() + 90 * DAY_MS)
    await hall.sysop.ask(SetEnd(board=board, ends_at=ends_at))

    _, ana, bob = await _days(hall, 61, ana, bob)
    assert await _state(ana, board) is EndState.ASKED
    renewed = (await ana.ask(Renew(board=board))).board.end
    assert renewed is not None
    assert (renewed.state, (renewed.at - ends_at).days) == (EndState.RENEWED, 90)
    act = (await bob.ask(GetLog(board=board))).acts[0]
    assert (act.method, act.author) == ("boards.renew", MemberAuthor(id=ana.id))

    _, ana, bob = await _days(hall, 60, ana, bob)
    await _begin(bob, board, "Still here.")
    assert await _state(bob, board) is EndState.RENEWED
    _, bob = await _days(hall, 30, bob)
    assert await _state(bob, board) is EndState.ASKED


@pytest.mark.timeout(120)
async def test_readers_see_on_their_devices_that_a_desk_is_awaited(community: House) -> None:
    """An application waits for three days: a device that opens the board shows it, and its end (19.18)."""
    bob = await community.join("bob")
    board, _ = await open_garden(community)
    sysop = community.voices["sysanne"]
    await sysop.call(ConfigureBoard(board=board, questions="What do you grow?"))
    applied = await bob.call(Apply(board=board, norms_version=1, answers=("Figs.",)))
    assert applied.application is not None
    front = await community.front("ana", "phone")
    try:
        await front.link.open_board(board)
        assert not front.cache.awaited(board)
        community.clock.jump(days=3)
        await front.link.open_board(board)
        assert front.cache.awaited(board)
        await bob.call(WithdrawApplication(application=applied.application.id))
        community.clock.jump(hours=1)
        await front.link.open_board(board)
        assert not front.cache.awaited(board)
    finally:
        await front.close()
