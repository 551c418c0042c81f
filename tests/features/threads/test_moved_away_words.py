"""Words that went to another board: what is new there, and that nobody else is sent a byte of them (P2, P4, P10)."""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bbs.errors import FolkmootError
from bbs.features.boards.messages import Visibility
from bbs.features.boards.rules import role_on
from bbs.features.boards.seat_messages import Appoint, LeaveSeat, SeatState, TakeSeat
from bbs.features.boards.sight import Readers, find_gain, lose_sight
from bbs.features.moderation.messages import GetLog
from bbs.features.reading.messages import (
    GetInbox,
    GetMarks,
    GetUnread,
    ListMentions,
    ListNotices,
    ListSaved,
    MarkPosts,
    Resolve,
    SavePost,
    Search,
    SetThreadChoice,
)
from bbs.features.reading.views import Stance
from bbs.features.threads.hiding_messages import GetHiddenPost
from bbs.features.threads.messages import (
    EditPost,
    GetHistory,
    GetSkeleton,
    GetThread,
    ListPosts,
    ListRecent,
    ListThreads,
    Retitle,
    Thank,
    WritePost,
)
from bbs.features.threads.tending_messages import (
    ChangeTitle,
    MergeThread,
    PinThread,
    SplitThread,
)
from bbs.ids import BoardId, ThreadId, new_id
from bbs.messages import Command, Request
from bbs.powers import ROLE_POWERS, Power
from bbs.streams import board_stream, desk_stream
from tests.features.threads.test_moving_away import WHY, moved, private
from tests.support.moot import Line, Moot
from tests.support.talk import seated, start, write

C = TypeVar("C", bound=Command[Any])
CANARY = "canarywords"


async def unread(line: Line) -> dict[ThreadId, int]:
    """Return how many posts are new to a member, by thread."""
    return {each.thread: each.posts for each in (await line.ask(GetUnread())).threads}


async def sat(line: Line, *boards: BoardId) -> None:
    """Seat somebody on boards."""
    for board in boards:
        await line.ask(TakeSeat(board=board, norms_version=1))


async def test_nothing_becomes_unread_or_read(moot: Moot, board: BoardId, ana: Line) -> None:
    """What was new to somebody stays new, what was read stays read; a board gets no backlog (P2, P4)."""
    shed = await moot.board(moot.sysop, "shed")
    bo, cy, dee, eve = [await moot.join(handle) for handle in ("bo", "cy", "dee", "eve")]
    begun = await start(ana, board, "one")
    await sat(ana, shed)
    await sat(bo, shed)
    await sat(cy, board)
    await sat(dee, board, shed)  # sat down after the first post
    await sat(eve, board, shed)
    await eve.ask(SetThreadChoice(thread=begun.thread, stance=Stance.MUTE))
    for body in ("two", "three"):
        await write(ana, begun.thread, body)
    await moot.sysop.ask(MarkPosts(thread=begun.thread, first=1, last=2))
    lines = (moot.sysop, ana, bo, cy, dee, eve)
    before = [sum((await unread(line)).values()) for line in lines]
    assert before == [1, 0, 0, 2, 2, 0]
    there = await moved(moot, begun.thread, shed)
    for line, count in zip(lines, before, strict=True):
        assert await unread(line) == ({there.id: count} if count and line is not cy else {})
    dees = (await dee.ask(GetMarks())).marks
    assert [(marks.thread, marks.board, marks.read) for marks in dees] == [
        (there.id, shed, ((1, 1),))
    ]
    await write(ana, there.id, "four")
    assert [sum((await unread(line)).values()) for line in lines] == [2, 0, 1, 0, 3, 0]
    await sat(cy, shed)
    assert await unread(cy) == {}


async def _sent(line: Line, command: C) -> C:
    """Send a command; return it with its op, to be sent again."""
    command = replace(command, op=new_id())
    await line.ask(command)
    return command


async def _asked(ana: Line, board: BoardId, thread: ThreadId, posts: Iterable[str]) -> None:
    """Ask for everything that somebody who reads the board that words left can ask for."""
    asked: list[Request[Any]] = [
        *(ListThreads(board=board), GetThread(thread=thread), ListPosts(thread=thread)),
        *(GetSkeleton(thread=thread), ListRecent(board=board), Search(query=CANARY)),
        *(Search(query=f"board:garden {CANARY}"), GetInbox(), ListNotices(), ListSaved()),
        *(ListMentions(), GetLog(board=board), GetMarks(), GetUnread()),
        *(Resolve(address=f"garden/{n}") for n in range(1, 5)),
        *(Resolve(address=f"garden/{n}/{k}") for n in range(1, 5) for k in range(1, 5)),
    ]
    for post in posts:
        asked += [GetHistory(post=post), GetHiddenPost(post=post), Thank(post=post, op=new_id())]
    for request in asked:
        with suppress(FolkmootError):  # what it answers is looked at with all that was sent
            await ana.ask(request)


