"""What a guard holds is decided by a person, in order, and is published in any case (protocol 21.3)."""

import pytest

from bbs import limits
from bbs.clock import to_ms
from bbs.features.arriving.messages import (
    DeclinePost,
    GetNote,
    ListHeldPosts,
    PostAsked,
    PostDecided,
    PublishPost,
)
from bbs.features.arriving.views import HeldState
from bbs.features.boards.messages import ConfigureBoard, GetBoard, Visibility
from bbs.features.boards.seat_messages import Appoint, HandOver, OfferSeat, TakeSeat
from bbs.features.moderation.messages import GetLog
from bbs.features.reading.messages import GetUnread, Search
from bbs.features.threads.erasing_messages import Purge
from bbs.features.threads.messages import (
    EditPost,
    ListHeld,
    ListThreads,
    PostHeld,
    StartThread,
    WithdrawPost,
    WritePost,
)
from bbs.features.threads.views import Approval, ContentState
from bbs.ids import COMMONS, new_id
from bbs.powers import Office
from bbs.refusals import CommandWaits, Conflict, NotAllowed, NotFound
from bbs.streams import desk_stream, member_stream
from tests.features.arriving.newcomers import Place, open_place, published, waiting
from tests.support.erased import files_with
from tests.support.moot import Moot
from tests.support.talk import start, write

PUBLISH = "publish held posts"


@pytest.fixture
async def place(moot: Moot) -> Place:
    """A board whose newcomers' first posts wait."""
    return await open_place(moot, guard_first_posts=True)


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


async def test_long_posts_fit_an_answer(place: Place) -> None:
    """However much newcomers write, the desk gets a page of it, cut by bytes, and is told of more (P14)."""
    nia = await place.arrive("nia")
    begun = await start(nia, place.board, "Hello")
    body = "é" * limits.BODY_CHARS_MAX
    size = len(body.encode())
    for _ in range(limits.PAGE_BYTES_MAX // size + 2):
        await nia.ask(WritePost(thread=begun.thread, post=new_id(), body=body))
    page = await place.desk.ask(ListHeldPosts(limit=limits.PAGE_ITEMS_MAX))
    assert page.more
    assert len(place.desk.answers[-1]) < limits.PAGE_BYTES_MAX + size
    assert page.held[0].post.id == begun.post


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
    await place.desk.ask(Appoint(board=place.board, member=nia.id))
    third = await write(nia, begun.thread, "Three, in office")
    for post in (begun.post, second, third):
        await place.desk.ask(PublishPost(board=place.board, post=post))
    assert await published(place) == ["One", "Two", "Three, in office"]


async def test_after_a_day_the_commons_is_asked_and_after_three_it_is_published(
    place: Place,
) -> None:
    """Nobody waits longer than three days for nobody; the commons' desk may decide after one."""
    nia = await place.arrive("nia")
    await place.warden.listen(desk_stream(COMMONS))
    await place.desk.listen(desk_stream(place.board))
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
    for line, bodies in ((place.desk, ["One", "Two"]), (place.warden, [None, None])):
        asked = [event.held for event in await line.told(PostAsked, 2)]
        assert [held.post.body for held in asked] == bodies
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


async def test_the_commons_keeps_no_words_of_a_board_that_becomes_private(place: Place) -> None:
    """Its moderators read them while they may decide; its desk's events replay none of them (P8)."""
    nia, wim = await place.arrive("nia"), place.warden
    await start(nia, place.board, "canarybody", "canarytitle")
    place.moot.clock.jump(hours=limits.APPROVAL_ASK_HOURS)
    await place.moot.do_jobs("ask the commons")
    assert len(await waiting(wim)) == 1
    await place.desk.carry(ConfigureBoard(board=place.board, visibility=Visibility.PRIVATE))
    assert await waiting(wim) == []
    before = len(wim.sent)
    await wim.listen(desk_stream(COMMONS), cursor=0)
    await wim.told(PostAsked)
    assert b"canary" not in wim.sent[before:]


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


async def test_what_was_erased_after_the_commons_was_asked_waits_no_more(place: Place) -> None:
    """Nothing stays that names its author, and the board says of nothing that it waits (P10, 19.18)."""
    nia = await place.arrive("nia")
    begun = await start(nia, place.board, "Against the law")
    place.moot.clock.jump(hours=limits.APPROVAL_ASK_HOURS + 1)
    await place.moot.do_jobs()
    await place.moot.sysop.carry(Purge(thread=begun.thread, law="StGB 130", reason="By a court"))
    place.moot.clock.jump(hours=limits.APPROVAL_HOURS_MAX)
    await place.moot.do_jobs()
    assert not (await place.host.ask(GetBoard(board=place.board))).awaited
    assert (await place.moot.dump())["approvals"] == []


async def test_who_left_the_desk_is_not_told_the_words_again(place: Place) -> None:
    """A decision sent again is answered, without the words of a post that is still held (5.2)."""
    nia = await place.arrive("nia")
    begun = await start(nia, place.board, "For the desk alone")
    decision = DeclinePost(op=new_id(), board=place.board, post=begun.post, norm=1)
    first = (await place.desk.ask(decision)).post
    assert (await place.desk.ask(decision)).post == first
    await place.desk.ask(HandOver(board=place.board, member=place.host.id))
    again = (await place.desk.ask(decision)).post
    assert (again.id, again.state, again.body) == (first.id, first.state, None)


async def test_what_is_hidden_meanwhile_is_not_published(place: Place) -> None:
    """While words are hidden until others have decided, neither the desk nor time publishes them."""
    nia = await place.arrive("nia")
    begun = await start(nia, place.board, "Disputed")
    purge = Purge(thread=begun.thread, law="StGB 130", reason="By a court")
    assert isinstance(await place.moot.sysop.refused(purge), CommandWaits)
    decide = PublishPost(board=place.board, post=begun.post)
    assert "hidden" in str(await place.desk.refused(decide))
    place.moot.clock.jump(hours=73)
    await place.moot.do_jobs(PUBLISH)
    assert await published(place) == []


async def test_a_declined_post_leaves_no_byte(place: Place) -> None:
    """Once the author had time to copy them, its words are in no file any more (P10)."""
    nia = await place.arrive("nia")
    begun = await start(nia, place.board, "canarydeclinedbody", "canarydeclinedtitle")
    await place.desk.ask(DeclinePost(board=place.board, post=begun.post, norm=1))
    place.moot.clock.jump(days=limits.DECLINED_DAYS, seconds=1)
    await place.moot.do_jobs("erase declined posts")
    await place.moot.running.dispatcher.store.run_maintenance()
    words = ["canarydeclinedbody", "canarydeclinedtitle"]
    assert files_with(place.moot.folder, words) == {}
