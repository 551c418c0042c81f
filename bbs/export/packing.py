"""Fetches a board's pack into a file: page after page, checked as it comes, and goes on after a break."""

import os
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO, NamedTuple, Self

from bbs.export.errors import TargetTaken, refuse_no_folder
from bbs.export.taking import Call
from bbs.export.writers import lock_file, sync_folder
from bbs.features.packs.messages import ReadPack, SignPack
from bbs.features.packs.pack_file import PackError, PackWriter
from bbs.features.packs.places import PackPlace, PlaceFinder
from bbs.features.packs.views import (
    Line,
    PackAct,
    PackCheck,
    PackHeading,
    PackPost,
    PackSignature,
    PackThread,
)
from bbs.ids import BoardId
from bbs.pack_refusals import PackChanged
from bbs.plural import counted
from bbs.refusals import Refused
from bbs.wire.pack_reader import PackReader, PackSummary

TRIES = 5  # a board on which people write every second is packed at night
_PRIVATE = 0o600
_CHECK = b'{"line":"check",'


class PackBusy(
    Refused,
    code="packs.busy",
    sentence="somebody else is writing {path}",
    hint="wait until that command has ended, or choose another name for the file",
):
    """Another process is packing into the same file.

    Attributes:
        path: The file.
    """

    path: str


class PackCounts(NamedTuple):
    """How much a pack holds; its size in bytes, without signatures."""

    threads: int
    posts: int
    acts: int
    lines: int
    size: int


class PackPart:
    """The part of a pack that is here already, beside its final place.

    Attributes:
        after: The place behind its last line; None at the beginning.
        lines: How many lines it has that are no checks.
    """

    def __init__(self, target: Path) -> None:
        """Look whether the place is free.

        Raises:
            TargetTaken: If something is there.
        """
        self._target = target.absolute()
        self.path = self._target.with_name(f"{self._target.name}.part")
        self._open: ExitStack = ExitStack()
        self._refuse_taken()

    def _refuse_taken(self) -> None:
        refuse_no_folder(self._target)
        if self._target.is_symlink() or self._target.exists():
            raise TargetTaken(path=str(self._target))

    def __enter__(self) -> Self:
        """Open the part and lock it; what is there of this board is read again, and kept.

        Raises:
            PackBusy: If another process has it.
        """
        found = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, _PRIVATE)
        self._file: BinaryIO = self._open.enter_context(os.fdopen(found, "r+b"))
        lock = lock_file(self.path)
        if lock is None:
            self._open.close()
            raise PackBusy(path=str(self.path))
        self._open.callback(os.close, lock)
        self.begin()
        return self

    def __exit__(self, *_: object) -> None:
        """Close the part, which stays for another time if anything is in it."""
        if self._file.seek(0, os.SEEK_END) == 0:
            self.path.unlink(missing_ok=True)
        self._open.close()

    def begin(self) -> None:
        """Forget what was read of the file, and begin at the beginning; nothing is deleted yet."""
        self._reader, self._finder = PackReader(), PlaceFinder()
        self._owed = b""
        self._writer = PackWriter(self._take)
        self._is_kept = False
        self.after: PackPlace | None = None

    @property
    def lines(self) -> int:
        """How many lines it has that are no checks."""
        return self._writer.lines

    def resume(self, board: BoardId) -> None:
        """Read what is there; drop what is no beginning of a pack of this board."""
        self.begin()
        self._is_kept = True
        self._file.seek(0)
        kept = 0
        try:
            while (data := self._file.readline()).endswith(b"\n"):
                if data.startswith(_CHECK):
                    if data != self._owed:
                        break  # the last one: more lines may stand before it now
                    self._owed = b""
                    self._reader.feed(data)
                elif not self._keep(data, board):
                    break
                kept += len(data)
        except PackError:
            kept = 0
        if not kept:
            self.begin()
        self._is_kept = False
        self._file.seek(kept)
        self._file.truncate()
        if self._owed:
            self._put(self._owed)

    def _keep(self, data: bytes, board: BoardId) -> bool:
        [line] = self._reader.feed(data)
        place = self._finder.take(line)
        if place is None or (isinstance(line, PackHeading) and line.board != board):
            return False
        self._writer.add(data)
        self.after = place
        return True

    def _take(self, data: bytes) -> None:
        """Take what the writer writes; of what stands in the file already only the check is owed."""
        if not self._is_kept:
            self._put(data)
        elif data.startswith(_CHECK):
            self._owed = data

    def _put(self, data: bytes) -> None:
        self._file.write(data)
        for line in self._reader.feed(data):
            if not isinstance(line, PackCheck):
                self.after = self._finder.take(line) or self.after

    def clear(self) -> None:
        """Delete all of it, to begin anew."""
        self.begin()
        self._file.seek(0)
        self._file.truncate()

    def add(self, data: bytes) -> None:
        """Add a line, which is checked with all above it.

        Raises:
            PackError: If the server sent what is no line of a pack.
        """
        self._writer.add(data)

    def close(self) -> PackCheck:
        """Write the last check, and return it."""
        return self._writer.close()

    def finish(self, signatures: Iterable[PackSignature]) -> PackSummary:
        """Write the signatures, and give the file its name, durably.

        Raises:
            PackError: If a signature does not fit.
            TargetTaken: If something is there by now.
        """
        self._writer.sign(signatures)
        summary = self._reader.finish()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._refuse_taken()
        self.path.replace(self._target)
        sync_folder(self._target.parent)
        return summary


async def fetch_pack(
    call: Call, board: BoardId, part: PackPart, show: Callable[[str], None]
) -> PackSummary:
    """Fetch a board's pack, from where the part ends, and let the server sign it.

    A board that changes meanwhile is fetched anew, some times.

    Args:
        show: Shows how far it is.

    Raises:
        PackChanged: If the board changed each time.
        PackError: If the server sent what is no pack.
    """
    part.resume(board)
    for attempt in range(1, TRIES + 1):
        try:
            await _fetch(call, board, part, show)
            show("the server reads it again")
            digest = part.close().digest
            signed = await call(SignPack(board=board, digest=digest, lines=part.lines))
            return part.finish(signed.signatures)
        except (PackChanged, PackError):  # new lines beside older ones may not fit each other
            if attempt == TRIES:
                raise
            show("the board changed meanwhile; once more")
            part.clear()
    raise AssertionError("unreachable")


async def _fetch(call: Call, board: BoardId, part: PackPart, show: Callable[[str], None]) -> None:
    while True:
        page = await call(ReadPack(board=board, after=part.after))
        for line in page.lines:
            part.add(bytes(line) + b"\n")
        show(f"fetched {counted(part.lines, 'line')}")
        if page.next_after is None:
            return


async def rehearse_pack(call: Call, board: BoardId, show: Callable[[str], None]) -> PackCounts:
    """Read a board's pack, check it and keep nothing of it; return what it would hold."""
    kinds: Counter[type[Line]] = Counter()
    reader = PackReader()
    writer = PackWriter(lambda data: kinds.update(map(type, reader.feed(data))))
    after: PackPlace | None = None
    while True:
        page = await call(ReadPack(board=board, after=after))
        for line in page.lines:
            writer.add(bytes(line) + b"\n")
        show(f"read {counted(writer.lines, 'line')}")
        if (after := page.next_after) is None:
            break
    writer.close()
    return PackCounts(
        threads=kinds[PackThread],
        posts=kinds[PackPost],
        acts=kinds[PackAct],
        lines=writer.lines,
        size=writer.size,
    )
