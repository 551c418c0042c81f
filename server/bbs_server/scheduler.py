"""Timed work: finds due work and does it in slices, as the system, with the same log."""

import asyncio
import contextlib
import logging
from collections.abc import Sequence

from bbs import limits
from bbs.clock import SECOND_MS
from bbs.errors import FolkmootError
from bbs_server.jobs import Job, JobKind
from bbs_server.pipeline.dispatch import Dispatcher

log = logging.getLogger("bbs.jobs")

CARE_EVERY_S = 3_600.0
"""The time between two cleanings of erased text's traces, which are gone within the hour (P10)."""

CARE_AGAIN_S = 60.0
"""The time until the next try if a reader held the engine's log; no reader takes longer."""

PROLONG_EVERY_S = 86_400.0
"""The time between two extensions of sessions in use; they end by weeks, so a day is enough."""


async def run_slices(dispatcher: Dispatcher, job: Job) -> int:
    """Do a job until a slice finds nothing more; return how many slices did something.

    Raises as a transaction does. Cancelling is safe between slices.
    """
    slices = 0
    while True:
        acts = job.kind is JobKind.ACTS
        done = await dispatcher.execute_as_system(job.run, acts=acts)
        if not done.appended and not done.again:
            return slices
        slices += 1


async def run_forever(dispatcher: Dispatcher, job: Job) -> None:
    """Run a job at its times until cancelled. A failing disk stops only the present round."""
    while True:
        at_edges = job.at_edges
        try:
            await run_slices(dispatcher, job)
        except FolkmootError as error:
            at_edges = False  # the edge is past: without this wait it would be tried again at once
            log.warning("%s: %s", job.name, error)
        except Exception:
            at_edges = False
            log.exception("%s failed", job.name)
        if at_edges:
            await wait_for_edge(dispatcher, job.every_s)
        else:
            await asyncio.sleep(job.every_s)


async def wait_for_edge(dispatcher: Dispatcher, most_s: float) -> None:
    """Wait until the next moment at which something begins or ends by time alone.

    Args:
        most_s: The longest wait, in seconds, because the wall clock may be set meanwhile.
    """
    dispatcher.edge_moved.clear()
    if (edge := dispatcher.next_edge) is not None:
        most_s = min(most_s, max(0, edge - dispatcher.store.time()) / SECOND_MS)
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(dispatcher.edge_moved.wait(), most_s)


async def extend_sessions_forever(dispatcher: Dispatcher) -> None:
    """Extend the sessions of connected members every day: a member who stays connected is not idle."""
    while True:
        await asyncio.sleep(PROLONG_EVERY_S)
        for session in dispatcher.hub.sessions():
            await dispatcher.extend_session(session)


async def run_maintenance_forever(dispatcher: Dispatcher) -> None:
    """Let the store do its housekeeping every hour, and first an hour after the start."""
    done = True
    while True:
        await asyncio.sleep(CARE_EVERY_S if done else CARE_AGAIN_S)
        try:
            done = await dispatcher.store.run_maintenance()
        except Exception:
            done = True
            log.exception("housekeeping failed")


async def verify_once(dispatcher: Dispatcher) -> None:
    """Check the whole database once the members have reconnected; damage changes the health."""
    await asyncio.sleep(limits.LOOK_OVER_AFTER_SECONDS)
    await dispatcher.store.verify()


def start(dispatcher: Dispatcher, jobs: Sequence[Job]) -> list[asyncio.Task[None]]:
    """Start all timed work; the caller cancels it."""
    loop = asyncio.get_running_loop()
    tasks = [loop.create_task(run_forever(dispatcher, job), name=job.name) for job in jobs]
    return [
        *tasks,
        loop.create_task(run_maintenance_forever(dispatcher), name="care"),
        loop.create_task(extend_sessions_forever(dispatcher), name="prolong"),
        loop.create_task(verify_once(dispatcher), name="look over"),
    ]
