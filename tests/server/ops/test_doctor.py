"""Doctor: every ailment has a finding, every finding a hint, and scripts an exit code to act on."""

import asyncio
import json
import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from bbs import limits
from bbs.cli.main import cli
from bbs.clock import DAY_MS, HOUR_MS, system_clock
from bbs_server.features.members.passwords import make_hasher
from bbs_server.ops.doctor import examine
from bbs_server.ops.finding import FAIL, OK, WARN, Finding
from bbs_server.ops.rotation import backup_and_rotate
from bbs_server.store import history
from bbs_server.store.history import Lost
from bbs_server.store.removals import REMOVALS, create
from bbs_server.store.sqlite.files import SQLITE
from bbs_server.store.sqlite.open import DATABASE
from tests.server.ops.scene import Scene, backed_up
from tests.support import version_28

MACHINE = {"engine", "descriptors", "hashing", "room"}
"""What depends on where the tests run."""

_look = partial(examine, SQLITE, hasher=make_hasher(cheap=True))


def _by_name(found: list[Finding]) -> dict[str, Finding]:
    assert len({finding.name for finding in found}) == len(found)
    return {finding.name: finding for finding in found}


async def _examined(scene: Scene, **options: Any) -> dict[str, Finding]:
    """Look at the data folder while its server runs."""
    now = scene.house.clock()
    return _by_name(await asyncio.to_thread(_look, scene.data, now, **options))


@pytest.mark.parametrize("deep", [False, True])
async def test_a_healthy_community_is_found_healthy(scene: Scene, deep: bool) -> None:
    """Beside a running server, with a fresh backup, nothing of the community's is at fault."""
    await scene.remove_all()
    backup, _ = await backed_up(scene)
    found = await _examined(scene, deep=deep, backups=backup)
    ailing = [one for one in found.values() if one.status != OK and one.name not in MACHINE]
    assert ailing == []
    assert ("texts" in found) is deep
    for finding in found.values():
        assert finding.hint or finding.status == OK
        assert "withdrawn" not in finding.said


async def test_the_doctor_changes_nothing(scene: Scene) -> None:
    """Whatever it looks at stays as it was."""
    await scene.house.running.dispatcher.store.run_maintenance()
    before = {path.name: path.read_bytes() for path in scene.data.glob("[!l]*[!m]")}
    await _examined(scene, deep=True)
    assert {path.name: path.read_bytes() for path in scene.data.glob("[!l]*[!m]")} == before


@pytest.mark.parametrize(
    ("sql", "name", "deep"),
    [
        ("UPDATE events SET at = at + 1 WHERE seq = 1", "history", True),
        ("UPDATE texts SET body = 'Not what was said'", "texts", True),
        ("PRAGMA foreign_keys = OFF; DELETE FROM members", "pages", False),
        ("UPDATE meta SET value = '999' WHERE key = 'compat_version'", "database", False),
        ("PRAGMA application_id = 7", "database", False),
    ],
)
async def test_what_somebody_changed_by_hand_is_found(
    scene: Scene, sql: str, name: str, deep: bool
) -> None:
    """Altered history, altered words, missing rows, another schema: each is named (P8)."""
    with closing(sqlite3.connect(scene.data / DATABASE)) as connection:
        connection.executescript(sql)
    assert (await _examined(scene, deep=deep))[name].status == FAIL


def test_a_database_that_waits_for_its_update_is_well(tmp_path: Path) -> None:
    """Between an install and the restart the doctor says what the start will do, and of tables that it
    does not know yet nothing."""
    version_28.make(tmp_path / "data" / DATABASE, 50)
    found = _by_name(_look(tmp_path / "data", system_clock(), deep=True))
    assert (found["database"].status, found["pages"].status) == (WARN, OK)
    assert "the next start brings it" in found["database"].said
    assert [one for one in found.values() if one.status == FAIL] == []


