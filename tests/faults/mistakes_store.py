"""Mistakes in what keeps words: commits, syncs, records of removals, backups, locks, looks at files."""

import asyncio
import fcntl
import os
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from bbs.clock import Ms
from bbs_server.store.checked import Checked
from bbs_server.store.hops import Hop
from bbs_server.store.removals import Removals
from bbs_server.store.sqlite import group as sqlite_group
from bbs_server.store.sqlite import index_care, threads
from bbs_server.store.sqlite import open as sqlite_open
from bbs_server.store.sqlite import unit_of_work as sqlite_tx
from bbs_server.store.sqlite import writer as sqlite
from bbs_server.store.sqlite.identity_map import IdentityMap

_EARLY_BY_S = 0.05


def answers_early() -> None:
    """Answer posts while their commit is still to come."""
    from bbs.features.threads.views import PostResult

    whole = sqlite.SqliteStore._write_group

    def rehearse(group: list[Any], connection: Any) -> None:
        connection.execute("BEGIN IMMEDIATE")
        try:
            for job in group:
                job.value = job.fn(sqlite_tx.SqliteTx(connection))
        finally:
            connection.execute("ROLLBACK")

    def early(self: sqlite.SqliteStore, group: list[Any]) -> None:
        threads.hand_over(self.writer, partial(rehearse, group), partial(answer, self, group))

    def answer(self: sqlite.SqliteStore, group: list[Any], _: None, error: Any) -> None:
        if error is not None:
            group[0].value = None
        if not all(isinstance(getattr(job.value, "result", None), PostResult) for job in group):
            whole(self, group)
            return
        for job in group:
            job.done(job.value, None)
            job.done = lambda value, error: None
        asyncio.get_running_loop().call_later(_EARLY_BY_S, whole, self, group)

    sqlite.SqliteStore._write_group = early  # type: ignore[method-assign]  # the test's own stand-in


def tells_early() -> None:
    """Tell listeners what a group will do while its commit is still to come."""
    whole = sqlite.SqliteStore._write_group

    def rehearse(group: list[Any], connection: Any) -> list[Any]:
        connection.execute("BEGIN IMMEDIATE")
        try:
            return [job.fn(sqlite_tx.SqliteTx(connection)) for job in group]
        finally:
            connection.execute("ROLLBACK")

    def early(self: sqlite.SqliteStore, group: list[Any]) -> None:
        threads.hand_over(self.writer, partial(rehearse, group), partial(tell, self, group))

    def tell(self: sqlite.SqliteStore, group: list[Any], values: Any, error: Any) -> None:
        for job, value in zip(group, values or (), strict=False):
            if job.after is not None:
                job.after(value)
                job.after = None
        asyncio.get_running_loop().call_later(_EARLY_BY_S, whole, self, group)

    sqlite.SqliteStore._write_group = early  # type: ignore[method-assign]  # the test's own stand-in


def forgets_who_left() -> None:
    """Undo what nobody waits for any more."""

    async def write(self: sqlite.SqliteStore, fn: Callable[[Any], Any], **options: Any) -> Any:
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

        def run(tx: Any) -> Any:
            if future.cancelled():
                raise RuntimeError("nobody waits for this")
            return fn(tx)

        self.submit(run, partial(threads.settle, future), **options)
        return await future

    sqlite.SqliteStore.write = write  # type: ignore[method-assign]  # the test's own stand-in


def waits_inside() -> None:
    """Read in three hops, so that who is cancelled in between leaves a transaction open."""

    async def in_steps(self: sqlite.SqliteStore, fn: Callable[[sqlite_tx.SqliteTx], Any]) -> Any:
        reader = await self._idle.get()
        try:
            await threads.run_on_thread(reader, lambda sql: sql.execute("BEGIN"))
            value = await threads.run_on_thread(reader, lambda sql: fn(sqlite_tx.SqliteTx(sql)))
            await threads.run_on_thread(reader, lambda sql: sql.execute("COMMIT"))
        finally:
            self._idle.put_nowait(reader)
        return value

    sqlite.SqliteStore.read = in_steps  # type: ignore[method-assign]  # the test's own stand-in


def forgets_ops() -> None:
    """Look up no op: every resend is a new request."""
    from bbs_server.pipeline import execute as act

    act.find_answer = lambda *_: None  # type: ignore[attr-defined]  # the test's own stand-in


def forgets_kinds() -> None:
    """Tell a command sent again by its content alone, and by nothing once that cannot be compared."""
    from bbs_server.pipeline import stored_answers as act

    def by_content(command: Any, method: str | None, known: bytes, salt: bytes | None) -> bool:
        return salt is None or known == act._salted(salt, command)

    act._is_same = by_content


def shrugs() -> None:
    """Answer as if all were well when a commit failed."""
    commit = sqlite_group.commit_group

    def carefree(
        group: list[sqlite_group.QueuedWrite],
        removals: Removals,
        memory: IdentityMap,
        checked: Checked,
        connection: sqlite3.Connection,
        hop: Hop,
    ) -> sqlite_group.GroupResult:
        try:
            return commit(group, removals, memory, checked, connection, hop)
        except Exception:
            if any(job.value is None for job in group):
                raise
            return sqlite_group.GroupResult(len(group), unindexed=False)

    sqlite.commit_group = carefree  # type: ignore[attr-defined]  # the test's own stand-in