async def test_no_byte_goes_to_who_may_not_read_it(moot: Moot, board: BoardId, ana: Line) -> None:
    """Whoever reads the board that a thread left, but not the other one, is sent nothing of it: not
    by a page, search or address, not by a replay, and not by an answer that is asked for again."""
    bo = await seated(moot, "bo", board)
    cellar = await private(moot, "cellar", bo)
    begun = await start(bo, board, f"{CANARY} 1 @ana", f"{CANARY} title")
    branch = await write(bo, begun.thread, f"{CANARY} 2", begun.post)
    own = WritePost(thread=begun.thread, post=new_id(), parent=branch, body=f"{CANARY} own")
    own = await _sent(ana, own)
    await bo.ask(EditPost(post=branch, body=f"{CANARY} 3"))
    await bo.ask(Retitle(thread=begun.thread, title=f"{CANARY} other"))
    title = await _sent(
        moot.sysop, ChangeTitle(thread=begun.thread, title=f"{CANARY} third", reason=WHY)
    )
    pin = await _sent(moot.sysop, PinThread(thread=begun.thread, reason=WHY))
    await ana.ask(SavePost(post=branch, saved=True))
    apart = new_id()
    await moot.sysop.ask(SplitThread(post=branch, thread=apart, title=CANARY, reason=WHY))
    other = await start(bo, board, f"{CANARY} 4", f"{CANARY} merged")
    await moot.sysop.ask(MergeThread(thread=other.thread, into=apart, reason=WHY))
    await moved(moot, begun.thread, cellar)
    await moved(moot, apart, cellar)
    reader = await moot.again(ana)
    await reader.listen(board_stream(board), cursor=0)
    await reader.settle()
    assert len(reader.frames) > 15
    await _asked(reader, board, begun.thread, (begun.post, branch, own.post, other.post))
    await reader.ask(own)
    assert CANARY.encode() not in reader.sent
    assert cellar.encode() not in reader.sent
    assert b"cellar" not in reader.sent
    await moot.sysop.ask(Appoint(board=cellar, member=bo.id))
    await moot.sysop.ask(LeaveSeat(board=cellar))
    desk = await moot.again(moot.sysop)
    await desk.listen(board_stream(board), desk_stream(board), cursor=0)
    await desk.settle()
    for command in (title, pin):
        await desk.ask(command)
    assert CANARY.encode() not in desk.sent
    insider = await moot.again(bo)
    await insider.listen(board_stream(cellar), cursor=0)
    await insider.settle()
    assert insider.sent.count(CANARY.encode()) >= 6


SEATS = st.frozensets(st.sampled_from("abcdef"), max_size=5)
READERS = st.builds(
    Readers,
    st.sampled_from(Visibility),
    SEATS,
    st.frozensets(st.sampled_from("abcdef"), max_size=2),
)


def _reads(board: Readers, member: str) -> bool:
    """Whether the gate lets a member of the community read a board."""
    seat = SeatState.SEATED if member in board.seated else None
    role = role_on(board.visibility, seated_in_community=True, seat=seat, moderator=False)
    return Power.READ in ROLE_POWERS[role] and member not in board.suspended


@given(source=READERS, target=READERS)
def test_whoever_may_read_it_there_could_before(source: Readers, target: Readers) -> None:
    """A move that no rule refuses shows nobody what they could not read, by the gate's own rule (P10)."""
    gain, everybody = find_gain(source, target), "abcdefg"
    free = Readers(target.visibility, target.seated)
    gains = {who for who in everybody if _reads(free, who) and not _reads(source, who)}
    if not gain:
        assert not gains
    else:
        assert gains or gain.told or source.visibility is not Visibility.MEMBERS
    assert gains >= gain.members | gain.suspended
    loses = {who for who in everybody if _reads(source, who) and not _reads(free, who)}
    assert lose_sight(source, target) or not loses


@pytest.mark.parametrize("target", Visibility)
def test_no_move_leads_to_an_unlisted_board(target: Visibility) -> None:
    """Markers lead on, so they would tell its address."""
    gain = find_gain(Readers(Visibility.MEMBERS), Readers(target))
    assert gain.told is (target is Visibility.UNLISTED)
