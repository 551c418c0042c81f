"""Restrictions, set and ended in tests as the system: no command sets them yet."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import Any, Protocol

from bbs.clock import DAY_MS
from bbs.features.moderation.messages import RestrictionChanged
from bbs.features.moderation.rules import ABOUT_MEMBERS, PACES
from bbs.features.moderation.views import Restriction, RestrictionKind
from bbs.ids import BoardId, MemberId
from bbs.messages import Done
from bbs.testing import FakeClock
from bbs_server.app import RunningServer
from bbs_server.features.moderation import restriction_records
from bbs_server.features.threads.pace import PACED_WRITINGS, PacedWriting
from bbs_server.handler_api import Context
from bbs_server.outcome import AppendEvent, Effect, Outcome
from bbs_server.store.api import Tx
from tests.support.moot import Line, Moot

MINUTE_S = 60


class Running(Protocol):
    """A community in a test: its server and its time."""

    running: RunningServer
    clock: FakeClock


async def restricted(
    moot: Running,
    kind: RestrictionKind,
    board: BoardId,
    who: Line | MemberId | None = None,
    **more: Any,
) -> Restriction:
    """Set a restriction: about `who` it ends in a day, and a pace is a minute, unless `more` says."""
    if kind in ABOUT_MEMBERS:
        assert who is not None
        member = who if isinstance(who, str) else who.id
        more = {"member": member, "until": moot.clock() + DAY_MS, **more}
    if kind in PACES:
        more = {"value": MINUTE_S, **more}
    effects = await _as_system(
        moot, lambda tx, ctx: restriction_records.restrict(tx, ctx, board, kind, **more)
    )
    [told] = [effect for effect in effects if isinstance(effect, AppendEvent)]
    assert isinstance(told.event, RestrictionChanged)
    return told.event.restriction


async def lifted(moot: Running, restriction: Restriction) -> None:
    """End a restriction now."""
    await _as_system(moot, lambda tx, ctx: restriction_records.lift(tx, ctx, restriction.id))


async def written_under_pace(moot: Moot, board: BoardId, who: Line) -> None:
    """Let a pace count from now, as if a member had just written on a board."""
    kept = PacedWriting(board, "", who.id, moot.clock())

    def keep(tx: Tx) -> None:
        tx.upsert(PACED_WRITINGS, PACED_WRITINGS.key_of(kept), kept)

    await moot.change(keep)


async def done_a_second_later(
    moot: Moot, *work: Coroutine[Any, Any, Any]
) -> list[asyncio.Task[Any]]:
    """Begin work, in this order, whose transactions wait for the writer while a second passes."""
    begun, go_on = threading.Event(), threading.Event()

    def hold(tx: Tx) -> None:
        begun.set()
        go_on.wait(10)

    holding = asyncio.create_task(moot.change(hold))
    await asyncio.to_thread(begun.wait, 10)
    working = [asyncio.create_task(each) for each in work]
    await asyncio.sleep(0)  # it is on its way, with the time of before
    moot.clock.jump(seconds=1)
    go_on.set()
    await holding
    return working


async def _as_system(
    moot: Running, do: Callable[[Tx, Context], tuple[Effect, ...]]
) -> tuple[Effect, ...]:
    done: list[Effect] = []

    def run(tx: Tx, ctx: Context) -> Outcome[Done]:
        done[:] = do(tx, ctx)
        return Outcome(Done(), tuple(done))

    await moot.running.dispatcher.execute_as_system(run)
    return tuple(done)
