"""The inbox as the mirror has it: answers, mentions, thanks and notices, gone when they are over."""

from msgspec.structs import replace

from bbs import limits
from bbs.features.reading.messages import ListNotices, SetMemberChoice
from bbs.features.reading.views import InboxItem, InboxKind, Notice, Stance
from bbs.features.threads.messages import PostEdited
from bbs.ids import COMMONS, new_id
from bbs.sdk.updates import StreamReset
from bbs.streams import member_stream
from tests.client.mirror.linked import House


def told(items: list[InboxItem]) -> list[tuple[str, str]]:
    """Return kind and post of each item."""
    return [(item.kind.value, item.post.id if item.post else "") for item in items]


async def test_the_inbox_is_there_offline(house: House) -> None:
    """Answers, mentions and thanks come newest first; whom one mutes is not among them (P1)."""
    thread = house.model.start(mine=True)
    mine = next(iter(house.model.posts.values()))
    answer = house.model.reply(thread.id, mine.id)
    house.model.posts[answer.id] = answer = replace(answer, answers=house.model.me.id)
    called = house.model.reply(thread.id)
    called = replace(called, mentions=(house.model.me.id,), revision=2)
    house.model.posts[called.id] = called
    house.model.tell(f"board:{COMMONS}", PostEdited(post=called))
    house.model.thank(mine)
    await house.start()
    await house.until(lambda: len(house.cache.inbox()) == 3)
    wanted = [("thanks", mine.id), ("mention", called.id), ("answer", answer.id)]
    assert told(house.cache.inbox()) == wanted
    assert [(one.post, one.for_me) for one in house.cache.waiting()] == [
        (answer.id, True),
        (called.id, True),
    ]
    house.link.choose(SetMemberChoice(member=house.model.other.id, stance=Stance.MUTE))
    assert house.cache.inbox() == []


async def test_a_mention_in_a_lounge_is_there_offline(house: House) -> None:
    """It comes like that of a post, unless its author is muted, and goes with its line (P1, P10)."""
    await house.start()
    house.model.say()
    house.model.say(calls_me=True, mine=True)
    first = house.model.say(calls_me=True)
    second = house.model.say(calls_me=True)
    house.community.pump()
    await house.until(lambda: len(house.cache.inbox()) == 2)
    assert [(item.kind, item.line) for item in house.cache.inbox()] == [
        (InboxKind.MENTION, second),
        (InboxKind.MENTION, first),
    ]
    house.model.unsay(second)
    house.community.pump()
    await house.until(lambda: [item.line for item in house.cache.inbox()] == [first])
    house.link.choose(SetMemberChoice(member=house.model.other.id, stance=Stance.MUTE))
    assert house.cache.inbox() == []
    house.link.choose(SetMemberChoice(member=house.model.other.id, stance=Stance.NONE))
    house.model.clock.jump(days=30)
    assert house.cache.inbox() == []


async def test_thanks_go_with_the_words(house: House) -> None:
    """Withdrawn or faded, offline too, a post takes along who thanked for it (P2, P10)."""
    house.model.configure(COMMONS, retention_days=5)
    thread = house.model.start(mine=True)
    first = next(iter(house.model.posts.values()))
    second = house.model.reply(thread.id, mine=True)
    await house.start()
    await house.until(lambda: house.cache.thread(thread.id) is not None)
    house.model.thank(first)
    house.model.thank(second)
    house.community.pump()
    await house.until(lambda: len(house.cache.inbox()) == 2)
    house.model.withdraw(second)
    house.community.pump()
    await house.until(lambda: told(house.cache.inbox()) == [("thanks", first.id)])
    house.model.clock.jump(days=6)
    house.cache.erase_faded(house.model.clock())
    assert house.cache.inbox() == []


def notices(house: House) -> list[Notice]:
    """Return the notices that are shown."""
    return [item.notice for item in house.cache.inbox() if item.notice is not None]


async def test_notices_are_there_offline_for_a_year(house: House) -> None:
    """What was done to the reader comes with the first fetch and by events, with its words, also of a
    board that is not here; after a year it is hidden, then erased (P8, P10)."""
    first = house.model.notify()
    await house.start()
    house.model.clock.jump(days=1)
    second = house.model.notify(board=new_id())
    house.community.pump()
    await house.until(lambda: notices(house) == [second, first])
    assert second.act is not None
    assert house.cache.inbox()[0].notice == second
    house.model.clock.jump(days=limits.NOTICE_DAYS - 1)
    assert notices(house) == [second]
    house.cache.erase_faded(house.model.clock())
    assert house.cache.fetch_all("SELECT id FROM notices") == [(second.id,)]
    house.model.clock.jump(days=1)
    assert notices(house) == []


async def test_notices_are_fetched_anew_after_a_reset(house: House) -> None:
    """A reader who was away for longer than their stream keeps events finds every notice (6.5)."""
    await house.start()
    told = [house.model.notify() for _ in range(2)]
    stream = member_stream(house.model.me.id)
    house.community.push(StreamReset(stream, house.model.head(stream)))
    await house.until(lambda: notices(house) == told[::-1])


async def test_a_server_without_notices_is_not_asked_for_them(house: House) -> None:
    """An older server does not know the query: the mirror is filled all the same (7.13)."""
    house.community.features = ()
    house.model.notify()
    await house.start()
    assert house.cache.epoch() is not None
    assert not [each for each in house.community.asked if isinstance(each, ListNotices)]
    assert notices(house) == []