async def test_words_that_came_back_are_found(scene: Scene) -> None:
    """A text named in the record of removals must not be in the database (P10)."""
    with closing(sqlite3.connect(scene.data / DATABASE)) as connection, connection:
        key = connection.execute("SELECT id FROM texts LIMIT 1").fetchone()[0]
    with (scene.data / REMOVALS).open("a") as record:
        record.write(f'{{"at":1,"withdrawn":["{key}"]}}\n')
    found = (await _examined(scene))["removals"]
    assert (found.status, found.said[:7]) == (FAIL, "1 texts")
    (scene.data / REMOVALS).unlink()
    assert (await _examined(scene))["removals"].status == FAIL


async def test_a_record_a_server_would_refuse_is_found(scene: Scene, tmp_path: Path) -> None:
    """An empty record, and one whose name no backup of the community carries, are told (P10)."""
    backup, _ = await backed_up(scene)
    record = scene.data / REMOVALS
    kept = record.read_text()
    assert (await _examined(scene, backups=backup))["removals"].status == OK
    create(record, scene.house.clock())
    found = (await _examined(scene, backups=backup))["removals"]
    assert (found.status, "not the one" in found.said) == (FAIL, True)
    record.write_text("")
    found = (await _examined(scene))["removals"]
    assert (found.status, "last copy" in found.hint) == (FAIL, True)
    record.write_text(kept)


async def test_a_clock_that_is_behind_is_found(scene: Scene) -> None:
    """Words fade by the clock, so one that was set back is told before they do not."""
    now = scene.house.clock() - HOUR_MS
    found = _by_name(await asyncio.to_thread(_look, scene.data, now))
    assert found["clock"].status == FAIL


async def test_an_old_or_missing_backup_is_told(scene: Scene, tmp_path: Path) -> None:
    """The youngest of a folder's backups counts; none at all is a failure."""
    kept = tmp_path / "backups"
    kept.mkdir()
    assert (await _examined(scene))["backups"].status == WARN
    assert (await _examined(scene, backups=kept))["backups"].status == FAIL
    backup, _ = await backed_up(scene)
    backup.rename(kept / "monday")
    assert (await _examined(scene, backups=kept))["backups"].status == OK
    scene.house.clock.jump(seconds=3 * DAY_MS / 1000)
    assert (await _examined(scene, backups=kept))["backups"].status == WARN
    (kept / "monday" / "manifest.json").write_text("{}")
    assert (await _examined(scene, backups=kept))["backups"].status == FAIL


async def test_a_copy_made_before_an_update_is_told_until_it_goes(scene: Scene) -> None:
    """While it lasts that is as announced; one that outstays its day is to be looked at (P10)."""
    assert (await _examined(scene))["copies"].said == "no copy made before an update"
    now = scene.house.clock() / 1000
    for days, status in ((0, OK), (limits.BEFORE_COPY_DAYS + 1, WARN)):
        copy = scene.data / "folkmoot-before-0009.db"
        copy.touch(mode=0o600)
        os.utime(copy, (now - days * DAY_MS / 1000,) * 2)
        found = (await _examined(scene))["copies"]
        assert (found.status, copy.name in found.said) == (status, True)


@pytest.mark.parametrize(("mode", "status"), [(0o640, WARN), (0o604, FAIL), (0o600, OK)])
async def test_files_others_can_open_are_named(scene: Scene, mode: int, status: str) -> None:
    """What members wrote is for the server's user alone (P11)."""
    (scene.data / DATABASE).chmod(mode)
    found = (await _examined(scene))["files"]
    assert found.status == status
    assert (DATABASE in found.said) is (status != OK)


async def test_a_folder_that_cannot_be_written_is_named(scene: Scene) -> None:
    """A server could not start there, whoever the doctor is run by."""
    scene.data.chmod(0o500)
    found = (await _examined(scene))["files"]
    scene.data.chmod(0o700)
    assert (found.status, "mode 0500" in found.said) == (FAIL, True)


async def test_invitations_left_lying_about_are_counted(scene: Scene) -> None:
    """An invitation nobody took for a month lets in whoever finds it."""
    with closing(sqlite3.connect(scene.data / DATABASE)) as connection, connection:
        connection.execute(
            "UPDATE invitations SET made_at = 0, expires_at = ? WHERE uses_left > 0",
            (scene.house.clock() + DAY_MS,),
        )
    assert (await _examined(scene))["invitations"].status == WARN


