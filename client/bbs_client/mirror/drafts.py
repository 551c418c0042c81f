"""What is being written, one small file for each destination, so that no crash takes it along."""

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
    """Words that were not sent yet.

    Attributes:
        destination: Where they go, as the front end names it; the same key as in the outbox.
        text: As typed.
        meta: What else the composer needs to open again: the title, and the op they will be sent with.
    """

    destination: str
    text: str
    meta: dict[str, str] = field(default_factory=dict)


class Drafts:
    """The drafts of one profile. File names are hashes: they tell nothing and hold no odd names."""

    def __init__(self, folder: Path) -> None:
        """Use a folder, made with 0700 when the first draft is saved."""
        self._folder = folder

    def save(self, destination: str, text: str, meta: dict[str, str] | None = None) -> None:
        """Keep a draft durably; the old one stays whole until the new one is.

        The caller waits for a pause in the typing. A draft without text or meta is cleared.

        Args:
            destination: Where the words go.
            text: As typed; anything a keyboard can make.
            meta: See `Draft`.

        Raises:
            MirrorUnwritable: If the disk refuses; the old draft is still there.
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
        """Return the draft for a destination; None if there is none that can be read.

        What another editor wrote last, though the client did not live to see it, counts as typed.
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
        """Forget the draft for a destination and all an editor left; harmless if there is none."""
        for path in self._folder.glob(f"*{self._path(destination).stem}*"):
            path.unlink(missing_ok=True)

    def forget_sent(self, ops: Collection[str]) -> None:
        """Forget drafts that are in the outbox too: the client ended before it could.

        Args:
            ops: Of everything that waits there.
        """
        for draft in self.all():
            if draft.meta.get("op") in ops:
                self.clear(draft.destination)

    def set_aside(self, destination: str, op: str, title: str, text: str) -> None:
        """Keep words that are being sent apart from what is written there next, until `forget_sent`.

        Args:
            destination: Where they go; its draft is forgotten.
            op: What they are sent with.
            title: Of a thread; empty for none.
            text: The words.

        Raises:
            MirrorUnwritable: If the disk refuses.
        """
        meta = {"op": op, _ASIDE: destination} | ({"title": title} if title else {})
        self.save(f"{_ASIDE}:{op}", text, meta)
        self.clear(destination)

    def bring_back(self) -> None:
        """Put what was set aside and never answered where it was going, before what is written there."""
        for aside in self.all():
            meta = dict(aside.meta)
            destination = meta.pop(_ASIDE, None)
            if destination is None:
                continue
            draft = self.load(destination)
            if draft is None:
                self.save(destination, aside.text, meta)
            else:
                # Two texts in one: the op of neither names it.
                kept = {name: value for name, value in draft.meta.items() if name != "op"}
                self.save(destination, f"{aside.text}\n\n{draft.text}", kept)
            self.clear(aside.destination)

    def export_for_editor(self, destination: str, text: str) -> Path:
        """Write the words into a file that another editor may change; return it.

        Args:
            destination: Where they go.
            text: As typed so far; keep it as a draft first.

        Raises:
            OSError: If the disk refuses.
        """
        path = self._outside(destination)
        path.unlink(missing_ok=True)
        _write(path, text.encode("utf-8", "replace"))
        return path

    def import_from_editor(self, destination: str) -> str | None:
        """Return what the editor left and remove its files; None if there is nothing to be read."""
        path = self._outside(destination)
        try:
            return _text(path)
        except OSError:
            return None
        finally:
            # Its copies and recovery files bear the same name somewhere in theirs.
            for left in self._folder.glob(f"*{path.name}*"):
                left.unlink(missing_ok=True)

    def all(self) -> list[Draft]:
        """Return every draft that can be read, by destination."""
        found = (_read(path) for path in self._folder.glob("*.json"))
        return sorted((draft for draft in found if draft), key=lambda draft: draft.destination)

    def _path(self, destination: str) -> Path:
        import hashlib  # late: OpenSSL comes with it, and the first painting needs no draft

        name = hashlib.sha256(destination.encode("utf-8", "surrogatepass")).hexdigest()
        return self._folder / f"{name[:40]}.json"

    def _outside(self, destination: str) -> Path:
        # A suffix by which editors know the kind of text.
        return self._path(destination).with_suffix(".md")


def _write(path: Path, content: bytes) -> None:
    """Write a file for its owner's eyes only, durably."""
    make_private(path)
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _text(path: Path) -> str:
    """Return the text of a file; what is no UTF-8 in it shows as such. Raises `OSError`."""
    with path.open("rb") as file:
        # One newline at the end is the editor's, not the writer's.
        return file.read(OUTSIDE_BYTES_MAX).decode("utf-8", "replace").removesuffix("\n")


def _read(path: Path) -> Draft | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Draft)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return None
