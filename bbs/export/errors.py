"""Refusals of an export, before anything is asked or written."""

from pathlib import Path

from bbs.refusals import Refused


class TargetTaken(
    Refused,
    code="export.taken",
    sentence="{path} is there already",
    hint="name a folder that is empty or not there yet, or a file that is not there yet",
):
    """An export would have to write over something."""

    path: str


class ExportStuck(
    Refused,
    code="export.stuck",
    sentence="the server gave the same page twice, at {place}",
    hint="nothing was written; try again, and tell the sysop if it happens again",
):
    """The server's pages do not go on, so the export would never end."""

    place: str


class NoFolder(
    Refused,
    code="export.no_folder",
    sentence="there is no folder {path}",
    hint="make it first, or name a file in another folder",
):
    """A file would stand in a folder that is not there."""

    path: str


def refuse_no_folder(target: Path) -> None:
    """Look whether a file can stand at its place.

    Raises:
        NoFolder: If its folder is not there.
    """
    if not target.parent.is_dir():
        raise NoFolder(path=str(target.parent))
