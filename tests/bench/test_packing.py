"""Packing a board of 20,000 posts by 150 people: how long, how much memory, how long a hop (P14, 29.8)."""

import io
import resource
import time
from functools import partial
from pathlib import Path

import pytest
from msgspec.structs import replace

from bbs.export.packing import PackPart, fetch_pack
from bbs.features.packs.messages import SignPack
from bbs.features.packs.places import PackPlace
from bbs.ids import BoardId, new_id
from bbs.wire.pack_reader import check_pack
from bbs_server.features.packs import packing_handlers
from bbs_server.handler_api import Context
from bbs_server.store import texts
from bbs_server.store.api import Tx
from bbs_server.store.hops import Hops
from tests.bench.measure import Table
from tests.support.moot import Moot, open_moot
from tests.support.talk import start

pytestmark = [pytest.mark.bench, pytest.mark.timeout(600)]

POSTS, PEOPLE, THREADS, SLICE = 20_000, 150, 40, 1_000
SECONDS_MAX = 60.0
MIB_MAX = 200.0
HOP_MS_MAX = 50.0


def _context(moot: Moot) -> Context:
    running = moot.running.dispatcher
    return Context(
        moment=running.store.time.moment(),
        random_bytes=lambda count: b"\x05" * count,
        readers=running.table.readers,
        host="moot.example",
        epoch=running.epoch,
    )


def _write(tx: Tx, ctx: Context, board: BoardId, people: list[str], begin: int) -> None:
    """Write some posts as the server would have, but for their events."""
    rows = []
    threads = [key for (key,) in tx.fetch_all("SELECT id FROM threads WHERE board = ?", board)]
    for number in range(begin, begin + SLICE):
        body = f"Words {number} about beans, and how they climb. " * 12
        rows.append(
            (
                *(1_000_000 + number, new_id(), board, threads[number % THREADS]),
                *(
                    number // THREADS + 2,
                    people[number % PEOPLE],
                    ctx.now + number,
                    ctx.now + number,
                ),
                *(1_000 + number, texts.insert_text(tx, ctx, body)),
            )
        )
    tx.execute_many(
        "INSERT INTO posts (n, id, board, thread, number, author_kind, author, at, visible_at, seq,"
        " norms_version, body_text, state) VALUES (?, ?, ?, ?, ?, 'member', ?, ?, ?, ?, 1, ?,"
        " 'published')",
        rows,
    )


def _longest_hop_ms(tx: Tx, ctx: Context, board: BoardId) -> float:
    """Return the longest hop in which the server reads the board again to sign it, in ms."""
    command = SignPack(board=board, digest="ab" * 32, lines=1)
    after: PackPlace | None = None
    longest = 0.0
    while True:
        began = time.thread_time()
        page = packing_handlers._hop(tx, ctx, command, after)
        longest = max(longest, time.thread_time() - began)
        if (after := page.next_after) is None:
            return longest * 1_000


def _mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_024


async def test_a_board_of_20_000_posts(tmp_path: Path, table: Table) -> None:
    """It is fetched, signed and checked in less than a minute, in little memory, in short hops."""
    hops = Hops(time.thread_time)  # the processor's time: a busy machine is no slow hop
    async with open_moot(tmp_path / "data", hops=hops) as moot:
        board = await moot.board(moot.sysop, "garden")
        for number in range(THREADS):
            moot.clock.jump(seconds=60)
            await start(moot.sysop, board, "The first", f"Thread {number}")
        people = [new_id() for _ in range(PEOPLE)]
        ctx = _context(moot)
        for begin in range(0, POSTS, SLICE):
            fill = partial(_write, ctx=ctx, board=board, people=people, begin=begin)
            await moot.change(fill)
        hops.longest_ms, before = 0.0, _mib()
        file = tmp_path / "garden.pack"
        began = time.perf_counter()
        with PackPart(file) as part:
            summary = await fetch_pack(moot.sysop.ask, board, part, lambda text: None)
        took = time.perf_counter() - began
        began = time.perf_counter()
        check_pack(io.BytesIO(file.read_bytes()))
        checked = time.perf_counter() - began
        ctx = replace(ctx, moment=moot.running.dispatcher.store.time.moment())
        read_ms = await moot.read(lambda tx: _longest_hop_ms(tx, ctx, board))
    assert summary.posts == POSTS + THREADS
    table.add(f"packing {summary.posts:,} posts", "s", [took], [SECONDS_MAX], "what it may take")
    table.add("checking the pack", "s", [checked], [SECONDS_MAX], "what it may take")
    table.add("memory, both sides", "MiB", [_mib() - before], [MIB_MAX], "what it may take")
    table.add("longest hop of a reader", "ms", [read_ms], [HOP_MS_MAX], "what a hop may last")
    assert took + checked < SECONDS_MAX
    assert _mib() - before < MIB_MAX
    assert max(read_ms, hops.longest_ms) <= HOP_MS_MAX
