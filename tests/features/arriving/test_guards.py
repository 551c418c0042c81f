"""Guards hold a newcomer's posts for a person, never refuse or erase, and end by themselves (P6, P7)."""

import pytest

from bbs.clock import to_ms
from bbs.features.arriving.messages import (
    DeclinePost,
    GetNote,
    GuardChanged,
    ListGuards,
    ListHeldPosts,
    ListNewcomers,
    ListNotes,
    NoteOpened,
    PostAsked,
    PostDecided,
    PublishPost,
)
from bbs.features.arriving.views import GuardKind, GuardState, HeldState
from bbs.features.boards.messages import Visibility
from bbs.features.boards.seat_messages import Appoint, LeaveSeat, OfferSeat, TakeSeat
from bbs.features.moderation.messages import GetLog
from bbs.features.reading.messages import GetUnread, Search
from bbs.features.threads.erasing_messages import Purge
from bbs.features.threads.messages import (
    EditPost,
    ListHeld,
    ListPosts,
    ListThreads,
    PostHeld,
    StartThread,
    WithdrawPost,
    WritePost,
)
from bbs.features.threads.views import Approval, ContentState
from bbs.ids import COMMONS, PostId, new_id
from bbs.powers import Office
from bbs.refusals import Conflict, NotAllowed, NotFound
from bbs.restricted import Restricted
from bbs.streams import desk_stream, member_stream, note_stream
from tests.features.arriving.newcomers import Place, open_place
from tests.support.moot import Line, Moot
from tests.support.talk import start, write

PUBLISH = "publish held posts"


@pytest.fixture
async def place(moot: Moot) -> Place:
    """A board whose newcomers' first posts wait."""
    return await open_place(moot, guard_first_posts=True)


async def waiting(line: Line) -> list[PostId]:
    """Return the posts about which somebody may decide."""
    return [held.post.id for held in (await line.ask(ListHeldPosts())).held]


async def published(place: Place) -> list[str | None]:
    """Return the bodies of all that readers of the board see."""
    threads = (await place.host.ask(ListThreads(board=place.board))).threads
    pages = [await place.host.ask(ListPosts(thread=thread.id)) for thread in threads]
    return [post.body for page in pages for post in page.posts]


async def test_first_posts_wait_and_nobody_else_knows(place: Place) -> None:
    """A newcomer's post is their own and the desk's until somebody decides (protocol 21.3)."""
    nia = await place.arrive("nia")
    await nia.listen(member_stream(nia.id))
    await place.desk.listen(desk_stream(place.board))
    begun = await start(nia, place.board, "Hello from nia, hi @hal", "Hello")
    [told] = await nia.told(PostHeld)
    assert (await place.desk.told(PostHeld)) == [told]
    assert told.post.approval is Approval.FIRST_POSTS
    assert told.post.number is None
    assert to_ms(told.post.visible_at) == place.moot.clock() + 72 * 3_600_000
    assert [post.id for post in (await nia.ask(ListHeld(board=place.board))).posts] == [begun.post]
    assert await published(place) == []
    assert not (await place.host.ask(Search(query="hello"))).found
    assert not (await place.host.ask(GetUnread())).threads
    assert await waiting(place.desk) == [begun.post]
    for other in (place.host, place.warden, place.moot.sysop, nia):
        assert await waiting(other) == []
    await place.desk.ask(PublishPost(board=place.board, post=begun.post))
    assert await published(place) == ["Hello from nia, hi @hal"]
    assert (await place.host.ask(Search(query="hello"))).found
    assert await waiting(place.desk) == []
    again = PublishPost(board=place.board, post=begun.post)
    assert "is published" in str(await place.desk.refused(again))


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


async def test_the_author_edits_and_withdraws_what_waits(place: Place) -> None:
    """What waits is its author's still; the desk decides about the wording it has read."""
    nia = await place.arrive("nia")
    await place.desk.listen(desk_stream(place.board))
    begun = await start(nia, place.board, "Frist")
    edited = (await nia.ask(EditPost(post=begun.post, body="First"))).post
    assert edited.approval is Approval.FIRST_POSTS
    stale = PublishPost(board=place.board, post=begun.post, if_revision=1)
    assert isinstance(await place.desk.refused(stale), Conflict)
    await nia.ask(WithdrawPost(post=begun.post))
    assert await waiting(place.desk) == []
    decide = PublishPost(board=place.board, post=begun.post)
    assert isinstance(await place.desk.refused(decide), NotFound)
    [decided] = await place.desk.told(PostDecided)
    assert decided.state is HeldState.WITHDRAWN
    assert await published(place) == []


