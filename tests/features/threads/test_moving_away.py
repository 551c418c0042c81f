"""A thread on another board: who may, what is told, and that every word stays where it may be (P5, P8, P10)."""

from typing import Any

import pytest

from bbs.clock import DAY_MS, instant, to_ms
from bbs.features.boards.messages import ConfigureBoard, Visibility
from bbs.features.boards.seat_messages import Appoint, LeaveSeat, OfferSeat, TakeSeat
from bbs.features.moderation.messages import GetLog
from bbs.features.moderation.tending_messages import LockThread, MakeReadOnly
from bbs.features.moderation.views import RestrictionKind
from bbs.features.norms.messages import AmendNorms, Clause, ListNormsVersions
from bbs.features.reading.messages import ListNotices, Resolve, Search
from bbs.features.threads.hiding_messages import GetHiddenPost, HidePost, RestorePost
from bbs.features.threads.messages import (
    EditPost,
    GetHistory,
    GetThread,
    ListPosts,
    ListThreads,
    WithdrawPost,
    WritePost,
)
from bbs.features.threads.tending_messages import MergeThread, MoveThread, PinThread, SplitThread
from bbs.features.threads.views import ContentState, Thread
from bbs.ids import BoardId, ThreadId, new_id
from bbs.refusals import CommandWaits, Conflict, NotAllowed, NotFound, SeatNeeded
from tests.support.moot import NORMS, Line, Moot
from tests.support.restricting import restricted
from tests.support.talk import Begun, seated, start, write

WHY = "It is about sheds"


def move(thread: ThreadId, board: BoardId, **more: Any) -> MoveThread:
    """Return the command that moves a thread."""
    return MoveThread(thread=thread, to_board=board, becomes=new_id(), reason=WHY, **more)


async def moved(moot: Moot, thread: ThreadId, board: BoardId) -> Thread:
    """Move a thread as the moderator of both boards, whether it waits or not; return it there."""
    command = move(thread, board)
    await moot.sysop.carry(command)
    await moot.do_jobs("move posts")
    return (await moot.sysop.ask(GetThread(thread=command.becomes))).thread


async def private(moot: Moot, slug: str, *members: Line) -> BoardId:
    """Open a private board of the sysop's where these members sit."""
    board = await moot.board(moot.sysop, slug, visibility=Visibility.PRIVATE)
    for line in members:
        await moot.sysop.ask(OfferSeat(board=board, member=line.id))
        await line.ask(TakeSeat(board=board, norms_version=1))
    return board


async def said(line: Line, thread: ThreadId) -> list[str | None]:
    """Return what the posts of a thread say, by number; None for a marker."""
    return [post.body for post in (await line.ask(ListPosts(thread=thread))).posts]


async def talk(ana: Line, board: BoardId) -> tuple[Begun, list[str]]:
    """Return a thread of three posts, and their ids."""
    begun = await start(ana, board, "one", "Walls")
    second = await write(ana, begun.thread, "two", begun.post)
    return begun, [begun.post, second, await write(ana, begun.thread, "three")]


@pytest.fixture
async def shed(moot: Moot) -> BoardId:
    """Another listed board."""
    return await moot.board(moot.sysop, "shed")


async def test_a_thread_stands_on_the_other_board(
    moot: Moot, board: BoardId, ana: Line, shed: BoardId
) -> None:
    """Its posts keep their ids, order and parents; old addresses lead on, and search finds it there."""
    begun, posts = await talk(ana, board)
    await start(moot.sysop, shed, title="First there")
    there = await moved(moot, begun.thread, shed)
    assert (there.board, there.number, there.title, there.posts) == (shed, 2, "Walls", 3)
    assert there.author == (await ana.ask(GetThread(thread=begun.thread))).thread.author
    page = (await ana.ask(ListPosts(thread=there.id))).posts
    assert [(post.id, post.body) for post in page] == [
        *zip(posts, ("one", "two", "three"), strict=True)
    ]
    assert [post.parent for post in page] == [None, posts[0], None]
    assert await said(ana, begun.thread) == [None, None, None]
    found = await ana.ask(Resolve(address="garden/1"))
    assert found.thread is not None
    assert found.board is not None
    assert (found.thread.id, found.board.id) == (there.id, shed)
    for number, post in enumerate(posts, start=1):
        led = await ana.ask(Resolve(address=f"garden/1/{number}"))
        assert led.post is not None
        assert (led.post.id, led.board and led.board.slug) == (post, "shed")
    [left] = (await ana.ask(ListThreads(board=board))).threads
    assert (left.state, left.title, left.moved_to) == (ContentState.MOVED, None, there.id)
    for query, count in (("board:shed walls", 1), ("board:garden one", 0), ("three", 1)):
        assert len((await ana.ask(Search(query=query))).found) == count
    await ana.ask(WithdrawPost(post=posts[0]))
    assert (await ana.ask(GetThread(thread=there.id))).thread.title is None


