"""Coming back: after a cut, after a restart, after too long; every event exactly once (P12)."""

import asyncio
from typing import Any

from bbs import limits
from bbs.clock import DAY_MS
from bbs.features.boards.seat_messages import TakeSeat
from bbs.features.members.messages import Resume
from bbs.features.threads.messages import (
    LineSaid,
    ListLines,
    PostPublished,
    Say,
    StartThread,
    WritePost,
)
from bbs.ids import new_id
from bbs.sdk.updates import ConnectionChanged
from bbs.wire import close
from bbs.wire.messages import Sync
from tests.support.raw import Raw, raw
from tests.support.voices import Hall


async def test_a_restart_loses_and_repeats_nothing(hall: Hall) -> None:
    """Over a restart on the same data all clients hear every event exactly once (6.2, 8.3)."""
    board = await hall.board("garden")
    ana, bob = await hall.join("ana", board), await hall.join("bob", board)
    thread = new_id()
    await ana.ask(StartThread(board=board, thread=thread, post=new_id(), title="T", body="0"))
    for round_ in range(3):
        await hall.stop()
        writing = [
            asyncio.create_task(
                voice.ask(
                    WritePost(thread=thread, post=new_id(), body=f"{voice.handle} {round_}.{n}")
                )
            )
            for n in range(3)
            for voice in (ana, bob)
        ]
        await hall.start()
        await asyncio.gather(*writing)
        await ana.ask(Say(board=board, line=new_id(), body=f"Round {round_}"))
    stream, lounge = f"board:{board}", f"lounge:{board}"
    for voice in (ana, bob):
        await voice.told(LineSaid, 3, lounge)
        bodies = [event.post.body for event in await voice.told(PostPublished, 18, stream)]
        assert len(bodies) == len(set(bodies)) == 18
        seqs = [one.seq for one in voice.events(stream)]
        assert seqs == list(range(seqs[0], seqs[0] + len(seqs)))


async def test_the_server_says_when_it_stops(hall: Hall) -> None:
    """Stopping tells everybody when to come back and closes with 1012 (8.3)."""
    ana = await hall.join("ana")
    async with raw(hall.running.url) as line:
        await line.hello()
        await line.ask(Resume(token=ana.token))
        await hall.stop()
        code, _ = await line.end()
    assert code == close.RESTARTING
    last = [frame for frame in map(bytes.decode, line.seen) if "server.stopping" in frame]
    assert len(last) == 1
    await hall.start()
    await ana.until(
        lambda: ana.happened and ana.happened[-1] == ConnectionChanged(True, "connected")
    )


async def test_a_clients_cursors_carry_on_elsewhere(hall: Hall) -> None:
    """With its cursors a client goes on where it was, in another process too (6.2)."""
    board = await hall.board("garden")
    ana = await hall.join("ana", board)
    lounge = f"lounge:{board}"
    await hall.sysop.ask(Say(board=board, line=new_id(), body="1"))
    await ana.told(LineSaid)
    cursors, welcome = ana.community.cursors, ana.community.welcome
    assert welcome is not None
    for body in ("2", "3"):
        await hall.sysop.ask(Say(board=board, line=new_id(), body=body))
    await ana.told(LineSaid, 3)
    other = await hall.voice("ana", ana.token, cursors=cursors, epoch=welcome.epoch)
    await hall.sysop.ask(Say(board=board, line=new_id(), body="4"))
    await other.told(LineSaid, 3)
    assert [one.event.line.body for one in other.events(lounge)] == ["2", "3", "4"]
    assert other.resets() == []


async def test_another_epoch_resets(hall: Hall) -> None:
    """Cursors of another epoch are worth nothing: each stream is reset (6.5)."""
    board = await hall.board("garden")
    ana = await hall.join("ana", board)
    cursors = ana.community.cursors
    other = await hall.voice("ana", ana.token, cursors=cursors, epoch=new_id())
    await other.until(lambda: set(other.resets()) == set(cursors))
    await hall.sysop.ask(Say(board=board, line=new_id(), body="1"))
    await other.told(LineSaid)