async def test_a_declined_post_is_its_authors_to_copy(place: Place) -> None:
    """The author is told why, keeps the words for a while, and nothing of it is published (P7, P10)."""
    nia = await place.arrive("nia")
    begun = await start(nia, place.board, "Buy my plants")
    behind = await write(nia, begun.thread, "And my pots")
    neither = DeclinePost(board=place.board, post=begun.post)
    assert "clause" in str(await place.desk.refused(neither))
    no_clause = DeclinePost(board=place.board, post=begun.post, norm=9)
    assert "clause" in str(await place.desk.refused(no_clause))
    decline = DeclinePost(board=place.board, post=begun.post, norm=1, word="We do not sell here.")
    assert (await place.desk.ask(decline)).post.approval is Approval.DECLINED
    mine = (await nia.ask(ListHeld(board=place.board))).posts
    assert [(post.id, post.body, post.approval) for post in mine] == [
        (begun.post, "Buy my plants", Approval.DECLINED),
        (behind, "And my pots", Approval.DECLINED),
    ]
    assert await waiting(place.desk) == []
    again = PublishPost(board=place.board, post=begun.post)
    assert "declined" in str(await place.desk.refused(again))
    assert "declined" in str(await nia.refused(EditPost(post=begun.post, body="x")))
    more = WritePost(thread=begun.thread, post=new_id(), body="More")
    assert "declined" in str(await nia.refused(more))
    lines = (await nia.ask(GetNote(note=nia.id))).lines
    assert [(line.text, line.norm, line.post) for line in lines] == [
        ("We do not sell here.", 1, begun.post)
    ]
    place.moot.clock.jump(days=4)
    await place.moot.do_jobs(PUBLISH)
    assert await published(place) == []
    place.moot.clock.jump(days=27)
    await place.moot.do_jobs("erase declined posts")
    states = [post.state for post in (await nia.ask(ListHeld(board=place.board))).posts]
    assert ContentState.HELD not in states


async def test_the_order_of_a_thread_is_kept(place: Place) -> None:
    """What waits behind another post of the same member is not published before it (P1)."""
    nia = await place.arrive("nia")
    begun = await start(nia, place.board, "One")
    second = await write(nia, begun.thread, "Two")
    early = PublishPost(board=place.board, post=second)
    assert "earlier post" in str(await place.desk.refused(early))
    for post in (begun.post, second):
        await place.desk.ask(PublishPost(board=place.board, post=post))
    assert await published(place) == ["One", "Two"]


async def test_after_a_day_the_commons_is_asked_and_after_three_it_is_published(
    place: Place,
) -> None:
    """Nobody waits longer than three days for nobody; the commons' desk may decide after one."""
    nia = await place.arrive("nia")
    await place.warden.listen(desk_stream(COMMONS))
    first = await start(nia, place.board, "One")
    second = await start(nia, place.board, "Two")
    await place.moot.do_jobs()
    assert await waiting(place.desk) == [first.post, second.post]
    decide = PublishPost(board=place.board, post=first.post)
    place.moot.clock.jump(seconds=24 * 3_600 - 1)
    await place.moot.do_jobs("ask the commons")
    assert isinstance(await place.warden.refused(decide), NotFound)
    assert await waiting(place.warden) == []
    place.moot.clock.jump(seconds=1)
    await place.moot.do_jobs("ask the commons")
    asked = [event.held for event in await place.warden.told(PostAsked, 2)]
    assert [held.post.body for held in asked] == ["One", "Two"]
    assert {held.state for held in asked} == {HeldState.ASKED}
    assert await waiting(place.warden) == [first.post, second.post]
    assert isinstance(await place.host.refused(decide), NotAllowed)
    await place.warden.ask(decide)
    (act, *_) = (await place.host.ask(GetLog(board=place.board))).acts
    assert (act.method, act.office) == ("arriving.publish", Office.COMMONS_MODERATOR)
    assert [event.post for event in await place.warden.told(PostDecided)] == [first.post]
    place.moot.clock.jump(seconds=48 * 3_600 - 1)
    await place.moot.do_jobs(PUBLISH)
    assert await published(place) == ["One"]
    place.moot.clock.jump(seconds=1)
    await place.moot.do_jobs(PUBLISH)
    assert sorted(filter(None, await published(place))) == ["One", "Two"]
    assert await waiting(place.desk) == []


