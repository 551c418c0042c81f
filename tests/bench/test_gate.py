"""What the gate costs with many restrictions of others stored, beside none."""

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bbs.clock import DAY_MS
from bbs.features.threads.messages import ListThreads, WritePost
from bbs.ids import new_id
from bbs.messages import Request
from bbs_server.pipeline import gate
from bbs_server.store.api import Tx
from tests.bench.measure import Table, interleaved
from tests.support.moot import Line, Moot, open_moot
from tests.support.talk import seated, start

pytestmark = [pytest.mark.bench, pytest.mark.timeout(300)]

TIMES = 101
ROWS = 10_000
ASKS = 200


async def test_the_gate_with_many_restrictions(tmp_path: Path, table: Table) -> None:
    """Rows about others slow nobody: the writer remembers that there are none, a reader finds none.

    Two communities in one process, one of them with the rows, asked in short turns: a busy machine
    slows both alike, and the ratio is the median of the turns'.
    """
    (tmp_path / "many").mkdir()
    (tmp_path / "none").mkdir()
    async with open_moot(tmp_path / "many") as many, open_moot(tmp_path / "none") as none:
        judged = [await _judged(moot, rows) for moot, rows in ((many, ROWS), (none, 0))]
        for name, writes in (
            ("a post judged by the writer", True),
            ("a page judged by a reader", False),
        ):
            ours, bare = (partial(judge, writes) for judge in judged)
            table.add(
                f"gate, 10,000 restrictions: {name}",
                "µs",
                *await interleaved(ours, bare, TIMES),
                "none stored",
                1.03,
                by_turns=True,
            )


async def _judged(moot: Moot, rows: int) -> Callable[[bool], Any]:
    """Store so many restrictions of somebody else; return what times the gate's decisions."""
    board = await moot.board(moot.sysop, "garden")
    ana, bo = await seated(moot, "ana", board), await seated(moot, "bo", board)
    begun = await start(ana, board)
    post = WritePost(thread=begun.thread, post=new_id(), body="B")
    since = moot.clock()
    sql = (
        "INSERT INTO restrictions (id, board, member, kind, since, until)"
        " VALUES (?, ?, ?, 'silenced', ?, ?)"
    )
    stored = [(new_id(), board, bo.id, since, since + DAY_MS) for _ in range(rows)]
    await moot.change(lambda tx: tx.execute_many(sql, stored))
    return partial(_judging, moot, ana, post, ListThreads(board=board))


async def _judging(
    moot: Moot, line: Line, written: Request[Any], read: Request[Any], writes: bool
) -> float:
    """Return how long a decision takes, in µs."""
    dispatcher = moot.running.dispatcher
    request = written if writes else read

    def judge(tx: Tx) -> float:
        readers, moment = dispatcher.table.readers, dispatcher.store.time.moment()
        actor = dispatcher.table.actor_of(tx, str(line.caller.session), moment)
        gate.authorize(tx, readers, actor, request, moment)  # the first remembers
        began = time.thread_time()  # of this thread alone: the machine may be busy
        for _ in range(ASKS):
            gate.authorize(tx, readers, actor, request, moment)
        return (time.thread_time() - began) / ASKS * 1e6

    took: float = await (moot.change if writes else moot.read)(judge)
    return took
