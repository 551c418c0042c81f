"""Writes an export: as a folder with Markdown and JSON lines, as one file, or to stdout.

A folder or file gets its name only when it is complete. Until then it has another name beside it,
and an export that ends early removes it. The next export to the same place removes the files of a
killed one; a lock shows which files are still being written.
"""

import contextlib
import fcntl
import glob
import itertools
import os
import secrets
import shutil
from collections.abc import Callable, Sequence
from io import BufferedWriter
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec

from bbs.export.errors import TargetTaken
from bbs.export.markdown import README, render_readme, render_row
from bbs.export.taking import Manifest
from bbs.features.ownership.views import ExportedRow
from bbs.folders import PRIVATE
from bbs.terminal import echo_json, escaped_json

DATA = "data"
MANIFEST = "manifest.json"
_FILE = 0o600


class _Beside:
    """A file or folder that is written beside its place, and renamed when it is complete.

    Attributes:
        target: Its final path.
        part: Its path until then.
    """

    def __init__(self, target: Path) -> None:
        """Look whether the place is free.

        Raises:
            TargetTaken: If something is there that is not an empty folder.
        """
        self.target = target.absolute()
        self.part = self.target.with_name(f".{self.target.name}.{secrets.token_hex(4)}.part")
        self._lock: int | None = None
        self._refuse_taken()

    def _refuse_taken(self) -> None:
        if self.target.is_symlink() or (self.target.exists() and not self._is_free()):
            raise TargetTaken(path=str(self.target))

    def _is_free(self) -> bool:
        """Return whether what is there may be replaced."""
        return False

    def _claim(self) -> None:
        """Lock what was just made, as long as it is being written, and remove what others left."""
        self._lock = lock_file(self.part)
        name = f".{glob.escape(self.target.name)}.{'[0-9a-f]' * 8}.part"
        for left in self.target.parent.glob(name):
            if left != self.part and (lock := lock_file(left)) is not None:
                _remove_all(left)
                os.close(lock)

    def _put(self) -> None:
        """Give it its name, durably."""
        self._refuse_taken()
        self.part.replace(self.target)
        sync_folder(self.target.parent)

    def _remove(self) -> None:
        _remove_all(self.part)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Remove what is not whole."""
        self._remove()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


class FolderWriter(_Beside):
    """Writes an export into a folder: Markdown for people, JSON lines for programs."""

    def __init__(self, target: Path) -> None:
        """Look whether the folder is free.

        Raises:
            TargetTaken: If it is there and not empty, or is no folder.
        """
        super().__init__(target)
        self._rows: dict[str, BufferedWriter] = {}
        self._headed: set[str] = set()
        self._manifest: Manifest | None = None

    def _is_free(self) -> bool:
        return self.target.is_dir() and not any(self.target.iterdir())

    def begin(self, manifest: Manifest) -> None:
        """Make the folder, which only its owner may enter."""
        self._manifest = manifest
        self.part.mkdir(mode=PRIVATE)
        self._claim()
        (self.part / DATA).mkdir()

    def add(self, rows: Sequence[ExportedRow]) -> None:
        """Write a page."""
        texts: dict[str, list[str]] = {}
        for row in rows:
            if row.section not in self._rows:
                self._rows[row.section] = _create(self.part / DATA / f"{row.section}.jsonl")
            self._rows[row.section].write(_line(row.row))
            if (rendered := render_row(row)) is not None:
                place, heading, text = rendered
                texts.setdefault(place, [] if place in self._headed else [heading]).append(text)
                self._headed.add(place)
        for place, parts in texts.items():
            path = self.part / place
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("a", encoding="utf-8") as file:
                file.write("".join(parts))

    def finish(self, counts: dict[str, int]) -> None:
        """Write the page at the top, and put the folder into its place."""
        assert self._manifest is not None
        whole = {**msgspec.to_builtins(self._manifest), "rows": counts}
        head = msgspec.json.format(escaped_json(msgspec.json.encode(whole)), indent=1)
        (self.part / MANIFEST).write_text(head + "\n", "utf-8")
        (self.part / README).write_text(render_readme(self._manifest, counts), "utf-8")
        self._close()
        for folder, _, names in os.walk(self.part):
            for name in names:
                sync_folder(Path(folder, name))
            sync_folder(Path(folder))
        self._put()

    def _close(self) -> None:
        for file in self._rows.values():
            file.close()
        self._rows.clear()

    def _remove(self) -> None:
        self._close()
        super()._remove()


class LinesWriter:
    """Writes an export as JSON lines: `export` first, then every row, and `end` with the counts.

    Who reads the lines knows by `end` that they are whole.
    """

    def __init__(self, write: Callable[[bytes], object]) -> None:
        """Take what writes a line of JSON, given without its end."""
        self._write = write

    def begin(self, manifest: Manifest) -> None:
        """Write what stands at its head."""
        self._object("export", manifest)

    def add(self, rows: Sequence[ExportedRow]) -> None:
        """Write a page."""
        for row in rows:
            self._write(msgspec.json.encode(row))

    def finish(self, counts: dict[str, int]) -> None:
        """Write the counts."""
        self._object("end", {"rows": counts})

    def _object(self, section: str, row: Any) -> None:
        self._write(msgspec.json.encode({"section": section, "row": row}))


class FileWriter(_Beside, LinesWriter):
    """Writes an export as JSON lines into a file."""

    def __init__(self, target: Path) -> None:
        """Look whether the file is free.

        Raises:
            TargetTaken: If something is there.
        """
        _Beside.__init__(self, target)
        LinesWriter.__init__(self, self._append)
        self._file: BufferedWriter | None = None

    def begin(self, manifest: Manifest) -> None:
        """Make the file, which only its owner may read."""
        self._file = _create(self.part)
        self._claim()
        super().begin(manifest)

    def _append(self, row: bytes) -> None:
        assert self._file is not None
        self._file.write(_line(row))

    def finish(self, counts: dict[str, int]) -> None:
        """Write the counts, and put the file into its place."""
        super().finish(counts)
        self._close()
        sync_folder(self.part)
        self._put()

    def _close(self) -> None:
        if self._file is not None:
            self._file.close()

    def _remove(self) -> None:
        self._close()
        super()._remove()


def open_writer(target: Path) -> "FolderWriter | FileWriter":
    """Return what writes an export to a place; a name that ends in .jsonl is a file's.

    Raises:
        TargetTaken: If something is there that is not an empty folder.
    """
    return FileWriter(target) if target.suffix == ".jsonl" else FolderWriter(target)


def free_name(name: str) -> str:
    """Return a name for an export that nobody named: this one or, if it is taken, with a number.

    Args:
        name: A name without an ending; relative to the current folder.
    """
    numbered = name
    for number in itertools.count(2):
        if not os.path.lexists(numbered):
            break
        numbered = f"{name}-{number}"
    return numbered


def stdout_writer() -> LinesWriter:
    """Return what writes an export to stdout."""
    return LinesWriter(echo_json)


def lock_file(path: Path) -> int | None:
    """Return a handle that keeps a file or folder locked until it is closed.

    Returns:
        None if another process has it locked, or it is gone, or cannot be locked.
    """
    with contextlib.suppress(OSError):
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(handle)
        else:
            return handle
    return None


def _remove_all(path: Path) -> None:
    """Remove a folder with all that is in it, or a file; one that is not there is gone."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _create(path: Path) -> BufferedWriter:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _FILE), "wb")


def _line(row: bytes | msgspec.Raw) -> bytes:
    """Return JSON as one line, with every character escaped that acts on a terminal (P13)."""
    return escaped_json(msgspec.json.format(bytes(row), indent=-1)).encode() + b"\n"


def sync_folder(path: Path) -> None:
    """Make what was done in a folder, or to a file, durable."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
