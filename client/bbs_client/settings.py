"""The settings of the client: flag > BBS_ environment > `client.toml` > default, checked at start."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bbs.folders import make_private
from bbs.profiles import config_folder, replace_file
from bbs.settings import SettingsError, did_you_mean, load_settings, parse_toml, read_toml
from bbs_client.preferences import ClientSettings
from bbs_client.theme import PALETTES

__all__ = ["BadSetting", "ClientSettings", "keep", "load", "remember", "save", "settings_path"]

TABLE = "client"


class BadSetting(
    SettingsError, code="client.bad_setting", hint="bbs connect --help lists the settings"
):
    """A setting of the client is unknown or has an invalid value."""


def settings_path() -> Path:
    """Return the file of the settings, which need not exist."""
    return config_folder() / "client.toml"


def load(
    flags: Mapping[str, str | None] | None = None,
    environment: Mapping[str, str] = os.environ,
    path: Path | None = None,
) -> ClientSettings:
    """Merge the settings.

    Args:
        flags: The options of the command line; None values are ignored.
        environment: The variables, with `BBS_THEME`, `BBS_KEYS` and so on.
        path: The file; None for `settings_path()`.

    Raises:
        BadSetting: If a key is unknown, a value does not fit, or the file cannot be read.
    """
    path = settings_path() if path is None else path
    settings = load_settings(
        ClientSettings,
        file=path,
        values=_table(path),
        flags=flags or {},
        environment=environment,
        error=BadSetting,
    )
    if settings.theme and settings.theme not in PALETTES:
        near = did_you_mean(settings.theme, PALETTES)
        raise BadSetting("theme", f"{settings.theme!r} is not one of {', '.join(PALETTES)}{near}")
    return settings


def save(name: str, value: str, path: Path | None = None) -> Path:
    """Store one setting; the rest of the file, comments included, stays unchanged.

    Args:
        name: A field of `ClientSettings`.
        value: Our own words: a theme's name, a preset's.
        path: The file; None for `settings_path()`.

    Raises:
        BadSetting: If the file cannot be read as settings; then it stays unchanged.
        OSError: If the disk cannot be written.
    """
    path = settings_path() if path is None else path
    _table(path)
    lines, begin, place = _place(path, name)
    written = f'{name} = "{value}"'
    lines[begin if place is None else place : begin if place is None else place + 1] = [written]
    _write(path, lines, name, value)
    return path


def _place(path: Path, name: str) -> tuple[list[str], int, int | None]:
    """Return the lines of a file with the table, where that begins, and the line of a setting in it."""
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    header = f"[{TABLE}]"
    if header not in [line.strip() for line in lines]:
        lines += [*([""] if lines else []), header]
    begin = next(at for at, line in enumerate(lines) if line.strip() == header) + 1
    end = next((at for at in range(begin, len(lines)) if lines[at].startswith("[")), len(lines))
    said = re.compile(rf"\s*{re.escape(name)}\s*=")
    return lines, begin, next((at for at in range(begin, end) if said.match(lines[at])), None)


def _write(path: Path, lines: list[str], name: str, value: str | None) -> None:
    """Write lines in which a setting has this value, or none."""
    content = ("\n".join(lines) + "\n").encode()
    if parse_toml(path, content, error=BadSetting).get(TABLE, {}).get(name) != value:
        raise BadSetting(name, f"{path.name} cannot be changed; write it there by hand")
    make_private(path.parent)
    replace_file(path, content)


def forget(name: str, path: Path | None = None) -> None:
    """Take a setting out of the file, so that it has its default; the rest stays unchanged.

    Args:
        name: A field of `ClientSettings`.
        path: The file; None for `settings_path()`.

    Raises:
        BadSetting: If the file cannot be read as settings; then it stays unchanged.
        OSError: If the disk cannot be written.
    """
    path = settings_path() if path is None else path
    if name in _table(path):
        lines, _, place = _place(path, name)
        if place is not None:
            del lines[place]
        _write(path, lines, name, None)


def remember(name: str, value: str) -> str:
    """Save a setting that is current already.

    Returns:
        A sentence for the reader; if the disk cannot be written, the setting stays current.
    """
    return keep(name, value) or f"{name.capitalize()}: {value}."


def keep(name: str, value: str | None) -> str:
    """Save a setting that is current already, or with None its default.

    Returns:
        Why it could not be kept, a sentence for the reader; empty if it was.
    """
    try:
        forget(name) if value is None else save(name, value)
    except (BadSetting, OSError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        now = "as it was" if value is None else value
        return f"{name.capitalize()}: {now}, until you quit; not remembered: {why}."
    return ""


def _table(path: Path) -> dict[str, Any]:
    found = read_toml(path, optional=True, error=BadSetting)
    for name in found:
        if name != TABLE:
            raise BadSetting(name, f"stands outside of [{TABLE}] in {path.name}")
    table = found.get(TABLE, {})
    if not isinstance(table, dict):
        raise BadSetting(TABLE, f"write it as a table: [{TABLE}] on a line of its own")
    return table
