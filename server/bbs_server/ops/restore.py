"""Restore: makes a new data folder from a backup, without the text that was removed since (P10)."""

import asyncio
import secrets
import shutil
import uuid
from datetime import datetime
from pathlib import Path
from typing import ClassVar, NamedTuple

from msgspec import Struct

from bbs.clock import Instant, MachineClock, Ms, instant, to_ms
from bbs.errors import StorageUnavailable
from bbs.features.moderation.messages import Change
from bbs_server.features.moderation.from_events import bring_acts_along
from bbs_server.features.moderation.records import append_machine_act
from bbs_server.features.reading.notices import bring_notices_along
from bbs_server.ops import integrity
from bbs_server.ops.atomic_folder import TargetError, atomic_folder, check_free
from bbs_server.ops.backup import MANIFEST, BackupError, Manifest, check_sound, read_manifest
from bbs_server.ops.reapply_removals import ErasureContext, ErasureCounts, reapply_removals
from bbs_server.ops.stopped_packs import stop_unpacking
from bbs_server.store import history, removals, tags, texts
from bbs_server.store.api import Tx
from bbs_server.store.files import DatabaseFileError, StoreFiles
from bbs_server.store.meta import EPOCH, find_meta
from bbs_server.store.removals import REMOVALS, RemovalsError


class RestoreError(Exception):
    """Nothing was restored; the message is one line for the sysop with the next step.

    Attributes:
        code: The code that `--json` shows; scripts branch on it, so it never changes.
    """

    code: ClassVar[str] = "not_restored"


class RestoreReport(Struct, frozen=True, kw_only=True):
    """The outcome of a restore.

    Attributes:
        taken_at: The moment to which the community is restored.
        epoch: The new epoch, by which mirrors notice the restore.
        counts: Rows of the main tables now.
        erased: The numbers of things that were erased again.
        sessions: Devices and tokens that have to sign in again.
        invitations: Invitations that ended.
        returning: Whether text withdrawn after the backup may be back, as the sysop accepted.
        unpacking_stopped: Whether a pack was on its way, and has to be unpacked anew.
    """

    taken_at: datetime
    epoch: str
    counts: dict[str, int]
    erased: ErasureCounts
    sessions: int
    invitations: int
    returning: bool
    unpacking_stopped: bool = False


def restore(
    files: StoreFiles,
    backup: Path,
    target: Path,
    clock: MachineClock,
    *,
    record: Path | None = None,
    accept_returning_words: bool = False,
) -> RestoreReport:
    """Make a data folder from a backup: verified, in a new epoch, whole or not at all.

    Text that was withdrawn, faded or replaced since the backup is erased before any member can read
    it. Sessions, tokens, invitations and the sysop's recovery codes end; passwords and keys are
    those of the backup. Runs an event loop of its own: inside one, call it from a thread.

    Args:
        files: The files of the engine.
        backup: A backup's folder.
        target: The new data folder: a path that does not exist, or an empty folder.
        clock: The machine's clocks. Text that had faded by the backup's own proven time is erased.
            Text that has expired since is hidden, and the server erases it once the clock is
            proven.
        record: `removals.jsonl` of the lost server's data folder; None if there is none.
        accept_returning_words: Restore without a record: text removed since the backup returns.

    Raises:
        RestoreError: If the restore failed; then `target` is unchanged.
    """
    try:
        check_free(target)
        manifest = read_manifest(backup)
        if manifest.schema > files.schema:
            raise RestoreError("this backup was made by a newer Folkmoot; update this program")
        replayed = _record_to_replay(backup, manifest, record, accept_returning_words)
        with atomic_folder(target) as folder:
            _copy_verified(files, backup, manifest, folder)
            since = Restored(manifest.taken_at, returning=accept_returning_words)
            restored = asyncio.run(_made_new(files, folder, replayed, clock, since))
            _check_result(files, folder, replayed)
            _tidy(files, folder, replayed)
    except (BackupError, TargetError, RemovalsError, DatabaseFileError) as error:
        raise RestoreError(str(error)) from error
    except StorageUnavailable as error:
        raise RestoreError(f"{target} cannot be written ({error.reason})") from error
    except OSError as error:
        place = error.filename or target
        raise RestoreError(f"cannot restore: {place}: {error.strerror}") from error
    return restored


def _record_to_replay(backup: Path, manifest: Manifest, record: Path | None, accept: bool) -> Path:
    """Return the record of removals that is whole since the backup was taken.

    Raises:
        RestoreError: If there is none, and the sysop did not accept that.
    """
    beside = backup / REMOVALS
    own = removals.read_heading(beside)
    if accept:
        return beside
    advice = "or give --accept-returning-words if it is lost"
    if record is None or record.resolve() == beside.resolve():
        taken = f"{manifest.taken_at:%Y-%m-%d %H:%M} UTC"
        raise RestoreError(
            f"the backup does not know what was withdrawn after {taken}: give --removals with"
            f" {REMOVALS} of the lost server's data folder, {advice}"
        )
    heading = removals.read_heading(record)
    if heading.removals != own.removals:
        raise RestoreError(f"{record} is another community's record: give the right one, {advice}")
    if heading.since > to_ms(manifest.taken_at):
        raise RestoreError(
            f"the backup is older than {record} reaches back ({instant(heading.since):%Y-%m-%d}):"
            f" restore a younger one, {advice}"
        )
    return record


