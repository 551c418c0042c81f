"""Backups with an end: makes a backup named by its moment, then deletes the old ones (P10)."""

import os
import shutil
from itertools import count
from pathlib import Path

from bbs.clock import DAY_MS, MachineClock, Ms, instant
from bbs_server.ops.atomic_folder import PART, TargetError, sole_use
from bbs_server.ops.backup import (
    MANIFEST,
    BackupError,
    Manifest,
    age_from,
    read_manifest,
    take_backup,
)
from bbs_server.store import removals
from bbs_server.store.files import DatabaseFileError, StoreFiles
from bbs_server.store.proven_time import Moment
from bbs_server.store.removals import REMOVALS, RemovalsError


def backup_and_rotate(
    files: StoreFiles,
    data: Path,
    folder: Path,
    clock: MachineClock,
    *,
    keep: int | None,
    keep_days: int | None,
) -> tuple[Path, Manifest, list[Path]]:
    """Make a backup in a folder of backups, then delete the expired ones.

    It deletes only whole backups of the same community, and only after the new one is complete;
    other files stay. Backups started at the same time run one after the other, because each could
    otherwise delete the other as an old one.

    Args:
        files: The files of the engine.
        data: The data folder.
        folder: The folder of backups; made if need be.
        clock: The machine's clocks. The wall clock gives the backup's name, in UTC to the second,
            with a number if that name is taken. The age of other backups is measured by proven
            time, so that a clock that is ahead deletes nothing.
        keep: The number of backups to keep, the new one included; None for any number.
        keep_days: The age in days after which backups are deleted; None for no limit.

    Returns:
        The new backup's folder, its manifest, and the deleted backups.

    Raises:
        BackupError: If no backup was made, or an old one cannot be deleted.
    """
    try:
        with sole_use(folder):
            moment = files.time(data, clock).moment()
            made = _free(folder, f"{instant(moment.now):%Y-%m-%dT%H-%M-%SZ}")
            manifest = take_backup(files, data, made, moment.now, proven_now=moment.proven_now)
            try:
                # Only an old backup may still have the whole texts that the new one lacks.
                over = [] if manifest.altered else _over(folder, made, moment, keep, keep_days)
                for old in over:
                    # After a kill, the next backup deletes the rest under this name.
                    shutil.rmtree(old.rename(folder / f"{PART}{old.name}"))
            except OSError as error:
                raise BackupError(
                    f"{made} was made, but {error.filename}: {error.strerror}; remove the old ones"
                    " by hand"
                ) from error
    except (TargetError, DatabaseFileError) as error:
        raise BackupError(str(error)) from error
    return made, manifest, over


def _free(folder: Path, name: str) -> Path:
    """Return a free path in the folder, because several backups may be made in a second."""
    names = (name if place == 1 else f"{name}-{place}" for place in count(1))
    return next(path for each in names if not os.path.lexists(path := folder / each))


def _over(
    folder: Path, made: Path, moment: Moment, keep: int | None, keep_days: int | None
) -> list[Path]:
    """Return the backups to delete, the oldest last."""
    community = removals.read_heading(made / REMOVALS).removals
    found: list[tuple[Ms, Path]] = []
    for path in folder.glob(f"*/{MANIFEST}"):
        try:
            counts_from = age_from(read_manifest(path.parent), moment.now)
            same = removals.read_heading(path.parent / REMOVALS).removals == community
        except (BackupError, RemovalsError):
            continue  # not for this program to judge; the doctor reports it
        if same and counts_from is not None and path.parent != made:
            found.append((counts_from, path.parent))
    found.sort(reverse=True)
    return [
        path
        for place, (taken, path) in enumerate(found, start=2)
        if (keep is not None and place > keep)
        or (keep_days is not None and taken < moment.proven_now - keep_days * DAY_MS)
    ]
