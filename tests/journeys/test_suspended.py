"""A suspension reaches who is connected: live, and what waits to be sent to a slow line (P7, 16.5)."""

import asyncio
import json
from time import perf_counter

import pytest

from bbs import limits
from bbs.features.moderation.views import RestrictionKind
from bbs.features.threads.messages import ListThreads, PostPublished, StartThread, WritePost
from bbs.ids import COMMONS, BoardId, ThreadId, new_id
from tests.journeys.slow import enter, narrow, slow_socket
from tests.support.raw import raw
from tests.support.restricting import lifted, restricted
from tests.support.voices import Hall, Voice

WITHIN_S = 2.0
QUEUED = 60  # half a mebibyte: more than a narrow line holds, and no reason to cut it off


async def _thread(line: Voice, board: BoardId) -> ThreadId:
    thread = new_id()
    await line.ask(StartThread(board=board, thread=thread, post=new_id(), title="T", body="0"))
    return thread


async def _loses(line: Voice, board: BoardId) -> None:
    await line.until(lambda: f"board:{board}" in line.gone())


async def _talk(line: Voice, thread: ThreadId, said: list[str]) -> None:
    """Write all the time; `said` has the words of each post that was answered, in order."""
    while True:
        words = f"post {len(said)} of many"
        await line.ask(WritePost(thread=thread, post=new_id(), body=words))
        said.append(words)


@pytest.mark.parametrize("everywhere", [False, True])
async def test_it_reaches_both_devices_within_two_seconds(hall: Hall, *, everywhere: bool) -> None:
    """While somebody writes without a pause, laptop and phone lose the board, and no word that was said
    after the suspension comes to either; another reader misses nothing."""
    board = await hall.board("garden")
    ana, bob, cy = [await hall.join(handle, board) for handle in ("ana", "bob", "cy")]
    phone = await hall.phone(ana)
    await phone.listen(COMMONS, board)
    thread, said = await _thread(bob, board), list[str]()
    talking = asyncio.create_task(_talk(bob, thread, said))
    for device in (ana, phone):
        await device.told(PostPublished, 20)
    begun = perf_counter()
    where = COMMONS if everywhere else board
    held = await restricted(hall, RestrictionKind.SUSPENDED, where, ana.id)
    before = len(said) + 1  # one may be on its way
    await asyncio.gather(*(_loses(device, board) for device in (ana, phone)))
    took = perf_counter() - begun
    assert took < WITHIN_S
    await cy.told(PostPublished, before + 20)
    talking.cancel()
    await asyncio.gather(talking, return_exceptions=True)
    for device in (ana, phone):
        heard = [one.event.post.body for one in device.events(f"board:{board}", PostPublished)]
        assert not set(heard) & set(said[before:])
    assert set(said) <= {each.post.body for each in await cy.told(PostPublished, len(said))}
    await lifted(hall, held)
    await ana.listen(board)


async def test_what_waits_for_a_slow_line_is_dropped(hall: Hall) -> None:
    """Frames in the queue of a client that reads nothing are taken back: it is told that the stream has
    ended, and never what was still to be sent."""
    board = await hall.board("garden")
    ana, bob = await hall.join("ana", board), await hall.join("bob", board)
    thread, stream = await _thread(bob, board), f"board:{board}"
    listener = hall.running.listener
    known = set(listener.connections)
    url = hall.running.url
    async with raw(url, sock=slow_socket(url), max_queue=1) as slow:
        await enter(slow, ana.token, {stream: -1})
        (connection,) = listener.connections - known
        narrow(connection)
        slow.socket.transport.pause_reading()
        for n in range(QUEUED):
            body = f"queued {n} " + "x" * (limits.BODY_CHARS_MAX - 20)
            await bob.ask(WritePost(thread=thread, post=new_id(), body=body))
        waiting = len(connection.outbox)
        assert waiting > QUEUED // 4
        begun = perf_counter()
        await restricted(hall, RestrictionKind.SUSPENDED, board, ana.id)
        while len(connection.outbox) > waiting // 2:
            await bob.ask(ListThreads(board=board))
            assert perf_counter() - begun < WITHIN_S
        slow.socket.transport.resume_reading()
        while b"stream.ended" not in json.dumps(await slow.receive()).encode():
            pass
        heard = [n for n in range(QUEUED) if any(f"queued {n} ".encode() in f for f in slow.seen)]
        assert len(heard) <= QUEUED - waiting + 1  # one may be half on its way
        assert heard == list(range(len(heard)))
