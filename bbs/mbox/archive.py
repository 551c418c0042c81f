"""Read an mbox file: yield its mails as bytes, in bounded memory."""

import re
from collections import deque
from collections.abc import Iterable, Iterator
from typing import BinaryIO, NamedTuple

from bbs import limits

_field = re.compile(rb"[!-9;-~]+[ \t]*:").match
_mail_field = re.compile(
    rb"(?:return-path|received|delivered-to|from|sender|reply-to|to|cc|subject|date|message-id"
    rb"|in-reply-to|references|mime-version|content-[a-z-]+|list-[a-z-]+|status|lines|x-[!-9;-~]+)"
    rb"[ \t]*:",
    re.IGNORECASE,
).match
_dated = re.compile(
    rb"From .*\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? .*\d{1,2}:\d{2}.*\b(?:19|20)\d{2}\b"
).match
# A whole separator: the sender, often with " at " for the @, and the date.
_separator = re.compile(
    rb"From (?:\S+ +){1,3}(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) +[A-Z][a-z]{2} +\d{1,2} +\d{1,2}:\d{2}"
    rb"(?::\d{2})?(?: +[A-Z]{3,4})? +(?:19|20)\d{2}(?: +[+-]\d{4})?\s*$"
).match
# `git format-patch` writes this line over every patch, always with this date.
patch_separator = re.compile(rb"From [0-9a-f]{40} Mon Sep 17 00:00:00 2001\s*$").match
_length = re.compile(rb"content-length[ \t]*:[ \t]*(\d{1,15})\s*$", re.IGNORECASE).match
_folds = re.compile(rb"\r?\n[ \t]+").sub
_boundary = re.compile(
    rb"^content-type[ \t]*:[ \t]*multipart/[^\n]*?boundary[ \t]*=[ \t]*\"?([^\s;\"]+)",
    re.IGNORECASE | re.MULTILINE,
).search

_LOOKED_AHEAD_PER_READ = 4
"""Bytes looked at twice for each byte of the file at most: trying lengths stays linear."""


class RawMail(NamedTuple):
    """A mail as it stands in the file, or other text that stands there.

    Attributes:
        envelope: The separator line after `From `, without its line end; may hold a date. Empty for
            text before the first separator.
        data: Header and body; None if it is longer than `limits.IMPORT_MAIL_BYTES_MAX`.
        size_bytes: Its length, also if `data` is None.
        line: The number of its first line in the file, from 1.
        is_mail: False for text before the first separator that has no header of a mail.
        has_patches: Whether separators of patches were left in it, inside a part.
    """

    envelope: str
    data: bytes | None
    size_bytes: int
    line: int
    is_mail: bool = True
    has_patches: bool = False


def read_mails(file: BinaryIO) -> Iterator[RawMail]:
    """Yield the mails of an mbox file in their order; every line belongs to a mail.

    A mail begins at a line `From …` that a header field follows, after an empty line, or after any
    line if it names a day and a time. So a `From ` inside a text is left alone where the archive
    forgot to quote it. Where Content-Length names a place that ends a mail, nothing before it does
    (mboxcl, mboxcl2); a length that leads anywhere else is passed over. The separator of a patch
    begins a mail as well, but not inside a part of a mail. Escaped lines (`>From `) stay as they
    are, because quoted lines look the same. Empty lines between mails belong to no mail, and
    neither do lines `>From …` that old relays put under a separator.

    Args:
        file: Open for reading bytes.
    """
    lines = _Lines(file)
    mail = _Mail(b"", 1)
    after_empty = True
    while (line := lines.take()) is not None:
        if line.startswith(b"From ") and lines.whole and _begins(line, lines, mail, after_empty):
            if (done := mail.done()) is not None:
                yield done
            mail, after_empty = _Mail(line, lines.number), True
            continue
        length = mail.add(line)
        after_empty = not line.strip()
        if length is not None and (body := lines.body_of(length)) is not None:
            for each in body:
                mail.add(each)
            after_empty = True
    if (done := mail.done()) is not None:
        yield done


def _begins(line: bytes, lines: "_Lines", mail: "_Mail", after_empty: bool) -> bool:
    """Tell whether a line `From …` begins a mail."""
    below = lines.peek()
    if below is None or not (_field(below) or below.startswith(b">From ")):
        return after_empty and bool(_separator(line)) and not patch_separator(line)
    if not _dated(line) and not (after_empty and _mail_field(below)):
        return False
    return not (patch_separator(line) and mail.keeps_patch())


