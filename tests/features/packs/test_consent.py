"""Each member says how their words may go with a board, and only they can change it (29.1)."""

from typing import Any

import pytest

from bbs.errors import FolkmootError
from bbs.features.boards.messages import ConfigureBoard, Visibility
from bbs.features.boards.seat_messages import LeaveSeat
from bbs.features.moderation.views import RestrictionKind
from bbs.features.packs.consent_messages import (
    BoardConsent,
    ConsentChanged,
    ListConsents,
    PackConsent,
    SetConsent,
)
from bbs.ids import COMMONS, BoardId, new_id
from bbs.powers import TOKEN_POWERS
from bbs.refusals import Conflict, NotAllowed, NotFound
from bbs.streams import board_stream
from tests.support.letters import letter_between
from tests.support.moot import Line, Moot
from tests.support.restricting import restricted
from tests.support.talk import seated, start


async def chosen(line: Line, board: BoardId) -> dict[str, PackConsent]:
    """Return what members chose for a board, as a reader is told."""
    found = await line.ask(ListConsents(board=board))
    return {each.member: each.consent for each in found.consents}


async def test_what_is_chosen_is_read_and_told(moot: Moot, board: BoardId, ana: Line) -> None:
    """The board's readers hear of a choice and read it; the default is not listed (29.1)."""
    ben = await seated(moot, "ben", board)
    await ben.listen(board_stream(board))
    await ana.listen(board_stream(board))
    result = await ana.ask(SetConsent(board=board, consent=PackConsent.LEFT_OUT))
    consent = BoardConsent(board=board, member=ana.id, consent=PackConsent.LEFT_OUT)
    assert result.consent == consent
    for line in (ben, ana):
        assert await line.told(ConsentChanged) == [ConsentChanged(consent=consent)]
    assert await chosen(ben, board) == {ana.id: PackConsent.LEFT_OUT}
    await ben.ask(SetConsent(board=board, consent=PackConsent.NAMED))
    await ana.ask(SetConsent(board=board, consent=PackConsent.NAMELESS))
    assert await chosen(ana, board) == {ben.id: PackConsent.NAMED}


async def test_the_same_choice_again_tells_nobody(moot: Moot, board: BoardId, ana: Line) -> None:
    """A choice that changes nothing is no event (29.1)."""
    await ana.listen(board_stream(board))
    for consent in (PackConsent.NAMELESS, PackConsent.NAMED, PackConsent.NAMED):
        await ana.ask(SetConsent(board=board, consent=consent))
    await ana.settle()
    assert [told.consent.consent for told in ana.events(ConsentChanged)] == [PackConsent.NAMED]


async def test_it_outlasts_the_seat(moot: Moot, board: BoardId, ana: Line) -> None:
    """Authors without a seat keep their choice and can change it, on a private board too (P9)."""
    await start(ana, board)
    await ana.ask(SetConsent(board=board, consent=PackConsent.NAMED))
    await ana.ask(LeaveSeat(board=board))
    await moot.sysop.carry(ConfigureBoard(board=board, visibility=Visibility.PRIVATE))
    assert await chosen(moot.sysop, board) == {ana.id: PackConsent.NAMED}
    await ana.ask(SetConsent(board=board, consent=PackConsent.LEFT_OUT))
    assert await chosen(moot.sysop, board) == {ana.id: PackConsent.LEFT_OUT}
    assert isinstance(await ana.refused(ListConsents(board=board)), NotFound)


async def test_it_is_open_to_who_is_suspended(moot: Moot, board: BoardId, ana: Line) -> None:
    """A suspension takes nobody's say over their own words (P9)."""
    await restricted(moot, RestrictionKind.SUSPENDED, COMMONS, ana)
    await ana.ask(SetConsent(board=board, consent=PackConsent.LEFT_OUT))
    assert await chosen(moot.sysop, board) == {ana.id: PackConsent.LEFT_OUT}


async def test_strangers_to_a_private_board_learn_nothing_of_it(
    moot: Moot, board: BoardId, ana: Line
) -> None:
    """Who has neither a seat nor words on a private board is told that there is none (protocol 4.3)."""
    await moot.sysop.carry(ConfigureBoard(board=board, visibility=Visibility.PRIVATE))
    ben = await moot.join("ben")
    refused = [
        await ben.refused(SetConsent(board=each, consent=PackConsent.NAMED))
        for each in (board, new_id())
    ]
    assert isinstance(refused[0], NotFound)
    assert str(refused[0]) == str(refused[1])


@pytest.mark.parametrize("where", ["letter", "commons"])
async def test_nobody_takes_a_letter_or_the_commons_along(
    moot: Moot, ana: Line, where: str
) -> None:
    """No pack holds a letter, and the commons stays with its community (29.1)."""
    expected: tuple[Any, BoardId] = (Conflict, COMMONS)
    if where == "letter":
        expected = (NotFound, (await letter_between(moot, ana, await moot.join("ben"))).id)
    error: FolkmootError = await ana.refused(
        SetConsent(board=expected[1], consent=PackConsent.NAMED)
    )
    assert isinstance(error, expected[0])


async def test_no_token_chooses(moot: Moot, board: BoardId, ana: Line) -> None:
    """A script has no say over how its owner's words go (P9)."""
    script = await moot.with_token(ana, TOKEN_POWERS)
    error = await script.refused(SetConsent(board=board, consent=PackConsent.NAMED))
    assert isinstance(error, NotAllowed)
