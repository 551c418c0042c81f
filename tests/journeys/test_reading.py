"""What is one's own: marks, floors, presence; told to oneself, or only while one shows oneself (P2)."""

from bbs.features.boards.seat_messages import LeaveSeat, TakeSeat
from bbs.features.members.messages import EndSession
from bbs.features.presence.messages import GetPresence, PresenceChanged, SetPresence
from bbs.features.reading.messages import FloorChanged, GetMarks, GetUnread, MarkPosts, MarksChanged
from bbs.features.threads.messages import (
    ListPosts,
    PostPublished,
    StartThread,
    WithdrawPost,
    WritePost,
)
from bbs.ids import new_id
from tests.support.voices import Hall, Voice


async def _thread(voice: Voice, board: str, answers: int = 4) -> str:
    """Start a thread and answer it a few times; return its id."""
    thread = new_id()
    await voice.ask(StartThread(board=board, thread=thread, post=new_id(), title="T", body="1"))
    for n in range(answers):
        await voice.ask(WritePost(thread=thread, post=new_id(), body=str(n + 2)))
    return thread


async def _unread(voice: Voice) -> dict[str, int]:
    return {one.thread: one.posts for one in (await voice.ask(GetUnread())).threads}


async def test_marks_are_shared_between_devices(hall: Hall) -> None:
    """What one reads on one device is read on the other, told as an ephemeral (7.5, P2)."""
    board = await hall.board("garden")
    ana = await hall.join("ana", board)
    phone = await hall.phone(ana)
    thread = await _thread(hall.sysop, board)
    assert await _unread(phone) == {thread: 5}
    await ana.ask(MarkPosts(thread=thread, first=1, last=3))
    await ana.ask(MarkPosts(thread=thread, first=2, last=2, read=False))
    await phone.until(lambda: len(phone.ephemerals(MarksChanged)) == 2)
    marks = phone.ephemerals(MarksChanged)[-1].marks
    assert (marks.read, marks.revision) == (((1, 1), (3, 3)), 2)
    assert await _unread(phone) == {thread: 3}
    assert (await phone.ask(GetMarks())).marks == (marks,)
    assert not hall.sysop.ephemerals(MarksChanged)


async def test_marks_are_in_no_event(hall: Hall) -> None:
    """Marking writes no event and no time: there is no diary of reading (P2)."""
    board = await hall.board("garden")
    ana = await hall.join("ana", board)
    thread = await _thread(hall.sysop, board)
    await ana.told(PostPublished, 4)
    before = await hall.dump()
    await ana.ask(MarkPosts(thread=thread, first=1, last=5))
    after = await hall.dump()
    assert {table for table in after if after[table] != before[table]} == {"marks"}
    (row,) = after["marks"]
    now = str(hall.clock())[:8]
    assert not [value for value in row if now in str(value)]


async def test_nobody_inherits_a_backlog(hall: Hall) -> None:
    """What was there before one sat down is not new; what comes after is (P4)."""
    board = await hall.board("garden")
    old = await _thread(hall.sysop, board)
    ana = await hall.join("ana")
    phone = await hall.phone(ana)
    await ana.ask(TakeSeat(board=board, norms_version=1))
    await phone.until(lambda: phone.ephemerals(FloorChanged))
    assert await _unread(ana) == {}
    await hall.sysop.ask(WritePost(thread=old, post=new_id(), body="New"))
    new = await _thread(hall.sysop, board, answers=0)
    assert await _unread(ana) == {old: 1, new: 1}
    assert list(await _unread(ana)) == [old, new]


async def test_who_comes_back_begins_anew(hall: Hall) -> None:
    """A floor is set by taking a seat: years away are no backlog either (P4)."""
    board = await hall.board("garden")
    ana = await hall.join("ana", board)
    await ana.ask(LeaveSeat(board=board))
    await _thread(hall.sysop, board)
    assert await _unread(ana) == {}
    await ana.ask(TakeSeat(board=board, norms_version=1))
    assert await _unread(ana) == {}
    thread = await _thread(hall.sysop, board, answers=0)
    assert await _unread(ana) == {thread: 1}


async def test_unread_is_what_others_said_and_is_still_there(hall: Hall) -> None:
    """One's own posts and what was withdrawn are never unread (P4)."""
    board = await hall.board("garden")
    ana = await hall.join("ana", board)
    thread = await _thread(hall.sysop, board, answers=1)
    await ana.ask(WritePost(thread=thread, post=new_id(), body="Mine"))
    assert await _unread(ana) == {thread: 2}
    page = await ana.ask(ListPosts(thread=thread))
    await hall.sysop.ask(WithdrawPost(post=page.posts[1].id))
    assert await _unread(ana) == {thread: 1}


async def test_presence_is_the_whole_set(hall: Hall) -> None:
    """Who is here is told as a whole set; each one replaces the last (P11, 7.5)."""
    ana, bob = await hall.join("ana"), await hall.join("bob")
    assert (await bob.ask(GetPresence())).members == ()
    shown = await ana.ask(SetPresence(visible=True))
    assert shown.members == (ana.id,)
    await bob.until(lambda: bob.ephemerals(PresenceChanged))
    assert bob.ephemerals(PresenceChanged)[-1].members == (ana.id,)
    await bob.ask(SetPresence(visible=True))
    everybody = tuple(sorted((ana.id, bob.id)))
    await ana.until(lambda: ana.ephemerals(PresenceChanged)[-1].members == everybody)


async def test_hidden_looks_like_absent(hall: Hall) -> None:
    """Hiding, leaving and never having come look the same to others (P11)."""
    ana, bob, cid = [await hall.join(handle) for handle in ("ana", "bob", "cid")]
    for voice in (ana, bob):
        await voice.ask(SetPresence(visible=True))
    both = tuple(sorted((ana.id, bob.id)))
    await cid.until(
        lambda: (
            cid.ephemerals(PresenceChanged) and cid.ephemerals(PresenceChanged)[-1].members == both
        )
    )
    await ana.ask(SetPresence(visible=False))
    await cid.until(lambda: cid.ephemerals(PresenceChanged)[-1].members == (bob.id,))
    told = cid.ephemerals(PresenceChanged)[-1]
    assert ana.id not in str(told)
    assert hall.sysop.id not in str(told)
    assert (await cid.ask(GetPresence())).members == (bob.id,)


async def test_presence_ends_with_the_connection(hall: Hall) -> None:
    """Whoever's last showing connection ends is here no longer; nothing of it is stored (P2)."""
    ana, bob = await hall.join("ana"), await hall.join("bob")
    before = await hall.dump()
    phone = await hall.phone(ana)
    await phone.ask(SetPresence(visible=True))
    assert (await bob.ask(GetPresence())).members == (ana.id,)
    await ana.ask(EndSession(session=phone.session))
    await phone.until(lambda: phone.ended)
    assert (await bob.ask(GetPresence())).members == ()
    after = await hall.dump()
    assert {table for table in after if after[table] != before[table]} <= {
        *("events", "streams", "ops", "keys"),  # a sign-in and its end, nothing of presence
    }
