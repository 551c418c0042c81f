"""Consent: how a member's words may go with a board, in a pack or a lifeboat; and its claim list."""

from enum import StrEnum
from typing import Annotated, ClassVar

from msgspec import Meta

from bbs.address import drop_unless_name
from bbs.clock import Instant
from bbs.features.members.views import PublicKey
from bbs.ids import BoardId, MemberId
from bbs.messages import Command, Event, Query, Result, View
from bbs.powers import Need, NeedTarget, Power

ClaimHash = Annotated[str, Meta(min_length=64, max_length=64, pattern="^[0-9a-f]{64}$")]
"""The SHA-256 of a device's raw public key, in hexadecimal, or noise that looks like it."""

AuthorHashes = tuple[ClaimHash, ClaimHash, ClaimHash, ClaimHash]


class PackConsent(StrEnum):
    """How a member's words may go with a board when somebody takes it along."""

    NAMED = "named"  # with my name
    NAMELESS = "nameless"  # without a name; a claim brings it back. Of all who chose nothing
    LEFT_OUT = "left_out"  # not at all: only a marker stays in their place


class BoardConsent(View, frozen=True, kw_only=True):
    """What a member chose for a board. Nobody else can change it."""

    board: BoardId
    member: MemberId
    consent: PackConsent


class ConsentResult(Result, frozen=True, kw_only=True):
    """What the member chose, after the command."""

    consent: BoardConsent


class ConsentList(Result, frozen=True, kw_only=True):
    """All choices on a board that are not `nameless`, in the order of the members' ids."""

    board: BoardId
    consents: tuple[BoardConsent, ...]


class SetConsent(Command[ConsentResult], frozen=True, kw_only=True):
    """Choose how the member's own words may go with a board (29.1).

    It holds for all that the member wrote there and will write, also without a seat and while
    suspended. Errors: `not_found` for a board that the member may not know of and has no words on,
    and for a letter, which nobody takes along.
    """

    method: ClassVar[str] = "packs.set_consent"
    needs: ClassVar[Need] = Need(Power.DOORS)
    board: BoardId
    consent: PackConsent


class ListConsents(Query[ConsentList], frozen=True, kw_only=True):
    """List what members chose for a board (29.1). Errors: `not_found`."""

    method: ClassVar[str] = "packs.consents"
    needs: ClassVar[Need] = Need(Power.READ, on=NeedTarget.BOARD)
    board: BoardId


class ConsentChanged(Event, frozen=True, kw_only=True):
    """A member chose how their words may go with the board. To the board's readers."""

    kind: ClassVar[str] = "packs.consent_changed"
    consent: BoardConsent


class ClaimEntry(View, frozen=True, kw_only=True):
    """An author of a board, with what lets them claim their words from a pack.

    Attributes:
        handle, name: The author's, if they chose `named`; None otherwise.
        hashes: Always four, sorted: of the newest keys of their devices, filled up with noise.
    """

    member: MemberId
    consent: PackConsent = PackConsent.NAMELESS
    handle: str | None = None
    name: str | None = None
    hashes: AuthorHashes

    def __post_init__(self) -> None:
        """Set `handle` to None if it does not have the form of a handle (P13)."""
        drop_unless_name(self, "handle")


class ClaimList(Result, frozen=True, kw_only=True):
    """A page of the claim list of a board: its authors, in the order of their ids (29.3).

    Each page is signed by itself, so that a mirror can check it without the others.

    Attributes:
        members: Authors above `after`, up to `next_after` or the end.
        after: Where the page begins; None for the first page.
        next_after: Where the next page begins; None for the last page.
        host: The host by which the server was reached.
        key: The server's signing key.
        signature: Over `claim_list_text`, with the digest of the page's content.
    """

    board: BoardId
    members: tuple[ClaimEntry, ...]
    after: MemberId | None = None
    next_after: MemberId | None = None
    host: str
    epoch: str
    at: Instant
    key: PublicKey
    signature: str


class GetClaimList(Query[ClaimList], frozen=True, kw_only=True):
    """Read a page of a board's claim list, as somebody with a seat there (29.3).

    Errors: `not_found` without a seat, and for a letter.
    """

    method: ClassVar[str] = "packs.claim_list"
    needs: ClassVar[Need] = Need(Power.READ, on=NeedTarget.BOARD, private=True)
    board: BoardId
    after: MemberId | None = None
