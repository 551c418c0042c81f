"""Refusals of an export, before anything is asked or written."""

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
