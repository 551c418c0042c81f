"""What is new in lounges since the reader looked, kept on this device alone (P2)."""

from bbs.features.reading.messages import SetBoardChoice, SetMemberChoice
from bbs.features.reading.views import Stance
from bbs.ids import COMMONS
from bbs.sdk.updates import StreamReset
from bbs.streams import lounge_stream
from bbs_client.mirror.file import LoungeNews
from tests.client.mirror.linked import House


async def test_a_line_is_new_until_its_lounge_is_looked_into(house: House) -> None:
    """Lines of others are new, and those that call the reader are told apart; own lines are not new.

    Where the reader looks is sent to nobody (P2).
    """
    await house.start()
    assert house.cache.lounges() == {}
    house.model.say()
    called = house.model.say(calls_me=True)
    mine = house.model.say(mine=True)
    house.community.pump()
    await house.until(lambda: house.cache.lounges() == {COMMONS: LoungeNews(2, 1)})
    sent = len(house.community.asked)
    assert house.cache.looked(COMMONS) == 0
    assert house.cache.keep_looked(COMMONS, called.number)
    assert house.cache.lounges() == {}
    assert not house.cache.keep_looked(COMMONS, 1), "who looks back has not looked less far"
    assert house.cache.looked(COMMONS) == called.number < mine.number
    house.model.say()
    house.community.pump()
    await house.until(lambda: house.cache.lounges() == {COMMONS: LoungeNews(1, 0)})
    assert len(house.community.asked) == sent


async def test_news_of_a_lounge_go_with_their_lines(house: House) -> None:
    """What is withdrawn or has faded is not new any more, offline too (P10)."""
    await house.start()
    house.model.say()
    called = house.model.say(calls_me=True)
    house.community.pump()
    await house.until(lambda: house.cache.lounges() == {COMMONS: LoungeNews(2, 1)})
    house.model.unsay(called)
    house.community.pump()
    await house.until(lambda: house.cache.lounges() == {COMMONS: LoungeNews(1, 0)})
    house.model.clock.jump(days=30)
    assert house.cache.lounges() == {}


async def test_who_is_muted_makes_no_news(house: House) -> None:
    """Neither a muted member nor a muted board calls anybody to a lounge (P1)."""
    await house.start()
    house.model.say(calls_me=True)
    house.community.pump()
    await house.until(lambda: house.cache.lounges() == {COMMONS: LoungeNews(1, 1)})
    house.link.choose(SetMemberChoice(member=house.model.other.id, stance=Stance.MUTE))
    assert house.cache.lounges() == {}
    house.link.choose(SetMemberChoice(member=house.model.other.id, stance=Stance.NONE))
    assert house.cache.lounges() != {}
    house.link.choose(SetBoardChoice(board=COMMONS, stance=Stance.MUTE))
    assert house.cache.lounges() == {}


async def test_how_far_one_looked_outlasts_a_fetch(house: House) -> None:
    """A lounge that is fetched anew is as new to the reader as it was before (6.5)."""
    await house.start()
    line = house.model.say()
    house.community.pump()
    await house.until(lambda: house.cache.lounges() != {})
    house.cache.keep_looked(COMMONS, line.number)
    house.model.say()
    stream = lounge_stream(COMMONS)
    house.community.push(StreamReset(stream, house.model.head(stream)))
    await house.until(lambda: house.cache.lounges() == {COMMONS: LoungeNews(1, 0)})
