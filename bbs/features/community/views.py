"""The end of a community as everybody is told of it."""

from enum import StrEnum

from bbs.clock import Instant
from bbs.messages import View


class Stage(StrEnum):
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