async def test_below_the_base_resets(hall: Hall) -> None:
    """A stream that ended before one's cursor is reset; its lines are fetched afresh (6.5, P10)."""
    board = await hall.board("garden", lounge_hours=1)
    ana = await hall.join("ana", board)
    await hall.sysop.ask(Say(board=board, line=new_id(), body="old"))
    await ana.told(LineSaid)
    lounge = f"lounge:{board}"
    hall.clock.jump(hours=2)
    await hall.do_jobs()
    await hall.do_jobs()
    await hall.sysop.ask(Say(board=board, line=new_id(), body="new"))
    epoch = ana.community.welcome.epoch if ana.community.welcome else ""
    other = await hall.voice("ana", ana.token, cursors={lounge: 0}, epoch=epoch)
    await other.until(lambda: other.resets() == [lounge])
    page = await other.ask(ListLines(board=board))
    assert [line.body for line in page.lines] == ["new"]
    assert page.as_of[lounge] == other.community.cursors[lounge]


async def test_a_cursor_ahead_of_the_stream_resets(hall: Hall) -> None:
    """A cursor the server never gave out is answered with a reset, not with silence (6.5)."""
    board = await hall.board("garden")
    ana = await hall.join("ana", board)
    async with raw(hall.running.url) as line:
        await line.hello()
        await line.ask(Resume(token=ana.token))
        state = await _synced(line, {f"board:{board}": 999})
    assert state[f"board:{board}"]["state"] == "reset"


async def _synced(line: Raw, cursors: dict[str, int]) -> dict[str, Any]:
    answer = await line.ask(Sync(cursors=cursors))
    streams: dict[str, Any] = answer["result"]["streams"]
    return streams


async def test_a_long_absence_is_caught_up_in_steps(hall: Hall) -> None:
    """1,200 events are replayed over several syncs, each following `more`, without a gap (6.2)."""
    board = await hall.board("garden")
    ana = await hall.join("ana", board)
    for _ in range(60):
        await asyncio.gather(
            *(ana.ask(Say(board=board, line=new_id(), body="x")) for _ in range(20))
        )
    stream = f"lounge:{board}"
    async with raw(hall.running.url) as line:
        await line.hello()
        await line.ask(Resume(token=ana.token))
        states, cursor = [], 0
        while True:
            state = (await _synced(line, {stream: cursor}))[stream]
            states.append(state["state"])
            cursor = state["seq"]
            if state["state"] == "live":
                break
        await hall.sysop.ask(Say(board=board, line=new_id(), body="live"))
        while "live" not in str(await line.receive()):
            pass
    frames = [frame for frame in line.seen if b'"method":"event"' in frame]
    assert states == ["more"] * (1_200 // limits.SYNC_EVENTS_MAX - 1) + ["live"]
    assert len(frames) == 1_201
    seqs = [int(frame.split(b'"seq":')[1].split(b",")[0]) for frame in frames]
    assert seqs == list(range(1, 1_202))


async def test_a_stream_one_drops_is_silent(hall: Hall) -> None:
    """After dropping a stream nothing more of it comes (6.1)."""
    board = await hall.board("garden")
    ana = await hall.join("ana")
    await ana.ask(TakeSeat(board=board, norms_version=1))
    stream = f"lounge:{board}"
    async with raw(hall.running.url) as line:
        await line.hello()
        await line.ask(Resume(token=ana.token))
        await _synced(line, {stream: -1})
        await hall.sysop.ask(Say(board=board, line=new_id(), body="heard"))
        assert "heard" in str(await line.receive())
        await line.ask(Sync(cursors={}, drop=(stream,)))
        await hall.sysop.ask(Say(board=board, line=new_id(), body="unheard"))
        await line.ask(Sync(cursors={}))
    assert not [frame for frame in line.seen if b"unheard" in frame]


async def test_a_session_ends_when_it_was_not_used(hall: Hall) -> None:
    """A session left alone for its time is over, from that moment on (3.5)."""
    ana = await hall.join("ana")
    hall.clock.jump(days=40)
    async with raw(hall.running.url) as line:
        await line.hello()
        answer = await line.ask(Resume(token=ana.token))
    assert answer["error"]["data"]["code"] == "members.sign_in_failed"
    assert hall.clock() % DAY_MS
