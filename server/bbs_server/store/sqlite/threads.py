"""Work on a connection's thread: handed over whole, its outcome handed back to the event loop."""

import asyncio
import sqlite3
from collections.abc import Callable
from functools import partial
from typing import TypeVar, cast

import aiosqlite

T = TypeVar("T")


async def run_on_thread(
    connection: aiosqlite.Connection, fn: Callable[[sqlite3.Connection], T]
) -> T:
    """Run `fn` whole on the connection's thread; return its result."""
    future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
    hand_over(connection, fn, partial(settle, future))
    return await future


def hand_over(
    connection: aiosqlite.Connection,
    fn: Callable[[sqlite3.Connection], T],
    done: Callable[[T | None, BaseException | None], None],
) -> None:
    """Run `fn` whole on the connection's thread, then `done` on the loop with its result or error.

    Only this function uses aiosqlite's internals, which has no public way to run a function on its
    thread. Awaiting each statement costs five times as much and lets other tasks run in between
    (docs/decisions/0003). A future of its own for each hop would cost a lone command another turn
    of the loop.
    """
    loop = asyncio.get_running_loop()

    def work() -> None:
        try:
            value = fn(connection._conn)
        except BaseException as error:  # also what ends a thread: the caller still waits
            loop.call_soon_threadsafe(done, None, error)
        else:
            loop.call_soon_threadsafe(done, value, None)

    if connection._running:
        connection._tx.put_nowait((None, work))
    else:
        loop.call_soon(done, None, ValueError("the connection is closed"))


def settle(future: asyncio.Future[T], value: T | None, error: BaseException | None) -> None:
    """Give a future its outcome, unless whoever waited has left."""
    if future.done():
        return
    if isinstance(error, StopIteration):  # no future takes one, and its caller would wait for ever
        future.set_exception(RuntimeError("a transaction raised StopIteration"))
    elif error is not None:
        future.set_exception(error)
    else:
        future.set_result(cast("T", value))
