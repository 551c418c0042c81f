"""Who sits on a board, and the office of its moderators, on the screen (P8)."""

from typing import Any

import pytest
from msgspec.structs import replace

from bbs.features.boards.messages import Appoint, HandOver, ListSeats, Seat, SeatList, SeatResult
from bbs.features.boards.messages import SeatState as State
from bbs_client.session.session import Session
from bbs_client.tui.app import FolkmootApp
from tests.client.app.driving import connection_of, into, screen_text
from tests.client.app.sample import ANA, BEN, CELLAR, an_app

TO_CELLAR = ("j", "j", "j")
MINE = Seat(board=CELLAR, member=ANA, state=State.SEATED, moderator=True, position=1)
BENS = Seat(board=CELLAR, member=BEN, state=State.SEATED, position=2)


def at_cellar(session: Session, *seats: Seat) -> FolkmootApp:
    """Return the client of ana, who moderates the cellar, and the seats that its server lists."""
    app = an_app(session)
    answers = connection_of(app).answers
    answers[ListSeats] = SeatList(seats=seats)
    answers[Appoint] = SeatResult(seat=replace(BENS, moderator=True))
    answers[HandOver] = SeatResult(seat=replace(BENS, moderator=True))
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
        assert "a make moderator" in shown
        await into(pilot, "j", "a")
        assert "a moderator of The Cellar?" in screen_text(app)
        assert not sent(app)
        await into(pilot, "enter")
        (command,) = sent(app)
        assert command == Appoint(board=CELLAR, member=BEN, moderator=True, op=command.op)
        assert told(app).endswith(" moderator.")


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


@pytest.mark.parametrize("key", ["a", "x", "o", "enter"])
async def test_what_cannot_be_done_to_a_seat_is_told(session: Session, key: str) -> None:
    """Who only waits for a seat has no office, and nobody is asked for anything."""
    app = at_cellar(session, MINE, replace(BENS, state=State.WAITING))
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, *TO_CELLAR, "6", "j", key)
        assert told(app).startswith("Only moderators of the board and the sysop")
        await into(pilot, "k", "enter")
        assert "End the office of" in screen_text(app)
        assert not sent(app)