def never_syncs(mode: str = "OFF") -> None:
    """Leave it to the operating system when what was committed reaches the disk."""
    tune = sqlite_open._tune

    def hasty(connection: sqlite3.Connection, *, writer: bool) -> None:
        tune(connection, writer=writer)
        connection.execute(f"PRAGMA synchronous = {mode}")

    @contextmanager
    def hastily(connection: sqlite3.Connection, hop: Hop) -> Iterator[None]:
        connection.execute("BEGIN IMMEDIATE")
        with connection:
            yield
            with hop.waiting():
                connection.commit()

    sqlite_open._tune = hasty
    index_care._transaction = hastily  # the right one syncs from there on


def syncs_seldom() -> None:
    """Sync at checkpoints only: sound after power loss, but without the last commits."""
    never_syncs("NORMAL")


def hopes_for_the_record() -> None:
    """Write down which words were removed without waiting until that is on the disk."""
    from bbs_server.store import removals

    lazy: Any = SimpleNamespace(**{**vars(os), "fsync": lambda handle: None})
    removals.os = lazy  # type: ignore[attr-defined]  # the test's own stand-in


def copies_the_file() -> None:
    """Back up by copying the database file, without its log and its lock."""
    from bbs_server.ops import backup
    from bbs_server.store.sqlite.files import SqliteFiles

    def plain(files: SqliteFiles, data: Path, folder: Path) -> None:
        shutil.copyfile(data / files.database, folder / files.database)

    SqliteFiles.copy = plain  # type: ignore[method-assign, assignment]  # the test's own stand-in
    backup.check_sound = lambda look: None


def keeps_no_record() -> None:
    """Delete words without writing down which."""
    Removals.write = lambda self, gone, threads=(), members=(): None  # type: ignore[method-assign]  # the test's own stand-in


def keeps_the_epoch() -> None:
    """Restore a community without beginning a new epoch."""
    from bbs_server.ops import restore
    from bbs_server.ops.reapply_removals import ErasureContext
    from bbs_server.store.api import Tx
    from bbs_server.store.meta import EPOCH, find_meta

    begin = restore._begin_epoch

    def keep(
        tx: Tx, at: ErasureContext, epoch: str, since: restore.Restored, now: Ms
    ) -> tuple[int, int]:
        return begin(tx, at, find_meta(tx, EPOCH) or epoch, since, now)

    restore._begin_epoch = keep


def judges_by_number() -> None:
    """Take a cursor without its tag: any number that a stream has reached is a good one."""
    from bbs_server.store import event_log, history
    from bbs_server.store.api import Tx

    judge = history.judge

    def lenient(
        tx: Tx, stream: str, seq: int, tag: str, head: event_log.StreamRow
    ) -> history.CursorVerdict:
        return judge(tx, stream, seq, "", head)

    history.judge = lenient


def leaves_the_store_open() -> None:
    """End a start that failed without closing the database, and wait for its threads."""
    from bbs_server import cli

    kept: list[sqlite.SqliteStore] = []

    async def forget(self: sqlite.SqliteStore) -> None:
        kept.append(self)

    sqlite.SqliteStore.close = forget  # type: ignore[method-assign]  # the test's own stand-in
    cli._fail = lambda message: sys.exit(f"bbs: {message}")


def migrates_step_by_step() -> None:
    """Commit each step of an update by itself, without saying how far it came."""
    statements = sqlite_open._statements

    def committed(script: str) -> list[str]:
        return [*statements(script), "COMMIT", "BEGIN IMMEDIATE"]

    sqlite_open._statements = committed


def takes_no_lock() -> None:
    """Believe that nobody else has the data folder."""
    unlocked: Any = SimpleNamespace(**{**vars(fcntl), "flock": lambda handle, how: None})
    sqlite_open.fcntl = unlocked  # type: ignore[attr-defined]  # the test's own stand-in


def trusts_the_tails() -> None:
    """Start without looking whether the newest events fit their digests."""
    sqlite_open._check_tails = lambda connection, path: None


def looks_at_no_page() -> None:
    """Find every database sound without reading it through."""
    sqlite.quick_check = lambda path, given_up: None  # type: ignore[attr-defined]  # the test's own stand-in


def founds_over_damage() -> None:
    """Begin anew, in silence, where a database cannot be read."""
    prepare = sqlite_open.prepare_file

    def anew(path: Path) -> None:
        try:
            prepare(path)
        except sqlite_open.StoreOpenError:
            path.unlink()
            prepare(path)

    sqlite_open.prepare_file = anew


STORE_MISTAKES = {
    "answers-early": answers_early,
    "tells-early": tells_early,
    "forgets-who-left": forgets_who_left,
    "waits-inside": waits_inside,
    "forgets-ops": forgets_ops,
    "forgets-kinds": forgets_kinds,
    "shrugs": shrugs,
    "never-syncs": never_syncs,
    "syncs-seldom": syncs_seldom,
    "hopes-for-the-record": hopes_for_the_record,
    "copies-the-file": copies_the_file,
    "keeps-no-record": keeps_no_record,
    "keeps-the-epoch": keeps_the_epoch,
    "cursor-without-tag": judges_by_number,
    "leaves-the-store-open": leaves_the_store_open,
    "takes-no-lock": takes_no_lock,
    "trusts-the-tails": trusts_the_tails,
    "looks-at-no-page": looks_at_no_page,
    "founds-over-damage": founds_over_damage,
    "migrates-step-by-step": migrates_step_by_step,
}
