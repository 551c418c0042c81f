"""Which boards a member keeps whole on this device: a file beside the mirror, which may be fetched anew."""

import os
from contextlib import closing
from pathlib import Path

import msgspec

from bbs.folders import make_private
from bbs.ids import BoardId
from bbs.profiles import Profile, state_folder

_FILE = "kept-boards.json"


def kept_boards(profile: str) -> frozenset[BoardId]:
    """Return the boards that a profile keeps whole; none if its file cannot be read."""
    try:
        found = msgspec.json.decode(_path(profile).read_bytes(), type=list[BoardId])
    except (OSError, msgspec.MsgspecError):
        return frozenset()
    return frozenset(found)


def keeps_copy(profile: Profile) -> bool:
    """Return whether this device has a copy of a board that the profile keeps whole."""
    kept = kept_boards(profile.name)
    if not kept:
        return False
    from bbs_client.mirror.file import Mirror  # late: most that ask keep nothing
    from bbs_client.session.storage import mirror_path

    with closing(Mirror.copy(mirror_path(profile), profile.member)) as mirror:
        return any(mirror.board(board) is not None for board in kept)


def keep_board(profile: str, board: BoardId) -> bool:
    """Keep a board whole from now on; return whether it was not kept before.

    Raises:
        OSError: If the file cannot be written.
    """
    before = kept_boards(profile)
    if board in before:
        return False
    _write(profile, before | {board})
    return True


def stop_keeping(profile: str, board: BoardId) -> bool:
    """Keep a board whole no longer; return whether it was kept.

    Raises:
        OSError: If the file cannot be written.
    """
    before = kept_boards(profile)
    if board not in before:
        return False
    _write(profile, before - {board})
    return True


def _path(profile: str) -> Path:
    return state_folder(profile) / _FILE


def _write(profile: str, boards: frozenset[BoardId]) -> None:
    path = _path(profile)
    make_private(path.parent)
    new = path.with_name(f"{path.name}.new")
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(msgspec.json.encode(sorted(boards)))
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
