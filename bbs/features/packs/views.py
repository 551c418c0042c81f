"""The lines of a pack: a board as one file of JSON Lines (protocol 29).

They stand in this order: `PackHeading`, `PackSettings`, each `PackNorms` by version; for each thread by
number its `PackThread`, each `PackAuthor` and each `PackPost` by number; each `PackAct` by home and
seq; a last `PackCheck`, and each `PackSignature`. A `PackCheck` also stands after every
`PACK_CHECK_LINES` other lines. No line before the signatures tells the time or the place of packing,
so that packing a board twice gives the same lines.
"""

from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Raw, Struct

from bbs import limits
from bbs.clock import Instant
from bbs.features.boards.kinds import BoardKind
from bbs.features.boards.settings_structs import PackedSettings
from bbs.features.members.views import PublicKey
from bbs.features.norms.messages import Clauses, Version
from bbs.features.packs import pack_limits
from bbs.ids import BoardId, PostId, ThreadId
from bbs.messages import Number, Seq
from bbs.powers import Way

ClaimTag = Annotated[str, Meta(min_length=64, max_length=64, pattern="^[0-9a-f]{64}$")]
"""HMAC-SHA256 of the thread's id under the SHA-256 of an author's public key, in hexadecimal."""

Digest = Annotated[str, Meta(min_length=64, max_length=64, pattern="^[0-9a-f]{64}$")]
"""A SHA-256, in hexadecimal."""

PackSignatureText = Annotated[
    str, Meta(min_length=86, max_length=86, pattern="^[A-Za-z0-9_-]{86}$")
]
"""An Ed25519 signature in unpadded base64url."""

HomeIndex = Annotated[int, Meta(ge=0, lt=pack_limits.PACK_HOMES_MAX)]
"""The place of a home in the heading's `homes`."""

AuthorIndex = Annotated[int, Meta(ge=0, lt=pack_limits.PACK_AUTHORS_MAX)]
"""The number of an author among those of a thread, from 0."""

_Host = Annotated[
    str,
    Meta(max_length=pack_limits.PACK_HOST_CHARS_MAX, pattern=r"^[A-Za-z0-9.:_%\[\]-]{1,261}$"),
]
_Epoch = Annotated[str, Meta(pattern="^[0-9A-Za-z-]{1,64}$")]
_Slug = Annotated[str, Meta(min_length=1, max_length=limits.SLUG_CHARS_MAX)]
_Line = Annotated[str, Meta(max_length=limits.TITLE_CHARS_MAX)]
_Name = Annotated[str, Meta(max_length=limits.TITLE_CHARS_MAX)]
_Reason = Annotated[str, Meta(max_length=limits.REASON_CHARS_MAX)]
_Body = Annotated[str, Meta(max_length=limits.IMPORT_BODY_CHARS_MAX)]
_Count = Annotated[int, Meta(ge=0, le=pack_limits.PACK_COUNT_MAX)]
_TextKey = Annotated[str, Meta(min_length=43, max_length=64, pattern="^[A-Za-z0-9_.:-]+$")]
_TextPath = Annotated[str, Meta(max_length=64, pattern=r"^[a-z0-9_.]+$")]


class PackKind(StrEnum):
    """Who made a pack."""

    SERVER = "server"  # the board's server, which signs it
    LIFEBOAT = "lifeboat"  # a member, from their mirror: nothing proves its words


class PackState(StrEnum):
    """The state of a thread or post in a pack; only `PUBLISHED` comes with words."""

    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"
    FADED = "faded"
    PURGED = "purged"
    MOVED = "moved"  # it stood here, and stands elsewhere now
    HIDDEN = "hidden"  # by a moderator, or with all that its author wrote; or a case is open
    LEFT_OUT = "left_out"  # by its author's consent: a marker that names nobody


