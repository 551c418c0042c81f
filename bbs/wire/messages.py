"""The messages of the protocol itself: hello, sync, and how an event travels."""

from typing import Annotated, Any, ClassVar

from msgspec import Meta, Struct, field

from bbs import limits
from bbs.clock import Instant
from bbs.features.community.views import KEY_CHANGES_MAX, Closing, KeyChange
from bbs.features.members.views import Author, PublicKey
from bbs.messages import Ephemeral, Query, Request, Result, Seq, Tag, View
from bbs.powers import Need, Power
from bbs.streams import Stream

PROTOCOL = "bbs.v1"
"""The WebSocket subprotocol, the only version so far."""

PRIVATE_REVISIONS = "private_revisions"
"""`hello` names this if marks and choices take `if_revision` (protocol 5.4)."""

CURSOR_TAGS = "cursor_tags"
"""`hello` names this if `sync` takes `tags` (protocol 6.7)."""

KNOWN_DEVICES = "known_devices"
"""`hello` names this if signing in takes `last_token` (protocol 3.3)."""

NOTICES = "notices"
"""`hello` names this if the server keeps notices (protocol 7.13)."""

SCRIPT_SESSIONS = "script_sessions"
"""`hello` names this if signing in and resuming take `script` (protocol 27.2)."""

SIGNING_KEY = "signing_key"
"""`hello` names this if it tells the server's signing key (protocol 32.1)."""

ABILITIES: tuple[str, ...] = (
    PRIVATE_REVISIONS,
    CURSOR_TAGS,
    KNOWN_DEVICES,
    NOTICES,
    SCRIPT_SESSIONS,
    SIGNING_KEY,
)
"""Names that `hello` lists after the features; earlier servers of this protocol lack them."""


class Welcome(Result, frozen=True, kw_only=True):
    """The server's answer to `hello`, which a client needs before anything else (protocol 3.1).

    Attributes:
        version: The protocol version that both ends speak from now on.
        server: Name and version of the server program, for people.
        community: The title of the commons.
        epoch: Changes when the sysop restores the server from a backup: drop cursors and mirror.
        features: Names of the features this server has, and of abilities that servers of the same
            protocol may lack: `private_revisions` (protocol 5.4), `cursor_tags` (6.7),
            `known_devices` (3.3), `notices` (7.13), `script_sessions` (27.2), `signing_key` (32.1).
        limits: Limits a client should know, by the names of `bbs.limits`.
        motd: The sysop's message of the day, one line; empty for none.
        maintenance_at: When the sysop is going to stop the server for a while; None if nothing is
            planned.
        closing: When each stage of the community's end begins; None if no end is announced.
        now: The server's time.
        proven_now: A lower bound of the true time; server and mirrors erase expired text by it.
        banner: The text that the community shows on arrival; empty for none. Parse it with
            `bbs.banner`, and never write it to a terminal unparsed (P13).
        key: The server's signing key (protocol 32.1); None from a server that has none.
        key_changes: The changes of that key, oldest first (32.2).
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
    key: PublicKey | None = None
    key_changes: Annotated[tuple[KeyChange, ...], Meta(max_length=KEY_CHANGES_MAX)] = ()


class Hello(Query[Welcome], frozen=True, kw_only=True):
    """Say hello: the first call on every connection. Errors: `protocol.wrong_version`.

    Attributes:
        versions: Protocol versions the client speaks, best first.
        client: Name and version of the client program; the server does not store it.
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
    """The state of a stream after a sync.

    Attributes:
        state: `live`: the server has sent everything up to `seq`; it sends later events as they
            happen. `more`: sync again from `seq`. `reset`: the cursor is older than `base_seq`,
            from another epoch or from a history the server does not have, and the server has sent
            nothing; drop what the stream fed, fetch it and sync from `seq`. `gone`: for this member
            there is no such stream; drop what it fed.
        tag: The tag of `seq`; empty if there is none.
    """

    state: str
    seq: Seq = 0
    base_seq: Seq = 0
    tag: Tag = ""


class SyncResult(Result, frozen=True, kw_only=True):
    """The answer to `sync`; the server sends it after the replayed events."""

    streams: dict[str, StreamState]


class Sync(Query[SyncResult], frozen=True, kw_only=True):
    """Listen to streams, each from a cursor on (protocol 6).

    Attributes:
        cursors: For each stream, the last seq the client has; -1 to start from now, without a
            replay.
        epoch: The epoch the cursors belong to; None for a client without cursors.
        drop: Streams to stop listening to.
        tags: The tags of cursors that have one. Send them only to a server whose `hello` names
            `cursor_tags`; other servers refuse the field.
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


OWN_REQUESTS: dict[str, type[Request[Any]]] = {cls.method: cls for cls in (Hello, Discover, Sync)}
"""The requests of the protocol itself by method; all others are of features."""


class EventFrame(Struct, frozen=True, kw_only=True):
    """The params of an `event` notification: the same bytes for every reader.

    Attributes:
        subject: The id of the thing that the event is about.
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
    """The member may no longer read a stream: drop everything it fed (protocol 6.6)."""

    kind: ClassVar[str] = "stream.ended"
    stream: Stream


class StopAnnounced(Ephemeral, frozen=True, kw_only=True):
    """The server stops soon; reconnect after a random share of `retry_after_s` (protocol 8.3)."""

    kind: ClassVar[str] = "server.stopping"
    retry_after_s: float


class SysopNotices(Ephemeral, frozen=True, kw_only=True):
    """The sysop changed the notices; carries the values `hello` would give now (protocol 7.9).

    Attributes:
        motd, maintenance_at: As in `Welcome`; a notice that is left out no longer holds.
    """

    kind: ClassVar[str] = "server.notice"
    motd: str = ""
    maintenance_at: Instant | None = None
