"""Reading an mbox file: its mails as bytes, one after another, in bounded memory."""

import re
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from bbs import limits

_field = re.compile(rb"[!-9;-~]+[ \t]*:").match
# `git format-patch` writes this line over every patch; inside a mail it is part of the patch.
_patch_separator = re.compile(rb"From [0-9a-f]{40} Mon Sep 17 00:00:00 2001\s*$").match


class RawMail(NamedTuple):
    """One mail as it stands in the file.

    Attributes:
        envelope: The separator line after `From `, without its line end; may hold a date.
        data: Header and body; None if it is longer than `limits.IMPORT_MAIL_BYTES_MAX`.
        size_bytes: How long it is, also where `data` is None.
    """

    envelope: str
    data: bytes | None
    size_bytes: int


def read_mails(file: BinaryIO) -> Iterator[RawMail]:
    """Yield the mails of an mbox file in their order.

    A mail begins at a line `From …` that follows an empty line or the beginning of the file, and
    that a header field follows: a `From ` inside a text is left alone, even where the archive
    forgot to quote it. Escaped lines (`>From `) stay as they are, for nothing tells them from
    quoted ones.

    Args:
        file: Open for reading bytes. Text before the first separator is passed over.
    """
    envelope: bytes | None = None
    patches = False
    kept: list[bytes] = []
    size = 0
    after_empty = True
    held: bytes | None = None
    for line in _lines(file):
        if held is not None:
            if _field(line):
                if envelope is not None:
                    yield _mail(envelope, kept, size)
                else:
                    patches = _patch_separator(held) is not None
                envelope, kept, size = held, [], 0
            elif envelope is not None:
                size += len(held)
                kept.append(held)
            held = None
        separator = after_empty and line.startswith(b"From ")
        after_empty = not line.strip()
        if separator and (envelope is None or patches or not _patch_separator(line)):
            held = line
            continue
        size += len(line)
        if envelope is not None and size <= limits.IMPORT_MAIL_BYTES_MAX:
            kept.append(line)
    if envelope is not None:
        yield _mail(envelope, kept + ([held] if held else []), size)


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """Yield lines of at most 64 KiB, so that a file without line ends fits in memory."""
    while line := file.readline(65_536):
        yield line


def _mail(envelope: bytes, kept: list[bytes], size: int) -> RawMail:
    # The empty line before the next separator belongs to the file, not to the mail.
    if kept and not kept[-1].strip():
        size -= len(kept.pop())
    line = envelope.decode("utf-8", "replace").removeprefix("From ").rstrip("\r\n")
    return RawMail(line, None if size > limits.IMPORT_MAIL_BYTES_MAX else b"".join(kept), size)
