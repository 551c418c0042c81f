"""Views of the community as a whole: the sizes of its boards, and its announced end."""

from enum import StrEnum

from bbs.address import drop_unless_name
from bbs.clock import Instant
from bbs.features.members.views import PublicKey, Signature
from bbs.ids import BoardId
from bbs.messages import View

KEY_CHANGES_MAX = 16  # a community is handed over once in years; each costs a hello 250 bytes


class BoardSize(View, frozen=True, kw_only=True):
    """A board's size on the server's disk.

    Attributes:
        slug: None if the reader may not read the board, or if the server sent a text that does not
            have the form of a slug.
        posts: Number of published posts, including markers.
        words_bytes: Size of its bodies, earlier wordings, titles and lines, in bytes of UTF-8.
        events: Number of events that its streams keep.
        quota_bytes: Bytes that its text may take; 0 for no quota.
    """

    board: BoardId
    slug: str | None = None
    posts: int = 0
    words_bytes: int = 0
    events: int = 0
    quota_bytes: int = 0

    def __post_init__(self) -> None:
        """Set `slug` to None if it does not have the form of a slug (P13)."""
        drop_unless_name(self, "slug")


class ClosingStage(StrEnum):
    """A stage of a community's end; the clock alone decides when it begins."""

    ANNOUNCED = "announced"  # everything works as before
    NO_NEW = "no_new"  # new members cannot join, members cannot open boards
    READ_ONLY = "read_only"  # members can read, export and withdraw, but not write
    CLOSED = "closed"  # the server answers every call but hello with `community.closed`


class Closing(View, frozen=True, kw_only=True):
    """The announced end of a community: when each stage begins.

    Attributes:
        read_only_at: The day the sysop named.
    """

    no_new_at: Instant
    read_only_at: Instant
    closed_at: Instant


class KeyChange(View, frozen=True, kw_only=True):
    """A change of the server's signing key, signed by the key that ended.

    Attributes:
        old: The key that ended.
        new: The key that took its place.
        signature: By the old key over `bbs.features.community.keys.key_change_text`.
    """

    old: PublicKey
    new: PublicKey
    at: Instant
    signature: Signature
