"""Claim old words on a board of another server, by the key of an old device (protocol 31).

The claimant is a stranger there, whose connections are short: each step opens its own.
"""

import hashlib
import secrets
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from msgspec import Struct
from msgspec.structs import replace

from bbs.errors import Disconnected
from bbs.features.packs.claim_limits import CLAIM_THREADS_MAX
from bbs.features.packs.claim_messages import (
    ClaimPage,
    ClaimResult,
    DecideClaim,
    FindClaim,
    GetClaimChallenge,
    RedeemClaim,
    RedeemedClaim,
)
from bbs.features.packs.claim_views import ClaimAnswer, ClaimedPack, ClaimedThread
from bbs.features.packs.signing import claim_text
from bbs.ids import BoardId, ThreadId
from bbs.sdk.community import Community
from bbs.sdk.credentials import check_host
from bbs.signatures import public_key_of, sign

Open = Callable[[], AbstractAsyncContextManager[Community]]
"""Opens a connection to the new server, on which nobody signs in."""

_PAGES_EACH = 5  # of a connection: a stranger sends few frames, hello and challenge among them
_DECISIONS_EACH = 3  # each with its challenge
_TRIES = 3


class FoundClaim(Struct, frozen=True):
    """The words on a board that a key claims.

    Attributes:
        threads: In the order of their ids.
    """

    board: BoardId
    pack: ClaimedPack
    threads: tuple[ClaimedThread, ...]


@dataclass(frozen=True, slots=True)
class Claimant:
    """An old key, and the board on which it claims words.

    Attributes:
        open: Opens a connection to the server.
        slug: The board there.
        key_private: The raw Ed25519 key of the old device, 32 bytes.
    """

    open: Open
    slug: str
    key_private: bytes

    def __repr__(self) -> str:
        return f"Claimant({self.slug!r})"  # no secret reaches logs (P11)

    async def find(self) -> FoundClaim:
        """Read all words that the key claims. Cancelling is safe.

        Raises:
            ClaimFailed: If the board, the key or the signature does not fit.
            WrongHost: If the server calls itself by another name than the host in the address.
            Disconnected: If the connection was lost each time.
        """
        pages: list[ClaimPage] = []
        tries = _TRIES
        while not pages or pages[-1].next_after is not None:
            try:
                async with self.open() as community:
                    await self._read_pages(community, pages)
            except Disconnected:
                tries -= 1
                if not tries:
                    raise
        threads = [thread for page in pages for thread in page.threads]
        return FoundClaim(pages[0].board, pages[0].pack, tuple(_joined(threads)))

    async def _read_pages(self, community: Community, pages: list[ClaimPage]) -> None:
        key, signature = await self._sign(community)
        for _ in range(_PAGES_EACH):
            after = pages[-1].next_after if pages else None
            query = FindClaim(slug=self.slug, key=key, signature=signature, after=after)
            pages.append(await community.call(query, retry=False))
            if pages[-1].next_after is None:
                return

    async def decide(
        self, answer: ClaimAnswer, threads: Sequence[ThreadId], *, code: str | None = None
    ) -> ClaimResult:
        """Decide about the words in some threads. Sent again, it has the same result.

        Cancelling is safe; a part of the threads may be decided by then.

        Args:
            threads: As `find` returned them.
            code: For `named`, the secret with which the claimant becomes a member.

        Raises:
            ClaimFailed: If the key has no words in one of them, or the signature does not fit.
            ClaimDecided: If another answer holds already.
            PersonNeeded: If a script sends it.
            Disconnected: If the connection was lost each time.
        """
        hashed = None if code is None else hashlib.sha256(code.encode()).hexdigest()
        parts = [
            tuple(threads[start : start + CLAIM_THREADS_MAX])
            for start in range(0, len(threads), CLAIM_THREADS_MAX)
        ]
        done: list[ClaimResult] = []
        tries = _TRIES
        while len(done) < len(parts):
            try:
                async with self.open() as community:
                    for _ in range(min(_DECISIONS_EACH, len(parts) - len(done))):
                        part = parts[len(done)]
                        done.append(await self._decide(community, answer, part, hashed))
            except Disconnected:
                tries -= 1
                if not tries:
                    raise
        return replace(done[-1], threads=tuple(threads))

    async def _decide(
        self,
        community: Community,
        answer: ClaimAnswer,
        threads: tuple[ThreadId, ...],
        code_hash: str | None,
    ) -> ClaimResult:
        key, signature = await self._sign(community)
        command = DecideClaim(
            slug=self.slug,
            key=key,
            signature=signature,
            answer=answer,
            threads=threads,
            code_hash=code_hash,
            script=community.script,
        )
        return await community.call(command, retry=False)

    async def _sign(self, community: Community) -> tuple[str, str]:
        """Sign the server's challenge; return the public key and the signature."""
        challenge = await community.call(GetClaimChallenge(slug=self.slug))
        welcome = community.welcome
        assert welcome is not None
        check_host(community.url, challenge.host)
        text = claim_text(challenge.host, welcome.epoch, challenge.nonce, challenge.digest)
        return public_key_of(self.key_private), sign(self.key_private, text)


def _joined(threads: Sequence[ClaimedThread]) -> list[ClaimedThread]:
    """Return threads with the parts of each that came in two pages put together."""
    joined: dict[tuple[ThreadId, int | None], ClaimedThread] = {}
    for thread in threads:
        place = (thread.thread, thread.number)
        before = joined.get(place)
        posts = thread.posts if before is None else (*before.posts, *thread.posts)
        joined[place] = replace(thread, posts=posts)
    return list(joined.values())


def new_claim_code() -> str:
    """Draw the secret with which a claimant becomes a member."""
    return secrets.token_urlsafe(32)


async def redeem_claim(community: Community, code: str) -> RedeemedClaim:
    """Take up a claim as the member who is signed in (protocol 31.5). Cancelling is safe.

    Raises:
        InvitationInvalid: If nothing waits for the code.
    """
    return await community.call(RedeemClaim(code=code))