async def test_only_who_tends_both_boards_may(
    moot: Moot, board: BoardId, ana: Line, shed: BoardId
) -> None:
    """Without the power on the other board it is refused; a board nobody may know of is not there (P8)."""
    begun, _ = await talk(ana, board)
    bo = await moot.join("bo")
    others, mine = [await moot.board(moot.sysop, slug) for slug in ("others", "bos-own")]
    hidden = await private(moot, "hidden", bo)
    await bo.ask(TakeSeat(board=mine, norms_version=1))
    for place in (mine, hidden):
        await moot.sysop.ask(Appoint(board=place, member=bo.id))
        await moot.sysop.ask(LeaveSeat(board=place))
    assert isinstance(await moot.sysop.refused(move(begun.thread, mine)), NotAllowed)
    assert isinstance(await moot.sysop.refused(move(begun.thread, hidden)), NotFound)
    assert isinstance(await moot.sysop.refused(move(begun.thread, new_id())), NotFound)
    assert isinstance(await bo.refused(move(begun.thread, mine)), NotAllowed)
    assert isinstance(await moot.sysop.refused(move(begun.thread, board)), Conflict)
    assert await moot.sysop.ask(move(begun.thread, others, dry_run=True))
    assert await said(ana, begun.thread) == ["one", "two", "three"]


async def test_both_logs_tell_it(moot: Moot, board: BoardId, ana: Line, shed: BoardId) -> None:
    """Each board's log has the act with its reason, and names the other where everybody may know it;
    whoever began the thread is told (P8)."""
    begun, _ = await talk(ana, board)
    await moot.sysop.ask(PinThread(thread=begun.thread, reason=WHY))
    there = await moved(moot, begun.thread, shed)
    [left] = (await ana.ask(GetLog(board=board, limit=1))).acts
    [came] = (await ana.ask(GetLog(board=shed, limit=1))).acts
    assert (left.method, left.thing.id, left.thing.thread) == (
        *("threads.move_to_board", begun.thread, 1),
    )
    assert [(c.field, c.before, c.after) for c in left.changes] == [
        *(("to_board", None, shed), ("pinned", True, False)),
    ]
    assert (came.thing.id, came.thing.thread, came.reason) == (there.id, 1, WHY)
    assert [(c.field, c.after) for c in came.changes] == [("from_board", board)]
    [notice] = (await ana.ask(ListNotices())).notices
    assert notice.act is not None
    assert notice.act.id == left.id
    cellar = await private(moot, "cellar", ana)
    await moved(moot, there.id, cellar)
    [left] = (await ana.ask(GetLog(board=shed, limit=1))).acts
    assert left.changes[0].after is True
    assert cellar not in str((await ana.ask(GetLog(board=shed))).acts)


async def test_nobody_gains_sight(moot: Moot, board: BoardId, ana: Line, shed: BoardId) -> None:
    """One refusal says who would read the words, and what to do instead (P10)."""
    bo = await seated(moot, "bo", shed)
    closed, wider = await private(moot, "closed", ana), await private(moot, "wider", ana, bo)
    quiet = await moot.board(moot.sysop, "quiet", visibility=Visibility.UNLISTED)
    begun, _ = await talk(ana, closed)
    for target, words in ((shed, "everybody"), (quiet, "everybody"), (wider, "@bo")):
        refused = await moot.sysop.refused(move(begun.thread, target))
        assert isinstance(refused, Conflict)
        assert words in refused.what
    listed, _ = await talk(ana, board)
    refused = await moot.sysop.refused(move(listed.thread, quiet))
    assert isinstance(refused, Conflict)
    assert "unlisted" in refused.what
    await restricted(moot, RestrictionKind.SUSPENDED, board, bo)
    refused = await moot.sysop.refused(move(listed.thread, shed))
    assert isinstance(refused, Conflict)
    assert "suspended" in refused.what
    assert await moot.sysop.refused(move(begun.thread, await private(moot, "fewer"))) is not None


