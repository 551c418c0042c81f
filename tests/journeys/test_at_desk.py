"""A moderator's device learns by itself what waits at their desks, over real sockets (P3, protocol 6.6)."""

from bbs.features.arriving.messages import PublishPost
from bbs.features.boards.application_messages import AcceptApplication, Apply, WithdrawApplication
from bbs.features.boards.messages import ConfigureBoard
from bbs.features.boards.seat_messages import Appoint, TakeSeat
from bbs.features.threads.messages import StartThread
from bbs.ids import COMMONS, new_id
from bbs.streams import desk_stream
from tests.journeys.community import House, open_garden


async def test_a_moderators_device_hears_what_waits(community: House) -> None:
    """An application and a first post are there without asking, and gone when another decides."""
    board, _ = await open_garden(community)
    sysop, bob = community.voices["sysanne"], await community.join("bob")
    cleo = await community.join("cleo")
    await sysop.call(Appoint(board=board, member=community.members["ana"].member))
    front = await community.front("ana", "phone")
    try:
        await sysop.call(ConfigureBoard(board=board, guard_first_posts=True))
        await bob.call(TakeSeat(board=board, norms_version=1))
        post = new_id()
        start = StartThread(board=board, thread=new_id(), post=post, title="Figs", body="On sand?")
        await bob.call(start)
        await front.until(lambda: front.cache.at_desk() == {post})
        assert front.cache.post(post) is None

        await sysop.call(ConfigureBoard(board=board, questions="What do you grow?"))
        applied = await cleo.call(Apply(board=board, norms_version=1, answers=("Kale.",)))
        assert applied.application is not None
        await front.until(lambda: front.cache.at_desk() == {post, applied.application.id})

        await sysop.call(AcceptApplication(board=board, application=applied.application.id))
        await sysop.call(PublishPost(board=board, post=post))
        await front.until(lambda: not front.cache.at_desk())
    finally:
        await front.close()


async def test_what_waited_before_is_known_at_the_start_and_after_a_cut(community: House) -> None:
    """A first start asks; a connection that comes back replays what was missed."""
    board, _ = await open_garden(community)
    sysop, bob = community.voices["sysanne"], await community.join("bob")
    await sysop.call(ConfigureBoard(board=board, questions="What do you grow?"))
    await sysop.call(Appoint(board=board, member=community.members["ana"].member))
    apply = Apply(board=board, norms_version=1, answers=("Kale.",))
    first = (await bob.call(apply)).application
    assert first is not None
    front = await community.front("ana", "phone")
    try:
        assert front.cache.at_desk() == {first.id}
        community.cut("ana")
        await bob.call(WithdrawApplication(application=first.id))
        second = (await bob.call(apply)).application
        assert second is not None
        await front.until(lambda: front.cache.at_desk() == {second.id})
    finally:
        await front.close()
    again = await community.front("ana", "phone")
    try:
        assert again.cache.at_desk() == {second.id}
    finally:
        await again.close()


async def test_an_office_gives_a_desk_and_takes_it(community: House) -> None:
    """Who is appointed hears the desk from then on; whose office ends keeps nothing of it (P11)."""
    board, _ = await open_garden(community)
    sysop, bob = community.voices["sysanne"], await community.join("bob")
    ana = community.members["ana"].member
    await sysop.call(ConfigureBoard(board=board, questions="What do you grow?"))
    await bob.call(Apply(board=board, norms_version=1, answers=("Kale.",)))
    front = await community.front("ana", "phone")
    try:
        assert not front.cache.at_desk()
        assert front.cache.cursor(desk_stream(board)) is None
        await sysop.call(Appoint(board=board, member=ana))
        await front.until(lambda: len(front.cache.at_desk()) == 1)
        give_back = Appoint(board=board, member=ana, moderator=False)
        await community.voices["ana"].call(give_back)
        await front.until(lambda: not front.cache.at_desk())
        assert front.cache.cursor(desk_stream(board)) is None
        assert front.cache.cursor(desk_stream(COMMONS)) is None
    finally:
        await front.close()
