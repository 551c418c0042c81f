"""The asyncio client that every front end, bot and test uses; `bbs.connect` opens it."""

from bbs.sdk.community import Community, connect
from bbs.sdk.errors import AddressRefused, CertificateRefused, HostNotServed, WrongHost
from bbs.sdk.transport import Transport, TransportClosed
from bbs.sdk.updates import (
    ConnectionChanged,
    EphemeralHappened,
    EventHappened,
    StreamGone,
    StreamReset,
    Update,
)
from bbs.sdk.websocket import open_transport, parse_url
from bbs.streams import board_streams

__all__ = [
    "AddressRefused",
    "CertificateRefused",
    "Community",
    "ConnectionChanged",
    "EphemeralHappened",
    "EventHappened",
    "HostNotServed",
    "StreamGone",
    "StreamReset",
    "Transport",
    "TransportClosed",
    "Update",
    "WrongHost",
    "board_streams",
    "connect",
    "open_transport",
    "parse_url",
]
