"""Handlers of claims: the challenge, the words that a key claims, and what their author decides.

They answer strangers. Whatever does not fit is `packs.claim_failed`, so that no answer tells a guesser
whether there is such a board, or whose words stand on it (protocol 31.2).
"""

import hmac
from typing import NamedTuple

from bbs import limits
from bbs.claim_refusals import ClaimDecided, ClaimFailed
from bbs.clock import DAY_MS, Ms, instant, optional_instant
from bbs.features.members.views import MemberState
from bbs.features.packs.claim_limits import CLAIM_DAYS, CLAIM_ERASE_DAYS, CLAIM_SLICE_THREADS
from bbs.features.packs.claim_messages import (
    ClaimChallenge,
    ClaimPage,
    ClaimResult,
    ClaimsResult,
    DecideClaim,
    FindClaim,
    GetClaimChallenge,
    GetClaims,
    RedeemClaim,
    RedeemedClaim,
)
from bbs.features.packs.claim_rules import state_for_answer
from bbs.features.packs.claim_views import (
    ClaimAnswer,
    ClaimCounts,
    ClaimedPost,
    ClaimedThread,
    ClaimState,
)
from bbs.features.packs.signing import claim_text
from bbs.features.packs.tags import claim_hash, claim_tag
from bbs.ids import BoardId, MemberId, ThreadId
from bbs.refusals import InvitationInvalid, PersonNeeded
from bbs.signatures import verify
from bbs_server.claim_lookups import ImportedPost
from bbs_server.features.packs import claim_records
from bbs_server.features.packs.claim_joining import take_up
from bbs_server.features.packs.claim_records import AuthorOfThread, ClaimRow, OfKey, OpenPack
from bbs_server.handler_api import Context
from bbs_server.outcome import Effect, Outcome
from bbs_server.store import tags as history_tags
from bbs_server.store.api import Slices, Tx

_POSTS = limits.PAGE_ITEMS_MAX


def get_claim_challenge(tx: Tx, ctx: Context, query: GetClaimChallenge) -> ClaimChallenge:
    """Return the nonce of this connection, and the digest to sign with it. Protocol 31.2."""
    assert ctx.nonce is not None
    pack = _find_pack(tx, ctx, query.slug)
    digest = _made_up_digest(tx, query.slug) if pack is None else pack.digest
    return ClaimChallenge(nonce=ctx.nonce, host=ctx.host, digest=digest)


def _find_pack(tx: Tx, ctx: Context, slug: str) -> OpenPack | None:
    board = ctx.readers.board_by_slug(tx, slug, ctx.now)
    return None if board is None else claim_records.find_pack(tx, board)


def _made_up_digest(tx: Tx, slug: str) -> str:
    """Return a digest for a board that came with no pack: always the same, and like any other."""
    key = history_tags.key_of(tx) or b""
    return hmac.new(key, f"no pack {slug}".encode(), "sha256").hexdigest()


class Proven(NamedTuple):
    """A pack, and the hash of a key that signed for it on this connection."""

    pack: OpenPack
    hashed: str

    def tags(self, threads: tuple[ThreadId, ...] | list[ThreadId]) -> dict[ThreadId, str]:
        """Return the tag of the key in each thread."""
        return {thread: claim_tag(self.hashed, thread) for thread in threads}


def _prove(tx: Tx, ctx: Context, claim: FindClaim | DecideClaim) -> Proven:
    """Check the signature of a claim.

    Raises:
        ClaimFailed: If anything about it is wrong.
    """
    pack = _find_pack(tx, ctx, claim.slug)
    if pack is None or ctx.nonce is None:
        raise ClaimFailed
    text = claim_text(ctx.host, ctx.epoch, ctx.nonce, pack.digest)
    if not verify(claim.key, claim.signature, text):
        raise ClaimFailed
    return Proven(pack, claim_hash(claim.key))