async def test_a_clock_that_is_set_back_publishes_nothing_early(place: Place) -> None:
    """Whatever the wall clock says, a person has three days, by the time that is proven (P6, P10)."""
    nia = await place.arrive("nia")
    begun = await start(nia, place.board, "One")
    sql = "SELECT state FROM posts WHERE id = ?"
    for days in (-400, 800):
        place.moot.clock.step(days=days)
        await place.moot.do_jobs()
        assert await place.moot.read(lambda tx: tx.fetch_value(sql, begun.post)) == "held"


async def test_a_private_board_asks_its_own_desk_alone(moot: Moot) -> None:
    """The commons' moderators learn nothing of a private board; time publishes there too (P8)."""
    place = await open_place(moot, guard_first_posts=True)
    private = await moot.board(
        moot.sysop, "attic", visibility=Visibility.PRIVATE, guard_first_posts=True
    )
    nia = await moot.join("nia")
    await moot.sysop.ask(OfferSeat(board=private, member=nia.id))
    await nia.ask(TakeSeat(board=private, norms_version=1))
    begun = await start(nia, private, "Secret")
    await place.warden.listen(desk_stream(COMMONS))
    moot.clock.jump(hours=25)
    await moot.do_jobs("ask the commons")
    assert await waiting(place.warden) == []
    decide = PublishPost(board=private, post=begun.post)
    assert isinstance(await place.warden.refused(decide), NotFound)
    await place.warden.settle()
    assert not place.warden.events(PostAsked)
    moot.clock.jump(hours=48)
    await moot.do_jobs(PUBLISH)
    assert (await moot.sysop.ask(ListThreads(board=private))).threads


async def test_a_decision_leaves_an_act_without_a_name(place: Place) -> None:
    """The log shows that the desk used its power, and not on whom (P8, P11)."""
    nia = await place.arrive("nia")
    begun = await start(nia, place.board, "Body of nia")
    await place.desk.ask(PublishPost(board=place.board, post=begun.post))
    (act, *_) = (await place.host.ask(GetLog(board=place.board))).acts
    assert act.method == "arriving.publish"
    assert act.about is None
    assert act.thing.id == place.board
    assert nia.id not in str(act)
    assert begun.post not in str(act)


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


async def test_a_post_that_waits_is_written_once(place: Place) -> None:
    """Sent again, before and after the decision, it is answered as it stands, and is there once (P12)."""
    nia = await place.arrive("nia")
    command = StartThread(
        op=new_id(),
        board=place.board,
        thread=new_id(),
        post=(post := new_id()),
        title="Once",
        body="Only once",
    )
    first = await nia.ask(command)
    assert (await nia.ask(command)) == first
    assert await waiting(place.desk) == [post]
    await place.desk.ask(PublishPost(board=place.board, post=post))
    again = (await nia.ask(command)).post
    assert (again.id, again.number, again.approval) == (post, 1, None)
    assert await published(place) == ["Only once"]


async def test_what_was_erased_elsewhere_waits_no_more(place: Place) -> None:
    """A purge, or a restore, erases what waits; no desk is asked about it any more (P10)."""
    nia = await place.arrive("nia")
    begun = await start(nia, place.board, "Against the law")
    await place.moot.sysop.carry(Purge(thread=begun.thread, law="StGB 130", reason="By a court"))
    await place.moot.do_jobs()
    assert await waiting(place.desk) == []
    place.moot.clock.jump(hours=80)
    await place.moot.do_jobs()
    assert await published(place) == []
    assert (await place.moot.dump())["approvals"] == []
