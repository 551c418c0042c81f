"""Notices: whoever is touched by power is told, in person and nobody else (P8)."""

from typing import Any

import pytest
from msgspec.structs import replace

from bbs import limits
from bbs.errors import FolkmootError
from bbs.features.arriving.messages import DeclinePost
from bbs.features.boards.application_messages import AcceptApplication, DeclineApplication
from bbs.features.boards.messages import ConfigureBoard, Visibility
from bbs.features.boards.seat_messages import (
    Appoint,
    LeaveSeat,
    OfferSeat,
    SeatState,
    TakeBackOffer,
    TakeSeat,
)
from bbs.features.community.notice_messages import GiveUrgentNotice
from bbs.features.members.about_messages import PurgeAbout
from bbs.features.members.messages import ListMembers, ResetMember
from bbs.features.reading.messages import GetInbox, ListNotices, Noticed
from bbs.features.reading.views import InboxKind, Notice, NoticeKind
from bbs.features.threads.erasing_messages import Purge
from bbs.features.threads.hiding_messages import RestoreLine, RestorePost
from bbs.features.threads.tending_messages import ChangeTitle, MoveThread
from bbs.ids import COMMONS, BoardId, new_id
from bbs.messages import Command
from bbs.powers import Office, Power
from bbs.streams import board_stream, member_stream
from bbs.terminal.inbox_text import describe_notice
from bbs_server.features.reading import notices as reading_notices
from bbs_server.store.meta import NOTICES_BROUGHT
from tests.features.moderation.hides import HIDES
from tests.features.moderation.test_acts import MAKE, acts_of, acts_where, returned
from tests.support.moot import Line, Moot
from tests.support.people import secret
from tests.support.talk import seated, start, write

LAW, WHY = "StGB 130", "By order of the court"


async def notices(line: Line, **page: Any) -> list[Notice]:
    """Return a member's notices, newest first."""
    return list((await line.ask(ListNotices(**page))).notices)


async def told_to(moot: Moot) -> dict[str, int]:
    """Return how many notices each member has, as the tables tell."""
    sql = "SELECT member, count(*) FROM notices GROUP BY member"
    return dict(await moot.read(lambda tx: tx.fetch_all(sql)))


async def applicant(moot: Moot) -> str:
    """Return who applied for a seat, as the table tells."""
    sql = "SELECT member FROM applications"
    return str(await moot.read(lambda tx: tx.fetch_value(sql)))


async def sitting(moot: Moot, board: BoardId) -> list[str]:
    """Return who sits on a board, as the table tells."""
    sql = "SELECT member FROM seats WHERE board = ? AND state = 'seated'"
    return [str(member) for (member,) in await moot.read(lambda tx: tx.fetch_all(sql, board))]


async def said(line: Line, notice: Notice) -> str:
    """Return a notice as a surface tells it."""
    members = {each.id: each for each in (await line.ask(ListMembers())).members}
    return describe_notice(
        notice, members, lambda board: "commons" if board == COMMONS else "garden"
    )


OF_CASES = "cases."
"""What is done in a case tells its people by notices of their own kinds; see `tests/features/cases`."""


@pytest.mark.parametrize(
    "method",
    [each for each in MAKE if not each.method.startswith(OF_CASES)],
    ids=lambda command: command.method,
)
async def test_whoever_is_touched_by_power_is_told(
    moot: Moot, ana: Line, board: BoardId, method: type[Command[Any]]
) -> None:
    """Of every command of the registry that uses power: whom the act is about, and whose words it
    took, has one notice, and one before where the words were hidden or the seat was offered first;
    of an urgent notice everybody who sits there; nobody else has any; rehearsed, refused and
    repeated ones leave none (P8)."""
    command = replace(await MAKE[method](moot, ana, board), op=new_id())
    before = await told_to(moot)
    await moot.sysop.carry(replace(command, op=new_id(), dry_run=True))
    assert isinstance(await ana.refused(replace(command, op=new_id())), FolkmootError)
    assert await told_to(moot) == before
    await moot.sysop.carry(command)
    await moot.sysop.carry(command)
    found = await acts_where(ana, command, board)
    act = max((act for act in found if act.method == method.method), key=lambda act: act.at)
    touched = act.about
    if method in (Purge, ChangeTitle, MoveThread, *HIDES):
        touched = ana.id
    elif method in (AcceptApplication, DeclineApplication):
        # The act names nobody: how an application was decided is told to the applicant alone.
        assert touched is None
        touched = await applicant(moot)
    elif method is DeclinePost:
        assert touched is None
        [touched] = before  # its author alone, who was told that it waits
    twice = (Purge, PurgeAbout, RestorePost, RestoreLine, TakeBackOffer, DeclinePost)
    notices_then = 1 + (method in twice)
    everybody = await sitting(moot, board) if method is GiveUrgentNotice else []
    expected = dict.fromkeys(everybody or ([touched] if touched else []), notices_then)
    assert await told_to(moot) == {**before, **expected}
    if ana.id in expected:
        [notice, *_] = await notices(ana)
        assert notice.act == act
        assert (notice.board, notice.at) == (act.board, act.at)
        [item, *_] = (await ana.ask(GetInbox())).items
        assert (item.kind, item.notice, item.seat) == (InboxKind.NOTICE, notice, notice.seat)


