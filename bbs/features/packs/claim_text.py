"""Sentences about claims, the same on every surface. Pure."""

from collections.abc import Iterable, Sequence

from bbs.features.packs.claim_limits import CLAIM_ERASE_DAYS
from bbs.features.packs.claim_rules import Difference, Finding, KeyCheck
from bbs.features.packs.claim_views import (
    ClaimAnswer,
    ClaimCounts,
    ClaimedPack,
    ClaimedThread,
    ClaimState,
    Vouching,
    VouchingState,
)
from bbs.plural import counted

CHOICES = {
    ClaimAnswer.NAMED: "my name here",
    ClaimAnswer.NAMELESS: "still nameless",
    ClaimAnswer.TAKEN: "taken back",
    ClaimAnswer.NOT_MINE: "not mine",
}
"""What a person chooses from, in this order."""

_KEY = {
    KeyCheck.SAME: "The server that this device knew signed the pack.",
    KeyCheck.OTHER: "Another key than the one this device knows signed the pack: do not believe it"
    " before you know why.",
    KeyCheck.UNSIGNED: "A member made the pack from their own copy: nothing proves its words.",
    KeyCheck.NO_PIN: "This device kept no key of the old server, so it cannot tell who signed the pack.",
}
_DIFFERENCE = {
    Difference.ALTERED: "other words than in your copy",
    Difference.MISSING: "yours, and not there",
    Difference.NOT_MINE: "another member's in your copy",
}
_STATE = {
    ClaimState.INVITED: "they wait until you join",
    ClaimState.NAMED: "they have your name",
    ClaimState.NAMELESS: "claimed, still nameless",
    ClaimState.TAKING: "taken back",
    ClaimState.DISPUTED: "hidden, because two of your keys answered differently",
    ClaimState.TAKEN: "erased",
}
_STATE_OF_OTHERS = {
    ClaimState.INVITED: "claimed, until the claimant joins",
    ClaimState.NAMED: "a member's now",
    ClaimState.NAMELESS: "claimed, still nameless",
    ClaimState.TAKING: "taken back, erased within 7 days",
    ClaimState.DISPUTED: "hidden, two keys disagree",
    ClaimState.TAKEN: "taken back and erased",
}
_VOUCHING = {
    VouchingState.ASKED: "waits for a second member",
    VouchingState.ANNOUNCED: "announced",
    VouchingState.GIVEN: "given",
    VouchingState.OBJECTED: "ended by an objection",
    VouchingState.LAPSED: "lapsed: nobody else vouched, or they left",
}


def describe_answer(answer: ClaimAnswer, posts: int) -> str:
    """Return what an answer does to so many posts of the claimant's."""
    what = counted(posts, "post")
    match answer:
        case ClaimAnswer.NAMED:
            return f"{what}: your name stands on them once you are a member there"
        case ClaimAnswer.NAMELESS:
            return f"{what}: no name stands on them, and nobody else can claim them"
        case ClaimAnswer.TAKEN:
            return (
                f"{what}: hidden at once, erased in {CLAIM_ERASE_DAYS} days;"
                " until then another key of yours can object"
            )
        case ClaimAnswer.NOT_MINE:
            return f"{what}: your key claims them no more, and they stay as they are"


def describe_found(
    slug: str, pack: ClaimedPack, threads: Sequence[ClaimedThread], key: KeyCheck, unknown: int
) -> list[str]:
    """Return what a claim found, in lines: whose board, who signed, how many words, how they stand.

    Args:
        unknown: How many of the posts the device has no copy of.
    """
    posts = sum(len(thread.posts) for thread in threads)
    where = " and ".join(home.host for home in pack.homes)
    lines = [
        f"{slug} came from {where}.",
        _KEY[key],
        f"Your key claims {counted(posts, 'post')} in"
        f" {counted(len({thread.thread for thread in threads}), 'thread')}.",
    ]
    if unknown:
        which = "it" if posts == 1 else f"{unknown} of them"
        lines.append(f"This device has no copy of {which} to compare with.")
    stands = dict.fromkeys(_standing(threads))
    return [*lines, *stands]


def _standing(threads: Iterable[ClaimedThread]) -> Iterable[str]:
    for thread in threads:
        if thread.state is not None:
            day = "" if thread.erase_at is None else f", erased on {thread.erase_at:%Y-%m-%d}"
            yield f"Decided before: {_STATE[thread.state]}{day}."


def describe_findings(findings: Sequence[Finding]) -> list[str]:
    """Return what differs from the claimant's own copy, a line each."""
    if not findings:
        return ["Nothing differs from your own copy."]
    return [
        f"{counted(len(findings), 'post')} {'differs' if len(findings) == 1 else 'differ'}"
        " from your own copy:",
        *(f"  {each.address}: {_DIFFERENCE[each.kind]}" for each in findings),
    ]


def describe_vouching(vouching: Vouching) -> str:
    """Return a vouching as a sentence, without names of members, which the surface has."""
    until = "" if vouching.until is None else f" until {vouching.until:%Y-%m-%d}"
    return f"{vouching.handle} of {vouching.host}: {_VOUCHING[vouching.state]}{until}"


def describe_counts(counts: ClaimCounts) -> list[str]:
    """Return what the sysop reads of a board's claims, a line each."""
    lines = [
        f"{counted(number, 'thread')}: {_STATE_OF_OTHERS[state]}"
        for state, number in counts.threads.items()
    ]
    if counts.disputed:
        lines.append(
            "Words stay hidden where two keys of an author answered differently. The author decides:"
            " ask them to use one key for both answers."
        )
    if counts.seats_until is not None:
        seats = counted(counts.seats_left, "seat")
        lines.append(f"{seats} kept for authors until {counts.seats_until:%Y-%m-%d}")
    return lines or ["Nobody claimed words on this board."]
