"""Backups that end: one made in a folder of them under its moment's name, the old ones removed (P10)."""

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
    """Take a backup into a folder of backups, then remove those that had their time.

    Only whole backups of the same community are removed, and none before the new one is there;
    what else lies in the folder is let be. Backups started at once are taken one after the other:
    otherwise each could remove the other as an old one.

    Args:
        files: The engine's.
        data: The data folder.
        folder: Of backups; made if need be.
        clock: The machine's, for its name in UTC to the second (with a number where one of
            that second is there). How old others are goes by what of
            it is proven: a clock that is ahead removes nothing.
        keep: How many stay, the new one among them; None for any number.
        keep_days: Older ones go; None for no such day.

    Returns:
        Where the new one is, what it holds, and which were removed.

    Raises:
        BackupError: If none was made, or an old one cannot be removed.
    """
    try:
        with sole_use(folder):
            moment = files.time(data, clock).moment()
            made = _free(folder, f"{instant(moment.now):%Y-%m-%dT%H-%M-%SZ}")
            manifest = take_backup(files, data, made, moment.now, proven_now=moment.proven_now)
            try:
                # Where the new one lacks words, an old one may be the only place that has them.
                over = [] if manifest.altered else _over(folder, made, moment, keep, keep_days)
                for old in over:
                    # Under this name a next backup sweeps up what a kill leaves of it.
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
    """Return a place in the folder where nothing is: several backups fit into one second."""
    names = (name if place == 1 else f"{name}-{place}" for place in count(1))
    return next(path for each in names if not os.path.lexists(path := folder / each))


def _over(
    folder: Path, made: Path, moment: Moment, keep: int | None, keep_days: int | None
) -> list[Path]:
    """Return the backups that are to go, the oldest last."""
    community = removals.read_heading(made / REMOVALS).removals
    found: list[tuple[Ms, Path]] = []
    for path in folder.glob(f"*/{MANIFEST}"):
        try:
            counts_from = age_from(read_manifest(path.parent), moment.now)
            same = removals.read_heading(path.parent / REMOVALS).removals == community
        except (BackupError, RemovalsError):
            continue  # not ours to judge; the doctor names it
        if same and counts_from is not None and path.parent != made:
            found.append((counts_from, path.parent))
    found.sort(reverse=True)
    return [
        path
        for place, (taken, path) in enumerate(found, start=2)
        if (keep is not None and place > keep)
        or (keep_days is not None and taken < moment.proven_now - keep_days * DAY_MS)
    ]
