"""Frames on a socket: whole, in order, and closed for the reason that was given."""

import asyncio
import gc
import weakref
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bbs import limits
from bbs.features.members.messages import Resume
from bbs.features.presence.messages import GetPresence, SetPresence
from bbs.features.threads.messages import ListPosts, StartThread, WritePost
from bbs.ids import COMMONS, new_id
from bbs.streams import COMMONS_STREAM
from bbs.wire.codec import encode_call
from bbs.wire.messages import Sync
from bbs_server.fanout.send_queue import HIGH_WATER_BYTES, send_to_all
from bbs_server.store.sqlite.threads import run_on_thread
from tests.support.founded import open_founded
from tests.support.moot import Line, Moot
from tests.support.people import secret
from tests.support.raw import PATIENCE_S, Raw, raw


@pytest.fixture
async def moot(tmp_path: Path) -> AsyncIterator[Moot]:
    """A running community."""
    async with open_founded(tmp_path / "data") as running:
        yield running


@pytest.fixture
async def ana(moot: Moot) -> Line:
    """A member."""
    return await moot.join("ana")


async def _enter(line: Raw, who: Line) -> None:
    await line.hello()
    await line.ask(Resume(token=secret(who.person.session)))


async def test_pings_in_between_tear_no_frame(moot: Moot, ana: Line) -> None:
    """Pongs, pages and events share a line, and every frame arrives whole (protocol 1.3)."""
    thread = new_id()
    start = StartThread(board=COMMONS, thread=thread, post=new_id(), title="T", body="x" * 8_000)
    await ana.ask(start)
    for _ in range(50):
        await ana.ask(WritePost(thread=thread, post=new_id(), body="é" * 8_000))
    async with raw(moot.running.url) as line:
        await _enter(line, ana)
        pongs = []
        for _ in range(20):
            pongs += [await line.socket.ping() for _ in range(5)]
            page = await line.ask(ListPosts(thread=thread, limit=limits.PAGE_ITEMS_MAX))
            assert [post["number"] for post in page["result"]["posts"]] == list(
                range(1, len(page["result"]["posts"]) + 1)
            )
        await asyncio.gather(*pongs)


async def test_messages_of_every_length_arrive_as_they_were(moot: Moot, ana: Line) -> None:
    """Framed once for all readers, messages are what the library itself would have sent (protocol 1.3)."""
    sizes = [0, 1, 125, 126, 65_535, 65_536, 70_000]
    messages = [b'"' + b"x" * size + b'"' for size in sizes]
    async with raw(moot.running.url) as line, raw(moot.running.url) as other:
        await _enter(line, ana)
        await _enter(other, ana)
        wires = [connection.wire for connection in moot.running.listener.connections]
        for wire in wires:
            wire.write(messages)
            wire.write(messages[:1])
        for reader in (line, other):
            for message in (*messages, messages[0]):
                await reader.receive()
                assert reader.seen[-1] == message


async def test_what_is_told_does_not_pile_up_on_a_socket(moot: Moot, ana: Line) -> None:
    """A socket whose reader has stopped takes no more than its bound: the rest is the outbox's (P14)."""
    frame = b'"' + b"x" * 8_000 + b'"'
    async with raw(moot.running.url) as line:
        await _enter(line, ana)
        (connection,) = moot.running.listener.connections
        line.socket.transport.pause_reading()
        taken = 0
        while not len(connection.outbox):
            send_to_all([connection.outbox], [frame] * 3, COMMONS_STREAM)
            taken += 1
            assert taken < 3_000  # 72 MB: more than any kernel buffers
        assert connection.wire.unsent_bytes() <= HIGH_WATER_BYTES
        line.socket.transport.abort()


async def test_events_of_a_command_arrive_before_its_answer(moot: Moot, ana: Line) -> None:
    """Who listens hears what a command did, then its answer, however many come at once (5.9)."""
    thread = new_id()
    await ana.ask(StartThread(board=COMMONS, thread=thread, post=new_id(), title="T", body="B"))
    async with raw(moot.running.url) as line:
        await _enter(line, ana)
        await line.ask(Sync(cursors={COMMONS_STREAM: -1}))
        posts = [new_id() for _ in range(20)]
        for number, post in enumerate(posts, start=100):
            write = WritePost(thread=thread, post=post, body="B", op=new_id())
            await line.send(encode_call(number, write).decode())
        told, answered = [], []
        while len(answered) < len(posts):
            message = await line.receive()
            if "method" in message:
                told.append(message["params"]["subject"])
            else:
                answered.append(message["result"]["post"]["id"])
                assert answered[-1] in told
        assert answered == told == posts


