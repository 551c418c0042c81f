"""Moves, splits and merges: every address leads on, and nothing becomes unread or read (P2, P4, P10)."""

import pytest

from bbs import limits
from bbs.clock import instant
from bbs.features.moderation.messages import GetLog
from bbs.features.reading.messages import (
    GetMarks,
    GetUnread,
    MarkPosts,
    Resolve,
    Search,
    SetThreadChoice,
)
from bbs.features.reading.views import Stance
from bbs.features.threads.erasing_messages import Purge
from bbs.features.threads.messages import (
    GetSkeleton,
    GetThread,
    ImportPosts,
    ListPosts,
    ListThreads,
    WithdrawPost,
    WritePost,
)
from bbs.features.threads.tending_messages import MergeThread, MovePosts, PostMoved, SplitThread
from bbs.features.threads.views import ContentState, Mail
from bbs.ids import BoardId, ThreadId, new_id
from bbs.refusals import CommandWaits, Conflict, NotFound
from bbs.streams import board_stream
from tests.support.moot import Line, Moot
from tests.support.talk import Begun, seated, start, write

WHY = "It is about something else"


async def bodies(line: Line, thread: ThreadId) -> list[str | None]:
    """Return what the posts of a thread say, by number; None for a marker."""
    return [post.body for post in (await line.ask(ListPosts(thread=thread))).posts]


async def two_threads(ana: Line, board: BoardId) -> tuple[Begun, Begun, list[str]]:
    """Return a thread of a branch of three and a post beside it, another thread, and their posts."""
    one, other = await start(ana, board, "1/1", "One"), await start(ana, board, "2/1", "Other")
    root = await write(ana, one.thread, "1/2", one.post)
    beside = await write(ana, one.thread, "1/3", one.post)
    below = await write(ana, one.thread, "1/4", root)
    last = await write(ana, one.thread, "1/5", below)
    return one, other, [one.post, root, beside, below, last]


async def resolved(line: Line, address: str) -> str | None:
    """Return what the post says to which an address leads."""
    found = (await line.ask(Resolve(address=address))).post
    return found and found.body


async def test_a_branch_moves_with_its_answers(moot: Moot, board: BoardId, ana: Line) -> None:
    """They stand at the end of the other thread, in order; where they stood, markers lead on."""
    one, other, posts = await two_threads(ana, board)
    await moot.sysop.ask(MovePosts(post=posts[1], to=other.thread, reason=WHY))
    assert await bodies(ana, other.thread) == ["2/1", "1/2", "1/4", "1/5"]
    assert await bodies(ana, one.thread) == ["1/1", None, "1/3", None, None]
    bones = (await ana.ask(GetSkeleton(thread=other.thread))).bones
    assert [(bone.number, bone.parent) for bone in bones] == [(1, None), (2, None), (3, 2), (4, 3)]
    left = (await ana.ask(GetSkeleton(thread=one.thread))).bones
    assert [(bone.parent, bone.state.value) for bone in left] == [
        *((None, "published"), (1, "moved"), (1, "published"), (2, "moved"), (4, "moved"))
    ]
    for number, body in enumerate(["1/1", "1/2", "1/3", "1/4", "1/5"], start=1):
        assert await resolved(ana, f"garden/1/{number}") == body
    [act] = (await ana.ask(GetLog(board=board, limit=1))).acts
    assert (act.method, act.thing.thread, act.thing.number) == ("threads.move", 1, 2)
    assert [(change.before, change.after) for change in act.changes] == [("1/2", "2/2")]


async def test_addresses_lead_on_after_several_moves(moot: Moot, board: BoardId, ana: Line) -> None:
    """Wherever a post went since, every address that it had opens it."""
    _, other, posts = await two_threads(ana, board)
    third = await start(ana, board, "3/1", "Third")
    await moot.sysop.ask(MovePosts(post=posts[1], to=other.thread, reason=WHY))
    await moot.sysop.ask(MovePosts(post=posts[3], to=third.thread, reason=WHY))
    new = new_id()
    await moot.sysop.ask(SplitThread(post=posts[4], thread=new, title="New", reason=WHY))
    for address in ("garden/1/5", "garden/2/4", "garden/3/3", "garden/4/1"):
        assert await resolved(ana, address) == "1/5"
    assert await resolved(ana, "garden/1/2") == "1/2"


async def test_a_branch_becomes_a_thread(moot: Moot, board: BoardId, ana: Line) -> None:
    """Its first post begins it under the title given; search finds it by that."""
    one, _, posts = await two_threads(ana, board)
    new = new_id()
    split = SplitThread(post=posts[1], thread=new, title="Rhubarb", reason=WHY)
    shown = (await moot.sysop.ask(split)).thread
    assert (shown.number, shown.posts, shown.title) == (3, 3, "Rhubarb")
    assert await bodies(ana, new) == ["1/2", "1/4", "1/5"]
    [found] = (await ana.ask(Search(query="rhubarb"))).found
    assert found.post.id == posts[1]
    await ana.ask(WithdrawPost(post=posts[1]))
    assert (await ana.ask(GetThread(thread=new))).thread.title is None
    assert (await ana.ask(GetThread(thread=one.thread))).thread.title == "One"


