"""What the gate costs with many restrictions of others stored, beside none."""

import time
from collections.abc import Sequence
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

TIMES = 15
ROWS = 10_000
ASKS = 2_000


async def test_the_gate_with_many_restrictions(tmp_path: Path, table: Table) -> None:
    """Rows about others slow nobody: the writer remembers that there are none, a reader finds none."""
    async with open_moot(tmp_path) as moot:
        board = await moot.board(moot.sysop, "garden")
        ana, bo = await seated(moot, "ana", board), await seated(moot, "bo", board)
        begun = await start(ana, board)
        post = WritePost(thread=begun.thread, post=new_id(), body="B")
        rows = [(new_id(), board, bo.id, moot.clock(), moot.clock() + DAY_MS) for _ in range(ROWS)]
        asked: list[tuple[str, Request[Any], bool]] = [
            ("a post judged by the writer", post, True),
            ("a page judged by a reader", ListThreads(board=board), False),
        ]
        for name, request, writes in asked:
            judging = partial(_judging, moot, ana, request, writes)
            many, none = await interleaved(partial(judging, rows), partial(judging, []), TIMES)
            table.add(f"gate, 10,000 restrictions: {name}", "µs", many, none, "none stored", 1.03)


async def _judging(
    moot: Moot,
    line: Line,
    request: Request[Any],
    writes: bool,
    rows: Sequence[tuple[object, ...]],
) -> float:
    """Return how long a decision takes, in µs, with these rows stored."""
    dispatcher = moot.running.dispatcher
    sql = (
        "INSERT INTO restrictions (id, board, member, kind, since, until)"
        " VALUES (?, ?, ?, 'silenced', ?, ?)"
    )

    def store(tx: Tx) -> None:
        tx.execute("DELETE FROM restrictions")
        tx.execute_many(sql, rows)

    def judge(tx: Tx) -> float:
        readers, moment = dispatcher.table.readers, dispatcher.store.time.moment()
        actor = dispatcher.table.actor_of(tx, str(line.caller.session), moment)
        began = time.thread_time()  # of this thread alone: the machine may be busy
        for _ in range(ASKS):
            gate.authorize(tx, readers, actor, request, moment)
        return (time.thread_time() - began) / ASKS * 1e6

    await moot.change(store)
    took: float = await (moot.change if writes else moot.read)(judge)
    return took
