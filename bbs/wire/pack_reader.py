"""Reads packs, which may come from anywhere: in pieces, in bounded memory, each fault in one sentence. Pure."""

import hashlib
import re
from collections.abc import Iterator
from typing import BinaryIO, Never

import msgspec
from msgspec import Struct

from bbs.errors import BadJson
from bbs.features.packs.line_rules import LineFault, check_line_alone, fault
from bbs.features.packs.order_rules import OrderRules
from bbs.features.packs.pack_file import WHOLE, PackError, encode_line, is_check_due, is_signed
from bbs.features.packs.pack_limits import (
    PACK_BYTES_MAX,
    PACK_CHECK_LINES,
    PACK_LINE_BYTES_MAX,
    PACK_SIGNATURES_MAX,
    PACK_VERSION,
)
from bbs.features.packs.views import (
    Line,
    PackAct,
    PackAuthor,
    PackCheck,
    PackHeading,
    PackKind,
    PackLine,
    PackNorms,
    PackPost,
    PackSettings,
    PackSignature,
    PackThread,
)
from bbs.wire.codec import params_error
from bbs.wire.frame_check import check_frame

_PIECE_BYTES = 65_536
_FIELD_CHARS_MAX = 64
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]").search
_NORMS = 2
_PLACES: dict[type[PackLine], int] = {
    PackHeading: 0,
    PackSettings: 1,
    PackNorms: _NORMS,
    PackThread: 3,
    PackAuthor: 3,
    PackPost: 3,
    PackAct: 4,
}
_PARTS = ("the heading", "the settings", "the norms", "the threads", "the acts")
_decoder: msgspec.json.Decoder[Line] = msgspec.json.Decoder(Line)


class PackSummary(Struct, frozen=True, kw_only=True):
    """What a pack was found to hold, once all of it was read.

    Attributes:
        digest: That of the last check, which signatures are over.
        lines: How many lines it has that are no checks and no signatures.
        size: Its size in bytes.
        norms: How many versions of the norms it has.
        signatures: All that it ends with; each was checked.
    """

    heading: PackHeading
    settings: PackSettings
    digest: str
    lines: int
    size: int
    norms: int
    threads: int
    authors: int
    posts: int
    acts: int
    signatures: tuple[PackSignature, ...]


