"""Boards that go out of view take their words along; waiting lists move up in slices."""

from pathlib import Path
from typing import Any

import pytest

from bbs import limits
from bbs.features.boards.messages import (
    BoardConfigured,
    BoardOpened,
    BoardResult,
    ConfigureBoard,
    GetBoard,
    Visibility,
)
from bbs.features.boards.seat_messages import ListSeats, SeatState
from bbs.ids import COMMONS, new_id
from tests.support.moot import Line, Moot, open_moot

COMMONS_STREAM = f"board:{COMMONS}"


async def named(moot: Moot) -> str:
    """Open a listed board whose every word can be found again."""
    return await moot.board(moot.sysop, "canaryslug", title="Canarytitle", charter="Canarycharter.")


@pytest.mark.parametrize("visibility", [Visibility.PRIVATE, Visibility.UNLISTED])
async def test_who_comes_later_learns_nothing_of_it(moot: Moot, visibility: Visibility) -> None:
    """A replay of the commons holds no word of a board that went out of view (P10, protocol 6.2)."""
    board = await named(moot)
    await moot.sysop.ask(ConfigureBoard(board=board, title="Canarytitle two"))
    await moot.sysop.ask(ConfigureBoard(board=board, visibility=visibility))
    late = await moot.join("late")
    await late.listen(COMMONS_STREAM, cursor=0)
    (opened,) = await late.told(BoardOpened)
    (configured,) = await late.told(BoardConfigured)
    for told in (opened, configured):
        assert told.board.id == board
        assert (told.board.slug, told.board.title, told.board.charter) == (None, None, None)
    assert b"anary" not in late.sent


async def test_its_readers_keep_its_words(moot: Moot) -> None:
    """Who may read a board that went out of view is told what it is called (protocol 6.4)."""
    board = await named(moot)
    await moot.sysop.ask(ConfigureBoard(board=board, visibility=Visibility.PRIVATE))
    again = await moot.again(moot.sysop)
    await again.listen(f"board:{board}", cursor=0)
    told = (await again.told(BoardConfigured))[-1].board
    assert told == (await again.ask(GetBoard(board=board))).board
    assert (told.slug, told.title, told.charter) == ("canaryslug", "Canarytitle", "Canarycharter.")


async def test_events_and_answers_hold_no_slug(moot: Moot) -> None:
    """Slugs are words: no event and no stored answer holds one, and answers are whole (protocol 5.3)."""
    board = await named(moot)
    await moot.sysop.ask(ConfigureBoard(board=board, seats=3))
    tables = await moot.dump()
    assert "anary" not in str(tables["events"]) + str(tables["ops"])
    command = ConfigureBoard(op=new_id(), board=board, seats=4)
    first: BoardResult = await moot.sysop.ask(command)
    assert (await moot.sysop.ask(command)).board == first.board
    assert first.board.slug == "canaryslug"


async def test_new_words_come_with_going(moot: Moot) -> None:
    """A board renamed while it goes out of view has the new words; the old stay in its acts (P10)."""
    board = await named(moot)
    change = ConfigureBoard(board=board, title="New", visibility=Visibility.PRIVATE)
    shown = await moot.sysop.ask(change)
    assert (shown.board.title, shown.board.charter) == ("New", "Canarycharter.")
    moot.clock.jump(days=limits.ACT_DAYS + 1)
    await moot.do_jobs()
    assert "Canarytitle" not in str(await moot.dump())


async def test_a_long_list_moves_up_in_slices(tmp_path: Path) -> None:
    """Many free seats are offered in the order of asking, a bounded number at once (P1)."""
    async with open_moot(tmp_path / "data", board_seats_max=500) as moot:
        board = await moot.board(moot.sysop, "garden", seats=1)
        wanted = limits.SEATED_AT_ONCE_MAX + 20

        def crowd(tx: Any) -> None:
            for n in range(wanted):
                fields = "id, handle, handle_text, name_text, state, joined_at, password"
                sql = f"INSERT INTO members ({fields}) VALUES (?, ?, '', '', 'seated', 0, '')"
                tx.execute(sql, member := new_id(), f"m{n}")
                sql = (
                    "INSERT INTO seats (board, member, state, position) VALUES (?, ?, 'waiting', ?)"
                )
                tx.execute(sql, board, member, n + 2)

        await moot.change(crowd)

        async def offered(line: Line) -> list[int]:
            seats = (await line.ask(ListSeats(board=board))).seats
            return [seat.position for seat in seats if seat.state is SeatState.OFFERED]

        await moot.sysop.ask(ConfigureBoard(board=board, seats=wanted))
        assert await offered(moot.sysop) == [*range(2, limits.SEATED_AT_ONCE_MAX + 2)]
        await moot.do_jobs()
        assert await offered(moot.sysop) == [*range(2, wanted + 1)]
