"""What is shipped for the tests of others: the clock, the builders, the link in memory."""

import asyncio

import pytest

from bbs import testing
from bbs.clock import DAY_MS, HOUR_MS, SECOND_MS
from bbs.sdk.transport import TransportClosed
from bbs.testing import FakeClock, memory_transports


def test_the_clock_stands_still_until_it_jumps() -> None:
    """Time is what a test says it is."""
    clock = FakeClock()
    start = clock()
    assert clock() == start
    clock.jump(days=2, hours=-1, seconds=0.5)
    assert clock() - start == 2 * DAY_MS - HOUR_MS + SECOND_MS // 2
    assert FakeClock(5)() == 5


@pytest.mark.parametrize("name", ["a_board", "a_line", "a_member", "a_post", "a_seat", "a_thread"])
def test_builders_build(name: str) -> None:
    """Every builder gives a whole thing by itself, a new one each time, changed by keyword."""
    build = getattr(testing, name)
    assert build() != build()
    assert build(revision=7).revision == 7


async def test_a_link_in_memory_carries_frames_in_order() -> None:
    """Frames arrive in order, those sent before the close too, then the close itself."""
    ours, theirs = memory_transports()
    await ours.send(b"1")
    ours.send_nowait(b"2")
    await ours.close(4000, "enough")
    assert [await theirs.receive(), await theirs.receive()] == [b"1", b"2"]
    for end in (ours, theirs):
        with pytest.raises(TransportClosed) as caught:
            await end.receive()
        assert (caught.value.code, caught.value.reason) == (4000, "enough")
        with pytest.raises(TransportClosed):
            await end.send(b"3")
    ours.send_nowait(b"lost")
    await theirs.close()


async def test_a_waiting_reader_learns_of_the_close() -> None:
    """A reader that waits is woken by the close, at either end."""
    ours, theirs = memory_transports()
    reading = [asyncio.create_task(end.receive()) for end in (ours, theirs)]
    await asyncio.sleep(0)
    theirs.abort(1006)
    results = await asyncio.gather(*reading, return_exceptions=True)
    assert [type(result) for result in results] == [TransportClosed, TransportClosed]


async def test_a_full_link_meets_its_end() -> None:
    """An end that did not read for long still finds its frames, and then the close."""
    ours, theirs = memory_transports()
    for number in range(1_024):
        ours.send_nowait(b"%d" % number)
    with pytest.raises(asyncio.QueueFull):
        ours.send_nowait(b"too much")
    ours.abort()
    frames = [await theirs.receive() for _ in range(1_024)]
    assert frames[-1] == b"1023"
    with pytest.raises(TransportClosed):
        await theirs.receive()
