"""Claims as their claimants, a board and its sysop see them."""

from enum import StrEnum
from typing import Annotated

from msgspec import Meta

from bbs import limits
from bbs.address import NAME_PATTERN, drop_unless_name
from bbs.clock import Instant
from bbs.features.members.views import PublicKey
from bbs.features.packs import pack_limits
from bbs.features.packs.views import Digest, PackKind
from bbs.features.threads.views import ContentState
from bbs.ids import BoardId, MemberId, PostId, ThreadId
from bbs.messages import Number, Revision, View


class ClaimAnswer(StrEnum):
    """What the holder of an author's key decides about the author's words in some threads."""

    NAMED = "named"  # my name here
    NAMELESS = "nameless"  # still nameless
    TAKEN = "taken"  # taken back
    NOT_MINE = "not_mine"  # the match is a mistake


class ClaimState(StrEnum):
    """What became of the words of one author in one thread."""

    INVITED = "invited"  # they get the claimant's name once the claimant is a member
    NAMED = "named"  # they are a member's
    NAMELESS = "nameless"  # claimed, and without a name
    TAKING = "taking"  # hidden, and erased at a day
    DISPUTED = "disputed"  # hidden: two keys of the author answered differently
    TAKEN = "taken"  # erased


class ClaimedHome(View, frozen=True, kw_only=True):
    """A community in which the board stood, as its pack says.

    Attributes:
        host: As its members reached it.
        key: Its signing key.
    """

    host: str
    epoch: str
    key: PublicKey


class ClaimedPack(View, frozen=True, kw_only=True):
    """The pack with which a board came.

    Attributes:
        digest: The digest that a claim signs.
        homes: Where the board stood, the oldest first; the last one made the pack.
        key: The key whose signature under the pack was checked; None for a lifeboat.
    """

    digest: Digest
    kind: PackKind
    homes: tuple[ClaimedHome, ...]
    key: PublicKey | None = None


class ClaimedPost(View, frozen=True, kw_only=True):
    """A post of the claimant's that has words on the board, hidden ones too.

    Attributes:
        number: Its number in the thread.
        subject: Its own subject; None for none.
    """

    id: PostId
    number: Number
    at: Instant
    state: ContentState
    body: str
    subject: str | None = None


class ClaimedThread(View, frozen=True, kw_only=True):
    """The claimant's words in one thread, or a part of them.

    Attributes:
        number: The thread's number on the board.
        posts: In the order of their numbers.
        state: What was decided about them before; None for nothing.
        erase_at: When they are erased; None if that was not decided.
        by_this_key: Whether the key that asks decided it.
    """

    thread: ThreadId
    number: Number | None
    posts: tuple[ClaimedPost, ...]
    state: ClaimState | None = None
    erase_at: Instant | None = None
    by_this_key: bool = False


OldHandle = Annotated[str, Meta(max_length=limits.HANDLE_CHARS_MAX, pattern=f"^{NAME_PATTERN}$")]
"""A handle in another community."""

OldHost = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=pack_limits.PACK_HOST_CHARS_MAX,
        pattern=r"^[A-Za-z0-9.:_%\[\]-]+$",
    ),
]
"""The host of another community, as its members reached it."""


class OldName(View, frozen=True, kw_only=True):
    """A name that stands on words that came with a board: `ana of moot.example`."""

    handle: OldHandle
    host: OldHost


class VouchingState(StrEnum):
    """The life of a word for somebody who has no key any more."""

    ASKED = "asked"  # one member vouches
    ANNOUNCED = "announced"  # two vouch; the board is told
    GIVEN = "given"  # the name stands beside the words
    OBJECTED = "objected"  # a claimant objected
    LAPSED = "lapsed"  # the second member did not come in time


class Vouching(View, frozen=True, kw_only=True):
    """Members who claimed say of another member that old words, under a name, are theirs.

    Attributes:
        handle, host: The name of the words: `ana of moot.example`.
        member: Whose words they say these are.
        by: Who vouches, at most two.
        until: When the second member has to come, or the time for objections ends; None once it is over.
    """

    id: str
    board: BoardId
    handle: OldHandle
    host: OldHost
    member: MemberId
    by: tuple[MemberId, ...]
    state: VouchingState
    until: Instant | None = None
    revision: Revision = 1


class ClaimCounts(View, frozen=True, kw_only=True):
    """The claims on a board, without a word of who claimed.

    Attributes:
        slug: The board's; None if it has none any more.
        threads: For each state, in how many threads an author's words have it.
        disputed: The threads where two keys of an author answered differently: for a person.
        seats_left: Seats that are kept for authors.
        seats_until: Until when; None if none are kept.
    """

    board: BoardId
    slug: str | None
    threads: dict[ClaimState, int]
    disputed: Annotated[tuple[ThreadId, ...], Meta(max_length=limits.PAGE_ITEMS_MAX)] = ()
    seats_left: int = 0
    seats_until: Instant | None = None

    def __post_init__(self) -> None:
        """Set `slug` to None if it does not have the form of a slug (P13)."""
        drop_unless_name(self, "slug")
