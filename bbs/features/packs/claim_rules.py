"""Rules of claims: which answers may follow, whose seats are kept, what differs. Pure."""

from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum

from msgspec import Struct

from bbs.features.packs.claim_views import (
    ClaimAnswer,
    ClaimedPack,
    ClaimedPost,
    ClaimedThread,
    ClaimState,
    VouchingState,
)
from bbs.features.packs.views import PackKind
from bbs.ids import MemberId, PostId

_S = ClaimState

CLAIM_TRANSITIONS: dict[ClaimState | None, frozenset[ClaimState | None]] = {
    None: frozenset({_S.INVITED, _S.NAMED, _S.NAMELESS, _S.TAKING}),
    _S.INVITED: frozenset({_S.NAMED, _S.NAMELESS, _S.TAKING, None}),
    _S.NAMED: frozenset(),
    _S.NAMELESS: frozenset({_S.INVITED, _S.NAMED, _S.TAKING}),
    _S.TAKING: frozenset({_S.NAMELESS, _S.DISPUTED, _S.TAKEN}),
    _S.DISPUTED: frozenset({_S.NAMELESS, _S.TAKING}),
    _S.TAKEN: frozenset(),
}
"""The states that may follow each state of an author's words in a thread; None before any claim. Once
they are a member's they are withdrawn as every member's words are."""

VOUCHING_TRANSITIONS: dict[VouchingState | None, frozenset[VouchingState]] = {
    None: frozenset({VouchingState.ASKED}),
    VouchingState.ASKED: frozenset({VouchingState.ANNOUNCED, VouchingState.LAPSED}),
    VouchingState.ANNOUNCED: frozenset({VouchingState.GIVEN, VouchingState.OBJECTED}),
    # The member left, and the name goes too.
    VouchingState.GIVEN: frozenset({VouchingState.LAPSED}),
    VouchingState.OBJECTED: frozenset(),
    VouchingState.LAPSED: frozenset(),
}
"""The states that may follow each state of a vouching; None before it."""

_STATE_OF = {
    ClaimAnswer.NAMED: ClaimState.INVITED,
    ClaimAnswer.NAMELESS: ClaimState.NAMELESS,
    ClaimAnswer.TAKEN: ClaimState.TAKING,
}


class Decided(Struct, frozen=True):
    """What was decided about an author's words in a thread.

    Attributes:
        state: The state.
        by_same_key: Whether the key that answers now decided it.
        by_same_code: Whether it waits for the same code as the answer names.
    """

    state: ClaimState
    by_same_key: bool
    by_same_code: bool = False


def state_for_answer(answer: ClaimAnswer, before: Decided | None) -> ClaimState | None:
    """Return the state that an answer leads to. Pure. Protocol 31.4 and 31.6.

    Another key of the same author that answers otherwise objects to taking back: then the words stay
    hidden, and a person has to look.

    Args:
        answer: Any but `not_mine`, which concerns the match and not the words.
        before: None if nothing was decided.

    Returns:
        The new state, perhaps the old one; None if the answer cannot follow.
    """
    to = _STATE_OF[answer]
    if before is None:
        return to
    if before.state is to and (to is not ClaimState.INVITED or before.by_same_code):
        return to
    if before.state is ClaimState.TAKEN and to is ClaimState.TAKING:
        return ClaimState.TAKEN
    if before.state is ClaimState.TAKING:
        if not before.by_same_key:
            return ClaimState.DISPUTED
        return to if to is ClaimState.NAMELESS else None
    if before.state is ClaimState.DISPUTED:
        # Whoever wants them erased may give in, and whoever objected may agree.
        gives_in = to is ClaimState.NAMELESS if before.by_same_key else to is ClaimState.TAKING
        return to if gives_in else ClaimState.DISPUTED
    if not before.by_same_key and before.state is not ClaimState.NAMELESS:
        return None
    if before.state is to:  # another code: the claimant lost the first one
        return to
    return to if to in CLAIM_TRANSITIONS[before.state] else None


def seats_to_keep(*, named: int, widest: int, seats: int) -> int:
    """Return how many seats a board keeps for the authors of its pack. Pure. Protocol 31.5.

    Nobody can count nameless people, because nothing links them from thread to thread. At least as
    many are there as write in one thread, or have different names.

    Args:
        named: The different names among its authors.
        widest: The authors of the thread with the most.
        seats: All seats of the board.
    """
    return max(0, min(max(named, widest), seats))


class Difference(StrEnum):
    """How what stands on the board differs from what the claimant's own device kept."""

    ALTERED = "altered"  # the words are other words
    MISSING = "missing"  # a post of mine is not there
    NOT_MINE = "not_mine"  # a post that is said to be mine is not in my copy, or another's there


