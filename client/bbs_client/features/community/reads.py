"""Queries of the community: its end, its message of the day, its banner."""

from msgspec.json import Decoder

from bbs.features.community.views import Closing
from bbs_client.mirror.database import MirrorDatabase

_closing_decoder = Decoder(Closing)


def closing(mirror: MirrorDatabase) -> Closing | None:
    """Return when the community ends; None if no end is announced."""
    told = mirror.meta("closing")
    return None if told is None else _closing_decoder.decode(told)


def notice(mirror: MirrorDatabase, name: str) -> str:
    """Return the message of the day (`motd`), foreign text, or the `banner`, for `bbs.banner`; empty for none."""
    return mirror.meta(name) or ""


def note_notice(mirror: MirrorDatabase, name: str, text: str) -> bool:
    """Note the message of the day or the banner; return whether it is a new one.

    Raises:
        MirrorUnwritable: If the disk cannot be written.
    """
    if text == notice(mirror, name):
        return False
    mirror.set_meta(name, text)
    return bool(text)
