"""The outbox: commands to send, in the order of writing, in a file that survives crashes."""

import contextlib
import fcntl
import os
import sqlite3
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

import msgspec
from msgspec import UNSET

from bbs.clock import Clock, system_clock
from bbs.errors import Disconnected, FolkmootError, RetryableError
from bbs.ids import new_id
from bbs.messages import Command, Result
from bbs_client.mirror.errors import MirrorTooNew, MirrorUnwritable, ProfileBusy
from bbs_client.mirror.outbox_item import (
    CHOICES,
    MARKS,
    OUTBOX_TRANSITIONS,
    NormsAsked,
    OutboxItem,
    OutboxState,
)
from bbs_client.mirror.schema import connect, make_private

if TYPE_CHECKING:
    from bbs_client.mirror.guarding import Seen
    from bbs_client.mirror.server_api import Caller

_TAKE_SEAT = "boards.take_seat"
_CHANGED = "the norms changed again: read them, then accept the version that is in force"
_UNKNOWN = "a later version of this program wrote this, and this version cannot send it"

_VERSION = 2
TABLES = """
CREATE TABLE items(
    id INTEGER PRIMARY KEY AUTOINCREMENT, destination TEXT NOT NULL, method TEXT NOT NULL,
    params BLOB NOT NULL, created_at INTEGER NOT NULL, state TEXT NOT NULL, error TEXT NOT NULL);
CREATE INDEX items_by_destination ON items(destination, id);
"""


