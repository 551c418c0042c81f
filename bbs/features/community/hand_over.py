"""The rules of a hand-over: what the heir signs, and which items are left. Pure."""

import hashlib
from collections.abc import Iterable

import msgspec

from bbs.features.community.hand_over_views import HandOverItem, HandOverTerms

NOT_YET = "the hand-over waits until its day; the new sysop says that from then on"
"""Why nobody says yet that an item of the checklist is done."""


def digest_of(terms: HandOverTerms) -> str:
    """Return the digest of terms, in hexadecimal: the heir's answer names it."""
    return hashlib.sha256(msgspec.json.encode(terms, order="deterministic")).hexdigest()


def answer_about(proposal: str, digest: str, *, is_accepted: bool) -> str:
    """Return what the heir's proof is about: the command, the terms, and the answer.

    Args:
        proposal: The id of the command that waits.
        digest: Of the terms, as `digest_of` returns it.
    """
    return f"{proposal} {digest} {'accept' if is_accepted else 'refuse'}"


def without(left: Iterable[HandOverItem], done: HandOverItem) -> tuple[HandOverItem, ...]:
    """Return what is left once an item is done."""
    return tuple(item for item in left if item is not done)
