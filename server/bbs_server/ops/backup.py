"""Backup: a verified copy of a community, taken while its server runs, whole or not at all."""

from datetime import datetime
from pathlib import Path
from typing import ClassVar

import msgspec
from msgspec import Struct

import bbs
from bbs import limits
from bbs.clock import Ms, instant, to_ms
from bbs_server.ops import integrity
from bbs_server.ops.atomic_folder import TargetError, atomic_folder
from bbs_server.store import removals
from bbs_server.store.files import DatabaseFileError, DatabaseInspection, StoreFiles
from bbs_server.store.meta import EPOCH, find_meta
from bbs_server.store.removals import REMOVALS, RemovalsError

MANIFEST = "manifest.json"
FORMAT = 1


class BackupError(Exception):
    """No backup was made, or a folder is no backup; the message is one line for the sysop.

    Attributes:
        code: The code that `--json` shows; scripts branch on it, so it never changes.
    """

    code: ClassVar[str] = "no_backup"


class BackupFile(Struct, frozen=True):
    """A file of a backup.

    Attributes:
        sha256: In hexadecimal.
    """

    bytes: int
    sha256: str


class Manifest(Struct, frozen=True, kw_only=True):
    """The contents of a backup, written last.

    Attributes:
        format: The version of the backup's own format.
        program: The version of the program that made it.
        taken_at: The moment of its content, by the machine's clock.
        proven_at: A lower bound of that moment; None in backups of older versions.
        altered: The number of texts that the disk has altered; the server shows them to no member.
        schema: The schema of the database.
        epoch: The epoch of the community; None if it was never served.
        counts: Rows of the main tables.
        files: The files by name.
    """

    format: int
    program: str
    taken_at: datetime
    proven_at: datetime | None = None
    altered: int = 0
    schema: int
    epoch: str | None
    counts: dict[str, int]
    files: dict[str, BackupFile]


def take_backup(
    files: StoreFiles, data: Path, target: Path, now: Ms, *, proven_now: Ms | None = None
) -> Manifest:
    """Copy a community into a new folder, beside its running server.

    The copy is of one moment: everything acknowledged before the start is in it (P12). The function
    reads the copy back and checks it before the folder gets its name.

    Args:
        files: The files of the engine.
        data: The data folder.
        target: The backup's folder: a path that does not exist, or an empty folder.
        now: The moment of the backup.
        proven_now: A lower bound of `now`; None for `now` itself.

    Raises:
        BackupError: If no backup could be made; then `target` is unchanged.
    """
    if not (data / files.database).is_file():
        raise BackupError(f"{data} holds no community ({files.database} is not there)")
    try:
        with atomic_folder(target) as folder:
            # Copy the record first: the database copy then lacks every text whose removal the
            # record copy names.
            removals.copy(data / REMOVALS, folder / REMOVALS)
            files.copy(data, folder)
            manifest = _described(files, folder, now, now if proven_now is None else proven_now)
            (folder / MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(manifest)))
    except (TargetError, RemovalsError, DatabaseFileError) as error:
        raise BackupError(str(error)) from error
    except OSError as error:
        place = error.filename or target
        raise BackupError(f"cannot back up: {place}: {error.strerror}") from error
    return manifest


def _described(files: StoreFiles, folder: Path, now: Ms, proven_now: Ms) -> Manifest:
    """Check the copy and return its manifest.

    Raises:
        BackupError: If it is damaged.
    """
    with files.look(folder) as look:
        check_sound(look)
        return Manifest(
            format=FORMAT,
            program=f"folkmoot {bbs.__version__}",
            taken_at=instant(now),
            proven_at=instant(proven_now),
            altered=integrity.altered_texts(look.tx),
            schema=look.schema[0],
            epoch=find_meta(look.tx, EPOCH),
            counts=integrity.counts(look.tx),
            files={
                name: BackupFile((folder / name).stat().st_size, integrity.sha256_of(folder / name))
                for name in (files.database, REMOVALS)
            },
        )


def check_sound(look: DatabaseInspection) -> None:
    """Check that a copy is a community's database, whole and undamaged.

    Raises:
        BackupError: If it is not.
    """
    if not look.is_folkmoot:
        raise BackupError("this is no community's database")
    found = look.damage() or integrity.broken_chains(look.tx, limits.CHAIN_TAIL_EVENTS)
    if found:
        raise BackupError(f"the database is damaged: {found[0]}; run `bbs doctor --deep`")


def age_from(manifest: Manifest, now: Ms) -> Ms | None:
    """Return the moment from which a backup's age counts; None if the manifest lacks it.

    A backup from after `now` was taken while the clock was ahead: its proven moment counts (P10).
    """
    taken = to_ms(manifest.taken_at)
    if taken <= now:
        return taken
    return None if manifest.proven_at is None else to_ms(manifest.proven_at)


def backups_in(folder: Path) -> list[Path]:
    """Return the manifests of the backups in a folder, or of the folder if it is a backup itself."""
    found = (*folder.glob(MANIFEST), *folder.glob(f"*/{MANIFEST}"))
    return [manifest.parent for manifest in found]


def read_manifest(backup: Path) -> Manifest:
    """Return the manifest of a backup.

    Raises:
        BackupError: If the folder is no backup, or a newer program made it.
    """
    try:
        manifest = msgspec.json.decode((backup / MANIFEST).read_bytes(), type=Manifest)
    except OSError as error:
        raise BackupError(f"{backup} is no backup: {MANIFEST}: {error.strerror}") from error
    except msgspec.DecodeError as error:
        raise BackupError(f"{backup} is no backup: {MANIFEST} cannot be read") from error
    if manifest.format != FORMAT:
        raise BackupError(f"{backup} was made by a newer Folkmoot; update this program")
    return manifest
