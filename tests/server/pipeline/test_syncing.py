"""Who listens while things change: rights that end, lines that change hands, sessions that are over."""

import asyncio
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bbs import limits
from bbs.clock import Ms
from bbs.errors import Throttled
from bbs.features.boards.seat_messages import LeaveSeat, OfferSeat, TakeSeat
from bbs.features.members.messages import EndSession, Resume
from bbs.features.threads.messages import Say
from bbs.ids import COMMONS, new_id
from bbs.refusals import NotSignedIn
from bbs.streams import lounge_stream
from bbs.testing import FakeClock
from bbs.wire import close
from bbs.wire.messages import Discover, Hello, Sync
from bbs_server.fanout.hub import Subscriber
from bbs_server.pipeline.peer import Peer
from tests.server.fanout.readers import Reader
from tests.support.moot import PATIENCE_S, Line, Moot, open_moot
from tests.support.people import secret


class StoppedClock(FakeClock):
    """A clock that, once armed, keeps a thread of the database waiting for the time."""

    def __init__(self) -> None:
        super().__init__()
        self.armed = False
        self.reached = threading.Event()
        self.go_on = threading.Event()

    def __call__(self) -> Ms:
        if self.armed and threading.current_thread() is not threading.main_thread():
            self.armed = False
            self.reached.set()
            assert self.go_on.wait(PATIENCE_S)
        return super().__call__()


@pytest.fixture
def clock() -> StoppedClock:
    """The clock of the community."""
    return StoppedClock()


@pytest.fixture
async def moot(tmp_path: Path, clock: StoppedClock) -> AsyncIterator[Moot]:
    """A running community."""
    async with open_moot(tmp_path / "data", clock) as running:
        yield running


def slow_line(moot: Moot, line: Line) -> tuple[Line, Reader]:
    """Return a line of somebody's whose socket takes nothing until it is read."""
    reader = Reader()
    caller = Peer(Subscriber(reader.outbox), host="127.0.0.1", address=None)
    return Line(moot, line.tape, reader.outbox, caller, line.person), reader


async def test_who_may_not_read_is_not_sent_the_rest_of_a_replay(moot: Moot) -> None:
    """A sync answered `more` leaves frames in the queue; they go back with the right (protocol 6.6)."""
    board = await moot.board(moot.sysop, "den", visibility="private")
    ana = await moot.join("ana")
    await moot.sysop.ask(OfferSeat(board=board, member=ana.id))
    await ana.ask(TakeSeat(board=board, norms_version=1))
    for _ in range(limits.SYNC_EVENTS_MAX + 1):
        await moot.sysop.ask(Say(board=board, line=new_id(), body="a secret"))
    slow, reader = slow_line(moot, ana)
    await slow.ask(Resume(token=secret(ana.person.session)))
    stream = lounge_stream(board)
    assert (await slow.listen(stream, cursor=0))[stream].state == "more"
    assert reader.outbox.has_stream(stream)
    await ana.ask(LeaveSeat(board=board))
    async with asyncio.timeout(PATIENCE_S):
        while reader.outbox.has_stream(stream):
            await moot.read(lambda tx: None)
    assert b"a secret" not in b"".join(reader.read())


async def test_a_line_that_changes_hands_is_sent_nothing_of_before(
    moot: Moot, clock: StoppedClock
) -> None:
    """Who signs in while a sync of another's is read gets none of what it found (protocol 6.6)."""
    ana, bob = await moot.join("ana"), await moot.join("bob")
    line = await moot.again(ana)
    stream = f"member:{ana.id}"
    # Prolonging a session asks for the time, too.
    await asyncio.gather(*moot.running.dispatcher._background)
    clock.armed = True
    asked = asyncio.ensure_future(line.ask(Sync(cursors={stream: 0})))
    await asyncio.to_thread(clock.reached.wait, PATIENCE_S)
    await line.ask(Resume(token=secret(bob.person.session)))
    clock.go_on.set()
    with pytest.raises(NotSignedIn):
        await asked
    await line.settle()
    assert line.frames == []
    assert line.caller.listener.streams == set()
    assert line.caller.listener.pending == {}


async def test_a_session_that_ended_meanwhile_is_closed(moot: Moot) -> None:
    """A session ended between its commit and its place in the hub is closed all the same (3.5)."""
    ana = await moot.join("ana")
    phone = await moot.again(ana)
    await phone.ask(EndSession(session=ana.person.session))
    late, hub = moot.line(), moot.running.dispatcher.hub
    hub.identify(late.caller.listener, ana.person.id, ana.person.session, device=True)
    await moot.running.dispatcher.extend_session(ana.person.session)
    await late.tape.until(lambda: late.tape.closed)
    assert late.tape.closed is not None
    assert late.tape.closed[0] == close.SESSION_ENDED
    assert ana.person.session not in hub.sessions()


@pytest.mark.parametrize("request_", [Discover(), Hello(versions=("bbs.v1",))])
async def test_what_strangers_may_ask_is_paced_for_members(
    tmp_path: Path, request_: Discover | Hello
) -> None:
    """Signed in, a line spends its budget on whatever it asks; strangers have few frames (protocol 2.9)."""
    async with open_moot(tmp_path / "paced", sample=False) as moot:
        for _ in range(limits.REQUEST_BURST - 1):
            await moot.sysop.ask(request_)
        assert isinstance(await moot.sysop.refused(request_), Throttled)
        stranger = moot.line()
        await stranger.ask(request_)


async def test_nothing_goes_on_behind_a_server_that_stopped(tmp_path: Path) -> None:
    """What goes on beside the answers ends before the store is closed (protocol 8.3)."""
    async with open_moot(tmp_path / "stopping") as moot:
        dispatcher = moot.running.dispatcher
        never = asyncio.Event()

        async def wait() -> None:
            await never.wait()

        dispatcher.spawn(wait())
        await moot.sysop.ask(Say(board=COMMONS, line=new_id(), body="the last word"))
    assert [task for task in asyncio.all_tasks() if task.get_coro().__name__ == "wait"] == []  # type: ignore[union-attr]  # known to be there
