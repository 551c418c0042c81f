"""Calming on real sockets, with the clock moved: slow mode, a lock-down, an urgent notice (protocol 25)."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

import pytest

from bbs import limits
from bbs.cli.read.follow import Follower
from bbs.clock import instant
from bbs.features.arriving.messages import PublishPost
from bbs.features.boards.messages import OpenBoard, Visibility
from bbs.features.community.notice_messages import GiveUrgentNotice
from bbs.features.moderation.calm_messages import LockDown, SlowDown
from bbs.features.moderation.entering_messages import EnterBoard
from bbs.features.moderation.messages import Acted, GetLog, RestrictionChanged
from bbs.features.moderation.views import Restriction, RestrictionKind
from bbs.features.reading.messages import ListNotices, Noticed, Search, SetBoardChoice
from bbs.features.reading.views import NoticeKind, Stance
from bbs.features.threads.messages import StartThread, ThreadPublished, WritePost
from bbs.features.threads.views import Approval, ContentState
from bbs.ids import COMMONS, BoardId, ThreadId, new_id
from bbs.refusals import Conflict
from bbs.restricted import Restricted
from bbs.streams import board_stream, lounge_stream
from bbs_server.store.api import Tx
from tests.journeys.community import Front, House, open_garden
from tests.support.voices import NORMS, Hall

if TYPE_CHECKING:
    from bbs.cli.context import CliContext

PACE_S = 600
URGENT = "The dam is full: stay out of the garden"


def _answer(thread: ThreadId) -> WritePost:
    return WritePost(thread=thread, post=new_id(), body="B")


def _first(board: BoardId) -> StartThread:
    return StartThread(board=board, thread=new_id(), post=new_id(), title="T", body="B")


def _paces(front: Front, board: BoardId) -> list[Restriction]:
    found = front.cache.restrictions(board, None, front.cache.time())
    return [each for each in found if each.kind is RestrictionKind.PACED]


async def test_a_slow_mode_is_seen_ends_and_rests(community: House) -> None:
    """Ana's second device knows the pace before she writes; it ends by itself, and a week passes
    before the next one (P7)."""
    board, thread = await open_garden(community)
    sysop, ana = community.voices["sysanne"], community.voices["ana"]
    desk = await community.front("ana", "desk")

    def slow() -> SlowDown:
        until = instant(community.clock()) + timedelta(days=1)
        return SlowDown(board=board, seconds=PACE_S, until=until, reason="Sleep on it")

    await sysop.call(slow())
    await desk.until(lambda: bool(_paces(desk, board)))
    [pace] = _paces(desk, board)
    assert (pace.value, pace.reason) == (PACE_S, "Sleep on it")
    await ana.call(_answer(thread))
    with pytest.raises(Restricted) as early:
        await ana.call(_answer(thread))
    assert early.value.again_at == instant(community.clock() + PACE_S * 1_000)
    community.clock.jump(seconds=PACE_S)
    await ana.call(_answer(thread))
    community.clock.jump(days=1)
    assert _paces(desk, board) == []
    await ana.call(_answer(thread))
    await ana.call(_answer(thread))
    with pytest.raises(Conflict, match="the next one may begin"):
        await sysop.call(slow())
    community.clock.jump(days=limits.CALM_AGAIN_DAYS)
    await community.do_jobs()
    await sysop.call(slow())
    await desk.until(lambda: bool(_paces(desk, board)))
    await desk.close()


async def test_a_lock_down_keeps_the_door_and_ends(hall: Hall) -> None:
    """The same invitation is taken after it; the first post of who was here waits for a moderator
    until they publish it (P6, P7)."""
    board = await hall.board("garden")
    ana, bob = await hall.join("ana", board), await hall.join("bob", board)
    await ana.ask(_first(board))
    await hall.carried(hall.sysop.ask(LockDown(reason="A flood of spam")))
    [begun] = await ana.told(RestrictionChanged)
    assert begun.restriction.kind is RestrictionKind.LOCKED_DOWN
    with pytest.raises(Restricted):
        await hall.join("cai", board)
    free = (await ana.ask(_first(board))).post
    assert free.state is ContentState.PUBLISHED
    held = (await bob.ask(_first(board))).post
    assert (held.state, held.approval) == (ContentState.HELD, Approval.LOCKED_DOWN)
    await hall.sysop.ask(PublishPost(board=board, post=held.id))
    await ana.until(lambda: len(ana.events(board_stream(board), ThreadPublished)) == 3)
    hall.clock.jump(hours=limits.LOCK_DOWN_HOURS)
    await hall.do_jobs()
    cai = await hall.join("cai", board)
    assert (await cai.ask(_first(board))).post.state is ContentState.PUBLISHED
    assert isinstance(await hall.sysop.refused(LockDown(reason="Again")), Conflict)


async def test_an_urgent_notice_comes_past_a_mute(hall: Hall) -> None:
    """On every device of who sits there, and to who follows another place on the command line; the
    words of the board that they muted do not call them (P1, P4)."""
    board = await hall.board("garden")
    bob, cy = await hall.join("bob", board), await hall.join("cy")
    phone = await hall.phone(bob)
    await bob.ask(SetBoardChoice(board=board, stance=Stance.MUTE))
    await hall.carried(hall.sysop.ask(GiveUrgentNotice(board=board, text=URGENT)))
    await hall.do_jobs("tell urgent notices")
    elsewhere = Follower(cast("CliContext", None), {board_stream(COMMONS)}, new_id())
    for device in (bob, phone):
        [told] = await device.told(Noticed)
        assert (told.notice.kind, told.notice.board) == (NoticeKind.URGENT, board)
        [event] = device.events(kind=Noticed)
        assert elsewhere._is_wanted(event)
    assert (await cy.ask(ListNotices())).notices == ()


@pytest.mark.parametrize("visibility", [Visibility.PRIVATE, Visibility.UNLISTED])
async def test_a_notice_stays_with_those_who_sit_there(hall: Hall, visibility: Visibility) -> None:
    """Of a board that is not listed nobody else is sent a word, the board's id included (P3)."""
    board = new_id()
    ana, cy = await hall.join("ana"), await hall.join("cy")
    opening = OpenBoard(
        board=board, slug="cellar", title="C", charter="C.", norms=NORMS, visibility=visibility
    )
    await hall.sysop.ask(opening)
    await hall.sysop.listen(board)
    await hall.carried(hall.sysop.ask(GiveUrgentNotice(board=board, text=URGENT)))
    await hall.do_jobs("tell urgent notices")
    assert (await hall.sysop.told(Noticed))[-1].notice.act.reason == URGENT
    for stranger in (ana, cy):
        shown: list[Any] = [
            await stranger.ask(ListNotices()),
            await stranger.ask(Search(query="dam")),
        ]
        shown += [await stranger.ask(GetLog(board=COMMONS)), stranger.happened]
        assert "dam is full" not in str(shown)
        assert board not in str(stranger.happened)


async def test_a_visit_is_told_to_who_follows_any_part_of_the_board(hall: Hall) -> None:
    """A thread, the lounge or all of it; not to who follows another board on the command line (P8)."""
    board = await hall.board("cellar")
    ana = await hall.join("ana", board)
    sysop = hall.sysop.id

    def leave(tx: Tx) -> None:
        tx.execute("UPDATE boards SET visibility = 'private' WHERE id = ?", board)
        for table in ("seats", "offices"):
            sql = f"DELETE FROM {table} WHERE board = ? AND member = ?"
            tx.execute(sql, board, sysop)

    await hall.change(leave)
    await hall.sysop.ask(EnterBoard(board=board, law="GDPR art. 15", reason="A court asks"))
    await ana.told(Acted)
    [event] = ana.events(kind=Acted)
    nobody = cast("CliContext", None)
    for streams, thread in (({lounge_stream(board)}, None), ({board_stream(board)}, new_id())):
        assert Follower(nobody, streams, thread, board)._is_wanted(event)
        assert not Follower(nobody, streams, thread, new_id())._is_wanted(event)
    assert Follower(nobody)._is_wanted(event)
