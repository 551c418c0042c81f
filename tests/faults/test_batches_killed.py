"""Killed at any moment on either side, a plan is applied: each item exactly once (P12, protocol 26)."""

import asyncio
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Coroutine
from contextlib import closing, suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import pytest

from bbs.clock import DAY_MS
from bbs.errors import FolkmootError
from bbs.features.batches.applying import apply_plan, rehearse_items
from bbs.features.batches.following import fetch_items, follow_batch
from bbs.features.batches.plan_file import Plan, make_plan
from bbs.features.batches.rules import batch_id_of
from bbs.features.batches.undoing import plan_undo
from bbs.features.batches.views import Batch, BatchState, ItemState, PlanItem
from bbs.features.boards.messages import OpenBoard
from bbs.features.boards.seat_messages import Appoint, TakeSeat
from bbs.features.moderation.messages import GetLog
from bbs.features.norms.messages import Clause
from bbs.features.proposals.messages import SecondProposal
from bbs.features.threads.messages import StartThread, WritePost
from bbs.ids import BatchId, BoardId, PostId, new_id
from bbs_server.store.sqlite.open import DATABASE
from tests.faults.people import PASSWORD, Person, line, move_in
from tests.faults.rounds import chance, rounds
from tests.faults.server_process import ServerProcess

pytestmark = [pytest.mark.faults, pytest.mark.timeout(rounds(120, 1_800))]

NORMS = (Clause(text="Stay with plants.", why="That is what people come here for."),)
REASON = "One advertisement in many threads."
ITEMS = rounds(60, 500)  # more than anybody hides alone, so that it takes a second key
KILLS = rounds(6, 50)
APPLY_S_MAX = 30.0  # of 500 items, where nothing is killed
_THINGS = (
    "SELECT id, state, number, body_text IS NULL FROM posts ORDER BY id",
    "SELECT id, board, number, title_text, state, posts FROM threads ORDER BY id",
    "SELECT board, member, state FROM seats ORDER BY board, member",
    "SELECT member, kind, board, since, until FROM restrictions ORDER BY member, kind, board",
    "SELECT id, handle FROM members ORDER BY id",
)


class Flooded(NamedTuple):
    """A community with a wave of posts: who applies a plan, who agrees, and what it is about."""

    mover: Person
    other: Person
    board: BoardId
    posts: list[PostId]


def _ask(data: Path, sql: str, *params: object) -> list[tuple[Any, ...]]:
    """Ask the database; return its rows."""
    with closing(sqlite3.connect(data / DATABASE)) as connection:
        return connection.execute(sql, params).fetchall()


async def _flooded(server: ServerProcess) -> Flooded:
    """Let somebody flood a board that two people moderate."""
    await server.start()
    founder, ana, eve = await move_in(server.url, server.invitation, 3)
    board, thread, posts = new_id(), new_id(), [new_id() for _ in range(ITEMS)]
    async with line(server.url, founder) as desk, line(server.url, ana) as other:
        opened = OpenBoard(
            board=board, slug="garden", title="G", charter="Plants.", norms=NORMS, hold_s=0
        )
        await desk.call(opened)
        await other.call(TakeSeat(board=board, norms_version=1))
        await desk.call(Appoint(board=board, member=ana.id))
    await server.end()
    with closing(sqlite3.connect(server.data / DATABASE)) as connection, connection:
        # Whoever is new, in office or here, could not give the second key.
        for table, column in (("members", "joined_at"), ("seats", "since"), ("offices", "since")):
            connection.execute(f"UPDATE {table} SET {column} = {column} - ?", (100 * DAY_MS,))
    await server.start()
    async with line(server.url, eve) as writer:
        await writer.call(TakeSeat(board=board, norms_version=1))
        await writer.call(
            StartThread(board=board, thread=thread, post=posts[0], title="T", body="Watches!")
        )
        for post in posts[1:]:
            await writer.call(WritePost(thread=thread, post=post, body="Cheap watches!"))
    return Flooded(founder, ana, board, posts)


async def _planned(server: ServerProcess, flood: Flooded) -> Plan:
    """Return the plan that hides the wave, rehearsed."""
    items = tuple(
        PlanItem(method="threads.hide", params={"post": post, "norm": 1, "reason": REASON})
        for post in flood.posts
    )
    async with line(server.url, flood.mover) as desk:
        assert desk.welcome is not None
        return make_plan(
            epoch=desk.welcome.epoch,
            board=flood.board,
            slug="garden",
            reason=REASON,
            items=await rehearse_items(desk.call, flood.board, items),
            made_at=datetime.now(UTC),
            nonce=new_id(),
        )


