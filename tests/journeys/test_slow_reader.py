"""One slow reader slows nobody: cut off with a bounded queue, whole again from its cursor (P14)."""

import asyncio

from bbs import limits
from bbs.features.members.messages import Resume
from bbs.features.threads.messages import PostPublished, StartThread, WritePost
from bbs.ids import new_id
from bbs.wire import close
from tests.journeys.slow import enter, narrow, slow_socket
from tests.support.raw import Raw, raw
from tests.support.voices import Hall

BODY = "x" * limits.BODY_CHARS_MAX
POSTS = 400  # 3 MiB and more: the queue's bound, and what the narrow line holds


def _seqs(line: Raw) -> list[int]:
    frames = [frame for frame in line.seen if b'"method":"event"' in frame]
    return [int(frame.split(b'"seq":', 1)[1].split(b",", 1)[0]) for frame in frames]


async def test_who_does_not_read_is_cut_off_and_resumes_whole(hall: Hall) -> None:
    """A client that stops reading is closed, its queue bounded; others hear everything (P14, 8.2)."""
    board = await hall.board("garden")
    ana, bob = await hall.join("ana", board), await hall.join("bob", board)
    thread, stream = new_id(), f"board:{board}"
    await ana.ask(StartThread(board=board, thread=thread, post=new_id(), title="T", body="0"))
    listener = hall.running.listener
    known = set(listener.connections)
    async with raw(hall.running.url, sock=slow_socket(hall.running.url), max_queue=1) as slow:
        begin = await enter(slow, bob.token, {stream: -1})
        (connection,) = listener.connections - known
        narrow(connection)
        slow.socket.transport.pause_reading()
        longest = 0
        for _ in range(POSTS // 20):
            writes = [WritePost(thread=thread, post=new_id(), body=BODY) for _ in range(20)]
            await asyncio.gather(*(ana.ask(write) for write in writes))
            longest = max(longest, len(connection.outbox))
        await bob.told(PostPublished, POSTS)
        assert connection.outbox.closed
        assert listener.counters.cut_off == 1
        assert longest <= limits.OUTBOX_FRAMES_MAX
        slow.socket.transport.resume_reading()
        code, _ = await slow.end()
        assert code in (close.TOO_SLOW, close.ABNORMAL)
    heard = _seqs(slow)
    assert heard == list(range(begin + 1, begin + 1 + len(heard)))
    assert len(heard) < POSTS
    async with raw(hall.running.url) as again:
        await enter(again, bob.token, {stream: heard[-1] if heard else begin})
    assert heard + _seqs(again) == list(range(begin + 1, begin + 1 + POSTS))
    for voice in (ana, bob):
        seqs = [one.seq for one in voice.events(stream)]
        assert seqs == list(range(seqs[0], seqs[0] + len(seqs)))
    assert bob.community.online


async def test_an_answer_nobody_reads_is_bounded_too(hall: Hall) -> None:
    """Asking without reading the answers fills no memory: the connection is cut off (P14, 8.2)."""
    board = await hall.board("garden")
    ana = await hall.join("ana", board)
    thread = new_id()
    await ana.ask(StartThread(board=board, thread=thread, post=new_id(), title="T", body=BODY))
    for _ in range(40):
        await ana.ask(WritePost(thread=thread, post=new_id(), body=BODY))
    listener = hall.running.listener
    known = set(listener.connections)
    frame = f'{{"jsonrpc":"2.0","id":%d,"method":"threads.posts","params":{{"thread":"{thread}"}}}}'
    async with raw(hall.running.url, sock=slow_socket(hall.running.url), max_queue=1) as slow:
        await slow.hello()
        await slow.ask(Resume(token=ana.token))
        (connection,) = listener.connections - known
        narrow(connection)
        slow.socket.transport.pause_reading()
        asked = 100
        async with asyncio.timeout(20):
            while connection in listener.connections and not connection.outbox.closed:
                asked += 1
                await slow.send(frame % asked)
                await asyncio.sleep(0)
        assert listener.counters.cut_off == 1
        assert len(connection.outbox) == 0
