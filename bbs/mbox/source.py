"""Open an archive: unpack it, and remove a byte order mark and line ends of a lone CR."""

import gzip
import io
import zlib
from typing import TYPE_CHECKING, BinaryIO, cast

from bbs import limits
from bbs.mbox.errors import ArchiveUnreadable

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_GZIP = b"\x1f\x8b\x08"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_LOOKED_AT_BYTES = 65_536


def open_source(
    file: BinaryIO, *, unpacked_bytes_max: int = limits.IMPORT_UNPACKED_BYTES_MAX
) -> BinaryIO:
    r"""Return a file to read an archive from, its mails as their writer wrote them.

    Unpacks gzip while it is read. If the first 64 KiB hold `\r` and no `\n`,
    each `\r` of the file is read as `\n`.

    Args:
        file: Open for reading bytes, at its beginning; it stays the caller's to close.
        unpacked_bytes_max: How many bytes come out of a packed file at most.

    Raises:
        ArchiveUnreadable: When reading, if a packed file is damaged, ends early or holds more.
    """
    head = file.read(_LOOKED_AT_BYTES)
    if head.startswith(_GZIP):
        packed = cast("BinaryIO", gzip.GzipFile(fileobj=_buffered(head, file)))
        file = io.BufferedReader(_Unpacked(packed, unpacked_bytes_max))
        head = file.read(_LOOKED_AT_BYTES)
    lone_returns = b"\r" in head and b"\n" not in head
    return _buffered(head.removeprefix(_BYTE_ORDER_MARK), file, lone_returns=lone_returns)


def _buffered(head: bytes, file: BinaryIO, *, lone_returns: bool = False) -> BinaryIO:
    return io.BufferedReader(_Rejoined(head, file, lone_returns))


class _Rejoined(io.RawIOBase):
    """A file with the bytes that were read of it put back."""

    def __init__(self, head: bytes, file: BinaryIO, lone_returns: bool) -> None:
        self._head = io.BytesIO(head)
        self._file = file
        self._lone_returns = lone_returns

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        view = memoryview(buffer)
        data = self._head.read(len(view)) or self._file.read(len(view))
        if self._lone_returns:
            data = data.replace(b"\r", b"\n")
        view[: len(data)] = data
        return len(data)


class _Unpacked(io.RawIOBase):
    """The content of a packed file, up to a bound."""

    def __init__(self, packed: BinaryIO, bytes_max: int) -> None:
        self._packed = packed
        self._bytes_max = self._left = bytes_max

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        view = memoryview(buffer)
        try:
            data = self._packed.read(len(view))
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise ArchiveUnreadable(f"it is packed with gzip and damaged: {error}") from error
        self._left -= len(data)
        if self._left < 0:
            raise ArchiveUnreadable(f"it is packed and holds more than {self._bytes_max} bytes")
        view[: len(data)] = data
        return len(data)