async def _applied(server: ServerProcess, flood: Flooded, plan: Plan) -> Batch:
    """Apply a plan as a member does who runs the command line again and again, and a second agrees."""
    async with line(server.url, flood.mover) as desk:
        batch = await apply_plan(desk.call, plan, flood.mover.id)
        if batch.state is BatchState.WAITING:
            assert batch.proposal is not None
            async with line(server.url, flood.other) as other:
                await other.call(
                    SecondProposal(board=flood.board, proposal=batch.proposal, password=PASSWORD)
                )
        return await follow_batch(desk.call, batch.id, partial(asyncio.sleep, 0.05))


async def _through_kills(
    server: ServerProcess, chances: Random, run: Callable[[], Coroutine[Any, Any, Batch]]
) -> tuple[Batch, dict[str, int]]:
    """Apply while server and client are killed at random moments; return the batch, and the kills."""
    killed = {"server": 0, "client": 0}
    for _ in range(KILLS):
        task = asyncio.create_task(run())
        await asyncio.wait([task], timeout=chances.uniform(0.0, 0.4))
        runs = not task.done() and chances.random() < 0.5
        if runs:
            killed["client"] += 1
        else:
            server.kill()
            killed["server"] += 1
        task.cancel()
        with suppress(FolkmootError, asyncio.CancelledError):
            await task
        if not runs:
            await server.start()
    return await run(), killed


async def _methods(server: ServerProcess, flood: Flooded, batch: BatchId | None) -> Counter[str]:
    """Return how often each method stands in the log: of a batch, or as the log shows it at first."""
    found, before = Counter[str](), None
    async with line(server.url, flood.other) as reader:
        while True:
            page = await reader.call(GetLog(board=flood.board, batch=batch, before=before))
            found.update(act.method for act in page.acts)
            if (before := page.next_before) is None:
                return found


async def test_each_item_is_done_once_and_comes_back(tmp_path: Path) -> None:
    """A plan is applied through kills, then undone through kills: all as before, the log longer by both.

    Nothing is done twice and nothing left out; the second key is given once, to the whole.
    """
    chances = chance("batches")
    with ServerProcess(tmp_path) as server:
        flood = await _flooded(server)
        before = [_ask(server.data, sql) for sql in _THINGS]
        acts = _ask(server.data, "SELECT count(*) FROM acts")[0][0]
        plan = await _planned(server, flood)
        batch, killed = await _through_kills(
            server, chances, partial(_applied, server, flood, plan)
        )
        print(f"{ITEMS} items; killed: {killed}")
        assert batch.id == batch_id_of(plan.digest, plan.nonce, flood.mover.id)
        assert (batch.state, batch.done) == (BatchState.DONE, ITEMS)
        assert await _methods(server, flood, batch.id) == {"threads.hide": ITEMS}
        async with line(server.url, flood.mover) as desk:
            _, items = await fetch_items(desk.call, batch.id)
            assert {item.state for item in items} == {ItemState.DONE}
            assert len({item.act for item in items}) == ITEMS
            undoing = await plan_undo(
                desk.call,
                batch,
                epoch=plan.epoch,
                slug="garden",
                reason="The wrong one.",
                made_at=datetime.now(UTC),
            )
        assert undoing.plan is not None
        assert not undoing.stays
        undone, killed = await _through_kills(
            server, chances, partial(_applied, server, flood, undoing.plan)
        )
        print(f"undone; killed: {killed}")
        assert (undone.state, undone.done) == (BatchState.DONE, ITEMS)
        assert undone.proposal is None  # showing words again takes no second key
        assert await _methods(server, flood, undone.id) == {"threads.restore": ITEMS}
        assert (await _methods(server, flood, None))["batches.start"] == 2
        assert [_ask(server.data, sql) for sql in _THINGS] == before
        # The second key leaves no act of its own; both batches are there to the last item.
        assert _ask(server.data, "SELECT count(*) FROM acts")[0][0] == acts + 2 * (ITEMS + 1)
        await server.end()


async def test_five_hundred_items_take_less_than_half_a_minute(tmp_path: Path) -> None:
    """A plan of 500 items is rehearsed, applied and done within 30 s, where nothing is killed."""
    with ServerProcess(tmp_path) as server:
        flood = await _flooded(server)
        began = time.monotonic()
        plan = await _planned(server, flood)
        planned = time.monotonic()
        batch = await _applied(server, flood, plan)
        took = time.monotonic() - planned
        print(f"{ITEMS} items: rehearsed in {planned - began:.1f} s, applied in {took:.1f} s")
        assert batch.done == ITEMS
        assert took < APPLY_S_MAX
        await server.end()
