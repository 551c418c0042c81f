"""The mirror's file: opened before the network, written by folds, deleted and remade if damaged."""

import sqlite3
from collections.abc import Callable, Iterable
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar

from bbs.clock import MachineClock, Ms, system_clock
from bbs_client.mirror.errors import MirrorUnwritable
from bbs_client.mirror.places import Cursor, EventPlace, TouchedRows
from bbs_client.mirror.rows import Rows
from bbs_client.mirror.schema import delete_file, is_broken, open_copy, open_file
from bbs_client.mirror.server_time import ServerTime

if TYPE_CHECKING:
    from bbs_client.mirror.changes import Change

V = TypeVar("V")

ERASED_AT = "erased_at"  # the key of the moment at which a mirror was last emptied


class MirrorDatabase(Rows):
    """The file of a mirror, with the queries and writes that features share.

    Used from one thread.

    Attributes:
        reader: The reader's member id; None before the first sync.
        lost: Whether the file was damaged and made again; the sync that fills it clears this.
        time: The server's time: expired text is not shown.
    """

    def __init__(
        self, path: Path | None, db: sqlite3.Connection, me: str | None, clock: MachineClock
    ) -> None:
        self._path = path
        self._db = db
        self.reader = me
        self.time = ServerTime(clock, int(self.meta("time_offset_ms") or 0))
        self._memory: dict[str, Any] = {}
        self.lost = False

    @classmethod
    def open(cls, path: Path, me: str | None = None, clock: MachineClock = system_clock) -> Self:
        """Open the mirror; if it is missing or cannot be read, make an empty one.

        Args:
            path: The file; its folder becomes 0700, the file 0600.
            me: The reader's member id. A mirror of another member is deleted. None to accept any.
            clock: The device's clock.

        Raises:
            MirrorTooNew: If a later version of this program made it.
            OSError: If the folder cannot be made.
            sqlite3.OperationalError: If the disk cannot be written.
        """
        with ExitStack() as unless_opened:
            cache = cls(path, unless_opened.enter_context(closing(open_file(path))), None, clock)
            unless_opened.callback(cache.close)
            known = cache.meta("me")
            if me is not None and known is not None and known != me:
                cache.wipe()
            if me is not None and known != me:
                cache.set_meta("me", me)
            cache.reader = me if me is not None else known
            unless_opened.pop_all()
        return cache

    @classmethod
    def copy(cls, path: Path, me: str, clock: MachineClock = system_clock) -> Self:
        """Return a copy in memory of another client's mirror, which this client keeps up to date.

        Args:
            path: The mirror's file; if it cannot be read, the copy is empty.
            me: The reader's member id.
            clock: The device's clock.

        Raises:
            MirrorTooNew: If a later version of this program made it.
        """
        try:
            db = open_copy(path)
        except sqlite3.Error:
            db = open_copy(None)
        return cls(None, db, me, clock)

    def close(self) -> None:
        """Close the file; the mirror cannot be used afterwards."""
        self._db.close()

    def wipe(self) -> None:
        """Delete everything, the file included, and make an empty mirror (P10).

        Raises:
            sqlite3.OperationalError: If the new file cannot be written.
        """
        self._db.close()
        if self._path is None:
            self._db = open_copy(None)
        else:
            delete_file(self._path)
            self._db = open_file(self._path)
        self._memory.clear()
        if self.reader is not None:
            self.set_meta("me", self.reader)
        self.set_meta("time_offset_ms", str(self.time.offset_ms))
        self.set_meta(ERASED_AT, str(self.now_ms()))

    def apply(self, changes: "Iterable[Change]", place: EventPlace | None = None) -> TouchedRows:
        """Write changes, and the cursor of the event they came from, in one transaction.

        Args:
            changes: The changes in their order.
            place: The event's place; None if the changes come from no event. Moves the stream's
                cursor if the cursor is just before it.

        Returns:
            The rows that changed, so that surfaces draw only these again.

        Raises:
            MirrorUnwritable: If the disk cannot be written; nothing was changed.
        """
        # Imported here, because the first painting only reads.
        from bbs_client.mirror.apply import write

        try:
            pen = write(self._db, self.reader, changes, place)
            if pen.erased:
                # Deleted text stays in SQLite's log until the log is truncated (P10).
                self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        except sqlite3.Error as error:
            self._recreate(error)
            return TouchedRows()
        for table in pen.tables:
            self._memory.pop(table, None)
        self._memory |= pen.memory
        return pen.touched

    def now_ms(self) -> Ms:
        """Return the server's time, in ms: text that has expired by it is not shown (P10)."""
        return self.time()

    def remembered(self, table: str, find: Callable[[], V]) -> V:
        """Return the result of `find`, kept in memory as long as the table does not change.

        Args:
            table: A table, or a name that `MirrorTransaction.remember` uses.
            find: Called if no result is in memory.
        """
        if table not in self._memory:
            self._memory[table] = find()
        found: V = self._memory[table]
        return found

    def cursors(self) -> dict[str, Cursor]:
        """Return, for each stream that is kept up to date, the seq up to which it was folded."""
        rows = self.fetch_all("SELECT stream, seq, coalesce(tag, '') FROM cursors")
        return {stream: Cursor(seq, tag) for stream, seq, tag in rows}

    def cursor(self, stream: str) -> int | None:
        """Return the seq up to which a stream was folded; None if it is not kept up to date."""
        seq: int | None = self.fetch_value("SELECT seq FROM cursors WHERE stream = ?", stream)
        return seq

    def set_cursor(self, stream: str, seq: int, tag: str = "") -> None:
        """Begin to keep a stream up to date: its pages up to `seq`, which has this tag, are stored.

        Raises:
            MirrorUnwritable: If the disk cannot be written.
        """
        sql = "INSERT OR REPLACE INTO cursors VALUES (?, ?, nullif(?, ''))"
        self.execute(sql, stream, seq, tag)

    def note_tag(self, stream: str, seq: int, tag: str) -> None:
        """Store the tag of a cursor's place, unless the cursor has moved on from `seq`.

        Raises:
            MirrorUnwritable: If the disk cannot be written.
        """
        self.execute("UPDATE cursors SET tag = ? WHERE stream = ? AND seq = ?", tag, stream, seq)

    def forget_cursor(self, stream: str) -> None:
        """Stop keeping a stream up to date; its rows stay until the next fetch replaces them.

        Raises:
            MirrorUnwritable: If the disk cannot be written.
        """
        self.execute("DELETE FROM cursors WHERE stream = ?", stream)

    def epoch(self) -> str | None:
        """Return the epoch of the mirror; None if the mirror was never filled."""
        return self.meta("epoch")

    def set_epoch(self, epoch: str | None) -> None:
        """Store the epoch from which the mirror was filled; None if it is not filled.

        Raises:
            MirrorUnwritable: If the disk cannot be written.
        """
        self.set_meta("epoch", epoch)

    def meta(self, name: str) -> str | None:
        """Return a value that the mirror stores about itself, by name; None if there is none."""
        value: str | None = self.fetch_value("SELECT value FROM meta WHERE name = ?", name)
        return value

    def set_meta(self, name: str, value: str | None) -> None:
        """Store a value about the mirror itself.

        Raises:
            MirrorUnwritable: If the disk cannot be written.
        """
        self.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", name, value)

    def execute(self, sql: str, *args: object, **named: object) -> None:
        """Run a statement that changes rows which no stream keeps up to date.

        Raises:
            MirrorUnwritable: If the disk cannot be written.
        """
        try:
            self._db.execute(sql, named or args)
        except sqlite3.Error as error:
            self._recreate(error)

    def fetch_all(self, sql: str, *args: object, **named: object) -> list[Any]:
        try:
            return self._db.execute(sql, named or args).fetchall()
        except sqlite3.Error as error:
            self._recreate(error)
            return self._db.execute(sql, named or args).fetchall()

    def _recreate(self, error: sqlite3.Error) -> None:
        """Make the mirror again if its file is damaged.

        Raises:
            MirrorUnwritable: If the disk cannot be written.
            sqlite3.Error: If neither is the cause: a bug.
        """
        if is_broken(error):
            self.lost = True
            self.wipe()
            return
        if isinstance(error, sqlite3.OperationalError):
            raise MirrorUnwritable(str(error)) from error
        raise error
