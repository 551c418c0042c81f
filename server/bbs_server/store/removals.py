"""removals.jsonl: ids of texts that are gone for good, so that no backup brings them back (P10).

A restored database is older than this file, so a restore erases again all texts that it names. It
holds ids and times, never text. The store writes and syncs a group's removals just before its
COMMIT, a line for the group: if it wrote them after, a crash between the two could leave texts
deleted, and acknowledged on a resend, that the file does not name. A second line, the mark, is
synced after the COMMIT and before any answer. Without its mark the last line was never
acknowledged; with it, a database that still has its texts is older than the record
(docs/decisions/0009).
"""

import os
import uuid
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from bbs import limits
from bbs.clock import DAY_MS, Clock, Ms
from bbs_server.store.api import GoneThread, RemovalReason
from bbs_server.store.gone_author import GoneAuthor
from bbs_server.store.gone_board import GoneBoard
from bbs_server.store.names import FileLost
from bbs_server.store.removals_lines import MARK, by_member, decoded, is_whole, last_lines
from bbs_server.store.removals_lines import Behind as Behind
from bbs_server.store.removals_lines import RemovalEntry as RemovalEntry
from bbs_server.store.removals_lines import RemovalsError as RemovalsError
from bbs_server.store.removals_lines import RemovalsHeader as RemovalsHeader
from bbs_server.store.removals_lines import read_entries as read_entries
from bbs_server.store.removals_lines import read_heading as read_heading

REMOVALS = "removals.jsonl"
FOLLOWED = "removals_followed"
"""In `meta`: the name of the last line of the record that the database has committed."""
BEHIND = "removals_behind"
"""In `meta`, until the database has erased the texts of all lines: `lost` or `unsure`; see
`Behind`.
"""


