"""A board's move to another community, as its readers see it, and the papers that are carried by hand."""

from enum import StrEnum
from typing import Annotated

from msgspec import Meta

from bbs import limits
from bbs.address import NAME_PATTERN
from bbs.clock import Instant
from bbs.features.boards.settings import Visibility
from bbs.features.members.views import PublicKey
from bbs.features.packs import pack_limits
from bbs.features.packs.views import Digest, PackSignatureText
from bbs.ids import BoardId
from bbs.messages import View

MoveHost = Annotated[
    str,
    Meta(
        min_length=3,
        max_length=pack_limits.PACK_HOST_CHARS_MAX,
        pattern=r"^[a-z0-9.:\[\]-]+$",
    ),
]
"""How members reach the other community: `moot.example`, or `127.0.0.1:7000`."""

BoardName = Annotated[
    str,
    Meta(min_length=2, max_length=limits.SLUG_CHARS_MAX, pattern=f"^{NAME_PATTERN}$"),
]
"""A board's slug, here or in the other community."""


class MoveState(StrEnum):
    """How far a move has come. Changes: see `bbs.features.packs.move_rules.MOVE_TRANSITIONS`."""

    ANNOUNCED = "announced"  # its 14 days run: authors are asked, and members may object
    WAITING = "waiting"  # the days are over, and cases that are open there are waited for
    READY = "ready"  # read-only: packs are made, carried and unpacked
    HANDED = "handed"  # the new server's receipt is here: the words are sealed
    ERASING = "erasing"  # the words are erased, in slices
    LEADS_ON = "leads_on"  # the words are gone, and the old address leads on to the new one
    REST = "rest"  # the address leads on no more; only its name is kept


class Move(View, frozen=True, kw_only=True):
    """A board's move to another community.

    Attributes:
        host: How members reach the new community.
        key: The key with which its server signs, as the mover saw it.
        slug, visibility: Of the board there.
        announced_at: When it was announced.
        until: When the present state ends at the latest: when objections end, when the board opens
            again because no receipt came, when its words are erased, when the address leads on no
            more; None where time alone ends nothing.
        handed_at: When the new server's receipt came.
        digest: Of the pack that the new server has; None before.
    """

    board: BoardId
    state: MoveState
    host: MoveHost
    key: PublicKey
    slug: BoardName
    visibility: Visibility
    announced_at: Instant
    until: Instant | None = None
    handed_at: Instant | None = None
    digest: Digest | None = None


class Receipt(View, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the new server signs once it holds the whole board; carried to the old one by hand.

    Attributes:
        version: The version of the form, 1.
        host, epoch, key: Of the new community.
        slug: The name that the board gets there.
        digest: Of the last check of the pack that it unpacked.
        at: When the board was whole there.
        signature: Ed25519, over the text of protocol 30.6.
    """

    version: Annotated[int, Meta(ge=1, le=1)] = 1
    host: MoveHost
    epoch: Annotated[str, Meta(min_length=1, max_length=64)]
    key: PublicKey
    board: BoardId
    slug: BoardName
    digest: Digest
    at: Instant
    signature: PackSignatureText
