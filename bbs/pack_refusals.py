"""Refusals about packs: the board is another one than was read, or is none that is packed (protocol 29)."""

from bbs.refusals import Refused


class PackChanged(
    Refused,
    code="packs.changed",
    sentence="the board changed while it was packed, so the server does not sign these lines",
    hint="read it anew; bbs admin pack does that by itself",
):
    """The server reads other lines than those whose digest it was sent."""


class NoDiskForPack(
    Refused,
    code="packs.no_disk",
    sentence="unpacking it takes up to {need_mib} MiB of the server's disk, of which {free_mib} MiB are"
    " free to use",
    hint="make room on the server's disk, then unpack it again; the setting disk_low_mb says how much of"
    " it stays free",
):
    """The server's disk does not hold a board while it is unpacked.

    Attributes:
        need_mib: What it may take: the file, its words and rows, the search index and the log.
        free_mib: What may be written before the disk is low.
    """

    need_mib: int
    free_mib: int


class NotPacked(
    Refused,
    code="packs.not_packed",
    sentence="this board cannot be packed: {why}",
    hint="pack a board or a journal; an export of your own words is bbs export",
):
    """A board is none of those that are packed.

    Attributes:
        why: Why, as a sentence.
    """

    why: str
