"""Writes a lifeboat into a file, which is there whole or not at all (protocol 33.2)."""

import os
import secrets
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from bbs.export.errors import TargetTaken, refuse_no_folder
from bbs.features.packs.pack_file import write_pack
from bbs.features.packs.views import PackHome
from bbs.ids import COMMONS, BoardId
from bbs.profiles import Profile
from bbs.signatures import public_key_of
from bbs.wire.pack_reader import PackSummary, check_pack
from bbs_client.lifeboat import Lifeboat, NoLifeboat, Owner
from bbs_client.mirror.file import Mirror

_NOISE_BYTES = 32
_SOCKET_HOST = "localhost"  # a server that is reached by a path calls itself so in its packs


class Made(NamedTuple):
    """A lifeboat that was written.

    Attributes:
        summary: What it holds.
        named: How many of its authors stand with their names, for their owners to claim.
        unfinished: The numbers of threads that it left out because posts of theirs are missing here.
    """

    summary: PackSummary
    named: int
    unfinished: tuple[int, ...]


def make_lifeboat(profile: Profile, mirror: Mirror, board: BoardId, target: Path) -> Made:
    """Write a lifeboat of a board from a mirror that nobody changes meanwhile, and read it once.

    Args:
        profile: Whose mirror it is.
        mirror: The mirror, or a copy of it.
        board: The board.
        target: The file.

    Raises:
        NoLifeboat: If the mirror cannot make one.
        TargetTaken: If something is at the place of the file.
        PackError: If the mirror holds what no pack may hold.
        OSError: If the file cannot be written; then there is none.
    """
    refuse_no_folder(target)
    if target.is_symlink() or target.exists():
        raise TargetTaken(path=str(target))
    key = None if profile.key is None else public_key_of(profile.key)
    owner = Owner(profile.member, key, secrets.token_bytes(_NOISE_BYTES))
    lifeboat = Lifeboat(mirror, board, _home(profile, mirror, board), owner)
    part = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        handle = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w+b") as file:
            write_pack(lifeboat.lines(), file.write)
            file.seek(0)
            summary = check_pack(file)
            os.fsync(file.fileno())
        part.rename(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return Made(summary, lifeboat.named, tuple(lifeboat.unfinished))


def _home(profile: Profile, mirror: Mirror, board: BoardId) -> PackHome:
    """Return the community in which a board stands, as this device knows it.

    Raises:
        NoLifeboat: If the device does not know its server well enough.
    """
    row, commons, epoch = mirror.board(board), mirror.board(COMMONS), mirror.epoch()
    if row is None or row.board.slug is None:
        raise NoLifeboat(why="it is not on this device")
    if profile.server_key is None or epoch is None:
        raise NoLifeboat(why="its server never told its signing key, which is in every pack")
    title = None if commons is None else commons.board.title
    return PackHome(
        host=_host(profile),
        community=title or profile.host,
        epoch=epoch,
        key=profile.server_key,
        slug=row.board.slug,
    )


def _host(profile: Profile) -> str:
    """Return the server's host as it writes it into its own packs: as members reach it, with the port."""
    return urlsplit(profile.url).netloc if profile.host else _SOCKET_HOST
