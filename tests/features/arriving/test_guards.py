"""Guards hold a newcomer's posts for a person, never refuse or erase, and end by themselves (P6, P7)."""

import pytest

from bbs.clock import to_ms
from bbs.errors import BadParams
from bbs.features.arriving.messages import (
    GuardChanged,
    ListGuards,
    ListHeldPosts,
    ListNewcomers,
    ListNotes,
    NoteOpened,
    PublishPost,
)
from bbs.features.arriving.views import GuardKind, GuardState
from bbs.features.boards.messages import ConfigureBoard
from bbs.features.boards.seat_messages import Appoint, LeaveSeat, TakeSeat
from bbs.features.threads.messages import (
    PostHeld,
    WritePost,
)
from bbs.features.threads.views import Approval
from bbs.ids import COMMONS, new_id
from bbs.restricted import Restricted
from bbs.streams import desk_stream, member_stream, note_stream
from tests.features.arriving.newcomers import Place, open_place, published, waiting
from tests.support.moot import Moot
from tests.support.talk import start, write


@pytest.fixture
async def place(moot: Moot) -> Place:
    """A board whose newcomers' first posts wait."""
    return await open_place(moot, guard_first_posts=True)


async def test_a_guard_ends_after_three_posts(place: Place) -> None:
    """Published posts count, and after the third the newcomer writes as everybody does (P7)."""
    nia = await place.arrive("nia")
    await nia.listen(member_stream(nia.id))
    for count in range(3):
        assert [guard.posts for guard in (await nia.ask(ListGuards())).guards] == [count]
        begun = await start(nia, place.board, f"Post {count}")
        await place.desk.ask(PublishPost(board=place.board, post=begun.post))
    assert (await nia.ask(ListGuards())).guards == ()
    told = [event.guard for event in await nia.told(GuardChanged, 3)]
    assert [guard.state for guard in told] == [GuardState.ON, GuardState.ON, GuardState.PASSED]
    await start(nia, place.board, "Post 3")
    assert "Post 3" in await published(place)


async def test_a_guard_ends_by_time(place: Place) -> None:
    """After 30 days it is over, and its newcomer is told (P7)."""
    nia = await place.arrive("nia")
    await nia.listen(member_stream(nia.id))
    [guard] = (await nia.ask(ListGuards())).guards
    assert guard.kind is GuardKind.FIRST_POSTS
    place.moot.clock.jump(seconds=30 * 86_400 - 1)
    assert (await place.desk.ask(ListNewcomers(board=place.board))).guards == (guard,)
    place.moot.clock.jump(seconds=1)
    assert (await nia.ask(ListGuards())).guards == ()
    await start(nia, place.board, "At last")
    assert await published(place) == ["At last"]
    await place.moot.do_jobs("end guards")
    told = [event.guard.state for event in await nia.told(GuardChanged, 2)]
    assert told[-1] is GuardState.EXPIRED


async def test_nobody_is_guarded_who_sat_there_before(moot: Moot) -> None:
    """A guard begins with the seat: who sat there before, and who moderates, has none (P6)."""
    place = await open_place(moot)
    early = await place.arrive("early")
    await place.guard(guard_first_posts=True, guard_pace_s=60)
    await start(early, place.board, "I was here")
    await start(place.desk, place.board, "So was I")
    assert sorted(filter(None, await published(place))) == ["I was here", "So was I"]
    nia = await place.arrive("nia")
    assert len((await nia.ask(ListGuards())).guards) == 2
    await place.desk.ask(Appoint(board=place.board, member=nia.id))
    assert (await nia.ask(ListGuards())).guards == ()
    for body in ("One", "Two"):
        await start(nia, place.board, body)
    assert len(await published(place)) == 4


async def test_what_is_switched_off_ends(place: Place) -> None:
    """A desk that switches a guard off ends it for all; what waits is still decided by a person."""
    nia = await place.arrive("nia")
    begun = await start(nia, place.board, "Waits")
    await place.guard(guard_first_posts=False)
    assert (await nia.ask(ListGuards())).guards == ()
    await start(nia, place.board, "Does not")
    assert await published(place) == ["Does not"]
    assert await waiting(place.desk) == [begun.post]