def find_claim(tx: Tx, ctx: Context, query: FindClaim) -> Slices[ClaimPage]:
    """Return a page of the words whose author holds the key, thread by thread. Protocol 31.3.

    Raises:
        ClaimFailed: If the claim is not proven, or no thread has words of the key.
    """
    proven = _prove(tx, ctx, query)
    board = proven.pack.board
    thread, _, row = (query.after or ":0").partition(":")
    above = int(row)
    if query.after is not None and not _matches(tx, proven, [thread]):
        raise ClaimFailed
    page = _Page(proven)
    if query.after is not None and page.add(tx, ctx, _matches(tx, proven, [thread])[0], above):
        return page.result()
    while some := claim_records.threads_with_authors(tx, board, thread, CLAIM_SLICE_THREADS):
        for author in _matches(tx, proven, some):
            if page.add(tx, ctx, author, 0):
                return page.result()
        thread = some[-1]
        yield
    if query.after is None and not page.threads:
        raise ClaimFailed
    return page.result()


def _matches(tx: Tx, proven: Proven, threads: list[ThreadId]) -> list[AuthorOfThread]:
    return claim_records.authors_by_tag(tx, proven.pack.board, proven.tags(threads))


class _Page:
    """A page of a claimant's words, filled until it has as many bytes as a page may."""

    def __init__(self, proven: Proven) -> None:
        self.threads: list[ClaimedThread] = []
        self._proven = proven
        self._bytes = 0
        self._place: str | None = None

    def result(self) -> ClaimPage:
        """Return the page."""
        return ClaimPage(
            board=self._proven.pack.board,
            pack=self._proven.pack.view(),
            threads=tuple(self.threads),
            next_after=self._place,
        )

    def add(self, tx: Tx, ctx: Context, author: AuthorOfThread, above: int) -> bool:
        """Add an author's posts in a thread from a row on; return whether the page is full then."""
        claim = claim_records.claims_of(tx, [author.imported]).get(author.imported)
        while True:
            found = ctx.readers.imported_posts(tx, author.imported, above, _POSTS, ctx.moment)
            self._append(author, claim, found)
            if found:
                above = found[-1].row
            if self._bytes >= limits.PAGE_BYTES_MAX // 2:
                self._place = f"{author.thread}:{above}"
                return True
            if len(found) < _POSTS:
                return False

    def _append(
        self, author: AuthorOfThread, claim: ClaimRow | None, found: list[ImportedPost]
    ) -> None:
        """Append posts, by the thread in which they stand now; a thread without any if it is new."""
        numbers = list(dict.fromkeys(each.thread_number for each in found))
        for number in numbers or [None]:
            posts = tuple(
                ClaimedPost(
                    id=post.id,
                    number=post.number or 1,
                    at=post.at,
                    state=post.state,
                    subject=post.subject,
                    body=post.body,
                )
                for _, thread, post in found
                if thread == number and post.body is not None
            )
            self._bytes += 256 + sum(
                256 + 6 * (len(post.body) + len(post.subject or "")) for post in posts
            )
            self.threads.append(
                ClaimedThread(
                    thread=author.thread,
                    number=number,
                    posts=posts,
                    state=None if claim is None else ClaimState(claim.state),
                    erase_at=optional_instant(claim_records.erase_at(claim)),
                    by_this_key=claim is not None
                    and claim.tag == claim_tag(self._proven.hashed, author.thread),
                )
            )