async def test_words_out_of_reach_wait_for_others(
    moot: Moot, board: BoardId, ana: Line, shed: BoardId
) -> None:
    """It could not be undone, so it is grave, as is a sooner end; without either nothing waits (15)."""
    begun, _ = await talk(ana, board)
    cellar = await private(moot, "cellar", ana)
    short = await moot.board(moot.sysop, "short", retention_days=30)
    for target, why in ((cellar, "out of reach"), (short, "sooner")):
        waits = await moot.sysop.refused(move(begun.thread, target))
        assert isinstance(waits, CommandWaits)
        assert why in str(waits)
    await moot.sysop.ask(move(begun.thread, shed))


async def test_words_end_no_later_than_they_would(moot: Moot, ana: Line, shed: BoardId) -> None:
    """The end is the sooner one of the post's own and what the other board gives (P10)."""
    long = await moot.board(moot.sysop, "long", retention_days=90)
    short = await moot.board(moot.sysop, "short", retention_days=30)
    await ana.ask(TakeSeat(board=long, norms_version=1))
    begun, posts = await talk(ana, long)
    wrote = moot.clock()
    for target, days in ((shed, 90), (short, 30), (long, 30)):
        there = await moved(moot, begun.thread, target)
        begun = Begun(there.id, posts[0])
        page = (await moot.sysop.ask(ListPosts(thread=there.id))).posts
        assert {post.fades_at for post in page} == {instant(wrote + days * DAY_MS)}
    moot.clock.jump(seconds=31 * 86_400)
    await moot.do_jobs("fade posts")
    assert await said(moot.sysop, begun.thread) == [None, None, None]


async def test_a_shorter_retention_that_is_still_carried_out_goes_along(
    moot: Moot, board: BoardId, ana: Line, shed: BoardId
) -> None:
    """The end that readers were told holds, also where its row did not have it yet (P10)."""
    begun, _ = await talk(ana, board)
    await moot.sysop.carry(ConfigureBoard(board=board, retention_days=10))
    page = (await ana.ask(ListPosts(thread=begun.thread))).posts
    there = await moved(moot, begun.thread, shed)
    after = (await ana.ask(ListPosts(thread=there.id))).posts
    assert [post.fades_at for post in after] == [post.fades_at for post in page]
    assert None not in [post.fades_at for post in after]


async def test_each_wording_names_its_norms(
    moot: Moot, board: BoardId, ana: Line, shed: BoardId
) -> None:
    """A moved post is judged by the norms under which each wording was written (P5, 17.4)."""
    more = (*NORMS, Clause(text="Name the plant.", why="So that it is found."))
    await moot.sysop.carry(AmendNorms(board=board, norms=more, reason="More"))
    await ana.ask(TakeSeat(board=board, norms_version=2))
    await ana.ask(TakeSeat(board=shed, norms_version=1))
    begun, posts = await talk(ana, board)
    there = await moved(moot, begun.thread, shed)
    page = (await ana.ask(ListPosts(thread=there.id))).posts
    assert {(post.norms_version, post.norms_board) for post in page} == {(2, board)}
    await ana.ask(EditPost(post=posts[1], body="edited there"))
    wordings = (await ana.ask(GetHistory(post=posts[1]))).revisions
    assert [(each.norms_version, each.norms_board) for each in wordings] == [(2, board), (1, None)]
    refused = await moot.sysop.refused(HidePost(post=posts[1], norm=2, reason=WHY))
    assert refused.code == "protocol.bad_params"
    await moot.sysop.ask(HidePost(post=posts[2], norm=2, reason=WHY))
    [act] = (await ana.ask(GetLog(board=shed, limit=1))).acts
    assert (act.norm, act.norms_version, act.norms_board) == (2, 2, board)
    cited = (await ana.ask(ListNormsVersions(board=board))).cited
    assert (cited[1], (await ana.ask(ListNormsVersions(board=shed))).cited) == (1, (0,))
    back = await moved(moot, there.id, board)
    page = (await ana.ask(ListPosts(thread=back.id))).posts
    assert [(post.norms_version, post.norms_board) for post in page] == [
        *((2, None), (1, shed), (2, None)),
    ]


