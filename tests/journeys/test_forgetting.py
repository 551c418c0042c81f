"""Forgetting is real: what faded or was withdrawn is in no table, no index and no byte of a file (P10)."""

from functools import partial

import pytest

from bbs.features.boards.messages import ConfigureBoard
from bbs.features.members.messages import ChangeName
from bbs.features.reading.messages import ListMentions, Search
from bbs.features.threads.messages import (
    EditPost,
    GetHistory,
    GetThread,
    LineSaid,
    ListLines,
    ListPosts,
    LoungeFaded,
    PostsFaded,
    Retitle,
    Say,
    StartThread,
    Unsay,
    WithdrawPost,
    WritePost,
)
from bbs.features.threads.views import ContentState
from bbs.ids import ThreadId, new_id
from bbs.refusals import Gone, Refused
from bbs_server.store import event_log
from bbs_server.store.sqlite.writer import SqliteStore
from tests.support.erased import files_with
from tests.support.voices import Hall, Voice


async def _cared(hall: Hall) -> None:
    """Let the store do its housekeeping, as it does every hour."""
    store = hall.running.dispatcher.store
    assert isinstance(store, SqliteStore)
    await store.run_maintenance()
    await store.checkpoint()


async def _say_canaries(hall: Hall, ana: Voice, board: str) -> tuple[str, str, str]:
    """Write words that are to be forgotten; return thread, post and line."""
    thread, post, line = new_id(), new_id(), new_id()
    await ana.ask(
        StartThread(
            board=board, thread=thread, post=post, title="vactitlezq", body="xolfirstzq @ana"
        )
    )
    await ana.ask(EditPost(post=post, body="yaksecondzq @ana"))
    await ana.ask(EditPost(post=post, body="zipthirdzq @ana"))
    await ana.ask(Retitle(thread=thread, title="wubretitledzq"))
    await ana.ask(Say(board=board, line=line, body="jublinezq"))
    return thread, post, line


# No two begin alike: the index keeps of a word only where it differs from the one before it.
CANARIES = (
    "vactitlezq",
    "wubretitledzq",
    "xolfirstzq",
    "yaksecondzq",
    "zipthirdzq",
    "jublinezq",
)


@pytest.mark.parametrize("among", [0, 300])
async def test_withdrawn_words_are_gone_from_every_file(hall: Hall, among: int) -> None:
    """After a withdrawal and an hour no wording is left in tables, index, log or file (P10)."""
    board = await hall.board("garden")
    ana = await hall.join("ana", board)
    other = new_id()
    await ana.ask(StartThread(board=board, thread=other, post=new_id(), title="Else", body="Else"))
    for n in range(among):
        await ana.ask(WritePost(thread=other, post=new_id(), body=f"Filling the index {n} {n * 7}"))
    thread, post, line = await _say_canaries(hall, ana, board)
    await _cared(hall)
    # What is still said is there, the search sees it, and of earlier titles nothing is left.
    assert files_with(hall.folder, CANARIES)["folkmoot.db"] == list(CANARIES[1:])
    await ana.ask(WithdrawPost(post=post))
    await ana.ask(Unsay(line=line))
    assert not [word for word in CANARIES if word in str(await hall.dump())]
    for word in CANARIES:
        assert (await ana.ask(Search(query=word))).found == ()
    assert (await ana.ask(ListMentions())).found == ()
    await _cared(hall)
    assert files_with(hall.folder, CANARIES) == {}
    marker = (await ana.ask(ListPosts(thread=thread))).posts[0]
    assert (marker.state, marker.body, marker.number) == (ContentState.WITHDRAWN, None, 1)
    assert isinstance(await ana.refused(GetHistory(post=post)), Gone)
    assert (await ana.ask(GetThread(thread=thread))).thread.title is None
    await hall.stop()
    assert files_with(hall.folder, CANARIES) == {}
    await hall.start()
    assert (await ana.ask(Search(query="else"))).found


async def test_stored_answers_hold_no_words(hall: Hall) -> None:
    """The answer kept for a request sent again refers to words, and loses them with them (P10)."""
    board = await hall.board("garden")
    ana = await hall.join("ana", board)
    write = StartThread(
        board=board, thread=new_id(), post=new_id(), title="vactitlezq", body="canary", op=new_id()
    )
    first = await ana.ask(write)
    assert "canary" not in str((await hall.dump())["ops"])
    assert await ana.ask(write) == first
    await ana.ask(WithdrawPost(post=write.post))
    again = await ana.ask(write)
    assert (again.post.body, again.thread.title) == (None, None)


async def test_words_fade_in_their_time(hall: Hall) -> None:
    """What has had its time loses its words, told as one ranged event (P10, 7.4)."""
    board = await hall.board("garden", retention_days=3, lounge_hours=48)
    ana = await hall.join("ana", board)
    thread, post, _ = await _say_canaries(hall, ana, board)
    await ana.ask(WritePost(thread=thread, post=new_id(), parent=post, body="figanswerzq"))
    assert (await ana.ask(Search(query="figanswerzq"))).found
    hall.clock.jump(days=2.9)
    await ana.ask(WritePost(thread=thread, post=new_id(), body="Still young"))
    await hall.do_jobs()
    assert not ana.events(kind=PostsFaded)
    hall.clock.jump(days=0.1)
    await hall.do_jobs()
    (faded,) = await ana.told(PostsFaded)
    assert faded.until.timestamp() * 1000 == hall.clock()
    await ana.told(LoungeFaded)
    page = await ana.ask(ListPosts(thread=thread))
    assert [(p.state, p.body) for p in page.posts] == [
        (ContentState.FADED, None),
        (ContentState.FADED, None),
        (ContentState.PUBLISHED, "Still young"),
    ]
    assert page.thread.title is None
    assert (await ana.ask(ListLines(board=board))).lines == ()
    assert (await ana.ask(Search(query="figanswerzq"))).found == ()
    await _cared(hall)
    assert files_with(hall.folder, (*CANARIES, "figanswerzq")) == {}
    assert isinstance(await ana.refused(WithdrawPost(post=post)), Gone)
    assert isinstance(await ana.refused(EditPost(post=post, body="Back?")), Gone)


