"""The link and the sysop's notices: told on arrival, and a message of the day only once."""

from bbs.clock import instant
from bbs.sdk.updates import EphemeralHappened
from bbs.wire.messages import SysopNotices
from bbs_client.session.events import NoticesChanged
from tests.client.mirror.linked import House


async def test_a_message_of_the_day_is_told_once(house: House) -> None:
    """What `hello` says is told when it is new; the next connection repeats nothing (3.1)."""
    house.community.motd = "Tea at four"
    await house.start()
    house.community.turn(False, "lost")
    house.community.turn(True)
    await house.until(lambda: len(house.told(NoticesChanged)) == 2)
    assert [one.motd for one in house.told(NoticesChanged)] == ["Tea at four", ""]
    assert not house.cache.note_notice("motd", "Tea at four")


async def test_a_banner_is_new_once(house: House) -> None:
    """A banner is kept for the door, and told to be new only where it was not seen before (3.1)."""
    house.community.banner = "\x1b[31m*\x1b[m"
    await house.start()
    house.community.turn(False, "lost")
    house.community.turn(True)
    await house.until(lambda: len(house.told(NoticesChanged)) == 2)
    assert [one.banner for one in house.told(NoticesChanged)] == [True, False]
    assert house.cache.notice("banner") == "\x1b[31m*\x1b[m"


async def test_a_notice_is_told_when_it_comes(house: House) -> None:
    """What the sysop changes while one is connected is told at once (3.1)."""
    await house.start()
    planned = instant(9_000)
    house.community.push(EphemeralHappened(SysopNotices(motd="Tea", maintenance_at=planned)))
    house.community.push(EphemeralHappened(SysopNotices(motd="Tea")))
    await house.until(lambda: len(house.told(NoticesChanged)) == 3)
    assert house.told(NoticesChanged)[1:] == [
        NoticesChanged("Tea", planned),
        NoticesChanged("", None),
    ]