async def test_hidden_words_stay_hidden(
    moot: Moot, board: BoardId, ana: Line, shed: BoardId
) -> None:
    """The clause and the act stay those of the board they were hidden on; the desk where they stand
    reads and restores them (12.5)."""
    begun, posts = await talk(ana, board)
    await moot.sysop.ask(HidePost(post=posts[1], norm=1, reason=WHY))
    there = await moved(moot, begun.thread, shed)
    assert await said(ana, there.id) == ["one", None, "three"]
    hidden = await moot.sysop.ask(GetHiddenPost(post=posts[1]))
    assert hidden.post is not None
    assert hidden.act is not None
    assert (hidden.post.body, hidden.act.board, hidden.post.norm) == ("two", board, 1)
    await moot.sysop.ask(RestorePost(post=posts[1], reason=WHY))
    assert await said(ana, there.id) == ["one", "two", "three"]
    [act] = (await ana.ask(GetLog(board=shed, limit=1))).acts
    assert (act.undoes, act.norms_board) == (hidden.act.id, board)
    await moot.sysop.ask(HidePost(post=posts[0], norm=1, reason=WHY))
    assert isinstance(await moot.sysop.refused(move(there.id, board)), Conflict)


async def test_what_stands_against_it_is_said(
    moot: Moot, board: BoardId, ana: Line, shed: BoardId
) -> None:
    """A lock, a held answer, a closed board, a merged thread: each is one refusal with what to do."""
    begun, _ = await talk(ana, board)
    until = instant(moot.clock() + DAY_MS)
    await moot.sysop.ask(LockThread(thread=begun.thread, until=until, reason=WHY))
    await moot.sysop.ask(MakeReadOnly(board=shed, reason=WHY))
    other, third = await start(ana, board), await start(ana, board)
    slow = await moot.board(moot.sysop, "slow", hold_s=60)
    held = await start(moot.sysop, slow)
    moot.clock.jump(seconds=61)
    await moot.do_jobs("publish held posts")
    await write(moot.sysop, held.thread)
    await moot.sysop.ask(MergeThread(thread=other.thread, into=third.thread, reason=WHY))
    for thread, target, words in (
        (begun.thread, slow, "unlock it first"),
        (third.thread, shed, "open it again first"),
        (held.thread, board, "held still"),
        (other.thread, slow, "the one it leads to"),
    ):
        refused = await moot.sysop.refused(move(thread, target))
        assert isinstance(refused, Conflict)
        assert words in refused.what


async def test_answers_on_their_way_are_led_on(
    moot: Moot, board: BoardId, ana: Line, shed: BoardId
) -> None:
    """Written to the old place they arrive where it stands now, by the rules of that board (P5, P12)."""
    begun, posts = await talk(ana, board)
    branch = await write(ana, begun.thread, "aside", posts[1])
    apart = new_id()
    await moot.sysop.ask(SplitThread(post=branch, thread=apart, title="Apart", reason=WHY))
    cellar = await private(moot, "cellar")
    there, away = await moved(moot, begun.thread, shed), await moved(moot, apart, cellar)
    late = WritePost(thread=begun.thread, post=new_id(), parent=posts[1], body="late")
    refused = await ana.refused(late)
    assert isinstance(refused, SeatNeeded)
    assert refused.board == shed
    await ana.ask(TakeSeat(board=shed, norms_version=1))
    shown = (await ana.ask(late)).post
    assert (shown.board, shown.thread, shown.parent) == (shed, there.id, posts[1])
    plain = WritePost(thread=begun.thread, post=new_id(), body="to all of it")
    assert (await ana.ask(plain)).post.parent is None
    nowhere = WritePost(thread=begun.thread, post=new_id(), parent=branch, body="lost?")
    refused = await ana.refused(nowhere)
    assert isinstance(refused, Conflict)
    assert "cannot read" in refused.what
    assert "lost?" not in (await said(moot.sysop, away.id))


async def test_a_long_thread_follows_in_slices(
    moot: Moot, board: BoardId, ana: Line, shed: BoardId
) -> None:
    """What is left after the answer follows by itself; meanwhile nobody writes between (P12)."""
    begun = await start(ana, board, "p1", "Long")
    for number in range(2, 48):
        await write(ana, begun.thread, f"p{number}")
    command = move(begun.thread, shed)
    await moot.sysop.ask(command)
    page = (await ana.ask(ListPosts(thread=begun.thread, limit=100))).posts
    last = page[-1]
    assert last.body == "p47"
    late = WritePost(thread=begun.thread, post=new_id(), parent=last.id, body="late")
    await ana.ask(TakeSeat(board=shed, norms_version=1))
    assert isinstance(await ana.refused(late), Conflict)
    assert isinstance(await moot.sysop.refused(move(command.becomes, board)), Conflict)
    await moot.do_jobs("move posts")
    posts = (await ana.ask(ListPosts(thread=command.becomes, limit=100))).posts
    assert [post.body for post in posts] == [f"p{number}" for number in range(1, 48)]
    assert (await ana.ask(late)).post.thread == command.becomes
    assert to_ms(posts[0].visible_at) == moot.clock()
