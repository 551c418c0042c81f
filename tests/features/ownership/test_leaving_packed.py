"""A pack made while somebody can still come back has neither their words nor their name (P9, protocol 28.3)."""

import pytest

from bbs.features.ownership.views import LeaveWords
from bbs.features.packs.consent_messages import PackConsent, SetConsent
from bbs.features.packs.messages import ReadPack
from tests.features.ownership.leaving_people import HANDLE, MORE, NAME, TITLE, WORDS, gather
from tests.support.moot import Moot


@pytest.mark.parametrize(
    ("words", "board"),
    [(LeaveWords.TAKEN, False), (LeaveWords.FORMER, True), (LeaveWords.LEFT, False)],
)
async def test_what_a_pack_has_of_a_leaver(moot: Moot, words: LeaveWords, board: bool) -> None:
    """Also of somebody who wanted to go with their name before."""
    folk = await gather(moot)
    await folk.ana.ask(SetConsent(board=folk.board, consent=PackConsent.NAMED))
    await folk.leave(words, board=board)
    lines, after = [], None
    while True:
        page = await moot.sysop.ask(ReadPack(board=folk.board, after=after))
        lines += [bytes(line) for line in page.lines]
        after = page.next_after
        if after is None:
            break
    packed = b"".join(lines)
    has = {each for each in (TITLE, WORDS, MORE, HANDLE, NAME) if each.encode() in packed}
    named = {HANDLE, NAME} if words is LeaveWords.LEFT else set()
    kept = set() if words is LeaveWords.TAKEN else {TITLE, WORDS, MORE}
    assert has == kept | named
