"""Seat holders keep the claim list of a board, which only its server can have made (29.3)."""

from msgspec.structs import replace

from bbs.features.boards.seat_messages import LeaveSeat
from bbs.features.packs.claim_lists import is_signed
from bbs.features.packs.consent_messages import (
    ClaimList,
    GetClaimList,
    PackConsent,
    SetConsent,
)
from bbs.features.packs.tags import author_tags, claim_hash, is_own
from bbs.features.threads.messages import WithdrawPost
from bbs.ids import COMMONS, BoardId, new_id
from bbs.refusals import NotFound
from bbs_server.store import signing_key
from tests.support.moot import Line, Moot
from tests.support.talk import seated, start


async def listed(line: Line, board: BoardId) -> ClaimList:
    """Return the only page of a board's list."""
    page = await line.ask(GetClaimList(board=board))
    assert page.next_after is None
    return page


async def test_it_has_each_author_with_what_they_chose(
    moot: Moot, board: BoardId, ana: Line
) -> None:
    """Authors with words there, by id; a name stands only with the author's consent (29.3, P11)."""
    ben, cem = await seated(moot, "ben", board), await seated(moot, "cem", board)
    for line in (ana, ben, cem):
        begun = await start(line, board)
    await cem.ask(WithdrawPost(post=begun.post))
    await ben.ask(SetConsent(board=board, consent=PackConsent.NAMED))
    found = {each.member: each for each in (await listed(ana, board)).members}
    assert list(found) == sorted([ana.id, ben.id])
    assert (found[ana.id].consent, found[ana.id].handle) == (PackConsent.NAMELESS, None)
    assert (found[ben.id].handle, found[ben.id].name) == ("ben", "Ben")


async def test_its_hashes_are_those_of_the_tags(moot: Moot, board: BoardId, ana: Line) -> None:
    """A pack's tags can be made from the list; the key of a device matches its author's only (29.2)."""
    ben = await seated(moot, "ben", board)
    begun = await start(ana, board)
    await start(ben, board)
    found = {each.member: each.hashes for each in (await listed(ana, board)).members}
    assert claim_hash(ana.person.public) in found[ana.id]
    tags = author_tags(found[ana.id], begun.thread)
    assert is_own(ana.person.public, begun.thread, tags)
    assert not is_own(ben.person.public, begun.thread, tags)
    again = {each.member: each.hashes for each in (await listed(ben, board)).members}
    assert again == found, "noise that changed would show itself"


async def test_only_the_server_can_have_made_it(moot: Moot, board: BoardId, ana: Line) -> None:
    """Its signature holds for this list alone, and under the pinned key alone (29.3)."""
    await start(ana, board)
    page = await listed(ana, board)
    key = await moot.read(signing_key.public_key)
    assert key is not None
    assert is_signed(page, key)
    [entry] = page.members
    for forged in (
        replace(page, members=(replace(entry, consent=PackConsent.NAMED, handle="ana"),)),
        replace(page, members=()),
        replace(page, board=new_id()),
        replace(page, next_after=entry.member),
        replace(page, host="elsewhere.example"),
    ):
        assert not is_signed(forged, key)
    assert not is_signed(page, ana.person.public)


async def test_only_seat_holders_read_it(moot: Moot, board: BoardId, ana: Line) -> None:
    """Who has no seat, or not any more, gets none; of the commons there is none (29.3)."""
    await start(ana, board)
    outsider = await moot.join("ben")
    assert isinstance(await outsider.refused(GetClaimList(board=board)), NotFound)
    assert isinstance(await ana.refused(GetClaimList(board=COMMONS)), NotFound)
    await ana.ask(LeaveSeat(board=board))
    assert isinstance(await ana.refused(GetClaimList(board=board)), NotFound)
