"""Packs that a running community makes, as `bbs admin pack` fetches and signs them."""

import io
from collections.abc import Iterable
from typing import Protocol, TypeVar

from bbs.features.packs.messages import PackPage, ReadPack, SignPack
from bbs.features.packs.pack_file import PackWriter
from bbs.features.packs.views import Line as PackedLine
from bbs.features.packs.views import PackAuthor, PackPost, PackSignature, PackThread
from bbs.ids import BoardId
from bbs.messages import Request, Result
from bbs.wire.pack_reader import check_pack, read_pack

R = TypeVar("R", bound=Result)


class Asks(Protocol):
    """Somebody whose requests a server answers, over whatever line."""

    async def ask(self, request: Request[R]) -> R:
        """Send a request and return its answer."""


async def lines_of(line: Asks, board: BoardId) -> list[bytes]:
    """Return the lines of a board's pack as its server gives them, page after page."""
    found: list[bytes] = []
    page = PackPage(lines=())
    while True:
        page = await line.ask(ReadPack(board=board, after=page.next_after))
        found += [bytes(each) + b"\n" for each in page.lines]
        if page.next_after is None:
            return found


async def pack_of(line: Asks, board: BoardId) -> bytes:
    """Return a board's pack, signed, and checked as anybody would."""
    file = bytearray()
    writer = PackWriter(file.extend)
    for each in await lines_of(line, board):
        writer.add(each)
    digest = writer.close().digest
    signed = await line.ask(SignPack(board=board, digest=digest, lines=writer.lines))
    writer.sign(signed.signatures)
    check_pack(io.BytesIO(file))
    return bytes(file)


def read(pack: bytes) -> list[PackedLine]:
    """Return the lines of a pack."""
    return list(read_pack(io.BytesIO(pack)))


def posts_in(lines: Iterable[PackedLine]) -> dict[tuple[int, int], PackPost]:
    """Return the posts of a pack by the numbers of thread and post."""
    thread, found = 0, {}
    for line in lines:
        if isinstance(line, PackThread):
            thread = line.number
        elif isinstance(line, PackPost):
            found[thread, line.number] = line
    return found


def authors_in(lines: Iterable[PackedLine]) -> dict[tuple[int, int], PackAuthor]:
    """Return the authors of a pack by the numbers of thread and author."""
    thread, found = 0, {}
    for line in lines:
        if isinstance(line, PackThread):
            thread = line.number
        elif isinstance(line, PackAuthor):
            found[thread, line.number] = line
    return found


def body_of(pack: bytes) -> list[bytes]:
    """Return the lines of a pack without its signatures."""
    return [line for line in pack.splitlines() if not line.startswith(b'{"line":"signature"')]


def signers_of(pack: bytes) -> list[str]:
    """Return the keys by which a pack is signed."""
    return [line.key for line in read(pack) if isinstance(line, PackSignature)]