async def test_a_branch_gives_up_its_subject_for_a_title(
    moot: Moot, board: BoardId, ana: Line
) -> None:
    """Search finds what begins a thread by the thread's title, and by its old subject no more."""
    one, _, _ = await two_threads(ana, board)
    at = instant(moot.clock())
    mail = Mail(id=new_id(), thread=one.thread, title="Chard", author="Bo", at=at, body="Leaves")
    await moot.sysop.ask(ImportPosts(board=board, posts=(mail,)))
    [found] = (await ana.ask(Search(query="chard"))).found
    assert found.post.id == mail.id
    split = SplitThread(post=mail.id, thread=new_id(), title="Rhubarb", reason=WHY)
    await moot.sysop.ask(split)
    [found] = (await ana.ask(Search(query="rhubarb leaves"))).found
    assert found.post.id == mail.id
    assert (await ana.ask(Search(query="chard"))).found == ()


async def test_a_thread_is_merged_with_another(moot: Moot, board: BoardId, ana: Line) -> None:
    """All stands below what began it, whose subject is the old title; the address leads on."""
    one, other, posts = await two_threads(ana, board)
    aside = await write(ana, one.thread, "1/6")
    await moot.sysop.ask(MergeThread(thread=one.thread, into=other.thread, reason=WHY))
    page = await ana.ask(ListPosts(thread=other.thread))
    assert [post.body for post in page.posts] == ["2/1", "1/1", "1/2", "1/3", "1/4", "1/5", "1/6"]
    by_id = {post.id: post for post in page.posts}
    assert (by_id[posts[0]].subject, by_id[posts[0]].parent) == ("One", None)
    assert by_id[aside].parent == posts[0]
    found = await ana.ask(Resolve(address="garden/1"))
    assert found.thread is not None
    assert found.thread.id == other.thread
    merged = (await ana.ask(ListThreads(board=board))).threads[-1]
    assert (merged.state, merged.title, merged.moved_to) == (
        *(ContentState.MOVED, None, other.thread),
    )
    [hit] = (await ana.ask(Search(query="one"))).found
    assert hit.post.id == posts[0]


async def test_answers_on_their_way_follow(moot: Moot, board: BoardId, ana: Line) -> None:
    """What was written to the old place, offline or held, arrives where its post is now (P12)."""
    one, other, posts = await two_threads(ana, board)
    slow = await moot.board(moot.sysop, "slow", hold_s=60)
    first, second = [await start(moot.sysop, slow, f"{n}", "T") for n in (1, 2)]
    moot.clock.jump(seconds=61)
    await moot.do_jobs("publish held posts")
    root = await write(moot.sysop, first.thread, "root", first.post)
    moot.clock.jump(seconds=61)
    await moot.do_jobs("publish held posts")
    await write(moot.sysop, first.thread, "held", root)
    await moot.sysop.ask(MovePosts(post=root, to=second.thread, reason=WHY))
    moot.clock.jump(seconds=61)
    await moot.do_jobs("publish held posts")
    assert await bodies(moot.sysop, second.thread) == ["2", "root", "held"]
    await moot.sysop.ask(MovePosts(post=posts[1], to=other.thread, reason=WHY))
    late = WritePost(thread=one.thread, post=new_id(), parent=posts[1], body="late")
    shown = (await ana.ask(late)).post
    assert (shown.thread, shown.number) == (other.thread, 5)
    await moot.sysop.ask(MergeThread(thread=one.thread, into=other.thread, reason=WHY))
    aside = (await ana.ask(WritePost(thread=one.thread, post=new_id(), body="aside"))).post
    assert (aside.thread, aside.parent) == (other.thread, posts[0])


async def test_nothing_becomes_unread_or_read(moot: Moot, board: BoardId, ana: Line) -> None:
    """Marks follow the posts for everybody; own devices are told (P2, P4)."""
    bo, cy = await seated(moot, "bo", board), await seated(moot, "cy", board)
    one, other, posts = await two_threads(ana, board)
    await bo.ask(MarkPosts(thread=one.thread, first=1, last=2))
    await bo.ask(MarkPosts(thread=one.thread, first=5, last=5))
    await bo.ask(MarkPosts(thread=other.thread, first=1, last=1))
    await cy.ask(SetThreadChoice(thread=one.thread, stance=Stance.MUTE))

    async def unread(line: Line) -> int:
        return sum(each.posts for each in (await line.ask(GetUnread())).threads)

    before = [await unread(line) for line in (ana, bo, cy)]
    assert before == [0, 2, 1]
    await moot.sysop.ask(MovePosts(post=posts[1], to=other.thread, reason=WHY))
    assert [await unread(line) for line in (ana, bo, cy)] == before
    marks = {each.thread: each.read for each in (await bo.ask(GetMarks())).marks}
    assert marks[other.thread] == ((1, 2), (4, 4))
    await moot.sysop.ask(MergeThread(thread=one.thread, into=other.thread, reason=WHY))
    assert [await unread(line) for line in (ana, bo, cy)] == before
    new = new_id()
    await moot.sysop.ask(SplitThread(post=posts[3], thread=new, title="New", reason=WHY))
    assert [await unread(line) for line in (ana, bo, cy)] == before
    await bo.ask(MarkPosts(thread=new, first=1, last=1))
    assert await unread(bo) == before[1] - 1