async def test_a_slice_of_fading_is_a_range_without_holes(hall: Hall) -> None:
    """More than a slice fades in several ranged events, each true of all before its end (7.4)."""
    board = await hall.board("garden", retention_days=1)
    ana = await hall.join("ana", board)
    thread = new_id()
    await ana.ask(StartThread(board=board, thread=thread, post=new_id(), title="T", body="0"))
    for n in range(230):
        if n % 10 == 0:
            hall.clock.jump(seconds=1)
        await ana.ask(WritePost(thread=thread, post=new_id(), body=str(n)))
    hall.clock.jump(days=2)
    await hall.do_jobs()
    events = await ana.told(PostsFaded, 2)
    assert events[-1].until.timestamp() * 1000 == hall.clock()
    assert events[0].until < events[1].until
    left = await hall.read(
        lambda tx: tx.fetch_one("SELECT count(*) FROM posts WHERE body_text IS NOT NULL")
    )
    assert left == (0,)


async def _ends(reader: Voice, thread: ThreadId) -> list[int | None]:
    """Return after how many days each post of a thread ends, as its readers see it."""
    posts = (await reader.ask(ListPosts(thread=thread))).posts
    ends = [(post.fades_at, post.visible_at) for post in posts]
    return [None if end is None else (end - begun).days for end, begun in ends]


async def test_shortening_acts_at_once_lengthening_later(hall: Hall) -> None:
    """A shorter memory takes what is there along; a longer one only what is written after (P10)."""
    board = await hall.board("garden", retention_days=30)
    ana = await hall.join("ana", board)
    thread = new_id()
    await ana.ask(StartThread(board=board, thread=thread, post=new_id(), title="T", body="0"))
    assert await _ends(ana, thread) == [30]
    await hall.carried(hall.sysop.ask(ConfigureBoard(board=board, retention_days=90)))
    await ana.ask(WritePost(thread=thread, post=new_id(), body="1"))
    assert await _ends(ana, thread) == [30, 90]
    await hall.carried(hall.sysop.ask(ConfigureBoard(board=board, retention_days=0)))
    await ana.ask(WritePost(thread=thread, post=new_id(), body="2"))
    assert await _ends(ana, thread) == [30, 90, None]
    await hall.carried(hall.sysop.ask(ConfigureBoard(board=board, retention_days=7)))
    assert await _ends(ana, thread) == [7, 7, 7]
    hall.clock.jump(days=8)
    await hall.do_jobs()
    assert {post.state for post in (await ana.ask(ListPosts(thread=thread))).posts} == {
        ContentState.FADED
    }


async def test_a_lounge_forgets_sooner_when_told_to(hall: Hall) -> None:
    """Shortening a lounge's memory acts on the lines that are there (P10)."""
    board = await hall.board("garden", lounge_hours=72)
    ana = await hall.join("ana", board)
    await ana.ask(Say(board=board, line=new_id(), body="jublinezq"))
    await ana.told(LineSaid)
    hall.clock.jump(hours=5)
    await hall.carried(hall.sysop.ask(ConfigureBoard(board=board, lounge_hours=4)))
    assert (await ana.ask(ListLines(board=board))).lines == ()
    await hall.do_jobs()
    await ana.told(LoungeFaded)
    assert "jublinezq" not in str(await hall.dump())


async def test_old_events_end_and_the_chain_holds(hall: Hall) -> None:
    """Streams forget events with their time, stay whole above the base, and keep counting (6.5)."""
    board = await hall.board("garden", retention_days=2, lounge_hours=24)
    ana = await hall.join("ana", board)
    await _say_canaries(hall, ana, board)
    hall.clock.jump(days=5)
    await ana.ask(Say(board=board, line=new_id(), body="now"))
    await hall.do_jobs()
    for stream in (f"board:{board}", f"lounge:{board}"):
        head = await hall.read(partial(event_log.head, stream=stream))
        assert 0 < head.base_seq < head.seq
        assert (
            await hall.read(partial(event_log.find_broken_seq, stream=stream, last=1_000)) is None
        )


async def test_a_renamed_members_old_name_is_gone(hall: Hall) -> None:
    """A display name one gave up is in no table and no file (P10)."""
    ana = await hall.join("ana")
    await ana.ask(ChangeName(name="Canaryname"))
    await ana.ask(ChangeName(name="Ana Again"))
    assert "anaryname" not in str(await hall.dump())
    await _cared(hall)
    assert files_with(hall.folder, ["Canaryname"]) == {}


async def test_nothing_faded_can_be_written_to_life(hall: Hall) -> None:
    """No command brings faded words or titles back (P10)."""
    board = await hall.board("garden", retention_days=1)
    ana = await hall.join("ana", board)
    thread, post, line = await _say_canaries(hall, ana, board)
    hall.clock.jump(days=4)
    await hall.do_jobs()
    for request in (
        EditPost(post=post, body="B"),
        Retitle(thread=thread, title="T"),
        WithdrawPost(post=post),
        Unsay(line=line),
        StartThread(board=board, thread=new_id(), post=post, title="T", body="B"),
        WritePost(thread=thread, post=post, body="B"),
    ):
        assert isinstance(await ana.refused(request), Refused), request.method
