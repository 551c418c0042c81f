"""What the community says of itself, in the mirror: its end, its message of the day, its banner."""

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.json import Decoder

from bbs.features.community.views import Closing
from bbs_client.mirror.database import MirrorDatabase
from bbs_client.mirror.docs import encode

if TYPE_CHECKING:
    from bbs_client.mirror.transaction import MirrorTransaction

_closing_decoder = Decoder(Closing)


def note_closing(pen: "MirrorTransaction", message: Struct) -> None:
    """Keep when the community ends, so that it is seen without a connection too.

    Args:
        message: Tells of the end in `closing`; without one, or with None, no end is announced.
    """
    closing = getattr(message, "closing", None)
    told = None if closing is None else encode(closing).decode()
    if told != pen.fetch_value("SELECT value FROM meta WHERE name = 'closing'"):
        pen.run("INSERT OR REPLACE INTO meta VALUES ('closing', ?)", told)
        pen.touch("meta")


def closing(mirror: MirrorDatabase) -> Closing | None:
    """Return when the community ends; None where that is not announced."""
    told = mirror.meta("closing")
    return None if told is None else _closing_decoder.decode(told)


def motd(mirror: MirrorDatabase) -> str:
    """Return the message of the day, foreign text; empty where there is none."""
    return mirror.meta("motd") or ""


def note_motd(mirror: MirrorDatabase, text: str) -> bool:
    """Note the message of the day; return whether it is one not noted here before.

    Raises:
        MirrorUnwritable: If the disk refuses.
    """
    return _note(mirror, "motd", text)


def note_banner(mirror: MirrorDatabase, banner: str) -> bool:
    """Note the community's banner; return whether it is one not noted here before.

    Raises:
        MirrorUnwritable: If the disk refuses.
    """
    return _note(mirror, "banner", banner)


def banner(mirror: MirrorDatabase) -> str:
    """Return the banner as it came, for `bbs.banner` to read; empty where there is none."""
    return mirror.meta("banner") or ""


def _note(mirror: MirrorDatabase, name: str, text: str) -> bool:
    if text == (mirror.meta(name) or ""):
        return False
    mirror.set_meta(name, text)
    return bool(text)