async def test_a_large_thread_moves_in_slices(moot: Moot, board: BoardId, ana: Line) -> None:
    """Each transaction moves at most MOVED_AT_ONCE_MAX; what is written meanwhile comes along (P14)."""
    one, other = await start(ana, board, "0"), await start(ana, board, "other")
    count = 2 * limits.MOVED_AT_ONCE_MAX + 5
    for n in range(1, count):
        await write(ana, one.thread, str(n))
    await ana.listen(board_stream(board))
    await moot.sysop.ask(MergeThread(thread=one.thread, into=other.thread, reason=WHY))
    assert len(await ana.told(PostMoved)) == limits.MOVED_AT_ONCE_MAX
    busy = MergeThread(thread=other.thread, into=one.thread, reason=WHY)
    assert isinstance(await moot.sysop.refused(busy), Conflict)
    await write(ana, one.thread, "late")
    await moot.do_jobs("move posts")
    found = await bodies(ana, other.thread)
    assert sorted(map(str, found)) == sorted(["other", *map(str, range(count)), "late"])
    assert await resolved(ana, f"garden/1/{count}") == str(count - 1)


async def test_what_cannot_be_moved_is_one_clear_sentence(
    moot: Moot, board: BoardId, ana: Line
) -> None:
    """Into itself, out of its board, a thread's first post, into a purged thread."""
    one, other, posts = await two_threads(ana, board)
    attic = await start(moot.sysop, await moot.board(moot.sysop, "attic"))
    into_itself = await moot.sysop.refused(
        MergeThread(thread=one.thread, into=one.thread, reason=WHY)
    )
    assert str(into_itself) == "this thread cannot be moved into itself: name another thread"
    for refused in (
        MovePosts(post=posts[0], to=other.thread, reason=WHY),
        MovePosts(post=posts[1], to=one.thread, reason=WHY),
        SplitThread(post=posts[1], thread=other.thread, title="T", reason=WHY),
    ):
        assert isinstance(await moot.sysop.refused(refused), Conflict)
    elsewhere = MovePosts(post=posts[1], to=attic.thread, reason=WHY)
    assert isinstance(await moot.sysop.refused(elsewhere), NotFound)
    await moot.sysop.carry(Purge(thread=other.thread, law="A law", reason="Why"))
    into_purged = MovePosts(post=posts[1], to=other.thread, reason=WHY)
    assert isinstance(await moot.sysop.refused(into_purged), Conflict)


@pytest.mark.parametrize("end", ["withdrawn", "purged"])
async def test_a_moved_post_ends_as_any_other(
    moot: Moot, board: BoardId, ana: Line, end: str
) -> None:
    """Its words go with their subject; the old address leads to what is left (P10)."""
    one, other, posts = await two_threads(ana, board)
    await moot.sysop.ask(MergeThread(thread=one.thread, into=other.thread, reason=WHY))
    if end == "withdrawn":
        await ana.ask(WithdrawPost(post=posts[0]))
    else:
        await moot.sysop.carry(Purge(post=posts[0], law="A law", reason="Why"))
    found = (await ana.ask(Resolve(address="garden/1/1"))).post
    assert found is not None
    assert (found.state.value, found.body, found.subject) == (end, None, None)
    texts = await moot.read(lambda tx: tx.fetch_all("SELECT body FROM texts"))
    assert ("One",) not in texts


async def test_a_title_that_is_hidden_later_is_in_no_replay(
    moot: Moot, board: BoardId, ana: Line
) -> None:
    """What told of moves before does not tell the words that a purge waits for (P10)."""
    one, target = await start(ana, board, "1/1"), await start(ana, board, "2/1", "Quincunx")
    answer = await write(ana, one.thread, "1/2", one.post)
    await moot.sysop.ask(MovePosts(post=answer, to=target.thread, reason=WHY))
    waits = await moot.sysop.refused(Purge(post=target.post, law="A law", reason="Why"))
    assert isinstance(waits, CommandWaits), waits
    bo = await seated(moot, "bo", board)
    await bo.listen(board_stream(board), cursor=0)
    await bo.told(PostMoved)
    assert b"1/2" in bo.sent
    assert b"Quincunx" not in bo.sent
