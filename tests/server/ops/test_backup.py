"""Backup: one moment of a running community, checked, under its name only once it is whole."""

import asyncio
import fcntl
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from bbs.clock import DAY_MS
from bbs.features.threads.messages import WithdrawPost
from bbs.ids import COMMONS
from bbs_server.ops import integrity
from bbs_server.ops.atomic_folder import TargetError, atomic_folder
from bbs_server.ops.backup import MANIFEST, BackupError, read_manifest, take_backup
from bbs_server.ops.rotation import backup_and_rotate
from bbs_server.store.removals import REMOVALS
from bbs_server.store.sqlite.files import SQLITE
from bbs_server.store.sqlite.open import DATABASE
from tests.server.ops.scene import Scene, backed_up, words_in


async def test_a_backup_says_what_it_holds_and_holds_it(scene: Scene) -> None:
    """The manifest names moment, epoch, counts and checksums, and they are the files'."""
    backup, manifest = await backed_up(scene)
    assert read_manifest(backup) == manifest
    assert manifest.epoch == scene.house.running.dispatcher.epoch
    assert {path.name for path in backup.iterdir()} == {DATABASE, REMOVALS, MANIFEST}
    for name, kept in manifest.files.items():
        assert integrity.sha256_of(backup / name) == kept.sha256
    with SQLITE.look(backup) as look:
        assert integrity.counts(look.tx) == manifest.counts
        assert manifest.counts["posts"] == len(scene.posts)
        assert look.damage(deep=True) == []
        assert integrity.broken_chains(look.tx, None) == []
        assert integrity.altered_texts(look.tx) == 0


async def test_a_backup_has_no_word_withdrawn_a_moment_before(scene: Scene) -> None:
    """Words withdrawn before the backup are in none of its bytes, though the server has not merged
    its search index since (P10)."""
    await scene.start(COMMONS, "zapcanarytitle", "zipcanarybody")
    await scene.ana.call(WithdrawPost(post=scene.posts["zipcanarybody"]))
    # The index stores terms without the letters they share with the term before.
    ends = ("canarytitle", "canarybody")
    assert words_in(scene.data, ends) == set(ends)
    backup, _ = await backed_up(scene)
    assert words_in(backup, ends) == set()
    assert {path.name for path in backup.iterdir()} == {DATABASE, REMOVALS, MANIFEST}
    assert words_in(backup, ("opening-stays",)) == {"opening-stays"}


async def test_a_backup_is_its_owners_alone(scene: Scene) -> None:
    """Everything members wrote is in it, so nobody else on the machine can open it (P11)."""
    before = os.umask(0)
    try:
        backup, _ = await backed_up(scene)
    finally:
        os.umask(before)
    modes = {path.name: path.stat().st_mode & 0o777 for path in (backup, *backup.iterdir())}
    assert modes == {backup.name: 0o700, DATABASE: 0o600, REMOVALS: 0o600, MANIFEST: 0o600}


async def test_a_backup_never_replaces_anything(scene: Scene) -> None:
    """A folder with something in it is refused and left as it is."""
    backup, _ = await backed_up(scene)
    before = {path.name: path.read_bytes() for path in backup.iterdir()}
    with pytest.raises(BackupError, match="exists already"):
        take_backup(SQLITE, scene.data, backup, 1)
    assert {path.name: path.read_bytes() for path in backup.iterdir()} == before


def test_a_folder_without_a_community_is_named(tmp_path: Path) -> None:
    """There is nothing to copy, and the line says where that was looked for."""
    with pytest.raises(BackupError, match="holds no community"):
        take_backup(SQLITE, tmp_path / "data", tmp_path / "backup", 1)
    assert list(tmp_path.iterdir()) == []


async def test_old_backups_end_and_nothing_else_does(scene: Scene, tmp_path: Path) -> None:
    """By number and by day the old ones go (P10), after the new one is whole; others' stay."""
    folder, clock = tmp_path / "backups", scene.house.clock
    data, taken = scene.data, []
    for _ in range(4):
        clock.jump(days=1)
        made, _, gone = backup_and_rotate(SQLITE, data, folder, clock, keep=3, keep_days=None)
        taken.append(made)
    assert gone == taken[:1]
    ahead = take_backup(SQLITE, data, folder / "ahead", clock() + 99 * DAY_MS)
    assert ahead.format
    (folder / "letters").mkdir()
    shutil.copytree(taken[1], folder / "foreign")
    other = (folder / "foreign" / REMOVALS).read_text().replace('"removals":"', '"removals":"f')
    (folder / "foreign" / REMOVALS).write_text(other)
    clock.jump(seconds=1)
    made, _, gone = backup_and_rotate(SQLITE, data, folder, clock, keep=None, keep_days=2)
    assert gone == [taken[1]]
    left = {path.name for path in folder.iterdir()}
    assert left == {taken[2].name, taken[3].name, made.name, "ahead", "foreign", "letters"}


async def test_several_backups_fit_into_one_second(scene: Scene, tmp_path: Path) -> None:
    """Whoever backs up twice at once gets two backups, and the older ones go (P10)."""
    folder, clock, taken = tmp_path / "backups", scene.house.clock, []
    for _ in range(3):
        made, _, gone = backup_and_rotate(SQLITE, scene.data, folder, clock, keep=2, keep_days=None)
        taken.append(made)
    assert [path.name for path in taken[1:]] == [f"{taken[0].name}-2", f"{taken[0].name}-3"]
    assert gone == [taken[0]]
    assert {path.name for path in folder.iterdir()} == {path.name for path in taken[1:]}


