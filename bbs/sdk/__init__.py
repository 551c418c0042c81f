"""The asyncio client that every front end, bot and test uses; `bbs.connect` opens it."""

from bbs.sdk.community import Community, connect
from bbs.sdk.errors import AddressRefused, CertificateRefused, NotWelcome, WrongHost
from bbs.sdk.happened import (
    EphemeralHappened,
    EventHappened,
    Happened,
    StateChanged,
    StreamGone,
    StreamReset,
)
from bbs.sdk.link import Link, LinkClosed
from bbs.sdk.websocket import open_link, parse_url
from bbs.streams import board_streams

__all__ = [
    "AddressRefused",
    "CertificateRefused",
    "Community",
    "EphemeralHappened",
    "EventHappened",
    "Happened",
    "Link",
    "LinkClosed",
    "NotWelcome",
    "StateChanged",
    "StreamGone",
    "StreamReset",
    "WrongHost",
    "board_streams",
    "connect",
    "open_link",
    "parse_url",
]
