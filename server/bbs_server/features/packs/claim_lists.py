"""The claim list of a board: its authors, their consent and their hashes, signed (protocol 29.3)."""

from msgspec.structs import replace

from bbs import limits
from bbs.clock import instant
from bbs.features.boards.kinds import BoardKind
from bbs.features.boards.seat_messages import SeatState
from bbs.features.packs.claim_lists import signed_text
from bbs.features.packs.consent_messages import (
    AuthorHashes,
    ClaimEntry,
    ClaimList,
    GetClaimList,
    PackConsent,
)
from bbs.ids import COMMONS, MemberId
from bbs.refusals import NotFound
from bbs_server.features.packs import consent_records
from bbs_server.handler_api import Context
from bbs_server.store import signing_key
from bbs_server.store.api import Slices, Tx


def get_claim_list(tx: Tx, ctx: Context, query: GetClaimList) -> Slices[ClaimList]:
    """Return a signed page of a board's claim list to somebody with a seat there."""
    seat = ctx.readers.seat_of(tx, query.board, ctx.member)
    is_seated = seat is not None and seat.state is SeatState.SEATED
    if not is_seated or query.board == COMMONS or ctx.board.kind is BoardKind.LETTER:
        raise NotFound(what="seat")
    authors: set[MemberId] = set()
    for author in ctx.readers.list_writers(tx, query.board):
        if author is None:
            yield
        elif author > (query.after or ""):
            authors.add(author)
    listed = sorted(authors)[: limits.PAGE_ITEMS_MAX]
    consents = consent_records.consents_of(tx, query.board)
    hashes = ctx.readers.claim_hashes(tx, listed)
    key = signing_key.public_key(tx)
    assert key is not None  # a community that was started has one
    page = ClaimList(
        board=query.board,
        members=tuple(
            _entry(tx, ctx, each, consents.get(each, PackConsent.NAMELESS), hashes[each])
            for each in listed
        ),
        after=query.after,
        next_after=listed[-1] if len(listed) < len(authors) else None,
        host=ctx.host,
        epoch=ctx.epoch,
        at=instant(ctx.now),
        key=key,
        signature="",
    )
    return replace(page, signature=signing_key.sign(tx, signed_text(page)))


def _entry(
    tx: Tx, ctx: Context, member: MemberId, consent: PackConsent, hashes: AuthorHashes
) -> ClaimEntry:
    """Return an author's entry, with their names only if they chose so."""
    found = ctx.readers.member(tx, ctx, member) if consent is PackConsent.NAMED else None
    return ClaimEntry(
        member=member,
        consent=consent,
        handle=None if found is None else found.handle,
        name=None if found is None else found.name,
        hashes=hashes,
    )
