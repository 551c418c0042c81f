"""The inbox as the mirror has it: answers, mentions and thanks, gone with what they are about."""

from msgspec.structs import replace

from bbs.features.reading.messages import SetMemberChoice
from bbs.features.reading.views import InboxItem, Stance
from bbs.features.threads.messages import PostEdited
from bbs.ids import COMMONS
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
