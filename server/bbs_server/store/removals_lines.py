"""The lines of removals.jsonl: a heading, what each commit removed, and the marks of commits that came."""

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from bbs.clock import Ms
from bbs_server.store.api import GoneThread, RemovalReason

_BLOCK_BYTES = 65_536
MARK = b'{"committed":true}\n'
"""The line after that of a group whose COMMIT came."""


class RemovalsError(Exception):
    """The file cannot be used as a record of removals; the message is one line that says why."""


class RemovalsHeader(Struct, frozen=True, forbid_unknown_fields=True):
    """The first line.

    Attributes:
        removals: Names this record; a community keeps it through restores, so that the record of
            another one is not taken for it.
        since: From when on the record is whole, ms; what was removed before is not in it.
        marked: Whether the lines of committed groups have marks; those of 0.1.0 have none.
    """

    removals: str
    since: Ms
    marked: bool = False


class RemovalEntry(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What one commit removed: ids of texts, by the reason, and threads purged as a whole.

    Attributes:
        at: When it was written, ms by the machine's clock.
        threads: From this commit on all their words are to go; which, later lines say as they do.
    """

    at: Ms
    withdrawn: tuple[str, ...] = ()
    faded: tuple[str, ...] = ()
    purged: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()
    threads: tuple[GoneThread, ...] = ()

    def names_any(self) -> bool:
        """Whether it names anything at all."""
        return bool(self.threads or self.texts())

    def texts(self) -> list[tuple[str, RemovalReason]]:
        """Return the removed texts with the reason of each."""
        return [(key, why) for why in RemovalReason for key in getattr(self, why.value)]

    def name(self) -> str:
        """Return a name of this line, by which a database says that it has committed the line."""
        return hashlib.sha256(msgspec.json.encode(self)).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Behind:
    """Lines of the record whose texts, or some of them, are still in the database.

    Attributes:
        lost: Whether one of them was acknowledged: then the database is older than the record, and
            has lost other acts as well. Otherwise a crash came before the COMMIT of the last line.
    """

    entries: tuple[RemovalEntry, ...]
    lost: bool


_heading = msgspec.json.Decoder(RemovalsHeader)
_entry = msgspec.json.Decoder(RemovalEntry)


def read_heading(path: Path) -> RemovalsHeader:
    """Return the first line of a record.

    Raises:
        RemovalsError: If it is none.
        OSError: If it cannot be read.
    """
    with path.open("rb") as file:
        try:
            return _heading.decode(file.readline(_BLOCK_BYTES))
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise RemovalsError(f"{path} does not begin as a record of removals") from error


def read_entries(path: Path) -> Iterator[RemovalEntry]:
    """Go through a record, oldest first.

    A last line that is not whole is passed over: its group was never committed. A last one without
    its mark may not have been: what it says was replaced is left out, for the words that came in
    its place may not be there.

    Raises:
        RemovalsError: At the first other line that is damaged.
        OSError: If it cannot be read.
    """
    marked = read_heading(path).marked
    unmarked: RemovalEntry | None = None
    with path.open("rb") as file:
        file.readline()
        for number, line in enumerate(file, start=2):
            if not is_whole(line):
                if file.read(1):
                    raise RemovalsError(
                        f"{path} is damaged (line {number}): put its last copy in its place; bbs doctor says which"
                    )
                break
            if unmarked is not None:
                yield unmarked
            unmarked = None if line == MARK else _entry.decode(line)
    if unmarked is not None:
        last = replace(unmarked, replaced=()) if marked else unmarked
        if last.names_any():
            yield last


def last_lines(handle: int, size: int, count: int) -> list[bytes]:
    """Return the last lines of a file, more than `count` if it has them, with their ends."""
    start, tail = size, b""
    while start > 0 and tail.count(b"\n") <= count:
        step = min(_BLOCK_BYTES, start)
        start -= step
        tail = os.pread(handle, step, start) + tail
    lines = [line + b"\n" for line in tail.split(b"\n")]
    lines[-1] = lines[-1][:-1]
    return [line for line in (lines if start == 0 else lines[1:]) if line]


def is_whole(line: bytes) -> bool:
    """Return whether a line is an entry or a mark, with its end."""
    if line == MARK:
        return True
    try:
        _entry.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False
    return line.endswith(b"\n")


def decoded(path: Path, line: bytes) -> RemovalEntry:
    """Return the entry in one of the last lines of a record.

    Raises:
        RemovalsError: If it is none.
    """
    if not is_whole(line) or line == MARK:
        raise RemovalsError(f"{path} is damaged (near its end)")
    return _entry.decode(line)
