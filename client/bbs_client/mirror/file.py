"""The mirror's file: opened before the network, written by folds, thrown away when broken."""

import sqlite3
from collections.abc import Iterable
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from bbs.clock import MachineClock, Ms, instant, system_clock, to_ms
from bbs.features.community.views import Closing
from bbs.streams import StreamKind, stream_bounds, stream_prefix
from bbs_client.mirror.docs import closing_decoder
from bbs_client.mirror.errors import MirrorUnwritable
from bbs_client.mirror.finding import Finding
from bbs_client.mirror.places import TouchedRows
from bbs_client.mirror.reads import BoardRow, ThreadRow, is_broken
from bbs_client.mirror.rounds import Rounds
from bbs_client.mirror.schema import delete_file, open_file
from bbs_client.mirror.server_time import ServerTime
from bbs_client.mirror.trees import OutlineRow

if TYPE_CHECKING:
    from bbs.wire.messages import Welcome
    from bbs_client.mirror.changes import Change

_ANY_DUE = """
SELECT EXISTS(SELECT 1 FROM posts WHERE fades_at <= :proven AND state = 'published')
    OR EXISTS(SELECT 1 FROM threads WHERE fades_at <= :proven AND state = 'published')
    OR EXISTS(SELECT 1 FROM lines WHERE fades_at <= :proven)
"""
_HIDDEN = """
SELECT 'posts', board, thread FROM posts
    WHERE fades_at > :then AND fades_at <= :now AND state = 'published'
UNION SELECT 'threads', board, id FROM threads
    WHERE fades_at > :then AND fades_at <= :now AND state = 'published'
UNION SELECT 'lines', board, '' FROM lines WHERE fades_at > :then AND fades_at <= :now
"""
_HEAL = """
DELETE FROM cursors WHERE stream > :first AND stream < :last OR stream IN (
    SELECT :prefix || board FROM posts WHERE id IS NOT NULL AND coalesce(fades_at > :proven, 1)
        AND (state = 'faded' AND fades_at IS NOT NULL OR state = 'published' AND NOT words)
    UNION SELECT :prefix || board FROM threads WHERE coalesce(fades_at > :proven, 1)
        AND (state = 'faded' AND fades_at IS NOT NULL OR state = 'published' AND NOT words))
"""
__all__ = ["BoardRow", "Mirror", "OutlineRow", "ThreadRow", "TouchedRows"]