class Removals:
    """The open file, written by the store's writer alone.

    Attributes:
        behind: The lines, found when the store was opened, whose texts the database still has; None
            for none.
        fault: The error that prevented writing the mark of the last line; None if it has its mark.
    """

    def __init__(self, handle: int, end: int, clock: Clock, behind: Behind | None = None) -> None:
        """Take over an open file; see `open_removals`.

        Args:
            handle: Its descriptor, open for reading and writing.
            end: The number of valid bytes in it.
        """
        self.behind = behind
        self.fault: OSError | None = None
        self._handle = handle
        self._end = end
        self._next = end
        self._clock = clock

    def write(
        self,
        gone: Sequence[tuple[str, RemovalReason]],
        threads: Sequence[GoneThread] = (),
        members: Sequence[str | GoneAuthor | GoneBoard] = (),
    ) -> str | None:
        """Write a group's removals so that they survive power loss; they count after `commit`.

        Returns:
            The line's name, for the database to store with the same COMMIT; None for no line.

        Raises:
            OSError: If they could not be written; then the group must not be committed.
        """
        self._next = self._end
        if not (gone or threads or members):
            return None
        self.mark()
        by_why: dict[str, Any] = {
            why.value: tuple(key for key, of in gone if of is why) for why in RemovalReason
        }
        entry = RemovalEntry(
            at=self._clock(), threads=tuple(threads), **by_member(members), **by_why
        )
        self._next = self._append(msgspec.json.encode(entry) + b"\n")
        return entry.name()

    def commit(self) -> None:
        """Record that the group was committed: mark its line before the server answers.

        If the mark cannot be written, the COMMIT stays: `fault` holds the error, and `mark` tries
        again, at the latest before the next line.
        """
        if self._next != self._end:
            self._end = self._next
            try:
                self._end = self._next = self._append(MARK)
            except OSError as error:
                self.fault = error

    def mark(self) -> None:
        """Write the mark that could not be written before, if there is one.

        Raises:
            OSError: If it still cannot be written.
        """
        if self.fault is not None:
            self._end = self._next = self._append(MARK)
            self.fault = None

    def _append(self, line: bytes) -> int:
        """Write a line after the valid ones, durably; return where it ends."""
        self.check()
        # Bytes after this point, from a failed write or commit, are not part of the record.
        os.ftruncate(self._handle, self._end)
        _write_at(self._handle, line, self._end)
        os.fsync(self._handle)
        return self._end + len(line)

    def check(self) -> None:
        """Check that no other program has shortened the file.

        Raises:
            FileLost: If it was shortened: the file no longer names all the texts that must stay
                erased.
        """
        if os.fstat(self._handle).st_size < self._end:
            raise FileLost(
                f"{REMOVALS} was shortened while the server has it open: nothing more is written."
                " Bring its last copy back, or the one of the newest backup, then start again"
            )

    def rollback(self) -> None:
        """Cut off the line of a group that failed to commit."""
        if self._next != self._end:
            self._next = self._end
            with suppress(OSError):  # the next write, or the next start, cuts it off
                os.ftruncate(self._handle, self._end)
                os.fsync(self._handle)

    def close(self) -> None:
        """Close the file. Safe to call twice."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1


def open_removals(
    folder: Path,
    clock: Clock,
    is_there: Callable[[RemovalEntry], bool],
    known: str | None = None,
    *,
    proven_now: Ms,
    founded: bool = True,
) -> Removals:
    """Open the record of a data folder, making it if need be.

    Args:
        folder: The data folder, whose lock the caller holds.
        clock: The clock that dates entries.
        is_there: Returns whether the database has any text that a line names, unless a purge under
            way erases it.
        proven_now: The proven time, ms; lines that have expired by it are left out.
        founded: Whether the community existed before the record; then its earlier removals are
            unknown.
        known: The name of the last line that the database has committed; None to look at every
            line. A line that the record does not have counts as None.

    Raises:
        RemovalsError: If it is damaged.
        OSError: If it cannot be read or written.
    """
    path = folder / REMOVALS
    if not path.exists():
        create(path, clock() if founded else 0)
    heading = read_heading(path)
    unsure = _settle_end(path, heading, is_there)
    if not heading.marked:
        _make(path, heading, read_entries(path))
    _shorten(path, heading, proven_now)
    behind = _behind(path, known, unsure, is_there)
    handle = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    return Removals(handle, os.fstat(handle).st_size, clock, behind)


def create(path: Path, now: Ms) -> None:
    """Write an empty record, durably and in one step.

    Raises:
        OSError: If it cannot be written.
    """
    _make(path, RemovalsHeader(str(uuid.uuid4()), now), ())


def copy(record: Path, to: Path, more: Path | None = None) -> None:
    """Write a copy of a record, durably.

    Args:
        record: The record to copy, without an unfinished last line.
        to: The file to write; replaced at once, or not at all.
        more: Another record, whose entries come after; None for none.

    Raises:
        RemovalsError: If one of the records is damaged.
        OSError: If a record cannot be read or the copy cannot be written.
    """
    _make(to, read_heading(record), chain(read_entries(record), read_entries(more) if more else ()))


def _make(path: Path, heading: RemovalsHeader, kept: Iterable[RemovalEntry]) -> None:
    """Write a record whose lines all have marks, durably; it replaces an earlier file."""
    fresh = path.with_name(f"{path.name}.new")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(msgspec.json.encode(replace(heading, marked=True)) + b"\n")
        for entry in kept:
            file.write(msgspec.json.encode(entry) + b"\n" + MARK)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    sync_path(path.parent)


def sync_path(path: Path) -> None:
    """Make a file, or the names in a folder, survive power loss.

    Raises:
        OSError: If it does not exist, or the disk fails.
    """
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _shorten(path: Path, heading: RemovalsHeader, now: Ms) -> None:
    """Leave out lines older than any backup that may be restored with this record."""
    first = next(read_entries(path), None)
    spare_ms = limits.REMOVALS_SPARE_DAYS * DAY_MS
    if first is None or first.at > now - limits.REMOVALS_DAYS * DAY_MS - spare_ms:
        return
    # If the clock is ahead, count the age from the newest entry, so that no young entry is dropped.
    newest = max(entry.at for entry in read_entries(path))
    since = min(now, newest) - limits.REMOVALS_DAYS * DAY_MS
    if since > heading.since:
        young = (entry for entry in read_entries(path) if entry.at >= since)
        _make(path, RemovalsHeader(heading.removals, since), young)


def _settle_end(
    path: Path, heading: RemovalsHeader, is_there: Callable[[RemovalEntry], bool]
) -> str | None:
    """Cut off a torn last line; mark or cut back a whole last line without a mark.

    Returns:
        The name of a line that was never acknowledged and whose texts are still there; or None.

    Raises:
        RemovalsError: If the line before a torn one is damaged, too.
    """
    handle = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    try:
        end = os.fstat(handle).st_size
        lines = last_lines(handle, end, 2)
        # The first line of the file is the heading.
        if sum(map(len, lines)) == end:
            lines = lines[1:]
        if lines and not is_whole(lines[-1]):  # power was lost before it was synced
            end -= len(lines.pop())
        unsure, rest = None, b""
        if lines and lines[-1] != MARK:
            entry = decoded(path, lines[-1])
            mark = MARK if heading.marked else b""
            if not is_there(entry):
                rest = mark  # its COMMIT succeeded
            else:
                end -= len(lines[-1])
                entry = replace(entry, replaced=())
                if entry.names_any():
                    unsure, rest = entry.name(), msgspec.json.encode(entry) + b"\n" + mark
        os.ftruncate(handle, end)
        _write_at(handle, rest, end)
        os.fsync(handle)
        return unsure
    finally:
        os.close(handle)


def _behind(
    path: Path,
    known: str | None,
    unsure: str | None,
    is_there: Callable[[RemovalEntry], bool],
) -> Behind | None:
    """Return the lines after the known one whose texts the database still has."""
    if known is not None and known == _last_name(path):
        return None
    if known is not None and all(entry.name() != known for entry in read_entries(path)):
        known = None
    found: list[RemovalEntry] = []
    for entry in read_entries(path):
        if known is not None:
            known = None if entry.name() == known else known
        elif is_there(entry):
            found.append(entry)
    lost = any(entry.name() != unsure for entry in found)
    return Behind(tuple(found), lost) if found else None


def _last_name(path: Path) -> str | None:
    with path.open("rb") as file:
        handle = file.fileno()
        lines = [line for line in last_lines(handle, os.fstat(handle).st_size, 2) if line != MARK]
    return decoded(path, lines[-1]).name() if lines and is_whole(lines[-1]) else None


def _write_at(handle: int, data: bytes, offset: int) -> None:
    written = 0
    while written < len(data):
        written += os.pwrite(handle, data[written:], offset + written)
