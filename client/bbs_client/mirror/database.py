"""The mirror's file: opened before the network, written by folds, thrown away when broken."""

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


class MirrorDatabase(Rows):
    """The file of a mirror, with what features ask of it and write into it.

    Used from one thread.

    Attributes:
        reader: The reader's member id; None before the first sync.
        lost: Whether the file broke and was begun anew; who keeps the mirror true clears it.
        time: Tells the server's time: what is over by it is not shown.
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
        """Open the mirror, or begin an empty one where there is none or it cannot be read.

        Args:
            path: The file; its folder becomes 0700, the file 0600.
            me: The reader's member id. A mirror of somebody else is thrown away. None: as it is.
            clock: The device's.

        Raises:
            MirrorTooNew: If a later version of this program made it.
            OSError: If the folder cannot be made.
            sqlite3.OperationalError: If the disk refuses.
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
        """Return a copy in memory of a mirror that another client keeps, to be kept true here too.

        Args:
            path: Its file; where it cannot be read, the copy is empty.
            me: The reader's member id.
            clock: The device's.

        Raises:
            MirrorTooNew: If a later version of this program made it.
        """
        try:
            db = open_copy(path)
        except sqlite3.Error:
            db = open_copy(None)
        return cls(None, db, me, clock)

    def close(self) -> None:
        """Close the file; the mirror is not usable afterwards."""
        self._db.close()

    def wipe(self) -> None:
        """Delete everything, the file included, and begin an empty one (P10).

        Raises:
            sqlite3.OperationalError: If the disk refuses the new file.
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

    def apply(self, changes: "Iterable[Change]", place: EventPlace | None = None) -> TouchedRows:
        """Write changes, and the cursor of the event they came from, in one transaction.

        Args:
            changes: In the order they happened.
            place: Where the event happened; None for what is no event. Moves the stream's cursor, if
                it stands just before.

        Returns:
            What changed, so that only that is drawn again.

        Raises:
            MirrorUnwritable: If the disk refuses; nothing was changed.
        """
        # Late: the first painting only reads.
        from bbs_client.mirror.apply import write

        try:
            pen = write(self._db, self.reader, changes, place)
            if pen.erased:
                # What was deleted is still in the log until it is cut (P10).
                self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        except sqlite3.Error as error:
            self._recreate(error)
            return TouchedRows()
        for table in pen.tables:
            self._memory.pop(table, None)
        self._memory |= pen.memory
        return pen.touched

    def now_ms(self) -> Ms:
        """Return the server's time: what is over by it is not shown (P10)."""
        return self.time()

    def remembered(self, table: str, find: Callable[[], V]) -> V:
        """Return what was found of a table, in memory as long as the table does not change.

        Args:
            table: A table; or a name by which `MirrorTransaction.remember` keeps something.
            find: Finds it where nothing is remembered.
        """
        if table not in self._memory:
            self._memory[table] = find()
        found: V = self._memory[table]
        return found

    def cursors(self) -> dict[str, Cursor]:
        """Return, for each stream that is kept true, up to where it was folded."""
        rows = self.fetch_all("SELECT stream, seq, coalesce(tag, '') FROM cursors")
        return {stream: Cursor(seq, tag) for stream, seq, tag in rows}

    def cursor(self, stream: str) -> int | None:
        """Return the seq up to which a stream was folded; None: it is not kept true."""
        seq: int | None = self.fetch_value("SELECT seq FROM cursors WHERE stream = ?", stream)
        return seq

    def set_cursor(self, stream: str, seq: int, tag: str = "") -> None:
        """Begin to keep a stream true: its pages up to `seq`, whose tag this is, are here.

        Raises:
            MirrorUnwritable: If the disk refuses.
        """
        sql = "INSERT OR REPLACE INTO cursors VALUES (?, ?, nullif(?, ''))"
        self.execute(sql, stream, seq, tag)

    def note_tag(self, stream: str, seq: int, tag: str) -> None:
        """Give a cursor the tag of its place, unless it has moved on from `seq`.

        Raises:
            MirrorUnwritable: If the disk refuses.
        """
        self.execute("UPDATE cursors SET tag = ? WHERE stream = ? AND seq = ?", tag, stream, seq)

    def forget_cursor(self, stream: str) -> None:
        """Note that a stream is not kept true any more; what it fed stays until it is fetched.

        Raises:
            MirrorUnwritable: If the disk refuses.
        """
        self.execute("DELETE FROM cursors WHERE stream = ?", stream)

    def epoch(self) -> str | None:
        """Return the epoch the mirror belongs to; None: it was never filled whole."""
        return self.meta("epoch")

    def set_epoch(self, epoch: str | None) -> None:
        """Note that the mirror is filled, and from which epoch; None: that it is not.

        Raises:
            MirrorUnwritable: If the disk refuses.
        """
        self.set_meta("epoch", epoch)

    def meta(self, name: str) -> str | None:
        """Return what the mirror notes of itself by a name; None for nothing."""
        value: str | None = self.fetch_value("SELECT value FROM meta WHERE name = ?", name)
        return value

    def set_meta(self, name: str, value: str | None) -> None:
        """Note something of the mirror itself.

        Raises:
            MirrorUnwritable: If the disk refuses.
        """
        self.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", name, value)

    def execute(self, sql: str, *args: object, **named: object) -> None:
        """Run a statement that changes what no stream keeps true.

        Raises:
            MirrorUnwritable: If the disk refuses.
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
        """Begin anew where the file is broken.

        Raises:
            MirrorUnwritable: If it is the disk that refuses.
            sqlite3.Error: If it is neither; our own mistake.
        """
        if is_broken(error):
            self.lost = True
            self.wipe()
            return
        if isinstance(error, sqlite3.OperationalError):
            raise MirrorUnwritable(str(error)) from error
        raise error