class Mirror(Finding, Rounds):
    """A disposable copy of what the member may read: losing it costs only time.

    Used from one thread. What is readable here is kept true by events; what is not is fetched.

    Attributes:
        here: Ids of the members who are here and seen; kept in memory only (P11).
        lost: Whether the file broke and was begun anew since the last `clear_lost`.
        time: Tells the server's time: what is over by it is not shown.
    """

    def __init__(
        self, path: Path, db: sqlite3.Connection, me: str | None, clock: MachineClock
    ) -> None:
        self._path = path
        self._db = db
        self._me = me
        self.time = ServerTime(clock, int(self._meta("time_offset_ms") or 0))
        self._members = None
        self._choices = None
        self.here: frozenset[str] = frozenset()
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
            known = cache._meta("me")
            if me is not None and known is not None and known != me:
                cache.wipe()
            if me is not None and known != me:
                cache._set_meta("me", me)
            cache._me = me if me is not None else known
            unless_opened.pop_all()
        return cache

    def close(self) -> None:
        """Close the file; the mirror is not usable afterwards."""
        self._db.close()

    def wipe(self) -> None:
        """Delete everything, the file included, and begin an empty one (P10).

        Raises:
            sqlite3.OperationalError: If the disk refuses the new file.
        """
        self._db.close()
        delete_file(self._path)
        self._db = open_file(self._path)
        self._members = None
        self._choices = None
        self.here = frozenset()
        if self._me is not None:
            self._set_meta("me", self._me)
        self._set_meta("time_offset_ms", str(self.time.offset_ms))

    def clear_lost(self) -> None:
        """Note that the keeper of the mirror knows that it was lost."""
        self.lost = False

    def apply(
        self,
        changes: "Iterable[Change]",
        *,
        stream: str | None = None,
        seq: int | None = None,
        tag: str = "",
    ) -> TouchedRows:
        """Write changes, and the cursor of the event they came from, in one transaction.

        Args:
            changes: In the order they happened.
            stream: The event's stream; None for what is no event.
            seq: The event's place in it. Moves the cursor, if it stands just before.
            tag: The tag of `seq`; empty for none.

        Returns:
            What changed, so that only that is drawn again.

        Raises:
            MirrorUnwritable: If the disk refuses; nothing was changed.
        """
        # Late: the first painting only reads.
        from bbs_client.mirror.apply import write

        cursor = (stream, seq, tag) if stream is not None and seq is not None else None
        try:
            pen = write(self._db, self._me, changes, cursor)
            if pen.erased:
                # What was deleted is still in the log until it is cut (P10).
                self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        except sqlite3.Error as error:
            self._recreate(error)
            return TouchedRows()
        if "members" in pen.tables:
            self._members = None
        if "choices" in pen.tables:
            self._choices = None
        if pen.here is not None:
            self.here = pen.here
        return pen.touched

    def erase_faded(self, proven_ms: Ms) -> TouchedRows:
        """Forget what has faded by a time the server has proven, as its event would (P10).

        Args:
            proven_ms: In milliseconds since 1970 UTC.

        Raises:
            MirrorUnwritable: If the disk refuses; nothing was changed.
        """
        if not self.fetch_value(_ANY_DUE, proven=proven_ms):
            return TouchedRows()
        from bbs_client.mirror.changes import Fade, FadeLounge

        until = instant(proven_ms)
        return self.apply((Fade(None, until), FadeLounge(None, until)))

    def hidden_since(self, then_ms: Ms) -> TouchedRows:
        """Return what is over by now and was not then, so that it is drawn without its words."""
        rows = self.fetch_all(_HIDDEN, then=then_ms, now=self._now())
        return TouchedRows(
            tables=frozenset(table for table, _, _ in rows),
            boards=frozenset(board for _, board, _ in rows),
            threads=frozenset(thread for _, _, thread in rows if thread),
        )

    def note_time(self, told: "Welcome") -> None:
        """Take over what the server says of the time, and keep how far this device's clock is off.

        Raises:
            MirrorUnwritable: If the disk refuses.
        """
        before = self.time.offset_ms
        self.time.note(told.now, told.proven_now)
        if self.time.offset_ms != before:
            self._set_meta("time_offset_ms", str(self.time.offset_ms))
        if self.time.server_doubts:
            # What is fetched now may lack words that are over by a wrong clock alone.
            self._set_meta("heal", "1")
        elif told.proven_now is not None and self._meta("heal") is not None:
            self._heal(to_ms(told.proven_now))

    def _heal(self, proven_ms: Ms) -> None:
        """Have fetched anew what a wrong clock took from here: an earlier version's own, a server's.

        Of lounges nothing is left that would tell: each is fetched again, which is one page.
        """
        first, last = stream_bounds(StreamKind.LOUNGE)
        prefix = stream_prefix(StreamKind.BOARD)
        self._execute(_HEAL, proven=proven_ms, first=first, last=last, prefix=prefix)
        self._execute("DELETE FROM meta WHERE name = 'heal'")

    def _now(self) -> Ms:
        return self.time()

    def cursors(self) -> dict[str, int]:
        """Return, for each stream that is kept true, the seq up to which it was folded."""
        return dict(self.fetch_all("SELECT stream, seq FROM cursors"))

    def tags(self) -> dict[str, str]:
        """Return the tags of the cursors that have one (protocol 6.7)."""
        return dict(self.fetch_all("SELECT stream, tag FROM cursors WHERE tag IS NOT NULL"))

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
        self._execute(sql, stream, seq, tag)

    def note_tag(self, stream: str, seq: int, tag: str) -> None:
        """Give a cursor the tag of its place, unless it has moved on from `seq`.

        Raises:
            MirrorUnwritable: If the disk refuses.
        """
        self._execute("UPDATE cursors SET tag = ? WHERE stream = ? AND seq = ?", tag, stream, seq)

    def forget_cursor(self, stream: str) -> None:
        """Note that a stream is not kept true any more; what it fed stays until it is fetched.

        Raises:
            MirrorUnwritable: If the disk refuses.
        """
        self._execute("DELETE FROM cursors WHERE stream = ?", stream)

    def epoch(self) -> str | None:
        """Return the epoch the mirror belongs to; None: it was never filled whole."""
        return self._meta("epoch")

    def set_epoch(self, epoch: str | None) -> None:
        """Note that the mirror is filled, and from which epoch; None: that it is not.

        Raises:
            MirrorUnwritable: If the disk refuses.
        """
        self._set_meta("epoch", epoch)

    def closing(self) -> Closing | None:
        """Return when the community ends; None where that is not announced."""
        told = self._meta("closing")
        return None if told is None else closing_decoder.decode(told)

    def note_motd(self, motd: str) -> bool:
        """Note the message of the day; return whether it is one not noted here before.

        Raises:
            MirrorUnwritable: If the disk refuses.
        """
        return self._note("motd", motd)

    def note_banner(self, banner: str) -> bool:
        """Note the community's banner; return whether it is one not noted here before.

        Raises:
            MirrorUnwritable: If the disk refuses.
        """
        return self._note("banner", banner)

    def banner(self) -> str:
        """Return the banner as it came, for `bbs.banner` to read; empty where there is none."""
        return self._meta("banner") or ""

    def _note(self, name: str, text: str) -> bool:
        if text == (self._meta(name) or ""):
            return False
        self._set_meta(name, text)
        return bool(text)

    def _meta(self, name: str) -> str | None:
        value: str | None = self.fetch_value("SELECT value FROM meta WHERE name = ?", name)
        return value

    def _set_meta(self, name: str, value: str | None) -> None:
        self._execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", name, value)

    def _execute(self, sql: str, *args: object, **named: object) -> None:
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
