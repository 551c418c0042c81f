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


def pieces(data: bytes, arrived: int = 0) -> list[SendPiece]:
    """Return the commands that send a file, from an offset on."""
    return [
        SendPiece(
            pack=pack_id(data),
            offset=offset,
            data=base64.b64encode(data[offset : offset + PIECE_BYTES]).decode(),
        )
        for offset in range(arrived, len(data), PIECE_BYTES)
    ]


async def send(sysop: Line, data: bytes, begin: BeginUnpacking) -> None:
    """Announce a file and send all of it."""
    await sysop.ask(begin)
    for piece in pieces(data):
        await sysop.ask(piece)


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
