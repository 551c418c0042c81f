"""The lines of removals.jsonl: a heading, the removals of each commit, and the marks of commits."""

import hashlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from bbs.clock import Ms
from bbs_server.store.api import GoneThread, RemovalReason
from bbs_server.store.gone_author import GoneAuthor
from bbs_server.store.gone_board import GoneBoard

_BLOCK_BYTES = 65_536
MARK = b'{"committed":true}\n'
"""Follows the line of a group whose COMMIT succeeded."""


class RemovalsError(Exception):
    """The file cannot be used as a record of removals; the message is one line with the reason."""


class RemovalsHeader(Struct, frozen=True, forbid_unknown_fields=True):
    """The first line.

    Attributes:
        removals: The record's own name, which a community keeps through restores, so that the
            server notices the record of another community.
        since: The record names all texts removed after this time, ms.
        marked: Whether the lines of committed groups have marks; version 0.1.0 wrote none.
    """

    removals: str
    since: Ms
    marked: bool = False


class RemovalEntry(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """The removals of a commit: ids of texts by their reason, and threads purged as a whole.

    Attributes:
        at: When it was written, ms by the machine's clock.
        threads: Threads whose whole text is to go; later lines name its texts as they go.
        members: Members whose account and words are to go; later lines name these texts likewise.
        left: Members who left or came back; no version before 0.6 wrote any.
        moved: Boards that were handed over to another community; likewise.
    """

    at: Ms
    withdrawn: tuple[str, ...] = ()
    faded: tuple[str, ...] = ()
    purged: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()
    threads: tuple[GoneThread, ...] = ()
    members: tuple[str, ...] = ()
    left: tuple[GoneAuthor, ...] = ()
    moved: tuple[GoneBoard, ...] = ()

    def names_any(self) -> bool:
        """Whether it names anything at all."""
        return bool(self.threads or self.members or self.left or self.moved or self.texts())

    def texts(self) -> list[tuple[str, RemovalReason]]:
        """Return the removed texts with the reason of each."""
        return [(key, why) for why in RemovalReason for key in getattr(self, why.value)]

    def name(self) -> str:
        """Return the name under which a database notes that it has committed this line."""
        return hashlib.sha256(msgspec.json.encode(self)).hexdigest()[:32]


def by_member(gone: Sequence[str | GoneAuthor | GoneBoard]) -> dict[str, Any]:
    """Return the fields of an entry that name members and boards: those who go, who left, and that moved."""
    return {
        "members": tuple(each for each in gone if isinstance(each, str)),
        "left": tuple(each for each in gone if isinstance(each, GoneAuthor)),
        "moved": tuple(each for each in gone if isinstance(each, GoneBoard)),
    }


class Behind(Struct, frozen=True):
    """Lines of the record whose texts, or some of them, are still in the database.

    Attributes:
        lost: True if the server acknowledged any of them: then the database is older than the
            record and has lost other commands, too. False if a crash came before the COMMIT of the
            last line.
    """

    entries: tuple[RemovalEntry, ...]
    lost: bool


_heading = msgspec.json.Decoder(RemovalsHeader)
_entry = msgspec.json.Decoder(RemovalEntry)


def read_heading(path: Path) -> RemovalsHeader:
    """Return the first line of a record.

    Raises:
        RemovalsError: If it is no heading.
        OSError: If it cannot be read.
    """
    with path.open("rb") as file:
        try:
            return _heading.decode(file.readline(_BLOCK_BYTES))
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise RemovalsError(f"{path} does not begin as a record of removals") from error


def read_entries(path: Path) -> Iterator[RemovalEntry]:
    """Yield the entries of a record, oldest first.

    An unfinished last line is left out, because its group was never committed. The group of a last
    line without a mark may not have been committed either: leave out its replaced texts, because
    the texts that replace them may not be stored.

    Raises:
        RemovalsError: At the first damaged line before the last.
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
    """Return the last lines of a file with their line ends; more than `count` if it has them."""
    start, tail = size, b""
    while start > 0 and tail.count(b"\n") <= count:
        step = min(_BLOCK_BYTES, start)
        start -= step
        tail = os.pread(handle, step, start) + tail
    lines = [line + b"\n" for line in tail.split(b"\n")]
    lines[-1] = lines[-1][:-1]
    return [line for line in (lines if start == 0 else lines[1:]) if line]


def is_whole(line: bytes) -> bool:
    """Return whether a line is a complete entry or mark."""
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
        RemovalsError: If the line is no entry.
    """
    if not is_whole(line) or line == MARK:
        raise RemovalsError(f"{path} is damaged (near its end)")
    return _entry.decode(line)
