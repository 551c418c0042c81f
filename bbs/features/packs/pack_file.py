"""Pack files: how a pack is written, as JSON lines. `bbs.wire.pack_reader` reads them (protocol 29)."""

import hashlib
from collections.abc import Callable, Iterable

import msgspec

from bbs.clock import to_ms
from bbs.features.packs.pack_limits import PACK_CHECK_LINES
from bbs.features.packs.signing import pack_text
from bbs.features.packs.views import Line, PackCheck, PackLine, PackSignature
from bbs.refusals import Refused
from bbs.signatures import verify

WHOLE = "line"
"""The field of a fault of a line as a whole."""

_encoder = msgspec.json.Encoder()


class PackError(
    Refused,
    code="packs.unreadable",
    sentence="line {line} of the pack, {field}: {rule}",
    hint="nothing was changed; ask the person who packed the board for the file",
):
    """A file is no pack, or it was changed after it was packed.

    Attributes:
        line: The line's number, from 1.
        field: The path of the field; `line` for the line as a whole.
        rule: What is wrong with it.
    """

    line: int
    field: str
    rule: str


def encode_line(line: PackLine) -> bytes:
    """Return a line as it stands in a file, with its newline. Pure."""
    return _encoder.encode(line) + b"\n"


def is_check_due(lines: int) -> bool:
    """Return whether a check stands after so many lines that are no checks. Pure."""
    return lines > 0 and lines % PACK_CHECK_LINES == 0


class PackWriter:
    """Writes the lines of a pack in their order, and puts the checks between them.

    Attributes:
        lines: How many lines it wrote that are no checks and no signatures.
        size: How many bytes it wrote.
    """

    def __init__(self, write: Callable[[bytes], object]) -> None:
        """Begin a pack.

        Args:
            write: Takes the bytes of a file, piece by piece.
        """
        self._write = write
        self._above = hashlib.sha256()
        self._last: PackCheck | None = None
        self.lines = 0
        self.size = 0

    def add(self, data: bytes) -> None:
        """Write a line.

        Args:
            data: As `encode_line` returns it.
        """
        self._put(data)
        self.lines += 1
        if is_check_due(self.lines):
            self._check()

    def close(self) -> PackCheck:
        """Write the last check, unless it stands there, and return it: signatures name its digest."""
        if self._last is None or self._last.lines != self.lines:
            self._check()
        assert self._last is not None
        return self._last

    def sign(self, signatures: Iterable[PackSignature]) -> None:
        """Write what servers say of the last check; nothing follows."""
        for signature in signatures:
            self._put(encode_line(signature))

    def _check(self) -> None:
        self._last = PackCheck(lines=self.lines, digest=self._above.hexdigest())
        self._put(encode_line(self._last))

    def _put(self, data: bytes) -> None:
        self._write(data)
        self._above.update(data)
        self.size += len(data)


def write_pack(lines: Iterable[Line], write: Callable[[bytes], object]) -> PackCheck:
    """Write the lines of a pack, but for its signatures; return the last check."""
    writer = PackWriter(write)
    for line in lines:
        writer.add(encode_line(line))
    return writer.close()


def is_signed(signature: PackSignature, digest: str) -> bool:
    """Return whether a signature is by its key and over this digest of a last check. Pure."""
    try:
        text = pack_text(signature.host, signature.epoch, digest, to_ms(signature.at))
    except ValueError:  # a line break in a part
        return False
    return verify(signature.key, signature.signature, text)
