"""`bbs` with one of its promises broken: what the fault tests have to notice, run as a program.

    python -m tests.faults.weakened answers-early serve ...

Each name is a mistake somebody could make; a test that passes against it proves nothing.
"""

import sys
from functools import partial
from pathlib import Path
from typing import Any

from bbs_server.store import sqlite, sqlite_open, sqlite_tx

_EARLY_BY_S = 0.02


def weakened(name: str) -> tuple[str, ...]:
    """Return the words that run `bbs` with that mistake, for `ServerProcess`."""
    return (sys.executable, "-m", "tests.faults.weakened", name)


def answers_early() -> None:
    """Answer posts while their commit is still to come."""
    import asyncio

    from bbs.features.threads.views import PostShown

    whole = sqlite.SqliteStore._write_group

    def rehearse(group: list[Any], connection: Any) -> None:
        connection.execute("BEGIN IMMEDIATE")
        try:
            for job in group:
                job.value = job.fn(sqlite_tx.SqliteTx(connection))
        finally:
            connection.execute("ROLLBACK")

    async def early(self: sqlite.SqliteStore, group: list[Any]) -> None:
        try:
            await sqlite._hop(self.writer, partial(rehearse, group))
        except Exception:
            group[0].value = None
        if all(isinstance(getattr(job.value, "result", None), PostShown) for job in group):
            for job in group:
                job.future.set_result(job.value)
            await asyncio.sleep(_EARLY_BY_S)
        await whole(self, group)

    sqlite.SqliteStore._write_group = early  # type: ignore[method-assign]  # the test's own stand-in


def tells_early() -> None:
    """Tell listeners what a group will do while its commit is still to come."""
    import asyncio

    whole = sqlite.SqliteStore._write_group

    def rehearse(group: list[Any], connection: Any) -> list[Any]:
        connection.execute("BEGIN IMMEDIATE")
        try:
            return [job.fn(sqlite_tx.SqliteTx(connection)) for job in group]
        finally:
            connection.execute("ROLLBACK")

    async def early(self: sqlite.SqliteStore, group: list[Any]) -> None:
        try:
            values = await sqlite._hop(self.writer, partial(rehearse, group))
        except Exception:
            values = []
        for job, value in zip(group, values, strict=False):
            if job.after is not None:
                job.after(value)
                job.after = None
        await asyncio.sleep(_EARLY_BY_S)
        await whole(self, group)

    sqlite.SqliteStore._write_group = early  # type: ignore[method-assign]  # the test's own stand-in


def forgets_ops() -> None:
    """Look up no op: every resend is a new request."""
    from bbs_server.pipeline import act

    act._seen = lambda tx, member, command: None


def shrugs() -> None:
    """Answer as if all were well when a commit failed."""
    commit = sqlite._commit_group

    def carefree(group: list[Any], removals: Any, connection: Any) -> Any:
        try:
            return commit(group, removals, connection)
        except Exception:
            if any(job.value is None for job in group):
                raise
            return sqlite._Done(wrote=True, unindexed=False)

    sqlite._commit_group = carefree


def never_syncs(mode: str = "OFF") -> None:
    """Leave it to the operating system when what was committed reaches the disk."""
    tune = sqlite_open._tune

    def hasty(connection: Any, *, writer: bool) -> None:
        tune(connection, writer=writer)
        connection.execute(f"PRAGMA synchronous = {mode}")

    sqlite_open._tune = hasty


def syncs_seldom() -> None:
    """Sync at checkpoints only: sound after power loss, but without the last commits."""
    never_syncs("NORMAL")


def hopes_for_the_record() -> None:
    """Write down which words were removed without waiting until that is on the disk."""
    import os
    from types import SimpleNamespace

    from bbs_server.store import removals

    lazy: Any = SimpleNamespace(**{**vars(os), "fsync": lambda handle: None})
    removals.os = lazy  # type: ignore[attr-defined]  # the test's own stand-in


