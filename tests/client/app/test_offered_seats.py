"""An offered seat and a place in line on the screen: home, the seat's page, the list of seats (19.2, 19.6)."""

from datetime import timedelta
from pathlib import Path

from msgspec.structs import replace

from bbs.features.boards.seat_messages import (
    GetPlace,
    LeaveSeat,
    ListSeats,
    OfferedBy,
    Seat,
    SeatList,
    SeatPlace,
    SeatResult,
    TakeBackOffer,
)
from bbs.features.boards.seat_messages import SeatState as State
from bbs.ids import COMMONS
from bbs_client.session.in_line import describe_offers
from bbs_client.tui.app import QUIET, FolkmootApp
from tests.client.app.driving import connection_of, into, screen_text
from tests.client.app.sample import (
    ANA,
    BEN,
    CELLAR,
    NOW,
    READERS,
    a_session,
    an_app,
    boards,
    people,
)

UNTIL = NOW + timedelta(days=7)
OFFERED = Seat(
    board=READERS,
    member=ANA,
    state=State.OFFERED,
    position=3,
    offered_by=OfferedBy.QUEUE,
    until=UNTIL,
)
WAITING = replace(OFFERED, state=State.WAITING, offered_by=None, until=None)


def with_seat(folder: Path, seat: Seat, place: SeatPlace | None = None) -> FolkmootApp:
    """Return the client of ana at home, who has this seat, and what the server says of her place."""
    session = a_session(folder, only=(*people(), *boards(), seat))
    app = an_app(session, settings=replace(QUIET, opens="home"))
    if place is not None:
        connection_of(app).answers[GetPlace] = place
    return app


async def test_home_says_until_when_a_seat_is_offered(tmp_path: Path) -> None:
    """The offer stands open at home with its end; S shows the norms, takes it or declines it."""
    app = with_seat(tmp_path, OFFERED, SeatPlace(seat=OFFERED, freed=2))
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot)
        text = screen_text(app)
        assert "a seat on Slow Readers is offered to you until 9 Mar" in text
        await into(pilot, "end", "S")
        text = " ".join(screen_text(app).split())
        assert "A seat on Slow Readers is offered to you until 9 Mar" in text
        assert "2 seats became free on Slow Readers in the last 30 days." in text
        assert "x decline the seat" in text
        await into(pilot, "x")
        (sent,) = app.session.pending()
        assert sent.method == LeaveSeat.method


async def test_an_offer_that_is_over_stands_nowhere(tmp_path: Path) -> None:
    """What is over by the time of the server is offered no more, before an event says so (19.3)."""
    app = with_seat(tmp_path, replace(OFFERED, until=NOW))
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot)
        assert "offered to you" not in screen_text(app)
        assert describe_offers(app.session, "seat") == []


async def test_who_waits_reads_place_and_week(tmp_path: Path) -> None:
    """The seat's page names the place, the seats that became free, and the week of the pace (19.6)."""
    place = SeatPlace(
        seat=WAITING, place=3, waiting=7, newcomers_per_week=5, turn_at=NOW + timedelta(days=8)
    )
    app = with_seat(tmp_path, WAITING, place)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "b", "end", "k", "S")
        text = " ".join(screen_text(app).split())
        assert "You wait for a seat on Slow Readers: your place is 3 of 7." in text
        assert "No seat became free on Slow Readers in the last 30 days." in text
        assert "At most 5 newcomers get a seat within a week" in text
        assert "in the week of 9 March at the earliest" in text


async def test_who_waits_for_the_community_is_told_at_home_and_in_lines(tmp_path: Path) -> None:
    """Waiting for the community stands at home and in the greeting of plain mode (19.7)."""
    seat = replace(WAITING, board=COMMONS)
    app = with_seat(tmp_path, seat)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot)
        assert "you wait for a seat in the community" in screen_text(app).casefold()
        (line,) = describe_offers(app.session, "seat")
        assert line == "You wait for a seat in the community: seat commons shows your place."


async def test_the_desk_takes_its_offer_back(tmp_path: Path) -> None:
    """The list says until when a seat is offered; only the desk's own offer is taken back (19.4)."""
    mine = Seat(board=CELLAR, member=ANA, state=State.SEATED, moderator=True, position=1)
    bens = replace(OFFERED, board=CELLAR, member=BEN, offered_by=OfferedBy.DESK)
    app = an_app(a_session(tmp_path))
    answers = connection_of(app).answers
    answers[ListSeats] = SeatList(seats=(mine, bens))
    answers[TakeBackOffer] = SeatResult(seat=replace(bens, state=State.LEFT))
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "j", "j", "6", "j")
        text = screen_text(app)
        assert "1 offered" in text
        assert "has an offer of a seat until 9 Mar" in text
        await into(pilot, "x", "enter")
        (command,) = [each for each in connection_of(app).asked if isinstance(each, TakeBackOffer)]
        assert (command.board, command.member) == (CELLAR, BEN)