def decide_claim(tx: Tx, ctx: Context, command: DecideClaim) -> Outcome[ClaimResult]:
    """Store what an author decided about their words in some threads. Protocol 31.4.

    Words that are taken back are hidden from this commit on, in every view.

    Raises:
        ClaimFailed: If the claim is not proven, or the key has no words in one of the threads.
        PersonNeeded: If a script sends it.
        ClaimDecided: If another answer holds that this one cannot follow.
    """
    proven = _prove(tx, ctx, command)
    tags = proven.tags(command.threads)
    authors = claim_records.authors_by_tag(tx, proven.pack.board, tags)
    if {author.thread for author in authors} != set(command.threads):
        raise ClaimFailed
    if command.script:
        raise PersonNeeded(what=command.method)
    if command.answer is ClaimAnswer.NOT_MINE:
        _refuse_decided(tx, authors)
        claim_records.drop_tags(tx, proven.pack.board, tags)
        return Outcome(ClaimResult(answer=command.answer, threads=command.threads))
    named = command.answer is ClaimAnswer.NAMED
    own = _claimed_before(tx, ctx, proven) if named else None
    until = _until(tx, ctx, command, None if own is None else own.member)
    if named and proven.pack.moved:
        authors += _offices(tx, proven)
    claims = claim_records.claims_of(tx, [author.imported for author in authors])
    answer, effects = command.answer, list[Effect]()
    for author in authors:
        before = claims.get(author.imported)
        row = _decide(ctx, proven, author, command, before, until)
        if own is not None and row.state == ClaimState.INVITED.value:
            row = row._replace(member=own.member)
        if row.state == ClaimState.DISPUTED.value:
            answer = ClaimAnswer.TAKEN
        if row != before:
            claim_records.put_claim(tx, row, None if before is None else ClaimState(before.state))
            _end_code(tx, ctx, before)
            if _is_hidden(before) != _is_hidden(row):
                effects += ctx.readers.fetch_imported_again(tx, ctx, row.imported, row.thread)
    if own is not None:
        _wait_together(tx, ctx, command, proven, own, until)
    result = ClaimResult(
        answer=answer,
        threads=command.threads,
        erase_at=optional_instant(until if answer is ClaimAnswer.TAKEN else None),
        invited_until=optional_instant(until if answer is ClaimAnswer.NAMED else None),
    )
    return Outcome(result, tuple(effects))


def _is_hidden(row: ClaimRow | None) -> bool:
    return row is not None and row.state in claim_records.TAKING


def _refuse_decided(tx: Tx, authors: list[AuthorOfThread]) -> None:
    """Refuse to drop the match of words about which something was decided.

    Raises:
        ClaimDecided: If that is so in one of the threads.
    """
    for row in claim_records.claims_of(tx, [author.imported for author in authors]).values():
        raise ClaimDecided(state=row.state, thread=row.thread)


def _claimed_before(tx: Tx, ctx: Context, proven: Proven) -> OfKey:
    """Return what else a key claimed under a name; whose account is gone may have a new one."""
    own = claim_records.claims_of_key(tx, proven.pack.board, proven.hashed)
    found = None if own.member is None else ctx.readers.member(tx, ctx, own.member)
    is_gone = found is None or found.state is MemberState.LEFT
    return own._replace(member=None) if is_gone else own


def _wait_together(
    tx: Tx, ctx: Context, command: DecideClaim, proven: Proven, own: OfKey, until: Ms | None
) -> None:
    """Let all that a key claimed before wait for its newest code: one author gets one account.

    Raises:
        ClaimDecided: If another key of the author has claims that wait: it alone says who gets them.
    """
    assert command.code_hash is not None
    code = bytes.fromhex(command.code_hash)
    waiting = [row for row in own.waiting if row.code_hash != code]
    for row in waiting:
        if row.tag != claim_tag(proven.hashed, row.thread):
            raise ClaimDecided(state=row.state, thread=row.thread)
        if row.thread not in command.threads:
            now = row._replace(code_hash=code, until=until, member=own.member)
            claim_records.put_claim(tx, now, ClaimState(row.state))
            _end_code(tx, ctx, row)


def _until(tx: Tx, ctx: Context, command: DecideClaim, member: MemberId | None) -> Ms | None:
    """Return when the invitation ends or the words are erased, in ms; make the invitation.

    Args:
        member: The account that the author has here already; then the code invites nobody.

    Raises:
        ClaimFailed: If a name is asked for without a code.
    """
    match command.answer:
        case ClaimAnswer.TAKEN:
            return ctx.proven_now + CLAIM_ERASE_DAYS * DAY_MS
        case ClaimAnswer.NAMED:
            if command.code_hash is None:
                raise ClaimFailed
            if member is not None:
                return ctx.now + CLAIM_DAYS * DAY_MS
            code = bytes.fromhex(command.code_hash)
            return ctx.readers.invite_claimant(tx, ctx, code, CLAIM_DAYS)
        case _:
            return None


