"""A right that ends while a line is stuck: what was queued for it never leaves (protocol 6.6)."""

from pathlib import Path

import pytest

from bbs.features.boards.messages import OpenBoard
from bbs.features.boards.seat_messages import LeaveSeat, OfferSeat, TakeSeat
from bbs.features.members.messages import Resume
from bbs.features.norms.messages import Clause
from bbs.features.threads.messages import StartThread, WritePost
from bbs.ids import BoardId, ThreadId, new_id
from bbs.sdk.community import Community
from bbs.streams import COMMONS_STREAM
from bbs.wire.messages import Sync
from bbs_server.app import run_server
from bbs_server.settings import ServerSettings
from tests.faults.chaosproxy import ChaosProxy
from tests.faults.people import line, move_in, open_thread
from tests.support.raw import raw

pytestmark = pytest.mark.faults

BODY = "Between ourselves.\n" * 400
QUEUED = 40  # of the 512 frames an outbox holds


async def _private(sysop: Community) -> tuple[BoardId, ThreadId]:
    board, thread = new_id(), new_id()
    norms = (Clause(text="Stay among us.", why="It was said in confidence."),)
    about = {"slug": "den", "title": "Den", "charter": "Among us.", "visibility": "private"}
    await sysop.call(OpenBoard(board=board, norms=norms, hold_s=0, **about))
    await sysop.call(
        StartThread(board=board, thread=thread, post=new_id(), title="Among us", body="Begin.")
    )
    return board, thread


async def test_nothing_queued_leaves_after_a_right_has_ended(tmp_path: Path) -> None:
    """Who left a private board hears no more than what their stuck line held already (protocol 6.6).

    Fails where the queue of a line outlives the right to what is in it.
    """
    settings = ServerSettings(data=str(tmp_path / "data"), listen="127.0.0.1:0", sample=True)
    async with run_server(settings) as running:
        sysop, ana = await move_in(running.url, running.invitation or "", 2)
        common = await open_thread(running.url, sysop)
        async with (
            ChaosProxy(running.listener.port) as proxy,
            line(running.url, sysop) as speaking,
            line(running.url, ana) as other,
            raw(proxy.url) as stuck,
        ):
            board, thread = await _private(speaking)
            await speaking.call(OfferSeat(board=board, member=ana.id))
            await other.call(TakeSeat(board=board, norms_version=1))
            await stuck.hello()
            await stuck.ask(Resume(token=ana.token))
            await stuck.ask(Sync(cursors={COMMONS_STREAM: -1, f"board:{board}": -1}))
            proxy.down.silent = True
            written = 0
            while not any(len(c.outbox) >= QUEUED for c in running.listener.connections):
                await speaking.call(WritePost(thread=thread, post=new_id(), body=BODY))
                written += 1
            await other.call(LeaveSeat(board=board))
            await speaking.call(WritePost(thread=common, post=new_id(), body="To everybody."))
            proxy.down.silent = False
            heard = 0
            while b"To everybody." not in stuck.seen[-1]:
                await stuck.receive()
                heard += b"Between ourselves." in stuck.seen[-1]
    print(f"of {written} posts {heard} were on their way already")
    assert heard <= written - QUEUED
