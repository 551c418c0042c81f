"""What is being written, one small file for each destination, so that no crash takes it along."""

import hashlib
import os
from pathlib import Path

import msgspec
from msgspec import Struct, field


class Draft(Struct, frozen=True):
    """Words that were not sent yet.

    Attributes:
        destination: Where they go, as the front end names it; the same key as in the outbox.
        text: As typed.
        meta: What else the composer needs to open again, such as the title or what is answered.
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
            OSError: If the disk refuses; the old draft is still there.
        """
        if not text and not meta:
            self.clear(destination)
            return
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._folder.chmod(0o700)
        # A lone surrogate, which some terminals paste, has no UTF-8.
        whole = text.encode("utf-8", "replace").decode()
        content = msgspec.json.encode(Draft(destination, whole, meta or {}))
        path = self._path(destination)
        beside = path.with_suffix(".new")
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)

    def load(self, destination: str) -> Draft | None:
        """Return the draft for a destination; None if there is none that can be read."""
        return _read(self._path(destination))

    def clear(self, destination: str) -> None:
        """Forget the draft for a destination; harmless if there is none."""
        path = self._path(destination)
        path.unlink(missing_ok=True)
        path.with_suffix(".new").unlink(missing_ok=True)

    def all(self) -> list[Draft]:
        """Return every draft that can be read, by destination."""
        found = (_read(path) for path in self._folder.glob("*.json"))
        return sorted((draft for draft in found if draft), key=lambda draft: draft.destination)

    def _path(self, destination: str) -> Path:
        name = hashlib.sha256(destination.encode("utf-8", "surrogatepass")).hexdigest()
        return self._folder / f"{name[:40]}.json"


def _read(path: Path) -> Draft | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Draft)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return None
