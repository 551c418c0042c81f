"""Lock-down: for three days nobody joins and first posts wait, by two keys (P6, P7, P8)."""

from unittest.mock import patch

from bbs import limits
from bbs.clock import instant
from bbs.features.arriving.messages import PublishPost
from bbs.features.boards.messages import ConfigureBoard, GetBoard
from bbs.features.boards.seat_messages import Appoint, SeatState, TakeSeat
from bbs.features.moderation.calm_messages import EndLockDown, LockDown
from bbs.features.moderation.messages import GetLog, RestrictionChanged
from bbs.features.threads.messages import StartThread, WritePost
from bbs.features.threads.views import Approval, ContentState
from bbs.ids import COMMONS, BoardId, new_id
from bbs.refusals import Conflict, NotAllowed
from bbs.restricted import Restricted
from bbs.streams import COMMONS_STREAM
from bbs_server.features.threads.approving import HAS_POSTED
from tests.features.proposals.motions import friends, moved, second, sysop_again
from tests.support.moot import Line, Moot
from tests.support.people import Person
from tests.support.talk import start, write

LOCK = LockDown(reason="A flood of spam")
HOURS = limits.LOCK_DOWN_HOURS


def _first(board: BoardId) -> StartThread:
    return StartThread(board=board, thread=new_id(), post=new_id(), title="T", body="B")


async def test_it_takes_two_keys_and_ends_by_itself(moot: Moot) -> None:
    """A second moderator of the commons begins it; everybody hears; invitations keep until the end."""
    _, [ana, bo] = await friends(moot, "ana", "bo")
    await moot.sysop.ask(Appoint(board=COMMONS, member=ana.id))
    moot.clock.jump(days=limits.KEY_OFFICE_DAYS)
    await sysop_again(moot)
    await bo.listen(COMMONS_STREAM)
    assert isinstance(await bo.refused(LOCK), NotAllowed)
    waits = await moved(moot.sysop, LOCK)
    assert waits.way == "second_key"
    await moot.join("cai")
    await ana.ask(second(ana, waits))
    [told] = await bo.told(RestrictionChanged)
    assert (told.restriction.kind, told.restriction.reason) == ("locked_down", "A flood of spam")
    dot = moot.line(Person("dot"))
    refused = await dot.refused(dot.person.sign_up(moot.code))
    assert isinstance(refused, Restricted)
    assert refused.until == instant(moot.clock() + HOURS * 3_600_000)
    assert "this community takes no newcomers until" in str(refused)
    assert "keeps until then" in refused.hint
    moot.clock.jump(hours=HOURS)
    await dot.ask(dot.person.sign_up(moot.code))
    acts = (await bo.ask(GetLog(board=COMMONS))).acts
    [act] = [act for act in acts if act.method == LockDown.method]
    assert act.seconded_by == ana.id
    assert act.changes[0].field == "locked_down"


async def test_first_posts_wait_everywhere_meanwhile(moot: Moot, board: BoardId, ana: Line) -> None:
    """Of everybody who writes on a board for the first time; who wrote there before is free (P6)."""
    await start(ana, board)
    shed = await moot.board(moot.sysop, "shed")
    await ana.ask(TakeSeat(board=shed, norms_version=1))
    await moot.sysop.carry(LOCK)
    await write(ana, (await start(ana, board)).thread)
    held = (await ana.ask(_first(shed))).post
    assert (held.state, held.approval) == (ContentState.HELD, Approval.LOCKED_DOWN)
    free = (await moot.sysop.ask(_first(shed))).post
    assert free.state is ContentState.PUBLISHED
    await moot.sysop.ask(PublishPost(board=shed, post=held.id))
    later = (await ana.ask(_first(shed))).post
    assert later.state is ContentState.PUBLISHED


async def test_few_posts_are_looked_at(moot: Moot, board: BoardId, ana: Line) -> None:
    """However many posts a board has, the newest alone say whether somebody wrote there (P14)."""
    plan = str(
        await moot.read(
            lambda tx: tx.fetch_all(f"EXPLAIN QUERY PLAN {HAS_POSTED}", board, 9, ana.id)
        )
    )
    assert "SEARCH posts USING INDEX" in plan
    assert "SCAN posts" not in plan
    assert "TEMP B-TREE" not in plan
    begun = await start(ana, board)
    await write(moot.sysop, begun.thread)
    await moot.sysop.carry(LOCK)
    with patch.object(limits, "FIRST_POST_LOOKED_AT_MAX", 1):
        assert (await ana.ask(_first(board))).post.approval is Approval.LOCKED_DOWN
    assert (await ana.ask(_first(board))).post.state is ContentState.PUBLISHED


async def test_each_post_of_who_is_guarded_waits(moot: Moot, board: BoardId) -> None:
    """A guard of links lets posts without them pass, but for the days of a lock-down."""
    await moot.sysop.ask(ConfigureBoard(board=board, guard_links=True))
    cai = await moot.join("cai")
    await cai.ask(TakeSeat(board=board, norms_version=1))
    begun = await start(cai, board)
    await moot.sysop.carry(LOCK)
    post = (await cai.ask(WritePost(thread=begun.thread, post=new_id(), body="B"))).post
    assert post.approval is Approval.LOCKED_DOWN
    await moot.sysop.ask(EndLockDown(reason="It is over"))
    post = (await cai.ask(WritePost(thread=begun.thread, post=new_id(), body="B"))).post
    assert post.approval is None


async def test_the_waiting_list_rests(moot: Moot) -> None:
    """Nobody gets a seat of the commons, however many are free, until it ends; then they do (P3)."""
    await moot.sysop.carry(ConfigureBoard(board=COMMONS, seats=1))
    ana = await moot.join("ana")
    await moot.sysop.carry(LOCK)
    await moot.sysop.carry(ConfigureBoard(board=COMMONS, seats=9))
    await moot.do_jobs("move waiting lists")
    seat = (await ana.ask(GetBoard(board=COMMONS))).seat
    assert seat is not None
    assert seat.state is SeatState.WAITING
    assert isinstance(await ana.refused(TakeSeat(board=COMMONS, norms_version=1)), Restricted)
    moot.clock.jump(hours=HOURS)
    await moot.do_jobs("move waiting lists")
    seat = (await ana.ask(GetBoard(board=COMMONS))).seat
    assert seat is not None
    assert seat.state is SeatState.OFFERED


async def test_it_comes_again_only_a_week_after_its_end(
    moot: Moot, board: BoardId, ana: Line
) -> None:
    """Neither longer while it holds nor at once when it is over."""
    await moot.sysop.carry(LOCK)
    moot.clock.jump(hours=1)
    assert isinstance(await moot.sysop.refused(LOCK), Conflict)
    await moot.sysop.ask(EndLockDown(reason="It is over"))
    for _ in range(limits.LOCK_DOWN_AGAIN_DAYS):
        await moot.do_jobs("announce edges")
        await moot.do_jobs("forget restrictions")
        assert isinstance(await moot.sysop.refused(LOCK), Conflict)
        moot.clock.jump(days=1)
    await moot.sysop.carry(LOCK)
    moot.clock.jump(hours=1)
    assert isinstance(await moot.sysop.refused(LOCK), Conflict)
