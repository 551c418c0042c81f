"""The doctor's checks of the machine: programs, file modes, space, backups, hashing, the address."""

import importlib.metadata
import platform
import re
import stat
import time
from pathlib import Path

from argon2 import PasswordHasher

import bbs
from bbs import limits
from bbs.clock import DAY_MS, HOUR_MS, Ms, instant
from bbs.settings import SettingsError
from bbs_server.net import tls
from bbs_server.ops.backup import BackupError, age_from, backups_in, read_manifest
from bbs_server.ops.descriptors import descriptors_short
from bbs_server.ops.disk import MIB, disk_space
from bbs_server.ops.finding import FAIL, OK, WARN, Finding, run_check
from bbs_server.ops.health_monitor import CERTIFICATE_DAYS_MIN
from bbs_server.settings import ServerSettings
from bbs_server.store.files import StoreFiles

WEBSOCKETS_MIN = (17, 4)
"""Older versions join fragments without end."""
HASH_SECONDS = (0.02, 1.0)
"""A faster hash helps to guess a stolen database; a slower one makes signing in slow."""
_OPEN_TO = (
    (FAIL, stat.S_IRWXO, "everybody on this machine"),
    (WARN, stat.S_IRWXG, "a whole group"),
)


def look_at_programs(files: StoreFiles) -> list[Finding]:
    """Check the versions that run for known flaws."""
    said = f"Folkmoot {bbs.__version__} on Python {platform.python_version()}"
    found = [Finding("program", OK, said)]
    if files.flaw is not None:
        hint = "rare while one server alone writes; update Python or the system when you can"
        found.append(Finding("engine", WARN, f"{files.engine} {files.flaw}", hint))
    else:
        found.append(Finding("engine", OK, files.engine))
    version = importlib.metadata.version("websockets")
    numbers = tuple(int(part) for part in re.findall(r"\d+", version)[:2])
    if numbers < WEBSOCKETS_MIN:
        text = f"websockets {version} joins fragments without end"
        found.append(Finding("websockets", FAIL, text, "install 17.4 or newer"))
    else:
        found.append(Finding("websockets", OK, f"websockets {version}"))
    return found


def look_at_descriptors(settings: ServerSettings) -> Finding:
    """Check that as many files may be open as the settings allow connections."""
    if (short := descriptors_short(settings.connections)) is not None:
        return Finding("descriptors", WARN, *short)
    said = f"enough open files are allowed for {settings.connections} connections"
    return Finding("descriptors", OK, said)


def look_at_files(files: StoreFiles, data: Path) -> Finding:
    """Check that no other user of the machine can read the members' text (P11)."""
    # Check the mode itself: the system would let root write everywhere.
    if (mode := stat.S_IMODE(data.stat().st_mode)) & stat.S_IRWXU != stat.S_IRWXU:
        said = f"{data} has mode {mode:04o}: a server cannot write its files there"
        return Finding("files", FAIL, said, f"chmod 700 {data}")
    modes = {path.name: path.lstat().st_mode for path in data.iterdir() if path.name != files.lock}
    modes[data.name] = data.lstat().st_mode
    hint = f"chmod 700 {data} and chmod 600 the files in it"
    for status, bits, others in _OPEN_TO:
        if names := sorted(name for name, mode in modes.items() if mode & bits):
            return Finding("files", status, f"{others} may open {', '.join(names)}", hint)
    return Finding("files", OK, "the data folder is its owner's alone")


def look_at_copies(files: StoreFiles, data: Path, now: Ms) -> Finding:
    """List the copies made before an update, with their ends, because they contain old text."""
    copies = files.list_upgrade_copies(data)
    if not copies:
        return Finding("copies", OK, "no copy made before an update")
    path, ends_at = min(copies, key=lambda copy: copy[1])
    said = f"{path.name} was made before an update, with words that were removed since; it"
    if ends_at + HOUR_MS < now:
        hint = "a running server deletes it within the hour; if it cannot, or none runs: delete it"
        return Finding("copies", WARN, f"{said} had its time on {instant(ends_at):%Y-%m-%d}", hint)
    return Finding("copies", OK, f"{said} is deleted on {instant(ends_at):%Y-%m-%d}")