def waits_for_nobody_to_read() -> None:
    """Let outboxes grow without bound."""
    from bbs import limits

    limits.OUTBOX_FRAMES_MAX = 10**9
    limits.OUTBOX_BYTES_MAX = 10**12
    limits.WRITE_BUFFER_BYTES_MAX = 10**12


def copies_the_file() -> None:
    """Back up by copying the database file, without its log and its lock."""
    import shutil

    from bbs_server.ops import backup
    from bbs_server.store.sqlite_files import SqliteFiles

    def plain(files: SqliteFiles, data: Path, folder: Path) -> None:
        shutil.copyfile(data / files.database, folder / files.database)

    SqliteFiles.copy = plain  # type: ignore[method-assign, assignment]  # weak on purpose
    backup.check_sound = lambda look: None


def keeps_no_record() -> None:
    """Delete words without writing down which."""
    from bbs_server.store.removals import Removals

    Removals.write = lambda self, gone: None  # type: ignore[method-assign]  # the test's own stand-in


def forgets_nobody() -> None:
    """Keep every connection that ever was."""
    from bbs_server.fanout.hub import Hub, Listener

    kept: list[Listener] = []
    leave = Hub.leave

    def leave_and_keep(self: Hub, listener: Listener) -> None:
        kept.append(listener)
        leave(self, listener)

    Hub.leave = leave_and_keep  # type: ignore[method-assign]  # the test's own stand-in


def keeps_the_epoch() -> None:
    """Restore a community without beginning a new epoch."""
    from bbs_server.ops import restore, sound
    from bbs_server.store.engine import Tx

    begin = restore._begin_epoch

    def keep(tx: Tx, epoch: str) -> Any:
        return begin(tx, sound.epoch_of(tx) or epoch)

    restore._begin_epoch = keep


def never_pings() -> None:
    """Believe that whoever said nothing is still there."""
    from bbs import limits

    limits.PING_SECONDS = None  # type: ignore[assignment]  # the test's own stand-in


def pings_often() -> None:
    """No mistake but haste: notice dead peers in seven seconds instead of forty."""
    from bbs import limits

    limits.PING_SECONDS = limits.PONG_SECONDS = 1.0


def leaves_the_store_open() -> None:
    """End a start that failed without closing the database, and wait for its threads."""
    from bbs_server import cli

    kept: list[sqlite.SqliteStore] = []

    async def forget(self: sqlite.SqliteStore) -> None:
        kept.append(self)

    sqlite.SqliteStore.close = forget  # type: ignore[method-assign]  # the test's own stand-in
    cli._fail = lambda message: sys.exit(f"bbs: {message}")


def cuts_everybody_off() -> None:
    """Stop by cutting every line, without a word."""
    from bbs_server.net.listener import Listener

    async def cut(self: Listener) -> None:
        for socket in tuple(self._sockets):
            socket.transport.abort()

    Listener.close = cut  # type: ignore[method-assign]  # the test's own stand-in


MISTAKES = {
    "answers-early": answers_early,
    "tells-early": tells_early,
    "forgets-ops": forgets_ops,
    "shrugs": shrugs,
    "never-syncs": never_syncs,
    "syncs-seldom": syncs_seldom,
    "hopes-for-the-record": hopes_for_the_record,
    "copies-the-file": copies_the_file,
    "keeps-no-record": keeps_no_record,
    "leaves-the-store-open": leaves_the_store_open,
    "cuts-everybody-off": cuts_everybody_off,
    "keeps-the-epoch": keeps_the_epoch,
    "never-pings": never_pings,
    "pings-often": pings_often,
    "forgets-nobody": forgets_nobody,
    "unbounded": waits_for_nobody_to_read,
}


def main() -> None:
    """Make the mistake named first, then be `bbs` with the words that follow."""
    MISTAKES[sys.argv.pop(1)]()
    from bbs.cli.main import main as run

    run()


if __name__ == "__main__":
    main()