class _Lines:
    """Lines of at most 64 KiB, so that a file without line ends fits in memory; some read ahead.

    Attributes:
        whole: Whether the line taken last begins where a line does.
        number: Of the line taken last, from 1.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._ahead: deque[bytes] = deque()
        self._spare = limits.IMPORT_MAIL_BYTES_MAX
        self._ended = True
        self.whole = True
        self.number = 0

    def take(self) -> bytes | None:
        """Return the next line; None at the end."""
        line = self._ahead.popleft() if self._ahead else self._read()
        self.whole, self._ended = self._ended, line is None or line.endswith(b"\n")
        self.number += self.whole
        return line

    def peek(self) -> bytes | None:
        """Return the line after the one taken last; None at the end."""
        if not self._ahead and (line := self._read()) is not None:
            self._ahead.append(line)
        return self._ahead[0] if self._ahead else None

    def body_of(self, length: int) -> list[bytes] | None:
        """Take and return the lines of a body of `length` bytes; None if no mail ends there."""
        if length > min(self._spare, limits.IMPORT_MAIL_BYTES_MAX):
            return None
        self._spare -= length
        body: list[bytes] = []
        read: list[bytes] = []
        size, number = 0, self.number
        while size < length and (line := self.take()) is not None:
            body.append(line)
            size += len(line)
        if size == length:
            while (line := self.peek()) is not None and not line.strip() and len(read) < 2:
                read.append(self._ahead.popleft())
            if line is None or (line.startswith(b"From ") and self._is_field_below()):
                self.number += len(read)
                return body
        self._ahead.extendleft(reversed(body + read))
        self._ended, self.number = True, number
        return None

    def _is_field_below(self) -> bool:
        separator = self._ahead.popleft()
        below = self.peek()
        self._ahead.appendleft(separator)
        return below is not None and _field(below) is not None

    def _read(self) -> bytes | None:
        line = self._file.readline(65_536)
        self._spare += _LOOKED_AHEAD_PER_READ * len(line)
        return line or None


class _Mail:
    """The lines of a mail, as far as they were read."""

    def __init__(self, separator: bytes, line: int) -> None:
        self._separator = separator
        self._line = line
        self._kept: list[bytes] = []
        self._size = 0
        self._in_header = True
        self._closing: bytes | None = None  # the line that ends its parts, until it was read
        self._length: int | None = None
        self._patches = False

    def add(self, line: bytes) -> int | None:
        """Add a line; return the Content-Length if this line ends a header that has it, else None."""
        before = line.startswith(b">From ") if self._separator else not line.strip()
        if before and not self._size:
            return None
        self._size += len(line)
        if self._size <= limits.IMPORT_MAIL_BYTES_MAX:
            self._kept.append(line)
        if not self._in_header:
            if self._closing is not None and line.startswith(self._closing):
                self._closing = None
            return None
        if (found := _length(line)) is not None:
            self._length = int(found[1])
        if line.strip():
            return None
        self._in_header = False
        if (parts := _boundary(_folds(b" ", b"".join(self._kept)))) is not None:
            self._closing = b"--" + parts[1] + b"--"
        return self._length

    def keeps_patch(self) -> bool:
        """Return whether a patch that begins here is a part of this mail, and note that for `done`."""
        self._patches |= self._closing is not None
        return self._closing is not None

    def done(self) -> RawMail | None:
        """Return the mail; None if there is nothing before the first separator."""
        if self._kept and not self._kept[-1].strip():
            # The empty line before the next separator belongs to the file, not to the mail.
            self._size -= len(self._kept.pop())
        if not self._separator and not self._size:
            return None
        line = self._separator.decode("utf-8", "replace").removeprefix("From ").rstrip("\r\n")
        data = None if self._size > limits.IMPORT_MAIL_BYTES_MAX else b"".join(self._kept)
        is_mail = bool(self._separator) or _has_header(self._kept)
        return RawMail(line, data, self._size, self._line, is_mail, self._patches)


def _has_header(lines: Iterable[bytes]) -> bool:
    """Tell whether text without a separator is a mail: header fields stand above its first empty line."""
    known = False
    for line in lines:
        if not line.strip():
            break
        if not _field(line) and not line.startswith((b" ", b"\t")):
            return False
        known |= _mail_field(line) is not None
    return known