async def test_a_notice_says_who_did_what_in_which_office_and_why(
    moot: Moot, ana: Line, board: BoardId
) -> None:
    """An appointment, its end, a recovery code and a purge, each in a line (P7, P8)."""
    _, post = await start(ana, board)
    for command in (
        Appoint(board=board, member=ana.id),
        Appoint(board=board, member=ana.id, moderator=False),
        ResetMember(member=ana.id, code=secret("again")),
        Purge(post=post, law=LAW, reason=WHY),
    ):
        moot.clock.jump(seconds=1)
        await moot.sysop.carry(command)
    found = [each for each in await notices(ana) if each.kind is not NoticeKind.HIDDEN]
    assert [await said(ana, notice) for notice in found[::-1]] == [
        "garden: @sysanne, moderator of garden, made you a moderator",
        "garden: @sysanne, moderator of garden, ended moderation of you",
        "commons: @sysanne, sysop, gave you a recovery code",
        f"garden: your words: @sysanne, sysop, purged the post garden/1/1 by {LAW}: {WHY}",
    ]
    assert [notice.kind for notice in found].count(NoticeKind.WORDS) == 1
    assert [notice.seat.moderator for notice in found[::-1] if notice.seat] == [True, False]


async def test_what_one_does_to_oneself_is_no_notice(moot: Moot, ana: Line, board: BoardId) -> None:
    """Who gives up an office or purges their own words knows it already."""
    await moot.sysop.ask(Appoint(board=board, member=ana.id))
    await ana.ask(LeaveSeat(board=board))
    await moot.sysop.ask(TakeSeat(board=board, norms_version=1))
    _, post = await start(moot.sysop, board)
    await moot.sysop.ask(Purge(post=post, law=LAW, reason=WHY))
    assert len(await notices(ana)) == 1
    assert await notices(moot.sysop) == []


async def test_a_notice_of_a_private_board_is_told_to_its_member_alone(moot: Moot) -> None:
    """Not to the sysop, not on the commons, not to somebody else on that board (P8, P11)."""
    ana, bo, cy = [await moot.join(name) for name in ("ana", "bo", "cy")]
    attic = await moot.board(moot.sysop, "attic", visibility=Visibility.PRIVATE)
    for line in (ana, bo):
        await moot.sysop.ask(OfferSeat(board=attic, member=line.id))
        await line.ask(TakeSeat(board=attic, norms_version=1))
    everybody = (moot.sysop, ana, bo, cy)
    for line in everybody:
        await line.listen(member_stream(line.id), member_stream(ana.id), board_stream(COMMONS))
        await line.listen(board_stream(attic))
    await moot.sysop.ask(Appoint(board=attic, member=ana.id))
    [told] = await ana.told(Noticed)
    assert told.notice.act.office is Office.MODERATOR
    await moot.sysop.carry(Appoint(board=attic, member=ana.id, moderator=False))
    await ana.told(Noticed, 2)
    for line in everybody:
        await line.settle()
    assert [len(line.events(Noticed)) for line in everybody] == [0, 2, 0, 0]
    assert [len(await notices(line)) for line in everybody] == [0, 3, 1, 0]
    await ana.ask(LeaveSeat(board=attic))
    assert len(await notices(ana)) == 3  # what was done to somebody stays told to them


async def test_two_devices_are_told_and_no_script(moot: Moot, ana: Line, board: BoardId) -> None:
    """Each device of the member has the same notice; a token learns of none (P11, protocol 3.7)."""
    other, bot = await moot.again(ana), await moot.with_token(ana, [Power.READ])
    for line in (ana, other, bot):
        await line.listen(member_stream(ana.id))
    await moot.sysop.ask(Appoint(board=board, member=ana.id))
    [first], [second] = await ana.told(Noticed), await other.told(Noticed)
    assert first.notice == second.notice == (await notices(other))[0]
    await bot.settle()
    assert bot.events(Noticed) == []
    assert (await bot.refused(ListNotices())).code == "not_allowed"
    later = await moot.again(ana)
    await later.listen(member_stream(ana.id), cursor=0)
    assert (await later.told(Noticed))[0].notice == first.notice


