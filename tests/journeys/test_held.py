"""Held posts: only their author and the desk know, until they are published in their turn."""

import pytest

from bbs.features.boards.messages import ConfigureBoard
from bbs.features.reading.messages import GetUnread, ListMentions, Search
from bbs.features.threads.messages import (
    EditPost,
    GetHistory,
    ListHeld,
    ListPosts,
    ListRecent,
    ListThreads,
    PostHeld,
    PostPublished,
    PostWithdrawn,
    Retitle,
    Say,
    StartThread,
    ThreadPublished,
    WithdrawPost,
    WritePost,
)
from bbs.features.threads.views import ContentState
from bbs.ids import new_id
from bbs.refusals import NotFound
from tests.support.voices import Hall, Voice


@pytest.fixture
async def board(hall: Hall) -> str:
    """A board whose posts wait for a minute; the sysop moderates it."""
    return await hall.board("garden", hold_s=60)


def _start(board: str, body: str = "B") -> StartThread:
    return StartThread(board=board, thread=new_id(), post=new_id(), title="T", body=body)


async def _published(hall: Hall, seconds: float = 61) -> None:
    hall.clock.jump(seconds=seconds)
    await hall.do_jobs()


async def test_only_author_and_desk_know(hall: Hall, board: str) -> None:
    """While it waits a post is told to its author's devices and the desk, to nobody else (protocol 7.4)."""
    ana, bob = await hall.join("ana", board), await hall.join("bob", board)
    phone = await hall.phone(ana)
    await hall.sysop.community.listen({f"desk:{board}": -1})
    start = _start(board, "Hello @bob")
    started = await ana.ask(start)
    assert (started.thread.number, started.post.number, started.post.seq) == (None, None, None)
    assert started.post.state is ContentState.HELD
    (told,) = await phone.told(PostHeld)
    assert (told.post.body, told.thread.title) == ("Hello @bob", "T")
    (desk,) = await hall.sysop.told(PostHeld, stream=f"desk:{board}")
    assert desk.post == told.post
    for voice in (bob, hall.sysop):
        assert (await voice.ask(ListThreads(board=board))).threads == ()
        assert (await voice.ask(ListRecent(board=board))).posts == ()
        assert (await voice.ask(Search(query="hello"))).found == ()
        assert isinstance(await voice.refused(ListPosts(thread=start.thread)), NotFound)
    assert (await bob.ask(ListMentions())).found == ()
    waiting = await phone.ask(ListHeld(board=board))
    assert [post.id for post in waiting.posts] == [start.post]
    assert [thread.id for thread in waiting.threads] == [start.thread]
    await hall.do_jobs()
    assert not bob.events(kind=PostHeld)
    assert not bob.events(kind=ThreadPublished)


async def test_publishing_gives_number_and_place(hall: Hall, board: str) -> None:
    """Published, a post gets its number, and seq then: the stream has no gap (protocol 7.4)."""
    ana, bob = await hall.join("ana", board), await hall.join("bob", board)
    first, second = _start(board, "one"), _start(board, "two")
    await ana.ask(first)
    hall.clock.jump(seconds=30)
    await bob.ask(second)
    answer = WritePost(thread=first.thread, post=new_id(), body="one answer")
    await ana.ask(answer)
    await _published(hall, 31)
    (started,) = await bob.told(ThreadPublished)
    assert (started.thread.number, started.post.number) == (1, 1)
    await _published(hall, 30)
    await bob.told(PostPublished)
    await bob.told(ThreadPublished, 2)
    seqs = [one.seq for one in bob.events(f"board:{board}")]
    assert seqs == list(range(seqs[0], seqs[0] + len(seqs)))
    posts = (await bob.ask(ListRecent(board=board))).posts
    assert [post.seq for post in posts] == seqs[-1:-4:-1]
    told = {one.event.post.id: one.seq for one in bob.events(f"board:{board}") if one.event.post}
    assert {post.id: post.seq for post in posts} == told
    assert len((await bob.ask(Search(query="one"))).found) == 2


async def test_an_edit_while_held_leaves_no_trace(hall: Hall, board: str) -> None:
    """What was changed before anybody could read it was never said (protocol 7.4)."""
    ana = await hall.join("ana", board)
    start = _start(board, "canaryfirst")
    await ana.ask(start)
    await ana.ask(EditPost(post=start.post, body="Better"))
    await ana.ask(Retitle(thread=start.thread, title="A better title"))
    assert "canaryfirst" not in str(await hall.dump())
    await _published(hall)
    (told,) = await hall.sysop.told(ThreadPublished)
    assert (told.post.body, told.post.edits, told.post.edited_at) == ("Better", 0, None)
    assert told.thread.title == "A better title"
    history = (await hall.sysop.ask(GetHistory(post=start.post))).revisions
    assert [one.body for one in history] == ["Better"]


