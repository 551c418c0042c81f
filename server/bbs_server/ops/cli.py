"""`bbs backup`, `bbs restore`, `bbs doctor`: the sysop's care for what a community wrote."""

from pathlib import Path
from typing import Any

import click
import msgspec

from bbs import terminal
from bbs.clock import system_clock
from bbs_server.ops.backup import BackupError, take_backup
from bbs_server.ops.doctor import examine
from bbs_server.ops.finding import FAIL, OK
from bbs_server.ops.restore import RestoreError
from bbs_server.ops.restore import restore as make_from
from bbs_server.ops.rotation import backup_and_rotate
from bbs_server.store.files import DatabaseFileError
from bbs_server.store.sqlite.files import SQLITE

_DATA = click.option(
    "--data", type=click.Path(path_type=Path), default="data", help="The data folder."
)
_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object.")
_REFUSED = 1


def _show(value: Any, lines: list[str], as_json: bool) -> None:
    if as_json:
        terminal.echo_json(msgspec.json.encode(value))
    else:
        for line in lines:
            terminal.echo(line)


def _refuse(error: BackupError | RestoreError | DatabaseFileError, as_json: bool) -> int:
    if as_json:
        facts = {"code": error.code, "message": str(error), "hint": ""}
        terminal.echo_json(msgspec.json.encode({"error": facts}), err=True)
    else:
        terminal.tell(f"bbs: {error}")
    return _REFUSED


@click.command()
@_DATA
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--keep", type=click.IntRange(1), help="TARGET is a folder of backups: keep so many.")
@click.option(
    "--keep-days",
    type=click.IntRange(1),
    help="TARGET is a folder of backups: delete older backups. Not with --keep.",
)
@_JSON
def backup(data: Path, target: Path, keep: int | None, keep_days: int | None, as_json: bool) -> int:
    """Copy a community into the new folder TARGET, while its server runs.

    The copy is of one moment; it is read back and checked before it gets its name. It holds
    everything members wrote: keep it where only you can read it.

    With --keep or --keep-days, TARGET is a folder of backups. The command makes a new backup in
    it, named by its moment, then deletes old backups of the same community. Backups keep
    withdrawn text until they are deleted (P10): publish that time, and keep to it.
    """
    if keep is not None and keep_days is not None:
        raise click.UsageError(
            "give --keep or --keep-days, not both: one limits the number of backups, the other"
            " their age, and together they can contradict each other"
        )
    removed: list[Path] = []
    try:
        if keep is None and keep_days is None:
            moment = SQLITE.time(data, system_clock).moment()
            manifest = take_backup(SQLITE, data, target, moment.now, proven_now=moment.proven_now)
        else:
            target, manifest, removed = backup_and_rotate(
                SQLITE, data, target, system_clock, keep=keep, keep_days=keep_days
            )
    except (BackupError, DatabaseFileError) as error:
        return _refuse(error, as_json)
    counts = ", ".join(f"{n} {name}" for name, n in manifest.counts.items())
    told = {"backup": str(target), **msgspec.to_builtins(manifest)}
    told["removed"] = [str(path) for path in removed]
    lines = [f"{target}: {counts}; checked", *(f"{path}: removed" for path in removed)]
    if manifest.altered:
        lines.append(
            f"{manifest.altered} texts are not what was stored and are shown to nobody; no old backup"
            " was removed. See: bbs doctor --deep"
        )
    _show(told, lines, as_json)
    return 0


@click.command()
@click.argument("source", metavar="BACKUP", type=click.Path(path_type=Path))
@click.argument("target", metavar="NEWDIR", type=click.Path(path_type=Path))
@click.option(
    "--removals",
    "record",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="The file removals.jsonl of the lost server's data folder.",
)
@click.option(
    "--accept-returning-words",
    is_flag=True,
    help="Restore without that file: text withdrawn since the backup comes back.",
)
@_JSON
def restore(
    source: Path, target: Path, record: Path | None, accept_returning_words: bool, as_json: bool
) -> int:
    """Make the new data folder NEWDIR from BACKUP.

    Text that was withdrawn since the backup, or has faded, stays gone. All members sign in again:
    sessions, tokens and invitations end; passwords and keys are those of the backup.
    """
    if record is not None and accept_returning_words:
        raise click.UsageError("give --removals or --accept-returning-words, not both")
    try:
        done = make_from(
            SQLITE,
            source,
            target,
            system_clock,
            record=record,
            accept_returning_words=accept_returning_words,
        )
    except RestoreError as error:
        return _refuse(error, as_json)
    lines = [
        f"{target}: the community as it was on {done.taken_at:%Y-%m-%d %H:%M} UTC",
        f"erased again: {done.erased.posts} posts, {done.erased.lines} lines",
        f"ended: {done.sessions} sessions and tokens, {done.invitations} invitations",
        "passwords and keys are those of the backup: members who changed theirs since then change them again",
        f"start it with: bbs serve --data {target}",
    ]
    if done.unpacking_stopped:
        lines.insert(
            2,
            "stopped: a board that was being unpacked; unpack its file anew: bbs admin unpack FILE",
        )
    if done.returning:
        lines.insert(
            2, "words withdrawn after the backup may be back, as you accepted: tell the members"
        )
    _show(done, lines, as_json)
    return 0


@click.command()
@_DATA
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    help="The server's TOML file: checks address and certificate.",
)
@click.option(
    "--backups",
    type=click.Path(path_type=Path, file_okay=False),
    help="A folder of backups: checks their age.",
)
@click.option("--deep", is_flag=True, help="Recompute every digest and text id; reads everything.")
@_JSON
def doctor(data: Path, config: Path | None, backups: Path | None, deep: bool, as_json: bool) -> int:
    """Check a community and its machine, and name every problem and its remedy. Changes nothing.

    Exits with 1 if something is broken; warnings do not change the exit code.
    """
    found = examine(SQLITE, data, system_clock(), deep=deep, config=config, backups=backups)
    width = max(len(finding.name) for finding in found)
    lines = []
    for finding in found:
        lines.append(f"{finding.status:4}  {finding.name:{width}}  {finding.said}")
        if finding.status != OK and finding.hint:
            lines.append(f"{'':{width + 8}}{finding.hint}")
    failed = any(finding.status == FAIL for finding in found)
    _show({"healthy": not failed, "findings": found}, lines, as_json)
    return _REFUSED if failed else 0