async def test_links_wait(moot: Moot) -> None:
    """With the guard of links alone, only a post or a title with a link waits."""
    place = await open_place(moot, guard_links=True)
    nia = await place.arrive("nia")
    plain = await start(nia, place.board, "No link here")
    linked = await write(nia, plain.thread, "Look: https://example.net")
    titled = await start(nia, place.board, "Words", "www.example.net")
    assert await published(place) == ["No link here"]
    assert await waiting(place.desk) == [linked, titled.post]
    held = (await place.desk.ask(ListHeldPosts())).held
    assert {each.post.approval for each in held} == {Approval.LINKS}


async def test_a_pace_says_when_again(moot: Moot) -> None:
    """A newcomer's pace refuses nothing for good: it says when, and until when it holds (P7)."""
    place = await open_place(moot, guard_pace_s=600)
    nia = await place.arrive("nia")
    begun = await start(nia, place.board, "One")
    error = await nia.refused(WritePost(thread=begun.thread, post=new_id(), body="Two"))
    assert isinstance(error, Restricted)
    assert error.kind == "guarded"
    assert error.again_at is not None
    assert to_ms(error.again_at) == moot.clock() + 600_000
    [guard] = (await nia.ask(ListGuards())).guards
    assert (guard.kind, guard.seconds, error.until) == (GuardKind.PACE, 600, guard.until)
    for body in ("Two", "Three"):
        moot.clock.jump(seconds=600)
        await write(nia, begun.thread, body)
    await write(nia, begun.thread, "Four, at once: three are published")


async def test_who_comes_back_is_no_newcomer(place: Place) -> None:
    """Leaving and taking the seat anew begins no guard that ended before."""
    nia = await place.arrive("nia")
    for count in range(3):
        begun = await start(nia, place.board, f"Post {count}")
        await place.desk.ask(PublishPost(board=place.board, post=begun.post))
    await nia.ask(LeaveSeat(board=place.board))
    await nia.ask(TakeSeat(board=place.board, norms_version=1))
    await start(nia, place.board, "Back")
    assert "Back" in await published(place)


async def test_a_note_opens_before_all_else(place: Place) -> None:
    """The first time a post waits, a note opens; it says first who reads it (protocol 21.4)."""
    nia = await place.arrive("nia")
    await nia.listen(member_stream(nia.id))
    await place.host.listen(member_stream(place.host.id))
    await place.desk.listen(desk_stream(place.board))
    begun = await start(nia, place.board, "Hello")
    await nia.told(PostHeld)
    kinds = [frame.kind for frame in nia.frames]
    assert kinds.index("arriving.note_opened") < kinds.index("threads.held")
    [opened] = nia.events(NoteOpened)
    assert await place.host.told(NoteOpened) == [opened]
    assert await place.desk.told(NoteOpened) == [opened]
    note = opened.note
    assert (note.newcomer, note.board, note.host) == (nia.id, place.board, place.host.id)
    assert (note.post, note.why, note.ends_at) == (begun.post, Approval.FIRST_POSTS, None)
    await start(nia, place.board, "Again")
    assert (await nia.ask(ListNotes())).notes == (note,)
    assert len(nia.events(NoteOpened)) == 1
    await nia.listen(note_stream(nia.id))


async def test_the_commons_guards_whoever_joins(moot: Moot) -> None:
    """Its guards begin with joining; that of letters is its alone, and ends after 14 days."""
    place = await open_place(moot)
    refused = await place.desk.refused(ConfigureBoard(board=place.board, guard_letters=True))
    assert isinstance(refused, BadParams)
    await moot.sysop.ask(ConfigureBoard(board=COMMONS, guard_letters=True, guard_pace_s=60))
    nia = await place.arrive("nia")
    guards = (await nia.ask(ListGuards())).guards
    assert [(guard.kind, guard.board, guard.posts) for guard in guards] == [
        (GuardKind.LETTERS, COMMONS, None),
        (GuardKind.PACE, COMMONS, 0),
    ]

    async def guarded() -> bool:
        look = moot.running.dispatcher.table.readers.letters_guard
        return await moot.read(lambda tx: look(tx, nia.id, moot.clock())) is not None

    moot.clock.jump(seconds=14 * 86_400 - 1)
    assert await guarded()
    moot.clock.jump(seconds=1)
    assert not await guarded()
    early = await moot.read(
        lambda tx: tx.fetch_value("SELECT count(*) FROM guards WHERE member = ?", place.host.id)
    )
    assert early == 0