def look_at_room(files: StoreFiles, data: Path) -> Finding:
    """Check that there is space to go on, and for a backup or an update."""
    room = disk_space(data, files.database)
    said = f"{room.free_mb} MiB free, the database takes {room.database_bytes // MIB} MiB"
    if room.free_mb < limits.ROOM_MIB_MIN:
        return Finding("room", FAIL, said, "free some space: soon nothing can be written")
    if room.free_bytes < room.database_bytes + limits.ROOM_MIB_MIN * MIB:
        return Finding("room", WARN, said, "an update or a backup here needs as much again")
    return Finding("room", OK, said)


def look_at_backups(backups: Path | None, now: Ms) -> Finding:
    """Check the age of the youngest backup."""
    if backups is None:
        hint = "give --backups; bbs backup makes one, while the server runs"
        return Finding("backups", WARN, "no folder of backups was named", hint)
    moments = []
    for backup in backups_in(backups):
        try:
            moments.append(age_from(read_manifest(backup), now) or 0)
        except BackupError as error:
            return Finding("backups", FAIL, str(error), "take another one")
    hint = "let a timer run bbs backup every day, and keep the result on another machine"
    if not moments:
        return Finding("backups", FAIL, f"there is no backup in {backups}", hint)
    days = (now - max(moments)) / DAY_MS
    said = f"{len(moments)} found, the youngest {days:.1f} days old"
    return Finding("backups", WARN if days > limits.BACKUP_DAYS_MAX else OK, said, hint)


def look_at_hashing(hasher: PasswordHasher) -> Finding:
    """Check that hashing a password takes as long as it should."""
    began = time.perf_counter()
    hasher.hash("how long does this take")
    took = time.perf_counter() - began
    said = f"a password takes {took:.2f} s to check"
    if took < HASH_SECONDS[0]:
        hint = "a stolen database could be guessed at this fast: is argon2-cffi the released one?"
        return Finding("hashing", WARN, said, hint)
    if took > HASH_SECONDS[1]:
        return Finding("hashing", WARN, said, "people wait that long to sign in on this machine")
    return Finding("hashing", OK, said)


def check_listening(settings: ServerSettings) -> list[Finding]:
    """Check that connections are encrypted, and how long the certificate is valid."""
    if settings.listen.startswith("unix:"):
        return [Finding("door", OK, f"{settings.listen} is reached on this machine only")]
    if settings.tls_certificate:
        certificate = run_check("certificate", lambda: _look_at_certificate(settings))
        return [Finding("door", OK, f"{settings.listen} with TLS"), certificate]
    # The settings themselves already refuse an open address without TLS.
    behind = f"behind the proxy {settings.proxy}" if settings.proxy else "on this machine only"
    return [Finding("door", OK, f"{settings.listen} without TLS, {behind}")]


def _look_at_certificate(settings: ServerSettings) -> Finding:
    hint = "renew it, then send the server SIGHUP"
    for name, file in (("certificate", settings.tls_certificate), ("key", settings.tls_key)):
        if not Path(file).exists():
            said, mend = f"{file} is not there", f"tls_{name} names the file; bring it there"
            return Finding("certificate", FAIL, said, mend)
    if tls.is_open_to_others(settings.tls_key):
        said = f"everybody on this machine may read {settings.tls_key}"
        return Finding("certificate", FAIL, said, f"chmod 600 {settings.tls_key}")
    days = tls.days_left(settings.tls_certificate)
    if days is None:
        return Finding("certificate", FAIL, f"{settings.tls_certificate} cannot be read", hint)
    try:
        tls.make_context(settings.tls_certificate, settings.tls_key)
    except SettingsError as error:
        pair = "tls_key has to be the key of tls_certificate, and the server's user to read both"
        return Finding("certificate", FAIL, error.rule, pair)
    said = f"good for {days} days"
    status = FAIL if days < 1 else WARN if days < CERTIFICATE_DAYS_MIN else OK
    return Finding("certificate", status, said, "" if status == OK else hint)
