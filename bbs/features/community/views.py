"""What is told of the community as a whole: what its boards take, and its announced end."""

from enum import StrEnum

from bbs.address import drop_unless_name
from bbs.clock import Instant
from bbs.ids import BoardId
from bbs.messages import View


class BoardSize(View, frozen=True, kw_only=True):
    """What a board takes on the server's disk.

    Attributes:
        slug: None where the reader may not read the board, or where the server sent something
            that has not the form of a slug.
        posts: How many were published, markers among them.
        words_bytes: Its bodies, earlier wordings, titles and lines, in UTF-8.
        events: How many its streams keep.
        quota_bytes: What its words may take; 0 for no quota.
    """

    board: BoardId
    slug: str | None = None
    posts: int = 0
    words_bytes: int = 0
    events: int = 0
    quota_bytes: int = 0

    def __post_init__(self) -> None:
        """Accept no slug that is none (P13)."""
        drop_unless_name(self, "slug")


class ClosingStage(StrEnum):
    """How far the end of a community has come; each begins at its moment, by the clock alone."""

    ANNOUNCED = "announced"  # everything goes on as before
    NO_NEW = "no_new"  # nobody new comes in, no board is opened
    READ_ONLY = "read_only"  # what was said can be read, taken along and taken back
    CLOSED = "closed"  # every call but hello is answered `community.closed`


class Closing(View, frozen=True, kw_only=True):
    """The announced end of a community: when each stage begins.

    Attributes:
        read_only_at: The day the sysop named.
    """

    no_new_at: Instant
    read_only_at: Instant
    closed_at: Instant