class Outbox:
    """Commands on their way to the server (P12): stored across crashes, applied once, in order.

    Used from one thread, by one process at a time. A command leaves it only by an answer of the
    server, or when its writer discards it.
    """

    is_durable: ClassVar[bool] = True  # whether commands here survive the program
    _NEXT: ClassVar[str] = (
        "FROM items WHERE state NOT IN ('refused', 'asked') AND NOT EXISTS (SELECT 1 FROM items r"
        " WHERE r.state IN ('refused', 'asked') AND r.destination = items.destination AND r.id < items.id)"
    )

    def __init__(self, db: sqlite3.Connection, lock: int | None, clock: Clock) -> None:
        """Use `open` instead, which makes an outbox."""
        self._db = db
        self._lock = lock
        self._clock = clock

    @classmethod
    def open(cls, path: Path, clock: Clock = system_clock) -> Self:
        """Open the outbox, or make an empty one.

        Args:
            path: The file; its folder becomes 0700, the file 0600.
            clock: The clock that dates commands.

        Raises:
            ProfileBusy: If another process has the outbox open.
            MirrorTooNew: If a later version of this program made it.
            MirrorUnwritable: If the disk cannot be written or the file is damaged; nothing is
                deleted.
            OSError: If the folder cannot be made.
        """
        make_private(path)
        lock = os.open(path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return cls(_connect(path), lock, clock)
        except BaseException as error:
            os.close(lock)
            if isinstance(error, BlockingIOError):
                raise ProfileBusy from None
            if isinstance(error, sqlite3.Error):
                raise MirrorUnwritable(f"{path.name}: {error}") from error
            raise

    @cached_property
    def aside(self) -> "Outbox":
        """An outbox in memory, for commands that need not survive yet; closed with this one."""
        return Outbox(connect(":memory:", lambda db: db.executescript(TABLES)), None, self._clock)

    def close(self) -> None:
        """Close the file, so that another process can open it."""
        if "aside" in vars(self):
            self.aside.close()
        self._db.close()
        if self._lock is not None:
            os.close(self._lock)

    def add(
        self, command: Command[Any], destination: str, state: OutboxState = OutboxState.QUEUED
    ) -> int:
        """Store a command durably before it is sent (P12); draw its op if it has none.

        Args:
            command: The command.
            destination: The place it goes to; see `OutboxItem`.
            state: SENT for a command that was sent before it was stored here and has no answer yet.

        Returns:
            The item's id.

        Raises:
            MirrorUnwritable: If the disk cannot be written; the caller still has the text.
        """
        if command.op is UNSET:
            command = msgspec.structs.replace(command, op=new_id())
        params = msgspec.json.encode(command)
        [(item,)] = self._execute(
            "INSERT INTO items(destination, method, params, created_at, state, error)"
            " VALUES (?, ?, ?, ?, ?, '') RETURNING id",
            *(destination, command.method, params, self._clock(), state.value),
        )
        return int(item)

    def amend(self, item: int, command: Command[Any]) -> bool:
        """Replace a command that was never sent; return whether it was replaced.

        Raises:
            MirrorUnwritable: If the disk cannot be written.
        """
        sql = "UPDATE items SET params = ? WHERE id = ? AND state = 'queued' AND method = ?"
        if command.op is UNSET:
            command = msgspec.structs.replace(command, op=new_id())
        params = msgspec.json.encode(command)
        return bool(self._execute(f"{sql} RETURNING id", params, item, command.method))

    def pending(self, *, marks: bool = False) -> list[OutboxItem]:
        """Return all commands, refused ones included, in the order of writing.

        Args:
            marks: Whether to list the reader's own marks and choices too.
        """
        items = self._select("FROM items ORDER BY id")
        return [one for one in items if marks or not one.is_private]

    def for_destination(self, destination: str) -> list[OutboxItem]:
        """Return the commands that wait for one destination, in the order of writing."""
        return self._select("FROM items WHERE destination = ? ORDER BY id", destination)

    def choices(self) -> list[OutboxItem]:
        """Return the reader's own choices that wait, in the order they were made."""
        return self._select("FROM items WHERE destination GLOB ? ORDER BY id", f"{CHOICES}*")

    def item(self, item: int) -> OutboxItem | None:
        """Return one item; None if it is done or discarded."""
        return next(iter(self._select("FROM items WHERE id = ?", item)), None)

    def mark_sent(self, item: int, command: Command[Any] | None = None) -> None:
        """Note that a command is being sent: from now on its outcome may be unknown.

        Args:
            command: The command as it is sent, if it differs from the stored one by its revision.
        """
        params = None if command is None else msgspec.json.encode(command)
        self._move(item, OutboxState.SENT, params=params)

    def mark_refused(self, item: int, error: str) -> None:
        """Note that the server refused a command, and its reason."""
        self._move(item, OutboxState.REFUSED, error)

    def done(self, item: int) -> None:
        """Remove a command: the server answered it, or its writer gives up waiting for the outcome."""
        self._execute("DELETE FROM items WHERE id = ?", item)

    def retry(self, item: int) -> None:
        """Queue a command again, in its old place and with its old op.

        Only for a command that was refused, or whose first attempt was certainly not applied. The
        outcome of any earlier attempt would be unknown.
        """
        self._move(item, OutboxState.QUEUED)

    def resume(self, is_accepted: Callable[[str, int], bool]) -> None:
        """Queue commands whose norms the reader has accepted, in place and with their op (P12).

        Args:
            is_accepted: Returns whether the reader has accepted the norms of a board in a version.

        Raises:
            MirrorUnwritable: If the disk cannot be written.
        """
        for item in self._select("FROM items WHERE state = 'asked' ORDER BY id"):
            if item.asks is not None and is_accepted(*item.asks):
                self.retry(item.id)

    async def flush(
        self,
        community: "Caller",
        *,
        answered: Callable[[OutboxItem, Result], None],
        refused: Callable[[OutboxItem], None] = lambda item: None,
        asked: Callable[[OutboxItem], None] = lambda item: None,
        dropped: Callable[[OutboxItem], None] = lambda item: None,
        seen: "Seen" = lambda command: None,
    ) -> None:
        """Send the waiting commands in order, until all are answered or the connection is lost.

        A command that waits for norms stays (P5), and so does a refused one: both hold back later
        commands for the same destination. Cancelling is safe: the next flush sends a command again
        with the same op and revision, and the server applies it once (P12, protocol 5.4).

        Args:
            community: The community to send to.
            answered: Called with each command that succeeded and has left the outbox.
            refused, asked: Called with each command that was refused, or waits for norms from now.
            dropped: Called with each mark or choice that is given up (`guarding.Resend.DROP`).
            seen: Returns the revision for a mark or choice that is sent for the first time.

        Raises:
            Disconnected: If the connection was lost; unanswered commands stay.
            RetryableError, NotSignedIn: If the server takes no command now, or none from here.
            MirrorUnwritable: If this device's disk cannot be written.
        """
        from bbs.refusals import NormsFirst, NotSignedIn, SignInFailed
        from bbs_client.mirror.guarding import Guard, Resend, is_guarded

        guard = Guard(seen)
        while (item := self._next()) is not None:
            first, command = item.state is OutboxState.QUEUED, item.command
            if command is not None and item.is_private:
                command = guard.prepare(command, first=first)
            self.mark_sent(item.id, command if command is not item.command else None)
            if command is None:
                self._refuse(item, _UNKNOWN, refused)
                continue
            guarded = item.is_private and is_guarded(command)
            try:
                # The SDK must not resend it: only the first attempt's conflict proves it unapplied.
                result = await community.call(command, retry=not guarded)
            except (RetryableError, NotSignedIn, SignInFailed) as error:
                # An earlier attempt may have succeeded: only a first one goes back to QUEUED.
                if first and not isinstance(error, Disconnected | NotSignedIn | SignInFailed):
                    self.retry(item.id)
                raise
            except NormsFirst as error:
                self._ask(item, NormsAsked(error.board, error.version), asked, refused)
            except FolkmootError as error:
                verdict = guard.verdict(command, error, first=first) if guarded else Resend.REFUSED
                if verdict is Resend.REFUSED:
                    self._refuse(item, str(error), refused)
                else:
                    self._settle(item, again=verdict is Resend.AGAIN, dropped=dropped)
            else:
                self.done(item.id)
                answered(item, result)

    def _settle(
        self, item: OutboxItem, *, again: bool, dropped: Callable[[OutboxItem], None]
    ) -> None:
        """Queue a mark or choice once more, or give it up."""
        if again:
            self.retry(item.id)
            return
        self.done(item.id)
        dropped(item)

    def _ask(
        self,
        item: OutboxItem,
        norms: NormsAsked,
        asked: Callable[[OutboxItem], None],
        refused: Callable[[OutboxItem], None],
    ) -> None:
        if item.method == _TAKE_SEAT:
            # The reader accepted norms that have changed meanwhile, and cannot accept the new ones
            # without reading them.
            self.done(item.id)
            refused(msgspec.structs.replace(item, state=OutboxState.REFUSED, error=_CHANGED))
            return
        self._move(item.id, OutboxState.ASKED, f"{norms.board} {norms.version}")
        kept = self.item(item.id)
        assert kept is not None
        asked(kept)

    def _refuse(self, item: OutboxItem, reason: str, refused: Callable[[OutboxItem], None]) -> None:
        if item.destination.startswith(MARKS):
            # The reader may not read the thread any more, so the mark has no effect.
            self.done(item.id)
            return
        if item.destination.startswith(CHOICES):
            # A choice contains no text to save: the surface reports it, and the reader can choose
            # again.
            self.done(item.id)
        else:
            self.mark_refused(item.id, reason)
        refused(msgspec.structs.replace(item, state=OutboxState.REFUSED, error=reason))

    def has_sendable(self) -> bool:
        """Return whether any command waits that no refusal holds back."""
        return self._next() is not None

    def _next(self) -> OutboxItem | None:
        return next(iter(self._select(f"{self._NEXT} ORDER BY id LIMIT 1")), None)

    def _move(
        self, item: int, to: OutboxState, error: str = "", params: bytes | None = None
    ) -> None:
        allowed = [state.value for state, after in OUTBOX_TRANSITIONS.items() if to in after]
        marks = ",".join("?" * len(allowed))
        self._execute(
            "UPDATE items SET state = ?, error = ?, params = coalesce(?, params)"  # noqa: S608 - our own names and question marks
            f" WHERE id = ? AND state IN ({marks})",
            *(to.value, error, params, item, *allowed),
        )

    def _select(self, sql: str, *args: object) -> list[OutboxItem]:
        columns = "id, destination, method, params, created_at, state, error"
        return [
            OutboxItem(id, to, method, _command(method, params), at, OutboxState(state), error)
            for id, to, method, params, at, state, error in self._execute(
                f"SELECT {columns} {sql}", *args
            )
        ]

    def _execute(self, sql: str, *args: object) -> list[Any]:
        try:
            return self._db.execute(sql, args).fetchall()
        except sqlite3.Error as error:
            raise MirrorUnwritable(f"{error}") from error


def _connect(path: Path) -> sqlite3.Connection:
    return connect(path, _prepare)


def _prepare(db: sqlite3.Connection) -> None:
    (version,) = db.execute("PRAGMA user_version").fetchone()
    if version > _VERSION:
        raise MirrorTooNew(version, _VERSION)
    db.execute("PRAGMA journal_mode = WAL")
    # A write must be on the disk before the client confirms it: this file has the only copy of the
    # text.
    db.execute("PRAGMA synchronous = FULL")
    db.execute("PRAGMA secure_delete = ON")
    if version == 1:
        # The tables are the same, but an earlier version of this program does not know the state
        # ASKED.
        db.execute(f"PRAGMA user_version = {_VERSION}")
    if version == 0:
        db.executescript(f"BEGIN IMMEDIATE; {TABLES} PRAGMA user_version = {_VERSION}; COMMIT;")


def _command(method: str, params: bytes) -> Command[Any] | None:
    # Imported late, because most starts find an empty outbox.
    from bbs.wire.registry import REQUESTS

    cls = REQUESTS.get(method)
    if cls is not None and issubclass(cls, Command):
        with contextlib.suppress(msgspec.MsgspecError):
            return msgspec.json.decode(params, type=cls)
    return None
