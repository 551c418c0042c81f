"""Claiming old words, as pages: what a key claims, what differs, the four answers, and the next step."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from msgspec import Struct

from bbs.claim_link import ClaimLink
from bbs.features.packs.claim_limits import CLAIM_DAYS
from bbs.features.packs.claim_messages import ClaimResult
from bbs.features.packs.claim_rules import (
    Finding,
    KeyCheck,
    OwnPost,
    check_key,
    compare_claim,
    count_unknown,
)
from bbs.features.packs.claim_text import (
    CHOICES,
    describe_answer,
    describe_findings,
    describe_found,
)
from bbs.features.packs.claim_views import ClaimAnswer
from bbs.ids import PostId
from bbs.plural import counted
from bbs.profiles import Profile
from bbs.sdk.claiming import FoundClaim
from bbs_client.safe_text import safe_line
from bbs_client.session.session import Session
from bbs_client.session.sheets import (
    BLANK,
    Listing,
    ListingItem,
    Sheet,
    SheetRow,
    SheetWord,
)

FINDINGS_SHOWN_MAX = 3  # so that the answers stay in sight; the command line lists all
_DOUBTS = (KeyCheck.OTHER, KeyCheck.UNSIGNED)


class ClaimWord(StrEnum):
    """What the reader can do when an answer was decided."""

    COPY = "copy"


class Claim(Struct, frozen=True):
    """What an old key claims on a board.

    Attributes:
        where: The server and the board.
        old: The profile whose key claims.
        found: What the server found.
        kept: What this device kept of the board.
        as_member: The handle of the reader there; empty if they are no member, or not known to be.
    """

    where: ClaimLink
    old: Profile
    found: FoundClaim
    kept: Mapping[PostId, OwnPost]
    as_member: str = ""

    @property
    def posts(self) -> int:
        """How many posts it claims."""
        return sum(len(thread.posts) for thread in self.found.threads)

    @property
    def findings(self) -> list[Finding]:
        """What differs from this device's own copy."""
        return compare_claim(self.where.slug, self.found.threads, self.kept)


def profile_listing(where: ClaimLink, profiles: Sequence[Profile]) -> Listing:
    """Return the profiles of this device that have a key, to choose the one that wrote the words."""
    items = tuple(
        ListingItem(each.name, safe_line(each.name), "", (f"@{each.handle} on {each.host}",))
        for each in profiles
    )
    return Listing(
        name="Whose key claims",
        about=f"The old profile, with which you wrote what stands in {where.slug} now:",
        items=items,
        empty="",
        leads=True,
    )


def claim_sheet(session: Session, claim: Claim) -> Sheet:
    """Return the page that says what the key claims and what differs, and asks what becomes of it."""
    found, where, posts = claim.found, claim.where, claim.posts
    key = check_key(found.pack, claim.old.server_key)
    unknown = count_unknown(found.threads, claim.kept)
    came, proof, *rest = describe_found(where.slug, found.pack, found.threads, key, unknown)
    rows = [
        SheetRow(safe_line(came), "strong"),
        SheetRow(proof, "warn" if key in _DOUBTS else ""),
        *(SheetRow(safe_line(says)) for says in rest),
        *_findings(claim),
        BLANK,
        SheetRow("What is to become of them?", "strong"),
    ]
    for number, answer in enumerate(CHOICES, 1):
        says = describe_answer(answer, posts).partition(": ")[2]
        rows.append(SheetRow(f"{says}.", lead=f"{number}  {CHOICES[answer]}: "))
    rows += [BLANK, SheetRow(_then(claim), "dim")]
    words = tuple(
        SheetWord(str(number), answer, CHOICES[answer], f"{describe_answer(answer, posts)}.")
        for number, answer in enumerate(CHOICES, 1)
    )
    board = found.board if session.cache.board(found.board) is not None else ""
    return Sheet(
        name="Claim", board=board, fact=counted(posts, "post"), rows=tuple(rows), words=words
    )


def _findings(claim: Claim) -> list[SheetRow]:
    if not claim.kept:
        return []
    first, *lines = describe_findings(claim.findings)
    rows = [SheetRow(first, "warn" if lines else "")]
    rows += [SheetRow(safe_line(says), lead="  ") for says in lines[:FINDINGS_SHOWN_MAX]]
    if (more := len(lines) - FINDINGS_SHOWN_MAX) > 0:
        rows.append(SheetRow(f"{more} more; bbs claim LINK --dry-run lists all", "dim", "  "))
    return rows


def _then(claim: Claim) -> str:
    if claim.as_member:
        return f"With 1 they get the name of @{safe_line(claim.as_member)}, and a seat is offered."
    return (
        f"With 1 you get a code to join there with, and a seat is kept for you, for {CLAIM_DAYS} days;"
        " the norms come first. The other answers need no membership."
    )


def confirm_text(claim: Claim, answer: ClaimAnswer) -> str:
    """Return what a yes to an answer does, a sentence."""
    return f"{describe_answer(answer, claim.posts)}."


def decided_sheet(
    session: Session, claim: Claim, result: ClaimResult, invitation: str, *, is_copied: bool
) -> Sheet:
    """Return the page with the result and the next step.

    Args:
        session: The reader's session.
        claim: What was claimed.
        result: What the server decided.
        invitation: The link with which the claimant joins there; empty for none.
        is_copied: Whether the terminal took the line to join by.
    """
    decided = CHOICES[result.answer]
    rows = [SheetRow(f"Decided for {counted(claim.posts, 'post')}: {decided}.", "strong"), BLANK]
    words: tuple[SheetWord, ...] = ()
    if invitation:
        until = result.invited_until
        day = "" if until is None else f", until {session.times.day(until)}"
        rows += [
            SheetRow(f"Join there by this line in a shell{day}; then your name stands on them:"),
            BLANK,
            SheetRow(join_line(invitation), lead="  "),
            BLANK,
            SheetRow("Show it to nobody: a person with this code gets your words.", "warn"),
            *([SheetRow("It is copied; c copies it again.", "dim")] if is_copied else []),
        ]
        words = (SheetWord("c", ClaimWord.COPY, "copy", "Copy the line."),)
    elif result.answer is ClaimAnswer.NAMED:
        rows.append(SheetRow(f"They get the name of @{safe_line(claim.as_member)}, step by step."))
        rows.append(
            SheetRow(
                "Your seat on the board is offered, or you wait in line; its norms come first."
            )
        )
    elif result.erase_at is not None:
        day = session.times.day(result.erase_at)
        rows.append(SheetRow(f"They are hidden, and erased for good on {day}."))
        rows.append(
            SheetRow(
                "Until then claim again and answer 2, and they are shown again without a name."
            )
        )
    elif result.answer is ClaimAnswer.NAMELESS:
        rows.append(SheetRow("Claim again and answer otherwise whenever you like."))
    return Sheet(name="Claimed", rows=tuple(rows), words=words)


def join_line(invitation: str) -> str:
    """Return what is typed in a shell to join by a link."""
    return f"bbs join '{invitation}'"
