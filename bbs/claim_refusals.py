"""The refusals of claims (protocol 31)."""

from bbs.refusals import Refused, SignInFailed


class ClaimFailed(
    SignInFailed,
    code="packs.claim_failed",
    sentence="this key claims nothing there: the board, the key, the signature or the challenge is"
    " not the right one",
    hint="check the board in the link, and that --profile names the device's profile of the old server;"
    " words of who chose to be left out are in no pack",
):
    """A claim does not fit. Every reason has the same answer, so that it tells a guesser nothing."""


class ClaimDecided(
    Refused,
    code="packs.claim_decided",
    sentence="these words were decided about already ({state}), and this answer cannot follow",
    hint="bbs claim LINK --dry-run shows what holds",
):
    """Another answer holds already for the claimant's words in a thread.

    Attributes:
        state: What holds: the value of a `ClaimState`.
        thread: The first such thread.
    """

    state: str
    thread: str


class CannotVouch(
    Refused,
    code="packs.cannot_vouch",
    sentence="you cannot vouch for this: {rule}",
    hint="bbs claim LINK claims your own words first",
):
    """The member may not vouch, or not object.

    Attributes:
        rule: Why not.
    """

    rule: str
