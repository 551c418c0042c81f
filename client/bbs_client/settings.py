"""The settings of the client: flag > BBS_ environment > `client.toml` > default, checked at start."""

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from bbs.errors import BadParams
from bbs.folders import make_private
from bbs.profiles import config_folder, replace_file
from bbs_client.theme import PALETTES

FILE_BYTES_MAX = 65_536  # a file of settings that is longer is another file
TABLE = "client"

_ONE_OF: dict[str, tuple[str, ...]] = {
    "theme": tuple(PALETTES),
    "notices": ("none", "bell", "desktop"),
    "mouse": ("on", "off"),
    "tour": ("offer", "taken"),
    "opens": ("home", "boards"),
}


class BadSetting(
    BadParams,
    code="client.bad_setting",
    audience="member",
    hint="bbs connect --help lists the settings",
):
    """A setting is unknown or has a value it cannot have; names it, the rule and the next step."""


class ClientSettings(Struct, frozen=True):
    """What a reader can set, in the table `[client]` of `client.toml`.

    Attributes:
        theme: Name of a theme; empty for the one that fits the terminal.
        keys: A preset of keys, or a file with one's own, looked for in the folder of `client.toml`.
        notices: What tells of a mention or an answer while the terminal is not looked at:
            `none`, `bell`, or `desktop` for a notice of the terminal (OSC 9 or 777).
        opens: What the client begins with: `home` where something waits, or always `boards`.
        tour: `offer` until the tour was seen on this device, then `taken`.
        mouse: `off` leaves the mouse to the terminal's own selection.
    """

    theme: str = ""
    keys: str = "default"
    notices: str = "bell"
    mouse: str = "on"
    opens: str = "home"
    tour: str = "offer"


def settings_path() -> Path:
    """Return where the settings are kept; the file need not exist."""
    return config_folder() / "client.toml"


def nearest(name: str, known: Iterable[str]) -> str:
    """Return `; did you mean …?` for a name nobody knows, or nothing where none is near."""
    import difflib  # late: most readers make no mistake

    near = difflib.get_close_matches(name, list(known), n=1)
    return f"; did you mean {near[0]}?" if near else ""


def load(
    flags: Mapping[str, str | None] | None = None,
    environment: Mapping[str, str] = os.environ,
    path: Path | None = None,
) -> ClientSettings:
    """Put the settings together.

    Args:
        flags: What the command line gave; None values are passed over.
        environment: Where `BBS_THEME`, `BBS_KEYS` and so on are looked for.
        path: The file; None for `settings_path()`.

    Raises:
        BadSetting: If a key is unknown, a value does not fit, or the file cannot be read.
    """
    path = settings_path() if path is None else path
    names = ClientSettings.__struct_fields__
    merged = _table(path)
    for name in merged:
        if name not in names:
            raise BadSetting(name, f"no setting of {path.name}{nearest(name, names)}")
    merged |= {
        name: environment[key] for name in names if (key := f"BBS_{name.upper()}") in environment
    }
    merged |= {name: value for name, value in (flags or {}).items() if value is not None}
    for name, value in merged.items():
        if not isinstance(value, str):
            raise BadSetting(name, f'write it in quotes, as in {name} = "{value}"')
        allowed = _ONE_OF.get(name)
        if allowed and value not in allowed:
            raise BadSetting(name, f"{value!r} is not one of {', '.join(allowed)}")
    return ClientSettings(**merged)


def save(name: str, value: str, path: Path | None = None) -> Path:
    """Remember one setting; the rest of the file, comments included, stays as it was.

    Args:
        name: A field of `ClientSettings`.
        value: Our own words: a theme's name, a preset's.
        path: The file; None for `settings_path()`.

    Raises:
        BadSetting: If the file as it is cannot be read as settings: it is left alone.
        OSError: If the disk refuses.
    """
    path = settings_path() if path is None else path
    _table(path)
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    header = f"[{TABLE}]"
    if header not in [line.strip() for line in lines]:
        lines += [*([""] if lines else []), header]
    begin = next(at for at, line in enumerate(lines) if line.strip() == header) + 1
    end = next((at for at in range(begin, len(lines)) if lines[at].startswith("[")), len(lines))
    said = re.compile(rf"\s*{re.escape(name)}\s*=")
    place = next((at for at in range(begin, end) if said.match(lines[at])), None)
    written = f'{name} = "{value}"'
    lines[begin if place is None else place : begin if place is None else place + 1] = [written]
    content = ("\n".join(lines) + "\n").encode()
    if _parsed(path, content).get(TABLE, {}).get(name) != value:
        raise BadSetting(name, f"{path.name} cannot be added to; write it there by hand")
    make_private(path.parent)
    replace_file(path, content)
    return path


def remember(name: str, value: str) -> str:
    """Save a setting that is in force already.

    Returns:
        What to say of it, a sentence: a disk that refuses takes nothing back.
    """
    chosen = f"{name.capitalize()}: {value}"
    try:
        save(name, value)
    except BadSetting as error:
        return f"{chosen}, until you quit; not remembered: {error}."
    except OSError as error:
        return f"{chosen}, until you quit; not remembered: {error.strerror}."
    return f"{chosen}."


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file of one's own; empty where there is none.

    Raises:
        BadSetting: If it cannot be read, is no TOML, or longer than `FILE_BYTES_MAX`.
    """
    try:
        with path.open("rb") as file:
            content = file.read(FILE_BYTES_MAX + 1)
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise BadSetting(path.name, f"cannot be read: {error.strerror}") from error
    if len(content) > FILE_BYTES_MAX:
        raise BadSetting(path.name, f"longer than {FILE_BYTES_MAX} bytes")
    return _parsed(path, content)


def _parsed(path: Path, content: bytes) -> dict[str, Any]:
    import tomllib  # late: most readers have no such file

    try:
        return tomllib.loads(content.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadSetting(path.name, f"no TOML: {error}") from error


def _table(path: Path) -> dict[str, Any]:
    found = read_toml(path)
    for name in found:
        if name != TABLE:
            raise BadSetting(name, f"stands outside of [{TABLE}] in {path.name}")
    table = found.get(TABLE, {})
    if not isinstance(table, dict):
        raise BadSetting(TABLE, f"write it as a table: [{TABLE}] on a line of its own")
    return table