def _copy_verified(files: StoreFiles, backup: Path, manifest: Manifest, folder: Path) -> None:
    """Copy the database and check the copy.

    Raises:
        BackupError: If a file differs from the manifest, or the database is damaged.
    """
    name = files.database
    kept = manifest.files.get(name)
    beside = manifest.files.get(REMOVALS)
    if kept is None or beside is None or integrity.sha256_of(backup / REMOVALS) != beside.sha256:
        raise BackupError(
            f"{backup / REMOVALS} is not what {MANIFEST} says: the backup was altered"
        )
    copy = folder / name
    shutil.copyfile(backup / name, copy)
    copy.chmod(0o600)
    if copy.stat().st_size != kept.bytes or integrity.sha256_of(copy) != kept.sha256:
        raise BackupError(f"{backup / name} is not what {MANIFEST} says: the backup was altered")
    with files.look(folder) as look:
        check_sound(look)
        found = (look.schema[0], find_meta(look.tx, EPOCH), integrity.counts(look.tx))
    if found != (manifest.schema, manifest.epoch, manifest.counts):
        raise BackupError(f"{backup / name} does not hold what {MANIFEST} says")


class Restored(NamedTuple):
    """The source of a restored community.

    Attributes:
        taken_at: The moment of the backup.
        returning: Whether text withdrawn since then may be back.
    """

    taken_at: Instant
    returning: bool


async def _made_new(
    files: StoreFiles, folder: Path, record: Path, clock: MachineClock, since: Restored
) -> RestoreReport:
    """Migrate, erase again, begin a new epoch, and end all access except passwords and keys."""
    removals.create(folder / REMOVALS, clock())
    store = await files.open(folder, clock)
    now, proven_now, *_ = store.time.moment()
    try:
        at = ErasureContext(proven_now, secrets.token_bytes)
        erased = await reapply_removals(files, store, at, record)
        epoch = str(uuid.uuid4())
        stopped = await store.write(stop_unpacking)
        sessions, invitations = await store.write(
            lambda tx: _begin_epoch(tx, at, epoch, since, now)
        )
        counts = await store.read(integrity.counts)
        await store.run_maintenance()  # the erased text must not stay in the index (P10)
    finally:
        await store.close()
    return RestoreReport(
        taken_at=since.taken_at,
        epoch=epoch,
        counts=counts,
        erased=erased,
        sessions=sessions,
        invitations=invitations,
        returning=since.returning,
        unpacking_stopped=stopped,
    )


def _tidy(files: StoreFiles, folder: Path, record: Path) -> None:
    """Leave only the database and the whole record of removals."""
    removals.copy(record, folder / REMOVALS, more=folder / REMOVALS)
    for path in folder.iterdir():
        # A copy made by migrating would still hold the erased text.
        if path.name not in (files.database, REMOVALS):
            path.unlink()


def _begin_epoch(
    tx: Tx, at: ErasureContext, epoch: str, since: Restored, now: Ms
) -> tuple[int, int]:
    """Begin a new epoch, with an act on the commons (P8).

    Tags of events after the backup become worthless, because their loss was intended.

    Returns:
        The numbers of sessions and invitations that ended.
    """
    bring_acts_along(tx, at)
    bring_notices_along(tx)
    history.forget_note(tx)
    tags.draw_key(tx, secrets.token_bytes, anew=True)
    if tx.execute("UPDATE meta SET value = ? WHERE key = 'epoch'", epoch):
        changes = (
            Change(field="restored_from", after=f"{since.taken_at:%Y-%m-%dT%H:%MZ}"),
            Change(field="words_may_return", after=since.returning),
        )
        append_machine_act(tx, at, now, "server.restore", changes, unproven=True)
    sessions = tx.execute("DELETE FROM sessions")
    tx.execute("UPDATE keys SET session = NULL")
    tx.execute("DELETE FROM recovery_codes WHERE by_sysop = 1")
    notes = tx.fetch_all("SELECT note_text FROM invitations WHERE note_text IS NOT NULL")
    texts.delete_texts(tx, [note for (note,) in notes])
    return sessions, tx.execute("DELETE FROM invitations")


def _check_result(files: StoreFiles, folder: Path, record: Path) -> None:
    """Check that the new database is sound, and without the removed texts.

    Raises:
        BackupError: If it is not sound.
        RestoreError: If a removed text is still there.
    """
    with files.look(folder) as look:
        check_sound(look)
        if integrity.returned_texts(look.tx, record):
            raise RestoreError("words that were removed are still there; nothing was restored")