async def test_a_post_whose_commit_failed_is_answered_with_the_fault(moot: Moot, ana: Line) -> None:
    """Nobody hears of it, and its sender hears that the disk is full; then all is well again (P12)."""
    store: Any = moot.running.dispatcher.store
    thread, body = new_id(), "x" * 7_000
    await ana.ask(StartThread(board=COMMONS, thread=thread, post=new_id(), title="T", body="B"))
    async with raw(moot.running.url) as line:
        await _enter(line, ana)
        await line.ask(Sync(cursors={COMMONS_STREAM: -1}))
        for pages, is_stored in ((1, False), (1_073_741_823, True)):
            limit = f"PRAGMA max_page_count = {pages}"
            await run_on_thread(
                store.writer, lambda sql, limit=limit: sql.execute(limit).fetchall()
            )
            for number in range(200 if not is_stored else 1):
                write = WritePost(thread=thread, post=new_id(), body=f"{number} {body}")
                answer = await line.ask(write)
                if "error" in answer:
                    break
            assert ("result" in answer) == is_stored
            assert is_stored or answer["error"]["data"]["reason"] == "full"
        told = [frame for frame in line.seen if write.post.encode() in frame]
        assert len(told) == 2  # the event and the answer


async def test_a_cut_line_leaves_nothing_behind(moot: Moot, ana: Line) -> None:
    """Connections cut in the midst of requests are forgotten, their writes are not (protocol 5.10)."""
    thread = new_id()
    start = StartThread(board=COMMONS, thread=thread, post=new_id(), title="T", body="B")
    await ana.ask(start)
    posts = [new_id() for _ in range(10)]
    for post in posts:
        async with raw(moot.running.url) as line:
            await _enter(line, ana)
            write = WritePost(thread=thread, post=post, body="B", op=new_id())
            asked = asyncio.ensure_future(line.ask(write))
            await moot.read(lambda tx: None)
            line.socket.transport.abort()
            await asyncio.gather(asked, return_exceptions=True)
            await line.socket.wait_closed()
    listener, hub = moot.running.listener, moot.running.dispatcher.hub
    async with asyncio.timeout(5):
        while listener.connections:
            await moot.read(lambda tx: None)
    assert set(hub.sessions()) <= {ana.person.session, moot.sysop.person.session}
    kept = await moot.read(lambda tx: tx.fetch_all("SELECT id FROM posts WHERE thread = ?", thread))
    assert {post for (post,) in kept} <= {start.post, *posts}


async def test_a_connection_that_ended_is_freed_at_once(moot: Moot) -> None:
    """Who comes and goes leaves no memory to the collector, which seldom looks for circles (P14)."""
    gc.collect()
    gc.disable()
    try:
        async with raw(moot.running.url) as line:
            await line.hello()
            [connection] = moot.running.listener.connections
            freed = asyncio.Event()
            socket = weakref.ref(connection.socket, lambda _: freed.set())
            del connection
        async with asyncio.timeout(PATIENCE_S):
            await freed.wait()
        assert socket() is None
    finally:
        gc.enable()


async def test_a_line_that_speaks_for_another_shows_the_first_no_more(
    moot: Moot, ana: Line
) -> None:
    """Signed in as somebody else, a line shows nobody until that one chooses to be seen (P11)."""
    bob = await moot.join("bob")
    async with raw(moot.running.url) as line:
        await _enter(line, ana)
        await line.ask(SetPresence(visible=True))
        assert (await bob.ask(GetPresence())).members == (ana.id,)
        await line.ask(Resume(token=secret(bob.person.session)))
        assert (await line.ask(GetPresence()))["result"].get("members", []) == []
        await line.ask(SetPresence(visible=True))
        assert (await bob.ask(GetPresence())).members == (bob.id,)


async def test_strangers_do_not_wait_for_ever(moot: Moot) -> None:
    """Who does not sign in is given up on after a minute; members are not (protocol 2.5)."""
    async with raw(moot.running.url) as line:
        await line.hello()
        (connection,) = moot.running.listener.connections
        assert connection.session.stranger
        connection._stranger_timeout()
        assert (await line.end())[0] == 4408
