"""Drafts: one small file for each destination, so that no crash loses what the member types."""

import contextlib
import os
from collections.abc import Collection
from pathlib import Path

import msgspec
from msgspec import Struct, field

from bbs_client.mirror.errors import MirrorUnwritable
from bbs_client.mirror.schema import make_private

_ASIDE = "aside"
OUTSIDE_BYTES_MAX = 1_000_000  # of an editor's file: far beyond any post, and quick to show


class Draft(Struct, frozen=True):
    """Text that was not sent yet.

    Attributes:
        destination: The place it goes to, as the front end names it; the same key as in the outbox.
        text: As typed.
        meta: Further values for reopening the composer: the title, and the op to send it with.
    """

    destination: str
    text: str
    meta: dict[str, str] = field(default_factory=dict)


class Drafts:
    """The drafts of one profile. File names are hashes, so they reveal no destination."""

    def __init__(self, folder: Path) -> None:
        """Use a folder, made with 0700 when the first draft is saved."""
        self._folder = folder

    def save(self, destination: str, text: str, meta: dict[str, str] | None = None) -> None:
        """Save a draft durably; the old draft stays whole until the new draft is written.

        The caller waits for a pause in the typing. A draft without text or meta is cleared.

        Args:
            destination: The place it goes to.
            text: As typed; any text.
            meta: See `Draft`.

        Raises:
            MirrorUnwritable: If the disk cannot be written; the old draft is still there.
        """
        # A lone surrogate, which some terminals paste, has no UTF-8.
        whole = text.encode("utf-8", "replace").decode()
        content = msgspec.json.encode(Draft(destination, whole, meta or {}))
        path = self._path(destination)
        beside = path.with_suffix(".new")
        try:
            if not text and not meta:
                self.clear(destination)
                return
            _write(beside, content)
            beside.replace(path)
        except OSError as error:
            raise MirrorUnwritable(f"{error.strerror}") from error

    def load(self, destination: str) -> Draft | None:
        """Return the draft for a destination; None if no draft can be read.

        If an external editor saved its file later, after the client had ended, its text becomes the
        draft.
        """
        path, outside = self._path(destination), self._outside(destination)
        draft = _read(path)
        with contextlib.suppress(OSError, MirrorUnwritable):
            if draft is None or outside.stat().st_mtime_ns > path.stat().st_mtime_ns:
                draft = Draft(destination, _text(outside), draft.meta if draft else {})
                self.save(destination, draft.text, draft.meta)
                outside.unlink()
        return draft

    def clear(self, destination: str) -> None:
        """Delete the draft for a destination and an editor's files; harmless if there are none."""
        for path in self._folder.glob(f"*{self._path(destination).stem}*"):
            path.unlink(missing_ok=True)

    def forget_sent(self, ops: Collection[str]) -> None:
        """Delete drafts that are in the outbox, too: the client ended before it deleted them.

        Args:
            ops: The ops of all commands in the outbox.
        """
        for draft in self.all():
            if draft.meta.get("op") in ops:
                self.clear(draft.destination)

    def set_aside(self, destination: str, op: str, title: str, text: str) -> None:
        """Keep text that is being sent apart from later typing there, until `forget_sent`.

        Args:
            destination: The place it goes to; the draft there is deleted.
            op: The op of its command.
            title: The thread's title; empty for none.
            text: The text.

        Raises:
            MirrorUnwritable: If the disk cannot be written.
        """
        meta = {"op": op, _ASIDE: destination} | ({"title": title} if title else {})
        self.save(f"{_ASIDE}:{op}", text, meta)
        self.clear(destination)

    def bring_back(self) -> None:
        """Move text that was set aside and never answered back to its draft, before newer text."""
        for aside in self.all():
            meta = dict(aside.meta)
            destination = meta.pop(_ASIDE, None)
            if destination is None:
                continue
            draft = self.load(destination)
            if draft is None:
                self.save(destination, aside.text, meta)
            else:
                # Two texts in one draft: neither text's op identifies it.
                kept = {name: value for name, value in draft.meta.items() if name != "op"}
                self.save(destination, f"{aside.text}\n\n{draft.text}", kept)
            self.clear(aside.destination)

    def export_for_editor(self, destination: str, text: str) -> Path:
        """Write the text into a file for an external editor; return the file.

        Args:
            destination: The place the text goes to.
            text: As typed so far; the caller saves it as a draft first.

        Raises:
            OSError: If the disk cannot be written.
        """
        path = self._outside(destination)
        path.unlink(missing_ok=True)
        _write(path, text.encode("utf-8", "replace"))
        return path

    def import_from_editor(self, destination: str) -> str | None:
        """Return the editor's text and remove its files; None if there is no text to read."""
        path = self._outside(destination)
        try:
            return _text(path)
        except OSError:
            return None
        finally:
            # An editor's copies and recovery files contain the file's name somewhere in theirs.
            for left in self._folder.glob(f"*{path.name}*"):
                left.unlink(missing_ok=True)

    def all(self) -> list[Draft]:
        """Return every draft that can be read, by destination."""
        found = (_read(path) for path in self._folder.glob("*.json"))
        return sorted((draft for draft in found if draft), key=lambda draft: draft.destination)

    def _path(self, destination: str) -> Path:
        import hashlib  # late: it loads OpenSSL, and the first painting needs no draft

        name = hashlib.sha256(destination.encode("utf-8", "surrogatepass")).hexdigest()
        return self._folder / f"{name[:40]}.json"

    def _outside(self, destination: str) -> Path:
        # A suffix from which editors recognize the kind of text.
        return self._path(destination).with_suffix(".md")


def _write(path: Path, content: bytes) -> None:
    """Write a file durably, readable by its owner only."""
    make_private(path)
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _text(path: Path) -> str:
    """Return the text of a file, with replacement characters for invalid UTF-8. Raises `OSError`."""
    with path.open("rb") as file:
        # The editor, not the writer, added one newline at the end.
        return file.read(OUTSIDE_BYTES_MAX).decode("utf-8", "replace").removesuffix("\n")


def _read(path: Path) -> Draft | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Draft)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return None
