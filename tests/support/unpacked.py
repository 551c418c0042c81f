"""Packs that a sysop sends, and what became of them."""

import base64
import hashlib
import uuid

from bbs.features.packs.unpack_messages import (
    PIECE_BYTES,
    BeginUnpacking,
    GetUnpacking,
    SendPiece,
    Unpacking,
)
from bbs.ids import PackId
from tests.support.moot import Line, Moot
from tests.support.packs import BOARD

JOBS = ("unpack boards", "forget files of packs")


def pack_id(data: bytes) -> PackId:
    """Return the id under which a file is sent."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, hashlib.sha256(data).hexdigest()))


def beginning(
    data: bytes, slug: str = "garden", *, board: str = BOARD, moved: bool = False
) -> BeginUnpacking:
    """Return the command that announces a file."""
    return BeginUnpacking(
        pack=pack_id(data),
        board=board,
        slug=slug,
        size=len(data),
        digest=hashlib.sha256(data).hexdigest(),
        moved=moved,
    )


async def send(sysop: Line, data: bytes, begin: BeginUnpacking) -> None:
    """Announce a file and send all of it."""
    await sysop.ask(begin)
    for offset in range(0, len(data), PIECE_BYTES):
        piece = base64.b64encode(data[offset : offset + PIECE_BYTES]).decode()
        await sysop.ask(SendPiece(pack=begin.pack, offset=offset, data=piece))


async def state_of(sysop: Line, data: bytes) -> Unpacking:
    """Return how far a file came."""
    return (await sysop.ask(GetUnpacking(pack=pack_id(data)))).unpacking


async def unpack(
    moot: Moot, data: bytes, slug: str = "garden", *, board: str = BOARD, moved: bool = False
) -> Unpacking:
    """Send a file and let the server do what it does with it; return what became of it."""
    await send(moot.sysop, data, beginning(data, slug, board=board, moved=moved))
    await moot.do_jobs(*JOBS)
    return await state_of(moot.sysop, data)
