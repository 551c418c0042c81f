"""removals.jsonl: ids of words that are gone for good, so that no backup brings them back (P10).

A restored database is older than this file; whatever the file names is erased again. It holds ids
and times, never a word. A group's removals are written and synced just before its COMMIT, one line
for the group: after it, a crash between the two could leave words deleted, and on a resend
acknowledged so, that no file knows of. A line whose COMMIT never came is the last one, and its
texts are still in the database: it is cut off at the next start.
"""

import os
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import chain
from pathlib import Path

import msgspec
from msgspec import Struct

from bbs import limits
from bbs.clock import DAY_MS, Clock, Ms
from bbs_server.store.engine import Why

REMOVALS = "removals.jsonl"
_BLOCK_BYTES = 65_536


class BadRemovals(Exception):
    """The file cannot be used as a record of removals; the message is one line that says why."""


class Heading(Struct, frozen=True, forbid_unknown_fields=True):
    """The first line.

    Attributes:
        removals: Names this record; a community keeps it through restores, so that the record of
            another one is not taken for it.
        since: From when on the record is whole, ms; what was removed before is not in it.
    """

    removals: str
    since: Ms


class Entry(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What one commit removed: ids of texts, by the reason.

    Attributes:
        at: When it was written, ms: never before the true time, lest it end too soon.
    """

    at: Ms
    withdrawn: tuple[str, ...] = ()
    faded: tuple[str, ...] = ()
    purged: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()

    def texts(self) -> list[tuple[str, Why]]:
        """Return the removed texts with the reason of each."""
        return [(key, why) for why in Why for key in getattr(self, why.value)]


_heading = msgspec.json.Decoder(Heading)
_entry = msgspec.json.Decoder(Entry)


class Removals:
    """The open file, written by the store's writer alone."""

    def __init__(self, handle: int, end: int, clock: Clock) -> None:
        """Take over an open file; see `open_removals`.

        Args:
            handle: Its descriptor, open for reading and writing.
            end: How many bytes of it are good.
        """
        self._handle = handle
        self._end = end
        self._next = end
        self._clock = clock

    def write(self, gone: Sequence[tuple[str, Why]]) -> None:
        """Write a group's removals so that they survive power loss; `settle` makes them count.

        Raises:
            OSError: If they could not be written; then the group must not be committed.
        """
        self._next = self._end
        if not gone:
            return
        by_why = {why.value: tuple(key for key, of in gone if of is why) for why in Why}
        line = msgspec.json.encode(Entry(at=self._clock(), **by_why)) + b"\n"
        # What a failed write or commit left behind this point is not part of the record.
        os.ftruncate(self._handle, self._end)
        _write_at(self._handle, line, self._end)
        os.fsync(self._handle)
        self._next = self._end + len(line)

    def settle(self) -> None:
        """Note that the group was committed."""
        self._end = self._next

    def undo(self) -> None:
        """Take back what was written for a group that was not committed."""
        if self._next != self._end:
            self._next = self._end
            with suppress(OSError):  # the next write, or the next start, cuts it off
                os.ftruncate(self._handle, self._end)

    def close(self) -> None:
        """Close the file. Safe to call twice."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1


def open_removals(
    folder: Path, clock: Clock, is_there: Callable[[Iterable[str]], bool], *, proven_now: Ms
) -> Removals:
    """Open the record of a data folder, making it if need be.

    Args:
        folder: The data folder, whose lock the caller holds.
        clock: Dates entries.
        is_there: Whether any of these texts is in the database.
        proven_now: What is old by this time is left out.

    Raises:
        BadRemovals: If it is damaged, or the database is older than it.
        OSError: If it cannot be read or written.
    """
    path = folder / REMOVALS
    if not path.exists():
        begin(path, clock())
    heading = read_heading(path)
    _shorten(path, heading, proven_now)
    handle = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    try:
        end = _good_end(path, handle, is_there)
        os.ftruncate(handle, end)
    except BaseException:
        os.close(handle)
        raise
    return Removals(handle, end, clock)


def begin(path: Path, now: Ms) -> None:
    """Write an empty record, whole from now on, durably.

    Raises:
        OSError: If it cannot be written.
    """
    _make(path, Heading(str(uuid.uuid4()), now), ())


def read_heading(path: Path) -> Heading:
    """Return the first line of a record.

    Raises:
        BadRemovals: If it is none.
        OSError: If it cannot be read.
    """
    with path.open("rb") as file:
        try:
            return _heading.decode(file.readline(_BLOCK_BYTES))
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise BadRemovals(f"{path} does not begin as a record of removals") from error


def entries(path: Path) -> Iterator[Entry]:
    """Go through a record, oldest first.

    A last line that is not whole is passed over: its group was never committed.

    Raises:
        BadRemovals: At the first other line that is damaged.
        OSError: If it cannot be read.
    """
    with path.open("rb") as file:
        file.readline()
        for number, line in enumerate(file, start=2):
            if _is_whole(line):
                yield _entry.decode(line)
            elif file.read(1):
                raise BadRemovals(f"{path} is damaged (line {number})")


def copy(record: Path, to: Path, more: Path | None = None) -> None:
    """Write a copy of a record, durably.

    Args:
        record: A last line of it without an end is left out.
        to: The file to write; replaced at once, or not at all.
        more: Another record, whose entries come after; None for none.

    Raises:
        BadRemovals: If one is damaged.
        OSError: If one cannot be read, or the copy not be written.
    """
    _make(to, read_heading(record), chain(entries(record), entries(more) if more else ()))


def _make(path: Path, heading: Heading, kept: Iterable[Entry]) -> None:
    fresh = path.with_name(f"{path.name}.new")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(msgspec.json.encode(heading) + b"\n")
        for entry in kept:
            file.write(msgspec.json.encode(entry) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder survive power loss."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _shorten(path: Path, heading: Heading, now: Ms) -> None:
    """Leave out what is older than any backup that may be restored with this record."""
    first = next(entries(path), None)
    spare_ms = limits.REMOVALS_SPARE_DAYS * DAY_MS
    if first is None or first.at > now - limits.REMOVALS_DAYS * DAY_MS - spare_ms:
        return
    # A clock that is ahead must not cost more than what is old beside the newest entry.
    newest = max(entry.at for entry in entries(path))
    since = min(now, newest) - limits.REMOVALS_DAYS * DAY_MS
    if since > heading.since:
        young = (entry for entry in entries(path) if entry.at >= since)
        _make(path, Heading(heading.removals, since), young)


def _good_end(path: Path, handle: int, is_there: Callable[[Iterable[str]], bool]) -> int:
    """Return where the entries end whose commit came."""
    end = os.fstat(handle).st_size
    lines = _last_lines(handle, end, 3)
    # The file's first line is the heading.
    if sum(map(len, lines)) == end:
        lines = lines[1:]
    if lines and not _is_whole(lines[-1]):  # power was lost before it was synced
        end -= len(lines.pop())
    if not lines or not is_there(_keys(path, lines[-1])):
        return end
    if len(lines) > 1 and is_there(_keys(path, lines[-2])):
        raise BadRemovals(
            f"the database is older than {path}: bring a backup back with `bbs restore`, "
            "which erases again what was withdrawn since"
        )
    return end - len(lines[-1])


def _last_lines(handle: int, size: int, count: int) -> list[bytes]:
    """Return the last lines of a file, more than `count` if it has them, with their ends."""
    start, tail = size, b""
    while start > 0 and tail.count(b"\n") <= count:
        step = min(_BLOCK_BYTES, start)
        start -= step
        tail = os.pread(handle, step, start) + tail
    lines = [line + b"\n" for line in tail.split(b"\n")]
    lines[-1] = lines[-1][:-1]
    return [line for line in (lines if start == 0 else lines[1:]) if line]


def _is_whole(line: bytes) -> bool:
    try:
        _entry.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False
    return line.endswith(b"\n")


def _keys(path: Path, line: bytes) -> list[str]:
    if not _is_whole(line):
        raise BadRemovals(f"{path} is damaged (near its end)")
    return [key for key, _ in _entry.decode(line).texts()]


def _write_at(handle: int, data: bytes, offset: int) -> None:
    written = 0
    while written < len(data):
        written += os.pwrite(handle, data[written:], offset + written)