class PackReader:
    """Takes a pack in pieces and gives its lines, each checked with all that stands above it.

    In memory are the line being read and sixteen to thirty-two bytes for each id. After a `PackError`
    the reader is of no more use.

    Attributes:
        size: How many bytes it was given.
    """

    def __init__(self) -> None:
        """Begin at the beginning of a file."""
        self.size = 0
        self._rest = bytearray()
        self._above = hashlib.sha256()
        self._number = 0  # of the line being read, from 1
        self._lines = 0  # that are no checks
        self._since = 0  # number of the first line that no check has covered
        self._part = -1
        self._check: PackCheck | None = None
        self._is_closed = False  # whether nothing but signatures may follow
        self._order = OrderRules()
        self._signatures: list[PackSignature] = []

    def feed(self, data: bytes) -> list[Line]:
        """Take the next bytes of the file, and return the lines that end in them.

        Raises:
            PackError: If a line breaks a rule, or the file is too large.
        """
        self.size += len(data)
        found: list[Line] = []
        *ended, last = data.split(b"\n")
        for end in ended:
            self._rest += end
            found.append(self._read(bytes(self._rest)))
            self._rest.clear()
        self._rest += last
        if len(self._rest) > PACK_LINE_BYTES_MAX:
            self._number += 1
            self._refuse(WHOLE, f"longer than {PACK_LINE_BYTES_MAX} bytes")
        if self.size > PACK_BYTES_MAX:
            self._number += 1
            self._refuse(WHOLE, f"the file has more than {PACK_BYTES_MAX} bytes")
        return found

    def finish(self) -> PackSummary:
        """Check that the file ends where a pack ends, and return what it holds.

        Raises:
            PackError: If it is cut, or no signature is by the board's last home.
        """
        self._number += 1
        if self._rest or not self._is_closed or self._check is None:
            self._refuse(WHOLE, "the file ends here, and the pack does not; it was cut")
        try:
            self._order.end()
        except LineFault as broken:
            self._refuse(broken.field, broken.rule)
        heading, settings = self._order.heading, self._order.settings
        assert heading is not None
        assert settings is not None
        last = heading.homes[-1]
        if heading.kind is PackKind.SERVER and not any(
            (each.host, each.key, each.epoch) == (last.host, last.key, last.epoch)
            for each in self._signatures
        ):
            self._refuse(WHOLE, f"the signature of {last.host}, where the board stood, is missing")
        return PackSummary(
            heading=heading,
            settings=settings,
            digest=self._check.digest,
            lines=self._lines,
            size=self.size,
            norms=self._order.norms,
            threads=self._order.threads,
            authors=self._order.authors,
            posts=self._order.posts,
            acts=self._order.acts,
            signatures=tuple(self._signatures),
        )

    def _read(self, data: bytes) -> Line:
        self._number += 1
        if len(data) > PACK_LINE_BYTES_MAX:
            self._refuse(WHOLE, f"longer than {PACK_LINE_BYTES_MAX} bytes")
        line = self._decode(data)
        try:
            match line:
                case PackCheck():
                    self._take_check(line)
                case PackSignature():
                    self._take_signature(line)
                case _:
                    self._take(line)
        except LineFault as broken:
            self._refuse(broken.field, broken.rule)
        self._above.update(data + b"\n")
        return line

    def _decode(self, data: bytes) -> Line:
        try:
            check_frame(data)
            line = _decoder.decode(data)
        except BadJson as error:
            self._refuse(WHOLE, error.rule)
        except (msgspec.MsgspecError, RecursionError, ValueError) as error:
            self._refuse_version(data)
            told = params_error(error)
            self._refuse(WHOLE if told.field == "params" else told.field, told.rule)
        if encode_line(line) != data + b"\n":
            self._refuse(WHOLE, "it is not written as packs are: no spaces, in the fields' order")
        return line

    def _refuse_version(self, data: bytes) -> None:
        """Refuse the heading of a newer form by its version, whatever else it says."""
        try:
            version = msgspec.json.decode(data, type=_Version).version
        except (msgspec.MsgspecError, ValueError):
            return
        if self._number == 1 and version > PACK_VERSION:
            rule = f"version {version}, and this program reads version {PACK_VERSION}; update it"
            self._refuse("version", rule)

    def _take(self, line: Line) -> None:
        part = _PLACES[type(line)]
        if self._signatures:
            fault(WHOLE, "nothing but signatures follows the first of them")
        if part < self._part:
            fault(WHOLE, f"it stands below {_PARTS[self._part]}, and belongs above them")
        if part > self._part + 1 and self._part < _NORMS:
            fault(WHOLE, f"{_PARTS[self._part + 1]} are missing above it")
        counted = 0 if self._check is None else self._check.lines
        if self._lines - counted >= PACK_CHECK_LINES:
            fault(WHOLE, f"a check is missing above it: one follows after {PACK_CHECK_LINES} lines")
        if self._is_closed and not is_check_due(self._lines):
            fault(WHOLE, "the check above it is the last, and nothing but signatures follows")
        check_line_alone(line)
        self._order.take(line)
        self._part = part
        self._lines += 1
        self._since = self._since or self._number
        self._is_closed = False

    def _take_check(self, check: PackCheck) -> None:
        if self._signatures:
            fault(WHOLE, "nothing but signatures follows the first of them")
        if self._part < _NORMS:
            fault(WHOLE, f"{_PARTS[self._part + 1]} are missing above it")
        if self._is_closed:
            fault(WHOLE, "a check stands above it, and nothing between them")
        if check.lines != self._lines:
            fault("lines", f"it counts {check.lines} lines above it, and there are {self._lines}")
        if check.digest != self._above.hexdigest():
            among = f"of lines {self._since} to {self._number - 1} at least one"
            fault("digest", f"{among} is not as it was when the board was packed")
        self._check, self._since, self._is_closed = check, 0, True

    def _take_signature(self, line: PackSignature) -> None:
        if not self._is_closed or self._check is None:
            fault(WHOLE, "the last check is missing above it")
        check_line_alone(line)
        heading = self._order.heading
        assert heading is not None
        if len(self._signatures) == PACK_SIGNATURES_MAX:
            fault(WHOLE, f"a pack has at most {PACK_SIGNATURES_MAX} signatures")
        if any((each.host, each.key) == (line.host, line.key) for each in self._signatures):
            fault("key", "it has signed above; once is enough")
        # Two communities may have the same host, on different ports.
        named = (line.host, line.epoch)
        keys = {home.key for home in heading.homes if (home.host, home.epoch) == named}
        if keys and line.key not in keys:
            fault("key", f"it is not the key of {line.host} that the heading names")
        if not is_signed(line, self._check.digest):
            fault("signature", f"it is not by the key of {line.host} and over the lines above")
        self._signatures.append(line)

    def _refuse(self, field: str, rule: str) -> Never:
        if not field.isascii() or not field.isprintable() or _CONTROLS(rule):
            field, rule = WHOLE, "it has signs that no pack has"
        raise PackError(self._number, field[:_FIELD_CHARS_MAX] or WHOLE, rule)


class _Version(Struct):
    version: int = 0


def read_pack(file: BinaryIO) -> Iterator[Line]:
    """Yield the lines of a pack in their order, each checked with all that stands above it.

    Raises:
        PackError: If the file is no pack, or was changed or cut.
        OSError: If it cannot be read.
    """
    reader = PackReader()
    while data := file.read(_PIECE_BYTES):
        yield from reader.feed(data)
    reader.finish()


def check_pack(file: BinaryIO) -> PackSummary:
    """Read a whole pack and return what it holds; raises as `read_pack` does."""
    reader = PackReader()
    while data := file.read(_PIECE_BYTES):
        reader.feed(data)
    return reader.finish()