async def test_a_post_withdrawn_while_held_never_was(hall: Hall, board: str) -> None:
    """Withdrawn in time, a post is published to nobody and takes no number (P9)."""
    ana = await hall.join("ana", board)
    start, other = _start(board, "canary"), _start(board)
    await ana.ask(start)
    await ana.ask(WithdrawPost(post=start.post))
    await ana.ask(other)
    assert "canary" not in str(await hall.dump())
    await _published(hall)
    (told,) = await hall.sysop.told(ThreadPublished)
    assert (told.thread.id, told.thread.number) == (other.thread, 1)
    assert not hall.sysop.events(kind=PostWithdrawn)


async def _thread_with_answer(ana: Voice, board: str) -> tuple[StartThread, WritePost]:
    start = _start(board, "first")
    answer = WritePost(thread=start.thread, post=new_id(), body="second")
    await ana.ask(start)
    await ana.ask(answer)
    return start, answer


async def test_withdrawing_a_held_answer_keeps_the_title(hall: Hall, board: str) -> None:
    """The title goes with the post that opens the thread, not with an answer that waits (P9)."""
    ana = await hall.join("ana", board)
    _, answer = await _thread_with_answer(ana, board)
    await ana.ask(WithdrawPost(post=answer.post))
    await _published(hall)
    (told,) = await hall.sysop.told(ThreadPublished)
    assert (told.thread.title, told.post.body) == ("T", "first")


async def test_withdrawing_the_held_beginning_leaves_the_answer(hall: Hall, board: str) -> None:
    """An answer whose beginning was withdrawn in time is published, under no title; replay holds."""
    ana = await hall.join("ana", board)
    start, answer = await _thread_with_answer(ana, board)
    await ana.ask(WithdrawPost(post=start.post))
    await _published(hall)
    (told,) = await hall.sysop.told(ThreadPublished)
    assert (told.post.id, told.post.number, told.thread.title) == (answer.post, 1, None)
    assert told.thread.state is ContentState.WITHDRAWN
    # Whoever comes later replays the same.
    late = await hall.voice(
        "ana",
        ana.token,
        cursors={f"board:{board}": 0},
        epoch=ana.community.welcome.epoch if ana.community.welcome else None,
    )
    assert (await late.told(ThreadPublished))[-1] == told


async def test_what_waits_waits_its_time(hall: Hall, board: str) -> None:
    """Ending a board's hold publishes nothing early; what is written now is published now."""
    ana = await hall.join("ana", board)
    held = _start(board, "held")
    await ana.ask(held)
    await hall.sysop.ask(ConfigureBoard(board=board, hold_s=0))
    at_once = _start(board, "at once")
    assert (await ana.ask(at_once)).thread.number == 1
    await hall.do_jobs()
    assert [one.id for one in (await ana.ask(ListThreads(board=board))).threads] == [at_once.thread]
    await _published(hall)
    threads = (await ana.ask(ListThreads(board=board))).threads
    assert [(one.id, one.number) for one in threads] == [(held.thread, 2), (at_once.thread, 1)]


async def test_a_lounge_holds_nothing(hall: Hall, board: str) -> None:
    """Chat is talk: a board's hold is for posts only."""
    ana = await hall.join("ana", board)
    said = await ana.ask(Say(board=board, line=new_id(), body="Now"))
    assert said.line.state is ContentState.PUBLISHED


async def test_fading_begins_with_publishing(hall: Hall) -> None:
    """A post's time runs from when it could be read, under the memory the board has then (P10)."""
    board = await hall.board("shed", hold_s=600, retention_days=2)
    ana = await hall.join("ana", board)
    start = _start(board)
    await ana.ask(start)
    await hall.carried(hall.sysop.ask(ConfigureBoard(board=board, retention_days=1)))
    await _published(hall, 600)
    (post,) = (await ana.ask(ListPosts(thread=start.thread))).posts
    assert post.fades_at is not None
    assert post.fades_at.timestamp() * 1000 == hall.clock() + 86_400_000


async def test_what_waits_survives_a_restart_and_is_published_once(hall: Hall, board: str) -> None:
    """A server that was stopped meanwhile publishes what is due, once, and unread to others (P12)."""
    ana, bob = await hall.join("ana", board), await hall.join("bob", board)
    start = _start(board)
    await ana.ask(start)
    answer = WritePost(thread=start.thread, post=new_id(), parent=start.post, body="no")
    assert isinstance(await ana.refused(answer), NotFound)
    assert (await bob.ask(GetUnread())).threads == ()
    await hall.stop()
    hall.clock.jump(seconds=61)
    await hall.start()
    await hall.do_jobs()
    await hall.do_jobs()
    late = await hall.voice("bob", bob.token)
    (row,) = (await late.ask(GetUnread())).threads
    assert (row.thread, row.posts) == (start.thread, 1)
    (post,) = (await late.ask(ListRecent(board=board))).posts
    assert (post.id, post.number) == (start.post, 1)


async def test_a_clock_set_back_keeps_no_post_waiting(hall: Hall, board: str) -> None:
    """However the server's clock jumps, a held post waits no longer than the longest hold."""
    ana = await hall.join("ana", board)
    start = _start(board)
    await ana.ask(start)
    hall.clock.step(seconds=-86_400)
    await hall.do_jobs()
    (told,) = await hall.sysop.told(ThreadPublished)
    assert told.post.id == start.post