async def test_each_author_of_a_purged_thread_is_told_once(
    moot: Moot, ana: Line, board: BoardId
) -> None:
    """However many of their posts go, in however many slices; who purged is not told (P8)."""
    bo = await seated(moot, "bo", board)
    await moot.sysop.ask(TakeSeat(board=board, norms_version=1))
    thread, _ = await start(ana, board)
    for line in (ana, bo, moot.sysop, bo):
        for _ in range(limits.PURGED_AT_ONCE_MAX // 2 + 1):
            await write(line, thread)
    await moot.sysop.carry(Purge(thread=thread, law=LAW, reason=WHY))
    # It was carried out before timed work came to tell that it is hidden.
    assert await told_to(moot) == {ana.id: 1}
    await moot.do_jobs()
    assert await told_to(moot) == {ana.id: 1, bo.id: 1}
    [notice] = await notices(bo)
    assert (notice.kind, notice.act and notice.act.reason) == (NoticeKind.WORDS, WHY)
    assert "your words: @sysanne, sysop, purged the thread" in await said(bo, notice)


async def test_a_seat_that_becomes_free_is_told(moot: Moot, ana: Line, board: BoardId) -> None:
    """Nobody used power over who is next on the waiting list, and yet they are told (P3)."""
    await moot.sysop.ask(TakeSeat(board=board, norms_version=1))
    await moot.sysop.ask(ConfigureBoard(board=board, seats=2))
    bo = await moot.join("bo")
    await bo.ask(TakeSeat(board=board, norms_version=1))
    await ana.ask(LeaveSeat(board=board))
    [notice] = await notices(bo)
    assert (notice.kind, notice.act) == (NoticeKind.SEAT, None)
    assert notice.seat is not None
    assert notice.seat.state is SeatState.OFFERED
    said_to_bo = await said(bo, notice)
    assert said_to_bo.startswith("a seat on garden is offered to you until 2026-03-08")
    assert await notices(ana) == []


async def test_looking_leaves_no_trace(moot: Moot, ana: Line, board: BoardId) -> None:
    """Whether a notice was read is stored nowhere, and told to nobody (P2, P11)."""
    await moot.sysop.ask(Appoint(board=board, member=ana.id))
    await ana.listen(member_stream(ana.id))
    before, told = await moot.dump(), list(ana.tape.frames)
    assert await notices(ana) == await notices(ana)
    await ana.ask(GetInbox())
    assert await moot.dump() == before
    await ana.settle()
    assert ana.tape.frames == told


async def test_notices_are_paged_newest_first(moot: Moot, ana: Line, board: BoardId) -> None:
    """Page by page nothing is left out or told twice, even of one moment (P1)."""
    for turn in range(7):
        moot.clock.jump(seconds=turn % 2)
        await moot.sysop.carry(Appoint(board=board, member=ana.id, moderator=turn % 2 == 0))
    whole = await notices(ana)
    assert [notice.at for notice in whole] == sorted((n.at for n in whole), reverse=True)
    found: list[Notice] = []
    before = None
    while True:
        page = await ana.ask(ListNotices(limit=2, before=before))
        found += page.notices
        if (before := page.next_before) is None:
            break
    assert (found, len(found)) == (whole, 7)


async def test_a_notice_ends_before_its_act_forgets_whom_it_was_about(
    moot: Moot, ana: Line, board: BoardId
) -> None:
    """After a year no notice links a member to an act: hidden at once, then erased (P10)."""
    await moot.sysop.ask(Appoint(board=board, member=ana.id))
    weeks, days = divmod(limits.NOTICE_DAYS, 7)
    for step in (*[7] * weeks, days):
        moot.clock.jump(days=step)
        await moot.do_jobs()
    moot.clock.jump(seconds=1)
    ana = await returned(moot, ana)
    assert await notices(ana) == []
    assert (await ana.ask(GetInbox())).items == ()
    await moot.do_jobs()
    assert await told_to(moot) == {}
    assert (await acts_of(ana, board))[-1].about is None


async def test_a_database_that_kept_no_notices_is_brought_along(
    moot: Moot, ana: Line, board: BoardId
) -> None:
    """What the acts of the version before were about, and seats that changed by themselves, are
    notices once, whatever is done again (P8)."""
    await moot.sysop.ask(Appoint(board=board, member=ana.id))
    await moot.sysop.ask(TakeSeat(board=board, norms_version=1))
    await moot.sysop.ask(ConfigureBoard(board=board, seats=2))
    bo = await moot.join("bo")
    await bo.ask(TakeSeat(board=board, norms_version=1))
    await ana.ask(LeaveSeat(board=board))
    kept = [replace(each, id="") for line in (ana, bo) for each in await notices(line)]

    def forget(tx: Any) -> None:
        tx.execute("DELETE FROM notices")
        tx.execute("DELETE FROM meta WHERE key = ?", NOTICES_BROUGHT)

    await moot.change(forget)
    for _ in range(2):
        await moot.change(reading_notices.bring_notices_along)
    found = [replace(each, id="") for line in (ana, bo) for each in await notices(line)]
    # Of an office of before nobody knows any more what the seat was like.
    assert found == [replace(kept[0], seat=None), kept[1]]