class PackPart(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A part of a line. Whatever this version does not know is refused."""


class PackLine(PackPart, frozen=True, kw_only=True, tag_field="line"):
    """A line of a pack. Its first field, `line`, says which."""


class PackHome(PackPart, frozen=True, kw_only=True):
    """A community in which the board stood.

    Attributes:
        host: As members reached it: `moot.example`, or `127.0.0.1:7000`.
        community: The title of its commons.
        epoch: The epoch of its history when the board was packed.
        key: The key with which its server signs.
        slug: The board's name in its addresses there.
    """

    host: _Host
    community: _Line
    epoch: _Epoch
    key: PublicKey
    slug: _Slug


class PackHeading(PackLine, frozen=True, kw_only=True, tag="pack"):
    """The first line: which board this is, and where it stood.

    Attributes:
        version: The version of the form, 1.
        homes: Oldest first. A server that packs a board which was unpacked there adds itself once
            the board has changed there.
    """

    version: Annotated[int, Meta(ge=1, le=pack_limits.PACK_VERSION)]
    board: BoardId
    kind: PackKind = PackKind.SERVER
    homes: Annotated[
        tuple[PackHome, ...], Meta(min_length=1, max_length=pack_limits.PACK_HOMES_MAX)
    ]


class PackModerator(PackPart, frozen=True, kw_only=True):
    """A moderator of the board, whom nobody can follow to their posts.

    Attributes:
        tags: Four claim tags over the board's id, as `PackAuthor.tags` are over a thread's.
    """

    tags: Annotated[tuple[ClaimTag, ...], Meta(max_length=pack_limits.CLAIM_TAGS)]


class PackSettings(PackLine, frozen=True, kw_only=True, tag="settings"):
    """The board's settings, the second line.

    Attributes:
        settings: All settings of the board; those at their default are left out.
        kind: A board or a journal; letters and the commons are not packed.
        norms_version: The version of its norms in force.
        threads: How many numbers of threads it gave.
        moderators: Those whose office returns with a claim, in the order of their tags.
    """

    settings: PackedSettings
    kind: BoardKind = BoardKind.BOARD
    opened_at: Instant
    norms_version: Version
    threads: _Count
    moderators: Annotated[
        tuple[PackModerator, ...], Meta(max_length=pack_limits.PACK_MODERATORS_MAX)
    ] = ()


class PackNorms(PackLine, frozen=True, kw_only=True, tag="norms"):
    """One version of the board's norms.

    Attributes:
        reason: Why they were changed; None for the first version, and once the words are gone.
    """

    version: Version
    since: Instant
    clauses: Clauses
    reason: _Reason | None = None


class PackThread(PackLine, frozen=True, kw_only=True, tag="thread"):
    """A thread. Its authors and its posts follow.

    Attributes:
        author: Its author's number among the thread's authors; None for a former member, for one who
            is left out, and where the server began it.
        title: None unless the thread is published.
        via: How its title came.
        moved_to: The thread of this board that took its posts; None for one elsewhere.
    """

    id: ThreadId
    number: Number
    author: AuthorIndex | None = None
    title: _Line | None = None
    at: Instant
    state: PackState = PackState.PUBLISHED
    imported: bool = False
    via: Way = Way.DEVICE
    pinned: bool = False
    moved_to: ThreadId | None = None


class PackAuthor(PackLine, frozen=True, kw_only=True, tag="author"):
    """An author of the thread above. One who is not named cannot be followed beyond it.

    Attributes:
        number: Counts the thread's authors from 0, in the order of their first posts.
        tags: Four claim tags in their order as text; none of an author of an import.
        handle: With the author's consent only.
        name: Likewise; of an import the name that came with it.
        home: The community whose member they are or were, by its place among the heading's homes.
    """

    number: AuthorIndex
    tags: Annotated[tuple[ClaimTag, ...], Meta(max_length=pack_limits.CLAIM_TAGS)] = ()
    handle: Annotated[str, Meta(min_length=1, max_length=limits.HANDLE_CHARS_MAX)] | None = None
    name: _Name | None = None
    home: HomeIndex = 0


class PackPost(PackLine, frozen=True, kw_only=True, tag="post"):
    """A post of the thread above, or the marker where its words stood.

    Attributes:
        number: Its number in the thread; numbers have no gaps.
        parent: The number of the post it answers.
        author: As `PackThread.author`.
        at: When it was written.
        visible_at: When it was published.
        fades_at: When its words fade; None if they never do, or are gone.
        norms_version: The version of the board's norms in force when it was written; None if it was
            written on another board.
        subject: Its own subject, of a mail; None unless it is published.
        body: Its words; None unless it is published.
        edits: How often its author edited it after it was published.
        via, edited_via: How it came, and how the last of these edits came.
    """

    id: PostId
    number: Number
    parent: Number | None = None
    author: AuthorIndex | None = None
    at: Instant
    visible_at: Instant
    fades_at: Instant | None = None
    norms_version: Version | None = None
    subject: _Line | None = None
    body: _Body | None = None
    state: PackState = PackState.PUBLISHED
    edits: _Count = 0
    edited_at: Instant | None = None
    imported: bool = False
    via: Way = Way.DEVICE
    edited_via: Way = Way.DEVICE


class PackWord(PackPart, frozen=True, kw_only=True):
    """A text of an act that still exists, with what proves it (decision 0002).

    Attributes:
        id: HMAC-SHA256 of the body under the salt, as the act holds it.
        salt: In hexadecimal.
    """

    id: _TextKey
    body: Annotated[str, Meta(max_length=limits.CHARTER_CHARS_MAX)]
    salt: Annotated[str, Meta(max_length=64, pattern="^([0-9a-f]{2})+$")]


class PackAct(PackLine, frozen=True, kw_only=True, tag="act"):
    """An act of the board's log, as its server stores it: each digest covers the one before.

    Attributes:
        home: The community in whose log it stands.
        seq: Its number there; the acts of a home have no gaps.
        before: Of a home's first act, the digest before it, where the log began earlier.
        data: The event `moderation.recorded`, without its texts. Of a sealed act, what readers of
            the log are told.
        texts: The id of each text by its path.
        digest: SHA-256 over the digest before, stream, seq and fields (protocol 29.6).
        is_sealed: Whether the log names an office where it stores a name: then the digest cannot be
            computed again, and stands for what it covers.
        words: The texts that still exist.
    """

    home: HomeIndex = 0
    seq: Seq
    before: Digest | None = None
    at: Instant
    kind: Annotated[str, Meta(max_length=64)]
    author: Raw
    subject: Annotated[str, Meta(max_length=64)]
    data: Raw
    texts: Annotated[
        dict[_TextPath, _TextKey], Meta(max_length=pack_limits.PACK_ACT_TEXTS_MAX)
    ] = {}
    digest: Digest
    is_sealed: bool = False
    words: Annotated[tuple[PackWord, ...], Meta(max_length=pack_limits.PACK_ACT_TEXTS_MAX)] = ()


class PackCheck(PackLine, frozen=True, kw_only=True, tag="check"):
    """The digest of everything above it.

    Attributes:
        lines: How many lines stand above it that are no checks.
        digest: SHA-256 of all bytes of the file above it.
    """

    lines: Number
    digest: Digest


class PackSignature(PackLine, frozen=True, kw_only=True, tag="signature"):
    """What a server says of the last check: that the board stood there so.

    Attributes:
        host, epoch, key: Of the community, as `PackHome` has them.
        signature: Ed25519, over purpose, host, epoch and the digest of the last check.
    """

    host: _Host
    epoch: _Epoch
    key: PublicKey
    at: Instant
    signature: PackSignatureText


Line = (
    PackHeading
    | PackSettings
    | PackNorms
    | PackThread
    | PackAuthor
    | PackPost
    | PackAct
    | PackCheck
    | PackSignature
)
"""Any line of a pack."""