def _offices(tx: Tx, proven: Proven) -> list[AuthorOfThread]:
    """Return the office that the key held on the board when it was packed for its move, if any.

    An office that is somebody's again comes back no second time, and holds no other words up.
    """
    board = proven.pack.board
    found = claim_records.authors_by_tag(tx, board, proven.tags([board]))
    decided = claim_records.claims_of(tx, [office.imported for office in found])
    given = {row.imported for row in decided.values() if row.state == ClaimState.NAMED.value}
    return [office for office in found if office.imported not in given]


def _decide(
    ctx: Context,
    proven: Proven,
    author: AuthorOfThread,
    command: DecideClaim,
    before: ClaimRow | None,
    until: Ms | None,
) -> ClaimRow:
    """Return the row after an answer; the row as it stands if it says so already.

    Raises:
        ClaimDecided: If the answer cannot follow.
    """
    tag = claim_tag(proven.hashed, author.thread)
    code = None if command.code_hash is None else bytes.fromhex(command.code_hash)
    known = None if before is None else before.decided(tag, code)
    state = state_for_answer(command.answer, known)
    if state is None:
        assert before is not None
        raise ClaimDecided(state=before.state, thread=author.thread)
    if before is not None and known is not None:
        if state is known.state and (state is not ClaimState.INVITED or known.by_same_code):
            return before
        if state is ClaimState.DISPUTED:
            return before._replace(state=state.value, until=None)
    return ClaimRow(
        imported=author.imported,
        board=proven.pack.board,
        thread=author.thread,
        tag=tag,
        state=state.value,
        at=ctx.now,
        until=until,
        code_hash=code if state is ClaimState.INVITED else None,
    )


def _end_code(tx: Tx, ctx: Context, before: ClaimRow | None) -> None:
    """End the invitation of an earlier answer once nothing waits for its code any more."""
    code = None if before is None else before.code_hash
    if code is not None and not claim_records.claims_by_code(tx, code):
        ctx.readers.end_claimant_invitation(tx, ctx, code)


def redeem_claim(tx: Tx, ctx: Context, command: RedeemClaim) -> Outcome[RedeemedClaim]:
    """Let the claims that wait for a code be the actor's, who is a member already. Protocol 31.5.

    Raises:
        InvitationInvalid: If nothing waits for the code, or not any more.
    """
    taken = take_up(tx, ctx, command.code, ctx.member)
    if taken is None:
        raise InvitationInvalid
    return Outcome(RedeemedClaim(board=taken.board, threads=taken.threads), taken.effects)


def get_claims(tx: Tx, ctx: Context, query: GetClaims) -> Slices[ClaimsResult]:
    """Return how many claims there are on boards that came with packs; nobody is named. Protocol 31.8."""
    counts: list[ClaimCounts] = []
    for board in claim_records.list_open_boards(tx):
        counts.append(_count(tx, ctx, board))
        yield
    counts.sort(key=lambda each: (each.slug or "", each.board))
    return ClaimsResult(claims=tuple(counts))


def _count(tx: Tx, ctx: Context, board: BoardId) -> ClaimCounts:
    kept = ctx.readers.kept_seats(tx, board, ctx.proven_now)
    found = ctx.readers.board(tx, board)
    return ClaimCounts(
        board=board,
        slug=None if found is None else found.slug,
        threads=claim_records.count_states(tx, board),
        disputed=tuple(claim_records.list_disputed(tx, board, limits.PAGE_ITEMS_MAX)),
        seats_left=0 if kept is None else kept.seats,
        seats_until=None if kept is None else instant(kept.until),
    )
