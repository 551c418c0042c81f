"""Hues that the reader gives to members, for this device alone: kept beside `client.toml`."""

import json
from pathlib import Path

from bbs.folders import make_private
from bbs.profiles import replace_file
from bbs_client import hues
from bbs_client.settings import settings_path
from bbs_client.theme import HUES

FILE = "hues.json"


def hues_path() -> Path:
    """Return the file, which need not exist."""
    return settings_path().parent / FILE


def load(path: Path | None = None) -> None:
    """Use the kept hues; a file that cannot be read counts as none, because names need no hue.

    Args:
        path: The file; None for `hues_path()`.
    """
    try:
        found = json.loads((path or hues_path()).read_text("utf-8"))
    except (OSError, ValueError):
        return
    if isinstance(found, dict):
        fitting = {id: hue for id, hue in found.items() if hue in range(HUES)}
        hues.use({id: f"hue{hue}" for id, hue in fitting.items()})


def choose(member: str, hue: str | None, path: Path | None = None) -> str:
    """Draw a member in a hue from now on, and keep that.

    Args:
        member: The member's id.
        hue: The role of the hue; None for the one that everybody sees.
        path: The file; None for `hues_path()`.

    Returns:
        Why it could not be kept, a sentence; empty if it was. The hue is in use either way.
    """
    path = path or hues_path()
    own = {**hues.own(), member: hue}
    hues.use({id: role for id, role in own.items() if role is not None})
    kept = {id: int(role.removeprefix("hue")) for id, role in sorted(hues.own().items())}
    try:
        make_private(path.parent)
        replace_file(path, (json.dumps(kept, indent=1) + "\n").encode())
    except OSError as error:
        return f"In use until you quit; it could not be kept: {error.strerror}."
    return ""
