"""A founder's first steps at home: ticked off by the mirror, each done from where it stands."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from bbs.features.boards.messages import Board, BoardResult, ConfigureBoard
from bbs.features.boards.seat_messages import Seat, SeatState
from bbs.features.community.first_steps import UNNAMED
from bbs.features.members.views import Member, MemberAuthor
from bbs.features.norms.messages import Clause, Norms
from bbs.features.reading.messages import Floor
from bbs.features.threads.views import Thread
from bbs.ids import COMMONS
from bbs_client.keys import Pane
from bbs_client.mirror.changes import Change
from bbs_client.session.events import NoticesChanged, SyncProgress
from bbs_client.session.session import Session
from bbs_client.tui.app import QUIET
from tests.client.app.driving import connection_of, into, pane_of, screen_text, until_shown
from tests.client.app.sample import ANA, GARDEN, NOW, RAIN, a_session, an_app


@pytest.fixture
def founded(tmp_path: Path) -> Iterator[Session]:
    """The session of a founder, alone in a community without a name."""
    opened = a_session(tmp_path, only=new_community())
    yield opened
    opened.cache.close()
    opened.outbox.close()


def new_community() -> Iterator[Change]:
    """Yield what is there after `bbs serve` and `bbs join`."""
    yield Member(id=ANA, handle="ana", name="Ana", joined_at=NOW, sysop=True)
    yield a_board(COMMONS, "commons", UNNAMED)
    yield Norms(board=COMMONS, version=1, clauses=(Clause(text="Be kind.", why="We meet again."),))
    seat = Seat(board=COMMONS, member=ANA, state=SeatState.SEATED, norms_version=1)
    yield replace(seat, moderator=True)
    yield Floor(board=COMMONS, seq=0)


def a_board(id: str, slug: str, title: str) -> Board:
    """Return a board as it was opened."""
    return Board(id=id, slug=slug, title=title, charter="", number=1, seats=50, lounge_hours=72)


def a_thread() -> Thread:
    """Return the first thread of the garden."""
    me = MemberAuthor(id=ANA)
    return Thread(id=RAIN, board=GARDEN, number=1, author=me, title="Rain", at=NOW, posts=1)


async def test_home_shows_what_comes_first_and_its_key(founded: Session) -> None:
    """A founder never stands before an empty page: what is done has its word, the rest its key."""
    app = an_app(founded)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "0")
        shown = screen_text(app)
        assert "First steps" in shown
        for row in (
            "Enter  give the community a name",
            "done   read the norms that hold everywhere",
            "O      open the first board",
            "Y      invite the first guest",
            "t      start the first thread",
        ):
            assert row in shown


@pytest.mark.parametrize(
    ("downs", "shows"),
    [
        (0, "Settings of A Folkmoot community"),
        (1, "A new board begins with"),
        (2, "An invitation"),
        (3, "^S send"),
        (4, "Be kind."),
    ],
)
async def test_enter_does_the_step_under_the_cursor(
    founded: Session, downs: int, shows: str
) -> None:
    """Every step is done from here, the one without a key of its own too."""
    app = an_app(founded)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "0", *["j"] * downs, "enter")
        assert shows in screen_text(app)


async def test_a_founder_begins_at_home(founded: Session) -> None:
    """The first screen has the steps, also where all of it was fetched only after the painting."""
    app = an_app(founded, settings=replace(QUIET, opens="home"))
    async with app.run_test(size=(80, 24)) as pilot:
        assert "First steps" in await until_shown(pilot, "First steps")


async def test_home_fills_with_what_was_fetched_first(tmp_path: Path) -> None:
    """A device that just joined says so and claims nothing; typing changes nothing about it."""
    session = a_session(tmp_path, only=())
    app = an_app(session, settings=replace(QUIET, opens="home"))
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "k")
        assert pane_of(app) is Pane.HOME
        assert "caught up" not in screen_text(app)
        session.cache.apply(new_community())
        session.hear(SyncProgress(1, 1, ""))
        await into(pilot)
        assert pane_of(app) is Pane.HOME
        assert "First steps" in screen_text(app)
    session.cache.close()
    session.outbox.close()


async def test_leaving_the_tour_leads_home(tmp_path: Path) -> None:
    """What is typed into the tour, before the first fetch is done, is no way to somewhere else."""
    session = a_session(tmp_path / "new", only=())
    app = an_app(session, settings=replace(QUIET, opens="home", tour="offer"))
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot)
        session.hear(NoticesChanged())
        await into(pilot)
        assert app.screen is not app.main
        await into(pilot, "escape")
        session.cache.apply(new_community())
        session.hear(SyncProgress(1, 1, ""))
        await into(pilot)
        assert "First steps" in screen_text(app)
    session.cache.close()
    session.outbox.close()


async def test_the_name_is_asked_for_alone(founded: Session) -> None:
    """What is typed at once is the community's title, not the name of the commons in addresses."""
    app = an_app(founded)
    async with app.run_test(size=(80, 24)) as pilot:
        named = replace(a_board(COMMONS, "commons", "Our village"), revision=2)
        connection_of(app).answers[ConfigureBoard] = BoardResult(board=named)
        await into(pilot, "0", "enter", "end", "ctrl+u", *"Our village", "ctrl+s")
        (command,) = connection_of(app).asked
        assert command == ConfigureBoard(
            board=COMMONS, if_revision=1, title="Our village", op=command.op
        )


async def test_the_list_goes_away_by_itself(founded: Session) -> None:
    """What others or another device did counts as well; nothing has to be ticked by hand."""
    app = an_app(founded)
    async with app.run_test(size=(80, 24)) as pilot:
        cache = founded.cache
        cache.apply((replace(a_board(COMMONS, "commons", "Our village"), revision=2),))
        cache.note_invited()
        await into(pilot, "0")
        assert "done   give the community a name" in screen_text(app)
        assert "done   invite the first guest" in screen_text(app)
        cache.apply((a_board(GARDEN, "garden", "Garden"), a_thread()))
        await into(pilot, "b", "0")
        assert "First steps" not in screen_text(app)