def _certificate(folder: Path, days: int) -> tuple[Path, Path]:
    """Write a certificate that ends so many days from now, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "moot.example")])
    end = datetime.now(UTC) + timedelta(days=days, hours=1)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(end - timedelta(days=400))
        .not_valid_after(end)
        .sign(key, hashes.SHA256())
    )
    paths = folder / "cert.pem", folder / "key.pem"
    paths[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    paths[1].chmod(0o600)
    return paths


@pytest.mark.parametrize(
    ("listen", "proxy", "days", "wanted"),
    [
        ("127.0.0.1:1", "", None, {"door": OK}),
        ("unix:/run/bbs", "", None, {"door": OK}),
        ("0.0.0.0:1", "", None, {"settings": FAIL}),
        ("10.0.0.2:1", "10.0.0.1", None, {"door": OK}),
        ("0.0.0.0:1", "", 60, {"door": OK, "certificate": OK}),
        ("0.0.0.0:1", "", 5, {"door": OK, "certificate": WARN}),
        ("0.0.0.0:1", "", -1, {"door": OK, "certificate": FAIL}),
    ],
)
def test_the_door_is_looked_at(
    tmp_path: Path, listen: str, proxy: str, days: int | None, wanted: dict[str, str]
) -> None:
    """Open to others without TLS, or with a certificate about to end: told before members see it."""
    lines = [f'listen = "{listen}"', f'proxy = "{proxy}"']
    if days is not None:
        certificate, key = _certificate(tmp_path, days)
        lines += [f'tls_certificate = "{certificate}"', f'tls_key = "{key}"']
    config = tmp_path / "bbs.toml"
    config.write_text("\n".join(lines))
    found = _by_name(_look(tmp_path / "none", 1, config=config))
    assert {name: found[name].status for name in wanted} == wanted
    config.write_text("lisen = 1")
    assert _by_name(_look(tmp_path, 1, config=config))["settings"].status == FAIL


def test_a_key_that_is_missing_or_another_ones_is_found(tmp_path: Path) -> None:
    """What `bbs serve` would refuse is a finding beside the others, not the end of the report."""
    certificate, key = _certificate(tmp_path, 60)
    (tmp_path / "other").mkdir()
    _, other = _certificate(tmp_path / "other", 60)
    config = tmp_path / "bbs.toml"
    for file, said in ((tmp_path / "no.pem", "is not there"), (other, "cannot be used")):
        config.write_text(f'tls_certificate = "{certificate}"\ntls_key = "{file}"\n')
        found = _by_name(_look(tmp_path / "none", 1, config=config))
        assert (found["certificate"].status, found["door"].status) == (FAIL, OK)
        assert str(file) in found["certificate"].said
        assert said in found["certificate"].said
    assert key.is_file()


def test_backup_restore_and_doctor_on_the_command_line(tmp_path: Path) -> None:
    """Refusals are one line and exit code 1, usage is 2, JSON is one object."""
    run = CliRunner().invoke
    nothing = str(tmp_path / "nothing")
    for code, *words in (
        ("database_unusable", "backup", "--data", nothing, str(tmp_path / "b")),
        ("not_restored", "restore", nothing, str(tmp_path / "r"), "--accept-returning-words"),
    ):
        refused = run(cli, words)
        assert (refused.exit_code, refused.stdout) == (1, "")
        assert refused.stderr.startswith("bbs: ")
        assert len(refused.stderr.splitlines()) == 1
        error = json.loads(run(cli, [*words, "--json"]).stderr)["error"]
        assert (error["code"], bool(error["message"])) == (code, True)
    both = ["--accept-returning-words", "--removals", __file__]
    assert run(cli, ["restore", nothing, nothing, *both]).exit_code == 2
    # A backup kept for its number would outlive the day that was promised (P10).
    refused = run(cli, ["backup", nothing, "--keep", "1", "--keep-days", "3"])
    assert (refused.exit_code, "not both" in refused.stderr) == (2, True)
    ill = run(cli, ["doctor", "--data", nothing, "--json"])
    assert ill.exit_code == 1
    assert json.loads(ill.stdout)["healthy"] is False


async def test_the_commands_do_it_all(scene: Scene, tmp_path: Path) -> None:
    """Backup, restore, doctor in a row, as a sysop types them; a healthy community exits with 0."""
    backup, data = str(tmp_path / "b"), str(tmp_path / "r")
    record = str(scene.data / REMOVALS)

    def run(*words: str) -> dict[str, object]:
        done = CliRunner().invoke(cli, [*words, "--json"])
        assert done.exit_code == 0, done.output
        found: dict[str, object] = json.loads(done.stdout)
        return found

    taken = await asyncio.to_thread(run, "backup", "--data", str(scene.data), backup)
    assert taken["epoch"] == scene.house.running.dispatcher.epoch
    done = await asyncio.to_thread(run, "restore", backup, data, "--removals", record)
    assert done["returning"] is False
    examined = await asyncio.to_thread(run, "doctor", "--data", data, "--backups", backup, "--deep")
    assert examined["healthy"] is True


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM acts WHERE number = 1",
        "UPDATE acts SET power = 'import' WHERE number = 1",
        "UPDATE acts SET about = (SELECT id FROM members WHERE handle = 'ana') WHERE number = 1",
        "UPDATE acts SET thing = NULL, norm = 3 WHERE number = 1",
    ],
)
async def test_an_act_hidden_or_twisted_past_the_server_is_told(scene: Scene, change: str) -> None:
    """What is found by its row is what the chain keeps: the doctor compares both (P8)."""
    assert (await _examined(scene))["history"].status == OK
    store = scene.house.running.dispatcher.store
    assert await store.write(lambda tx: tx.execute(change))
    found = (await _examined(scene))["history"]
    assert found.status == FAIL
    assert "act 1 of " in found.said


async def test_history_that_was_lost_is_told(scene: Scene) -> None:
    """Evidence that an older copy of the folder was put back stays until a restore (6.7, P12)."""
    lost = Lost("board:x", 41, 12, scene.house.clock())
    store = scene.house.running.dispatcher.store
    for note in (lost, Lost("board:y", 7, 1, 0)):
        await store.write(lambda tx, note=note: history.note(tx, note))
    found = (await _examined(scene))["history"]
    assert found.status == FAIL
    assert "event 41 of board:x, which is not here" in found.said
    assert "begins a new epoch" in found.hint


async def test_a_file_lost_under_a_running_server_is_named(scene: Scene) -> None:
    """The doctor does not send a sysop to stop a server whose open files are all there is (P12)."""
    log_file = scene.data / f"{SQLITE.database}-wal"
    log_file.rename(scene.data.parent / "moved")
    found = {one.name: one for one in _look(scene.data, scene.house.clock())}
    assert found["database"].status == FAIL
    assert "do not stop the server" in found["database"].hint
    assert "pages" not in found
    (scene.data.parent / "moved").rename(log_file)


async def test_a_backup_from_a_clock_that_was_ahead_ends_by_its_proven_time(
    scene: Scene, tmp_path: Path
) -> None:
    """A backup that seems to be of next year says so little of its age to the doctor and the rotation
    as its proven time does (P10).
    """
    clock, folder = scene.house.clock, tmp_path / "backups"
    clock.jump(days=2)
    await scene.house.running.watch.check()
    clock.step(days=365)
    ahead, _, _ = backup_and_rotate(SQLITE, scene.data, folder, clock, keep=None, keep_days=30)
    clock.step(days=-365)
    clock.jump(days=10)
    found = {one.name: one for one in _look(scene.data, clock(), backups=folder)}
    assert "10.0 days old" in found["backups"].said
    assert found["backups"].status == WARN
    clock.jump(days=25)
    _, _, gone = backup_and_rotate(SQLITE, scene.data, folder, clock, keep=None, keep_days=30)
    assert gone == [ahead]
