"""Reads in slices: a long read yields the reader, waits its turn and is charged (P14)."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple
from weakref import WeakValueDictionary

from bbs import limits
from bbs.features.boards.messages import Visibility
from bbs.features.boards.seat_messages import SeatState
from bbs.ids import BoardId, MemberId, SessionId
from bbs.messages import Query, Result
from bbs_server.handler_api import Context
from bbs_server.pipeline import execute
from bbs_server.pipeline.execute import HandlerTable
from bbs_server.pipeline.throttle import Throttle
from bbs_server.standing import Actor, Standing
from bbs_server.store.api import Slices, Store, Tx
from bbs_server.store.proven_time import Moment

# a part that began just before the end takes no longer than that
_SLICE_S = limits.READ_SLICE_MS_MAX / 2 / 1000


class _Rights(NamedTuple):
    """The rights on which an answer depends, and which the asker may lose meanwhile."""

    actor: Actor | None
    standing: Standing | None
    boards: frozenset[tuple[BoardId, Visibility, SeatState | None]]

    def hold(self, now: "_Rights") -> bool:
        """Return whether the asker still has all of them."""
        unchanged = (self.actor, self.standing) == (now.actor, now.standing)
        return unchanged and self.boards <= now.boards


@dataclass(slots=True, eq=False, repr=False)
class Asked:
    """A query on its way to its answer, slice after slice.

    Attributes:
        slice_s: The time after which a slice ends, at the next place where the read can yield.
        used_s: The time for which it has occupied readers so far.
        given_up: Whether the asker has stopped waiting for the answer.
    """

    _table: HandlerTable
    _ctx: Context
    _session: SessionId | None
    _moment: Callable[[], Moment]
    _query: Query[Any]
    slice_s: float = _SLICE_S
    used_s: float = 0.0
    given_up: bool = False
    _running: tuple[Tx, Slices[Result], _Rights] | None = None

    def go_on(self, tx: Tx) -> Result | None:
        """Run a slice in a read transaction; return the answer once it is complete.

        The gate judges every slice. If the asker lost a right on which the answer depends, the read
        starts again with the rights that are left.

        Raises:
            FolkmootError: As the gate and the reader do.
        """
        began = time.perf_counter()
        try:
            return self._slice(tx, began + self.slice_s)
        finally:
            self.used_s += time.perf_counter() - began

    def _slice(self, tx: Tx, until: float) -> Result | None:
        ctx = execute.with_standing(
            tx, self._table, self._ctx, self._moment(), self._session, self._query
        )
        if self._running is not None and self._running[2].hold(self._rights(tx, ctx)):
            kept, slices, rights = self._running
            kept.move_to(tx)
        else:
            slices = execute.execute_query(tx, self._table, ctx, self._query)
            kept, rights = tx, None
        while True:
            try:
                next(slices)
            except StopIteration as stop:
                result: Result = stop.value
                return result
            if time.perf_counter() >= until:
                self._running = kept, slices, rights or self._rights(tx, ctx)
                return None

    def _rights(self, tx: Tx, ctx: Context) -> _Rights:
        boards = [] if ctx.actor is None else ctx.readers.boards_readable(tx, ctx)
        return _Rights(ctx.actor, ctx.standing, frozenset(boards))


class Reads:
    """Lets each member run one query at a time, over all their sessions and tokens."""

    def __init__(self, store: Store, throttle: Throttle, now: Callable[[], int]) -> None:
        self._store, self._throttle, self._now = store, throttle, now
        self._turns: WeakValueDictionary[MemberId, asyncio.Lock] = WeakValueDictionary()
        self._long = asyncio.Semaphore(limits.LONG_READS_MAX)
        self._reading: set[asyncio.Task[Result]] = set()

    async def answer(self, member: MemberId | None, asked: Asked) -> Result:
        """Return the answer to a query after the member's earlier queries.

        Cancelling stops the query at the end of its slice; only then does the member's next query
        start.

        Args:
            member: The member who asks; None for a stranger, whose queries run at once.

        Raises:
            Throttled: If the member owes time.
            FolkmootError: As `Asked.go_on` does.
        """
        if member is None:
            return await self._through(asked)
        task = asyncio.get_running_loop().create_task(self._in_turn(member, asked))
        self._reading.add(task)
        task.add_done_callback(self._reading.discard)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            asked.given_up = True
            raise

    async def finish(self) -> None:
        """Stop all unfinished reads, before the store is closed."""
        tasks = tuple(self._reading)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _in_turn(self, member: MemberId, asked: Asked) -> Result:
        turn = self._turns.setdefault(member, asyncio.Lock())
        async with turn:
            self._throttle.reads.take(member, self._now(), 0.0)  # unless they owe time
            try:
                return await self._through(asked)
            finally:
                now = self._now()
                self._throttle.reads.of(member, now).spend(now, asked.used_s * 1000)

    async def _through(self, asked: Asked) -> Result:
        if asked.given_up:
            raise asyncio.CancelledError
        result = await self._store.read(asked.go_on)
        while result is None:
            async with self._long:
                if asked.given_up:
                    raise asyncio.CancelledError
                result = await self._store.read(asked.go_on)
        return result