class OwnPost(Struct, frozen=True):
    """A post as the claimant's own device kept it.

    Attributes:
        address: As on the old server: `garden/42/7`.
        subject, body: None if the device has not got the words.
        mine: Whether the claimant wrote it.
    """

    id: PostId
    address: str
    subject: str | None
    body: str | None
    mine: bool = True


class Finding(Struct, frozen=True):
    """A difference between the board and the claimant's own copy.

    Attributes:
        address: On the new server; of a post that is missing, on the old one.
    """

    kind: Difference
    post: PostId
    address: str


def compare_claim(
    slug: str, threads: Iterable[ClaimedThread], kept: Mapping[PostId, OwnPost]
) -> list[Finding]:
    """Compare the words found with the claimant's own copy. Pure. Protocol 31.4.

    Args:
        slug: The board's slug on the new server.
        threads: All that `packs.claim` returned.
        kept: What the device kept of the board, its own posts and those of others. Posts that the
            device never had are no difference: see `count_unknown`.

    Returns:
        What differs, in the order of the threads found; missing posts at the end, by address.
    """
    found: set[PostId] = set()
    findings: list[Finding] = []
    for thread in threads:
        for post in thread.posts:
            found.add(post.id)
            kind = _difference(post, kept.get(post.id))
            if kind is not None:
                address = f"{slug}/{thread.number or '?'}/{post.number}"
                findings.append(Finding(kind, post.id, address))
    missing = [
        own for own in kept.values() if own.mine and own.body is not None and own.id not in found
    ]
    missing.sort(key=lambda own: (len(own.address), own.address))
    return [*findings, *(Finding(Difference.MISSING, own.id, own.address) for own in missing)]


def _difference(post: ClaimedPost, own: OwnPost | None) -> Difference | None:
    if own is None:
        return None
    if not own.mine:
        return Difference.NOT_MINE
    if own.body is None:
        return None
    same = post.body == own.body and (post.subject or "") == (own.subject or "")
    return None if same else Difference.ALTERED


def count_unknown(threads: Iterable[ClaimedThread], kept: Collection[PostId]) -> int:
    """Return how many of the posts found the device has no copy of, to compare with. Pure."""
    return sum(post.id not in kept for thread in threads for post in thread.posts)


class KeyCheck(StrEnum):
    """What the pin in the claimant's old profile says of the pack."""

    SAME = "same"  # the server that the device knew signed it
    OTHER = "other"  # somebody else's key signed it
    UNSIGNED = "unsigned"  # a lifeboat: nothing proves it
    NO_PIN = "no_pin"  # the device knew no key of its old server


def check_key(pack: ClaimedPack, pinned: str | None) -> KeyCheck:
    """Compare the key under a pack with the key that the device pinned. Pure. Protocol 31.4.

    Args:
        pinned: The signing key of the old server, as the profile keeps it; None for none.
    """
    if pack.kind is PackKind.LIFEBOAT or pack.key is None:
        return KeyCheck.UNSIGNED
    if pinned is None:
        return KeyCheck.NO_PIN
    homes = {home.key for home in pack.homes}
    return KeyCheck.SAME if pinned == pack.key or pinned in homes else KeyCheck.OTHER


class Voucher(Struct, frozen=True):
    """A member who vouches.

    Attributes:
        guest_of: The member who invited them within `VOUCHING_GUEST_DAYS`; None for nobody.
    """

    member: MemberId
    guest_of: MemberId | None = None


def why_not_vouch(
    who: Voucher, first: Voucher | None, *, about: Voucher, has_claimed: bool, name: str
) -> str | None:
    """Return why a member may not vouch; None if they may. Pure. Protocol 31.7.

    Args:
        first: Who vouched before; None if nobody did.
        about: The member whose words they are said to be.
        has_claimed: Whether words of the member's on this board were claimed by a key.
        name: The name of the words.
    """
    if not has_claimed:
        return "only members who claimed words of their own on this board can"
    if who.member == about.member:
        return f"two others have to say that the words of {name} are yours"
    if _are_guests(who, about):
        return "your guest or your host of the last 90 days has to be vouched for by others"
    if first is None:
        return None
    if first.member == who.member:
        return "you vouched already; another member has to"
    if _are_guests(who, first):
        return "you and the member who vouched first are guest and host of the last 90 days"
    return None


def _are_guests(one: Voucher, other: Voucher) -> bool:
    return one.guest_of == other.member or other.guest_of == one.member


def next_vouching_state(before: VouchingState | None, to: VouchingState) -> VouchingState:
    """Return the next state of a vouching. Pure.

    Raises:
        AssertionError: If it cannot follow, which is a mistake in the program.
    """
    assert to in VOUCHING_TRANSITIONS[before], (before, to)
    return to
