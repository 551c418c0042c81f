"""Who sits on a board, and the office of its moderators, on the screen (P8)."""

from typing import Any

import pytest
from msgspec.structs import replace

from bbs.features.boards.messages import BoardResult, ConfigureBoard
from bbs.features.boards.seat_messages import (
    Appoint,
    HandOver,
    ListSeats,
    OfferSeat,
    Seat,
    SeatList,
    SeatResult,
    TakeUpOffice,
)
from bbs.features.boards.seat_messages import SeatState as State
from bbs_client.features.boards.seats import SeatList as Rows
from bbs_client.session.session import Session
from bbs_client.tui.app import QUIET, FolkmootApp
from tests.client.app.driving import connection_of, into, screen_text
from tests.client.app.sample import ANA, BEN, CELLAR, CLEO, an_app

TO_CELLAR = ("j", "j", "j")
MINE = Seat(board=CELLAR, member=ANA, state=State.SEATED, moderator=True, position=1)
BENS = Seat(board=CELLAR, member=BEN, state=State.SEATED, position=2)


def at_cellar(session: Session, *seats: Seat, **options: Any) -> FolkmootApp:
    """Return the client of ana, who moderates the cellar, and the seats that its server lists."""
    app = an_app(session, **options)
    answers = connection_of(app).answers
    answers[ListSeats] = SeatList(seats=seats)
    answers[Appoint] = SeatResult(seat=replace(BENS, moderator=True))
    answers[HandOver] = SeatResult(seat=replace(BENS, moderator=True))
    answers[OfferSeat] = SeatResult(seat=Seat(board=CELLAR, member=CLEO, state=State.OFFERED))
    answers[TakeUpOffice] = SeatResult(seat=MINE)
    return app


def sent(app: FolkmootApp) -> list[Any]:
    """Return the commands that the server was asked for."""
    return [each for each in connection_of(app).asked if not isinstance(each, ListSeats)]


def told(app: FolkmootApp) -> str:
    """Return what the reader was told last."""
    return str(list(app._notifications)[-1].message)


async def test_a_seat_holder_is_made_moderator(session: Session) -> None:
    """The list says who sits there and who moderates; what is done is asked first, and then told."""
    app = at_cellar(session, MINE, BENS)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, *TO_CELLAR, "6")
        shown = screen_text(app)
        assert "Seats on The Cellar: 2 of" in shown
        assert "make moderator" not in shown
        await into(pilot, "j")
        assert "a make moderator" in screen_text(app)
        await into(pilot, "a")
        assert "a moderator of The Cellar?" in screen_text(app)
        assert not sent(app)
        await into(pilot, "enter")
        (command,) = sent(app)
        assert command == Appoint(board=CELLAR, member=BEN, moderator=True, op=command.op)
        assert told(app) == "@ben moderates cellar now."


async def test_an_office_is_handed_over_in_one_act(session: Session) -> None:
    """The office is somebody else's and no longer the reader's, by one command."""
    app = at_cellar(session, MINE, BENS)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, *TO_CELLAR, "6", "j", "o", "enter")
        (command,) = sent(app)
        assert command == HandOver(board=CELLAR, member=BEN, op=command.op)


async def test_an_office_is_ended(session: Session) -> None:
    """The office of another, or one's own; Esc at the question changes nothing."""
    app = at_cellar(session, MINE, replace(BENS, moderator=True))
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, *TO_CELLAR, "6", "j", "x", "escape")
        assert not sent(app)
        await into(pilot, "6", "j", "x", "enter", "6", "x", "enter")
        assert [(each.member, each.moderator) for each in sent(app)] == [(BEN, False), (ANA, False)]


async def test_a_seat_is_offered_to_a_member_by_name(session: Session) -> None:
    """A handle, with or without its sign; who is nobody, or has a place here, is said where it is typed."""
    app = at_cellar(session, MINE, replace(BENS, state=State.WAITING))
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, *TO_CELLAR, "6")
        shown = screen_text(app)
        assert "1 of 50 taken, 1 waiting" in shown
        assert "s offer a seat" in shown
        await into(pilot, "s", *"nemo", "enter")
        assert "member: nobody here is called @nemo" in screen_text(app)
        await into(pilot, "end", "ctrl+u", *"@ben", "enter")
        assert "member: @ben waits for a seat here already" in screen_text(app)
        assert not sent(app)
        await into(pilot, "end", "ctrl+u", *"@cleo", "enter")
        (command,) = sent(app)
        assert command == OfferSeat(board=CELLAR, member=CLEO, op=command.op)
        assert told(app) == "A seat on cellar waits for @cleo."


@pytest.mark.parametrize("theme", ["terminal", "mono"])
async def test_a_row_turned_round_can_be_read(session: Session, theme: str) -> None:
    """With the terminal's own colours the row under the cursor has none of its own, and is not dim."""
    app = at_cellar(session, MINE, BENS, settings=replace(QUIET, theme=theme))
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, *TO_CELLAR, "6")
        view = app.screen.query_one(Rows)
        under, other = (
            [style for text, style, _ in view.render_line(row) if style and text.strip(" ▌")]
            for row in range(2)
        )
        assert all(style.reverse and not style.dim for style in under)
        assert any(style.dim for style in other)


async def test_who_waits_is_let_in_by_more_seats(session: Session) -> None:
    """Nobody is passed over in the list (P3): moderators give the board more seats."""
    app = at_cellar(session, MINE, replace(BENS, state=State.WAITING))
    row = session.cache.board(CELLAR)
    assert row is not None
    connection_of(app).answers[ConfigureBoard] = BoardResult(board=replace(row.board, seats=60))
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, *TO_CELLAR, "6", "j")
        assert "m more seats" in screen_text(app)
        await into(pilot, "enter", "end", "ctrl+u", *"60", "enter")
        (command,) = sent(app)
        assert (command.board, command.seats) == (CELLAR, 60)


async def test_an_empty_office_is_taken_up(session: Session) -> None:
    """Where nobody moderates, a seat holder takes the office up; with a moderator there, nobody does."""
    mine = replace(MINE, moderator=False)
    session.cache.apply([replace(mine, revision=9)])
    app = at_cellar(session, mine, BENS)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, *TO_CELLAR, "6", "j")
        assert "take up office" not in screen_text(app)
        await into(pilot, "k")
        assert "t take up office" in screen_text(app)
        await into(pilot, "t")
        assert "Others who sit there can object" in screen_text(app)
        await into(pilot, "enter")
        (command,) = sent(app)
        assert command == TakeUpOffice(board=CELLAR, op=command.op)
        connection_of(app).answers[ListSeats] = SeatList(
            seats=(mine, replace(BENS, moderator=True))
        )
        await into(pilot, "6", "t")
        assert told(app).startswith("Only moderators of the board and the sysop")


@pytest.mark.parametrize("key", ["a", "x", "o", "t"])
async def test_what_cannot_be_done_to_a_seat_is_told(session: Session, key: str) -> None:
    """Who only waits for a seat has no office; what can be done there is said, and nothing is asked."""
    app = at_cellar(session, MINE, replace(BENS, state=State.WAITING))
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, *TO_CELLAR, "6", "j", key)
        assert told(app) == "Press m (more seats) or s (offer a seat)."
        await into(pilot, "k", "enter")
        assert "End the office of" in screen_text(app)
        assert not sent(app)
