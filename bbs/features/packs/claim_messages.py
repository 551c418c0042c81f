"""Claiming old words: of a board that came with a pack, by the key of their author (protocol 31)."""

from typing import Annotated, ClassVar

from msgspec import Meta, field

from bbs.clock import Instant
from bbs.features.members.views import PublicKey, Signature
from bbs.features.packs import claim_limits
from bbs.features.packs.claim_views import (
    ClaimAnswer,
    ClaimCounts,
    ClaimedPack,
    ClaimedThread,
    OldHandle,
    OldHost,
    OldName,
    Vouching,
)
from bbs.features.packs.move_views import BoardName
from bbs.features.packs.views import Digest
from bbs.ids import BoardId, MemberId, Secret, ThreadId
from bbs.messages import Command, Event, Query, Result
from bbs.powers import Need, NeedTarget, Power, Touches

ClaimPlace = Annotated[str, Meta(max_length=64, pattern="^[0-9a-f-]{0,36}:[0-9]{1,16}$")]
"""A place in the claimant's words. A client sends it back unchanged."""


class ClaimChallenge(Result, frozen=True, kw_only=True):
    """What a claim signs (protocol 31.2).

    Attributes:
        nonce: Valid on this connection only, for `CHALLENGE_SECONDS`.
        host: The host by which the connection reached the server.
        digest: Of the pack with which the board came. For a slug that is no such board it is made
            up, always the same for the slug.
    """

    nonce: str
    host: str
    digest: Digest


class GetClaimChallenge(Query[ClaimChallenge], frozen=True, kw_only=True):
    """Get a nonce to claim words on a board. A stranger may ask. Protocol 31.2.

    Attributes:
        slug: The board's slug.
    """

    method: ClassVar[str] = "packs.claim_challenge"
    needs: ClassVar[Need] = Need(Power.KNOCK)
    slug: BoardName


class ClaimPage(Result, frozen=True, kw_only=True):
    """A page of the claimant's words.

    Attributes:
        threads: In the order of the threads' ids; one that does not fit goes on in the next page.
        next_after: Where the next page begins; None if this is the last one.
    """

    board: BoardId
    pack: ClaimedPack
    threads: tuple[ClaimedThread, ...] = ()
    next_after: ClaimPlace | None = None


class FindClaim(Query[ClaimPage], frozen=True, kw_only=True):
    """Read the words on a board whose author holds a key. A stranger may ask. Protocol 31.3.

    Errors: `packs.claim_failed`, the same for every reason; `throttled`.

    Attributes:
        key: The public key of an old device.
        signature: By that key, over `claim_text` with the nonce of this connection.
    """

    method: ClassVar[str] = "packs.claim"
    needs: ClassVar[Need] = Need(Power.KNOCK)
    slug: BoardName
    key: PublicKey
    signature: Signature
    after: ClaimPlace | None = None


class ClaimResult(Result, frozen=True, kw_only=True):
    """What was decided.

    Attributes:
        answer: The answer that holds now in these threads.
        threads: The threads.
        erase_at: When the words are erased; None unless they are taken back.
        invited_until: Until when the code is an invitation; None without one.
    """

    answer: ClaimAnswer
    threads: tuple[ThreadId, ...]
    erase_at: Instant | None = None
    invited_until: Instant | None = None


class DecideClaim(Command[ClaimResult], frozen=True, kw_only=True):
    """Decide about the claimant's words in some threads. A person decides, and may be a stranger.

    It uses the challenge up. Sent again with another challenge, it has the same result.
    Protocol 31.4. Errors: `packs.claim_failed`, the same for every reason that tells of keys;
    `packs.claim_decided`, `person_needed`, `throttled`.

    Attributes:
        threads: Threads in which `packs.claim` found words of the key.
        code_hash: SHA-256 of the code with which the claimant becomes a member, for `named`.
        script: Whether a script sends it, which the server refuses.
    """

    method: ClassVar[str] = "packs.decide_claim"
    needs: ClassVar[Need] = Need(Power.KNOCK)
    slug: BoardName
    key: PublicKey
    signature: Signature
    answer: ClaimAnswer
    threads: Annotated[
        tuple[ThreadId, ...], Meta(min_length=1, max_length=claim_limits.CLAIM_THREADS_MAX)
    ]
    code_hash: Digest | None = None
    script: bool = False