async def test_backups_started_at_once_are_all_made(scene: Scene, tmp_path: Path) -> None:
    """Three that start together each get a name of their own, and only the last one stays with
    `keep=1`: none fails, and no two remove each other (P10)."""
    folder, clock = tmp_path / "backups", scene.house.clock

    def take(_: int) -> tuple[Path, list[Path]]:
        made, _, gone = backup_and_rotate(SQLITE, scene.data, folder, clock, keep=1, keep_days=None)
        return made, gone

    tasks = [asyncio.to_thread(take, place) for place in range(3)]
    taken = await asyncio.gather(*tasks)
    assert sum(len(gone) for _, gone in taken) == 2
    (left,) = folder.iterdir()
    assert left in [made for made, _ in taken]


def _spoil(database: Path) -> None:
    """Overwrite the pages where the texts begin, where only reading them shows it."""
    connection = sqlite3.connect(database)
    (page,) = connection.execute(
        "SELECT rootpage FROM sqlite_schema WHERE name = 'texts'"
    ).fetchone()
    connection.close()
    with database.open("r+b") as file:
        file.seek((page - 1) * 4_096)
        file.write(b"\xde\xad" * 2_048)


async def test_a_damaged_community_gives_no_backup(scene: Scene, tmp_path: Path) -> None:
    """A copy that would not be sound is not kept: the last good backup stays the last."""
    data = tmp_path / "damaged"
    await scene.house.running.dispatcher.store.run_maintenance()
    shutil.copytree(scene.data, data)
    _spoil(data / DATABASE)
    with pytest.raises(BackupError):
        take_backup(SQLITE, data, tmp_path / "backup", 1)
    assert set(os.listdir(tmp_path)) == {"first", "damaged"}  # noqa: PTH208 - names, as a shell sees them


async def test_a_changed_history_gives_no_backup(scene: Scene, tmp_path: Path) -> None:
    """An event altered in the database is found by its digest, and named (P8)."""
    data = tmp_path / "altered"
    await scene.house.running.dispatcher.store.run_maintenance()
    shutil.copytree(scene.data, data)
    with closing(sqlite3.connect(data / DATABASE)) as connection, connection:
        connection.execute("UPDATE events SET kind = 'norms.changed' WHERE seq = 2")
    with pytest.raises(BackupError, match=r"the history of .* is broken at 2"):
        take_backup(SQLITE, data, tmp_path / "backup", 1)


def test_what_a_killed_one_left_is_swept(tmp_path: Path) -> None:
    """The half of a killed backup holds words, so the next one removes it; one at work stays (P10)."""
    left, busy = tmp_path / ".bbs-part-left", tmp_path / ".bbs-part-busy"
    for folder in (left, busy):
        folder.mkdir()
        (folder / DATABASE).write_text("words")
    handle = os.open(busy, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        with atomic_folder(tmp_path / "target") as part:
            (part / "file").write_text("whole")
    finally:
        os.close(handle)
    assert {path.name for path in tmp_path.iterdir()} == {busy.name, "target"}


def test_a_folder_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    """While it is filled, and when that fails, nothing is under its name."""
    target = tmp_path / "target"

    def fail() -> None:
        with atomic_folder(target) as part:
            (part / "file").write_text("half")
            assert not target.exists()
            raise LookupError

    def be_late() -> None:
        with atomic_folder(target):
            target.mkdir()
            (target / "other").write_text("somebody was faster")

    with pytest.raises(LookupError):
        fail()
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(TargetError):
        be_late()
    assert [path.name for path in target.iterdir()] == ["other"]


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "cannot be read"), (b"{}", "cannot be read"), (None, "No such file"), (2, "newer")],
)
async def test_a_folder_that_is_no_backup_is_named(
    scene: Scene, content: bytes | int | None, said: str
) -> None:
    """A manifest that is missing, empty, foreign or of a newer program: refused in a line."""
    backup, manifest = await backed_up(scene)
    if content is None:
        (backup / MANIFEST).unlink()
    elif isinstance(content, int):
        newer = msgspec.structs.replace(manifest, format=content)
        (backup / MANIFEST).write_bytes(msgspec.json.encode(newer))
    else:
        (backup / MANIFEST).write_bytes(content)
    with pytest.raises(BackupError, match=said):
        read_manifest(backup)


async def test_a_copy_with_altered_texts_says_so_and_replaces_none(
    scene: Scene, tmp_path: Path
) -> None:
    """Where the disk has changed words, the older backups may be all that has them: they stay (P10)."""
    folder, clock = tmp_path / "backups", scene.house.clock
    first, manifest, _ = backup_and_rotate(
        SQLITE, scene.data, folder, clock, keep=1, keep_days=None
    )
    assert manifest.altered == 0
    await scene.house.running.dispatcher.store.write(
        lambda tx: tx.execute(
            "UPDATE texts SET body = body || '!' WHERE id = (SELECT min(id) FROM texts)"
        )
    )
    clock.jump(days=1)
    _, manifest, gone = backup_and_rotate(SQLITE, scene.data, folder, clock, keep=1, keep_days=None)
    assert (manifest.altered, gone) == (1, [])
    assert first.exists()
