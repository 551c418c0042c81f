"""What a disk may hold after power was lost: everything synced, and any part of what was not.

The diary of the preloaded shim says what was written and synced, in order. A sync makes a file's
writes durable; a folder's sync makes its names durable. Of the rest, any subset may have reached
the disk, in any order, and a write may be torn between sectors.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

SECTOR_BYTES = 512
_HEAD = struct.Struct("=iiqq")
"""As `struct record` in faultfs.c: kind, path_bytes, offset, data_bytes."""


@dataclass(frozen=True)
class Record:
    """One line of the diary.

    Attributes:
        end: Where it ends in the diary; it had taken place once the diary was so long.
        kind: W write, T truncate, S sync, C create, U unlink, R rename.
        data: What was written, or the new path of a renaming.
    """

    end: int
    kind: str
    path: Path
    offset: int
    data: bytes


def read_diary(path: Path) -> Iterator[Record]:
    """Go through a diary; a last record that is not whole is left out."""
    diary, start = path.read_bytes(), 0
    while start + _HEAD.size <= len(diary):
        kind, path_bytes, offset, data_bytes = _HEAD.unpack_from(diary, start)
        end = start + _HEAD.size + path_bytes + data_bytes
        if end > len(diary):
            return
        name = diary[start + _HEAD.size :][:path_bytes].decode()
        yield Record(end, chr(kind), Path(name), offset, diary[end - data_bytes : end])
        start = end


@dataclass
class _File:
    """A file: what is surely on the disk, and what was done to it since the last sync."""

    durable: bytearray = field(default_factory=bytearray)
    since: list[Record] = field(default_factory=list)


@dataclass
class Disk:
    """Follows a diary from a folder whose files are all on the disk."""

    folder: Path
    _now: dict[str, _File] = field(default_factory=dict)
    _durable: dict[str, _File] = field(default_factory=dict)
    _names: list[dict[str, _File]] = field(default_factory=list)

    def begin(self, base: Path) -> None:
        """Take the files of a folder as they are."""
        self._now = {p.name: _File(bytearray(p.read_bytes())) for p in base.iterdir()}
        self._durable = dict(self._now)

    def follow(self, record: Record) -> None:
        """Do what one record says."""
        name = record.path.name
        if record.path == self.folder:
            self._durable, self._names = dict(self._now), []
        elif record.kind in "CUR":
            if record.kind == "C":
                self._now[name] = _File()
            elif (gone := self._now.pop(name, None)) and record.kind == "R":
                self._now[Path(record.data.decode()).name] = gone
            self._names.append(dict(self._now))
        elif (file := self._now.get(name)) is not None:
            if record.kind == "S":
                for change in file.since:
                    _apply(file.durable, change)
                file.since = []
            else:
                file.since.append(record)

    def lose_power(self, rng: Random, into: Path) -> None:
        """Write into a folder what may be left if power were lost now."""
        into.mkdir(parents=True, exist_ok=True)
        for path in into.iterdir():
            path.unlink()
        reached = rng.randrange(len(self._names) + 1)
        names = self._names[reached - 1] if reached else self._durable
        for name, file in names.items():
            (into / name).write_bytes(_left_of(file, rng))


def _left_of(file: _File, rng: Random) -> bytes:
    """Return what may be left of a file: mostly nothing, all, a beginning or a part of the rest."""
    content = bytearray(file.durable)
    way = rng.choice(("nothing", "all", "beginning", "some", "torn"))
    if way == "nothing":
        return bytes(content)
    until = len(file.since) if way != "beginning" else rng.randrange(len(file.since) + 1)
    for change in file.since[:until]:
        if way in ("all", "beginning") or rng.random() < 0.5:
            _apply(content, change, rng if way == "torn" else None)
    return bytes(content)


def _apply(content: bytearray, change: Record, torn: Random | None = None) -> None:
    """Do a write or truncation; torn, only some of its sectors."""
    if change.kind == "T":
        del content[change.offset :]
        content.extend(bytes(change.offset - len(content)))
        return
    for start in range(0, len(change.data), SECTOR_BYTES) if torn else (0,):
        piece = change.data[start : start + SECTOR_BYTES] if torn else change.data
        if torn and torn.random() < 0.5:
            continue
        at = change.offset + start
        content.extend(bytes(max(0, at - len(content))))
        content[at : at + len(piece)] = piece
