"""A group of commands in one SQLite transaction: rolled back singly, committed together (P12)."""

import logging
import sqlite3
from collections.abc import Callable, Sequence
from functools import partial
from itertools import chain
from typing import Any, NamedTuple

from msgspec import Struct

from bbs_server.store.api import AnyTable, GoneThread, RemovalReason, Rollback, RowKey
from bbs_server.store.checked import Checked
from bbs_server.store.gone_author import GoneAuthor
from bbs_server.store.gone_board import GoneBoard
from bbs_server.store.hops import Hop
from bbs_server.store.meta import META
from bbs_server.store.removals import FOLLOWED, Removals
from bbs_server.store.sqlite.faults import is_storage_fault
from bbs_server.store.sqlite.identity_map import DeferredWriteError, IdentityMap
from bbs_server.store.sqlite.partitions import IndexChanges
from bbs_server.store.sqlite.unit_of_work import SqliteTx, UnitOfWork

log = logging.getLogger("bbs.store")


class QueuedWrite(Struct):
    """A command that waits for its transaction, and later its outcome."""

    fn: Callable[[SqliteTx], Any]
    after: Callable[[Any], None] | None
    foreseen: Sequence[tuple[AnyTable, RowKey]]
    done: Callable[[Any, BaseException | None], None]
    error: BaseException | None = None
    value: Any = None


class GroupResult(NamedTuple):
    """The outcome of a group.

    Attributes:
        jobs: How many of its jobs ran. The hop had no time for the rest, at the end of the group.
        unindexed: Whether posts are not in the search index yet that are to be found.
    """

    jobs: int
    unindexed: bool


def commit_group(
    group: list[QueuedWrite],
    removals: Removals,
    memory: IdentityMap,
    checked: Checked,
    connection: sqlite3.Connection,
    hop: Hop,
) -> GroupResult:
    """Run jobs in one transaction, roll back each job that fails alone, and commit.

    It runs the first job, and then as many as the hop has time for.

    Raises:
        sqlite3.Error: If the whole transaction is lost, with all its jobs.
        OSError: If the whole transaction is lost, because its removals could not be recorded (P10).
    """
    attempt = partial(_try_group, group, removals, memory, checked, connection, hop)
    try:
        return attempt(at_once=False)
    except DeferredWriteError:
        log.exception("a group of commands is done again, each writing for itself")
        for job in group:
            job.error = job.value = None
        return attempt(at_once=True)


def _try_group(
    group: list[QueuedWrite],
    removals: Removals,
    memory: IdentityMap,
    checked: Checked,
    connection: sqlite3.Connection,
    hop: Hop,
    *,
    at_once: bool,
) -> GroupResult:
    """Run jobs as `commit_group` documents.

    Args:
        at_once: Whether each command writes its rows at once, so that it alone fails if the
            database refuses them.

    Raises:
        DeferredWriteError: If the database refuses a deferred row; nothing was committed.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        memory.begin(connection)
        # A single job gains nothing from a prefetch.
        jobs = group if len(group) > 1 else ()
        memory.prefetch(connection, chain.from_iterable(job.foreseen for job in jobs))
        index = IndexChanges()
        forgotten: list[tuple[str, RemovalReason]] = []
        threads: list[GoneThread] = []
        members: list[str | GoneAuthor | GoneBoard] = []
        done_jobs = 0
        for job in group:
            done_jobs += 1
            tx = UnitOfWork(connection, memory, checked, at_once=at_once, hop=hop)
            if _run(job, tx, memory, connection):
                index.take(tx.index)
                forgotten += tx.forgotten
                threads += tx.gone
                members += tx.gone_members
                tx.complete()
            else:
                tx.rollback()
            if hop.is_over():
                break
        memory.flush(connection)
        index.write(connection)
        with hop.waiting():
            if (line := removals.write(forgotten, threads, members)) is not None:
                connection.execute(META.put, (FOLLOWED, line))
            connection.execute("COMMIT")
    except BaseException:
        memory.clear()
        removals.rollback()
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    with hop.waiting():
        removals.commit()
    return GroupResult(done_jobs, bool(index.added))


def _run(
    job: QueuedWrite, tx: UnitOfWork, memory: IdentityMap, connection: sqlite3.Connection
) -> bool:
    """Run a job; return whether its changes stay.

    Raises:
        DeferredWriteError: As `_try_group` does.
        Exception: If the whole transaction is lost.
    """
    try:
        try:
            job.value = job.fn(tx)
        except Rollback as dry:
            tx.flush_pending()  # a dry run fails where the command would
            job.value = dry.value
            return False
    except Exception as error:
        if memory.broken:
            raise DeferredWriteError from error
        # FULL and IOERR may have rolled back the whole transaction, the other jobs included.
        if is_storage_fault(error) or not connection.in_transaction:
            raise
        job.error = error
        return False
    return True