class RedeemedClaim(Result, frozen=True, kw_only=True):
    """The claim that a member took up.

    Attributes:
        board: The board.
        threads: In how many threads their words get their name.
    """

    board: BoardId
    threads: int


class RedeemClaim(Command[RedeemedClaim], frozen=True, kw_only=True):
    """Take up a claim as the member who is signed in, who is a member already. Protocol 31.5.

    Errors: `members.invitation_invalid`.

    Attributes:
        code: The code whose hash the claim has.
    """

    method: ClassVar[str] = "packs.redeem_claim"
    needs: ClassVar[Need] = Need(Power.DOORS)
    code: Secret


class ClaimsResult(Result, frozen=True, kw_only=True):
    """The claims on each board that came with a pack, in the order of their slugs."""

    claims: tuple[ClaimCounts, ...]


class GetClaims(Query[ClaimsResult], frozen=True, kw_only=True):
    """Read how many claims there are on boards that came with packs, as sysop. Protocol 31.8.

    Nobody is named, so private boards are among them.
    """

    method: ClassVar[str] = "packs.claims"
    needs: ClassVar[Need] = Need(Power.IMPORT)


class VouchingResult(Result, frozen=True, kw_only=True):
    """A vouching as it stands now."""

    vouching: Vouching


class Vouch(Command[VouchingResult], frozen=True, kw_only=True):
    """Say that the words under a name on a board are those of a member without a key. Protocol 31.7.

    Only members whose own words on the board were claimed by a key may say so. The second one
    announces it to the board. It gives the name, and no control over the words.
    Errors: `packs.cannot_vouch`, `not_found`, `conflict`, `device_needed`, `person_needed`.

    Attributes:
        handle, host: The name, as in `ana of moot.example`.
        member: Whose words they are.
    """

    method: ClassVar[str] = "packs.vouch"
    needs: ClassVar[Need] = Need(
        Power.WRITE, on=NeedTarget.BOARD, touches=Touches.RIGHTS_OF_OTHERS, by_person=True
    )
    board: BoardId
    handle: OldHandle
    host: OldHost
    member: MemberId


class ObjectToVouching(Command[VouchingResult], frozen=True, kw_only=True):
    """Object to an announced vouching, which ends it. For claimants of the board. Protocol 31.7.

    Errors: `packs.cannot_vouch`, `not_found`, `conflict`, `device_needed`, `person_needed`.
    """

    method: ClassVar[str] = "packs.object_to_vouching"
    needs: ClassVar[Need] = Need(
        Power.READ, on=NeedTarget.BOARD, touches=Touches.RIGHTS_OF_OTHERS, by_person=True
    )
    board: BoardId
    vouching: ThreadId


class VouchingList(Result, frozen=True, kw_only=True):
    """The vouchings of a board, the newest first.

    Attributes:
        names: Names under which words wait that nobody claimed, in the order of handles; the first
            100. Empty for a lifeboat, on whose words no name shows before its owner claims it.
    """

    vouchings: tuple[Vouching, ...] = field(default_factory=tuple)
    names: tuple[OldName, ...] = ()


class ListVouchings(Query[VouchingList], frozen=True, kw_only=True):
    """List the vouchings of a board. Protocol 31.7."""

    method: ClassVar[str] = "packs.vouchings"
    needs: ClassVar[Need] = Need(Power.READ, on=NeedTarget.BOARD)
    board: BoardId


class VouchingChanged(Event, frozen=True, kw_only=True):
    """A vouching was begun, announced, objected to, given or lapsed. To the board's readers."""

    kind: ClassVar[str] = "packs.vouching_changed"
    vouching: Vouching
