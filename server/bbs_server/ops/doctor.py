"""The doctor: checks a community and its machine, and names problems with their remedies."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

from argon2 import PasswordHasher

from bbs.clock import Ms
from bbs.settings import SettingsError
from bbs_server.features.members.passwords import make_hasher
from bbs_server.ops.doctor_machine import (
    check_listening,
    look_at_backups,
    look_at_copies,
    look_at_descriptors,
    look_at_files,
    look_at_hashing,
    look_at_programs,
    look_at_room,
)
from bbs_server.ops.doctor_store import (
    look_at_chains,
    look_at_clock,
    look_at_file,
    look_at_hand_over,
    look_at_invitations,
    look_at_key,
    look_at_pages,
    look_at_removals,
    look_at_sizes,
    look_at_sysop,
    look_at_texts,
)
from bbs_server.ops.finding import FAIL, OK, Finding, run_check
from bbs_server.settings import ServerSettings, load
from bbs_server.store.files import DatabaseFileError, DatabaseInspection, StoreFiles


def examine(
    files: StoreFiles,
    data: Path,
    now: Ms,
    *,
    deep: bool = False,
    config: Path | None = None,
    backups: Path | None = None,
    hasher: PasswordHasher | None = None,
) -> list[Finding]:
    """Run all checks; the server may run meanwhile. Changes nothing.

    Args:
        files: The files of the engine.
        data: The data folder.
        now: The time of the machine's clock, ms.
        deep: Also recompute every digest and every text's id, and compare indexes with tables. For
            a large community it reads the disk for minutes.
        config: The server's TOML file; None to skip the checks of its address.
        backups: A folder of backups, or one backup; None to skip their checks.
        hasher: The hasher to time; None for the server's own.
    """
    settings, told = (ServerSettings(), []) if config is None else _look_at_settings(config)
    found = [
        *look_at_programs(files),
        look_at_descriptors(settings),
        run_check("files", lambda: look_at_files(files, data)),
        run_check("copies", lambda: look_at_copies(files, data, now)),
        run_check("room", lambda: look_at_room(files, data)),
        *_look_at_database(files, data, now, deep, backups),
        run_check("backups", lambda: look_at_backups(backups, now)),
        look_at_hashing(hasher or make_hasher()),
    ]
    return found + told


def _look_at_database(
    files: StoreFiles, data: Path, now: Ms, deep: bool, backups: Path | None
) -> list[Finding]:
    try:
        lost = files.lost_under_server(data)
    except OSError:
        lost = None
    if lost is not None:
        said = f"{data / lost} is gone while a server runs on this folder"
        hint = "do not stop the server yet: its open files hold what is missing (docs/operating.md)"
        return [Finding("database", FAIL, said, hint)]
    advice = "name the data folder with --data; if it is right, restore a backup"
    if not (data / files.database).is_file():
        return [Finding("database", FAIL, f"{data / files.database} is not there", advice)]
    looks: dict[str, Callable[[DatabaseInspection], Finding]] = {
        "database": lambda look: look_at_file(look, files.schema),
        "pages": lambda look: look_at_pages(look, deep=deep),
        "history": lambda look: look_at_chains(look.tx, deep=deep),
        "removals": lambda look: look_at_removals(look.tx, data, backups),
        "sizes": lambda look: look_at_sizes(look.tx, deep=deep),
        "clock": lambda look: look_at_clock(look.tx, now),
        "signing key": lambda look: look_at_key(look.tx),
        "sysop": lambda look: look_at_sysop(look.tx, now),
        "invitations": lambda look: look_at_invitations(look.tx, now),
    }
    if deep:
        looks["texts"] = lambda look: look_at_texts(look.tx)

    def take(check: Callable[[DatabaseInspection], Finding]) -> Finding:
        with files.look(data) as look:
            return check(look)

    try:
        with files.look(data) as look:
            ours, current = look.is_folkmoot, look.schema[0] == files.schema
    except DatabaseFileError as error:
        return [Finding("database", FAIL, str(error), advice)]
    if not ours:
        said = f"{data / files.database} is no community's"
        return [Finding("database", FAIL, said, advice)]
    if not current:  # the others read the tables as this program knows them
        looks = {name: looks[name] for name in ("database", "pages")}
    found = [run_check(name, partial(take, check)) for name, check in looks.items()]
    if current:
        with suppress(DatabaseFileError, OSError), files.look(data) as look:  # said above
            found += look_at_hand_over(look.tx)
    return found


def _look_at_settings(config: Path) -> tuple[ServerSettings, list[Finding]]:
    """Return the settings, or the defaults if the file cannot be used, with the findings."""
    try:
        settings: ServerSettings = load(config, {})
    except SettingsError as error:
        hint = "correct the file; the server would not start with it"
        return ServerSettings(), [Finding("settings", FAIL, str(error), hint)]
    said = Finding("settings", OK, f"{config} is understood")
    return settings, [said, *check_listening(settings)]
