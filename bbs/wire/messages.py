"""The messages of the protocol itself: hello, sync, and how an event travels."""

from typing import Annotated, Any, ClassVar

from msgspec import Meta, Struct, field

from bbs import limits
from bbs.clock import Instant
from bbs.features.community.views import Closing
from bbs.features.members.views import Author
from bbs.messages import Ephemeral, Query, Result, Seq, Tag, View
from bbs.powers import Need, Power
from bbs.streams import Stream

PROTOCOL = "bbs.v1"
"""The WebSocket subprotocol, and the only version spoken so far."""

PRIVATE_REVISIONS = "private_revisions"
"""Told by `hello` where marks and choices take `if_revision` (protocol 5.4)."""

CURSOR_TAGS = "cursor_tags"
"""Told by `hello` where `sync` takes `tags` (protocol 6.7)."""

KNOWN_DEVICES = "known_devices"
"""Told by `hello` where signing in takes `last_token` (protocol 3.3)."""

ABILITIES: tuple[str, ...] = (PRIVATE_REVISIONS, CURSOR_TAGS, KNOWN_DEVICES)
"""What `hello` names beside the features: what an earlier server of this protocol would refuse."""


class Welcome(Result, frozen=True, kw_only=True):
    """What a client needs to know before anything else (protocol 3.1).

    Attributes:
        version: The protocol version both ends now speak.
        server: Name and version of the server program, for people.
        community: The title of the commons.
        epoch: Changes when the server was restored from a backup: drop cursors and mirror.
        features: Names of the features this server has, and of abilities that servers of the same
            protocol may lack: `private_revisions` (protocol 5.4), `cursor_tags` (6.7),
            `known_devices` (3.3).
        limits: Limits a client should know, by the names of `bbs.limits`.
        motd: The sysop's message of the day, one line; empty for none.
        maintenance_at: When the server is going to be stopped for a while; None if nothing is
            planned.
        closing: When the community ends, and by which stages; None if that is not announced.
        now: The server's time.
        proven_now: A lower bound of the true time: what is over by it is erased, mirrors included.
        banner: What the community shows at its door, as `bbs.banner` reads it; empty for none.
            Read it with that, and never write it to a terminal as it is (P13).
    """

    version: str
    server: str
    community: str
    epoch: str
    features: tuple[str, ...]
    limits: dict[str, int]
    motd: str = ""
    maintenance_at: Instant | None = None
    closing: Closing | None = None
    now: Instant | None = None
    proven_now: Instant | None = None
    banner: str = ""


class Hello(Query[Welcome], frozen=True, kw_only=True):
    """Open the conversation; the first call on every connection. Errors: `protocol.wrong_version`.

    Attributes:
        versions: Protocol versions the client speaks, best first.
        client: Name and version of the client program; kept nowhere.
    """

    method: ClassVar[str] = "hello"
    needs: ClassVar[Need] = Need(Power.KNOCK)
    versions: Annotated[tuple[Annotated[str, Meta(max_length=16)], ...], Meta(max_length=8)]
    client: Annotated[str, Meta(max_length=64)] = ""


class Discover(Query[Result], frozen=True, kw_only=True):
    """Return the OpenRPC document of this server (protocol 10)."""

    method: ClassVar[str] = "rpc.discover"
    needs: ClassVar[Need] = Need(Power.KNOCK)


class StreamState(View, frozen=True, kw_only=True):
    """Where a stream stands after a sync.

    Attributes:
        state: `live`: everything up to `seq` was sent, what follows comes by itself.
            `more`: ask again from `seq`. `reset`: the cursor is older than `base_seq`, from
            another epoch or from a history the server does not have; drop what you have of the
            stream, fetch afresh and sync from `seq`; nothing was sent. `gone`: there is no such
            stream for you; drop it.
        tag: The tag of `seq`; empty where there is none.
    """

    state: str
    seq: Seq = 0
    base_seq: Seq = 0
    tag: Tag = ""


class SyncResult(Result, frozen=True, kw_only=True):
    """The answer to `sync`, sent after the events it replayed."""

    streams: dict[str, StreamState]


class Sync(Query[SyncResult], frozen=True, kw_only=True):
    """Listen to streams from a cursor on (protocol 6).

    Attributes:
        cursors: Stream to the last seq one has; -1 to start from now, without a replay.
        epoch: The epoch the cursors belong to; None for a client without any.
        drop: Streams to listen to no longer.
        tags: The tags of cursors that have one; only to a server whose `hello` names
            `cursor_tags`, for another one does not know the field.
    """

    method: ClassVar[str] = "sync"
    needs: ClassVar[Need] = Need(Power.LISTEN)
    cursors: Annotated[
        dict[Stream, Annotated[int, Meta(ge=-1, le=2**53 - 1)]],
        Meta(max_length=limits.SYNC_STREAMS_MAX),
    ]
    epoch: str | None = None
    drop: Annotated[tuple[Stream, ...], Meta(max_length=limits.SYNC_STREAMS_MAX)] = ()
    tags: Annotated[dict[Stream, Tag], Meta(max_length=limits.SYNC_STREAMS_MAX)] = field(
        default_factory=dict
    )


class EventFrame(Struct, frozen=True, kw_only=True):
    """The params of an `event` notification: the same bytes for every reader.

    Attributes:
        subject: The id of the thing it is about.
        tag: The tag of `seq`; empty from a server that gives none.
        data: The event's own fields; `bbs.wire.registry` names the struct for each kind.
    """

    stream: Stream
    seq: Seq
    at: Instant
    kind: str
    author: Author
    subject: str
    tag: Tag = ""
    data: dict[str, Any] = field(default_factory=dict)


class EphemeralFrame(Struct, frozen=True, kw_only=True):
    """The params of an `ephemeral` notification."""

    kind: str
    data: dict[str, Any] = field(default_factory=dict)


class StreamEnded(Ephemeral, frozen=True, kw_only=True):
    """One may no longer read a stream: drop everything it fed (protocol 6.6)."""

    kind: ClassVar[str] = "stream.ended"
    stream: Stream


class StopAnnounced(Ephemeral, frozen=True, kw_only=True):
    """The server stops soon; reconnect after a random share of `retry_after_s` (protocol 8.3)."""

    kind: ClassVar[str] = "server.stopping"
    retry_after_s: float


class SysopNotices(Ephemeral, frozen=True, kw_only=True):
    """The sysop's notices changed: what `hello` would say now (protocol 3.1).

    Attributes:
        motd, maintenance_at: As in `Welcome`; what is left out is no more.
    """

    kind: ClassVar[str] = "server.notice"
    motd: str = ""
    maintenance_at: Instant | None = None
