"""The welcome of a newcomer on the screen: shown once by itself, and true to what was done."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from bbs.features.boards.messages import Board
from bbs.features.boards.seat_messages import GetPlace, Seat, SeatPlace, SeatState
from bbs.features.members.views import Member, MemberState
from bbs.features.norms.messages import Clause, Norms
from bbs.features.reading.messages import Floor
from bbs.ids import COMMONS
from bbs.refusals import OnWaitingList
from bbs_client.features.norms.screen import SeatPage
from bbs_client.keys import Pane
from bbs_client.mirror.changes import Change
from bbs_client.session.events import NoticesChanged, OnlineChanged, SyncProgress
from bbs_client.session.session import Session
from bbs_client.session.welcome import is_due
from bbs_client.tui.app import QUIET
from bbs_client.tui.tour import CARDS, Tour
from bbs_client.tui.welcome import WelcomePage
from tests.client.app.driving import connection_of, into, pane_of, screen_text
from tests.client.app.sample import ANA, BEN, CLEO, GARDEN, NOW, READERS, a_session, an_app

BANNER = "\x1b[1;32m/\\\x1b[0m the \x1b[97;41mhall\x1b[m\n"
CHARTER = "What concerns all of us. And nothing else."


def arriving(state: MemberState = MemberState.SEATED) -> Iterator[Change]:
    """Yield what a device has on which ana has just joined, as the guest of ben."""
    yield Member(id=ANA, handle="ana", name="Ana", joined_at=NOW, invited_by=BEN, state=state)
    yield Member(id=BEN, handle="ben", name="Ben of the Hill", joined_at=NOW)
    yield Member(id=CLEO, handle="cleo", name="Cleo", joined_at=NOW, sysop=True)
    yield a_board(COMMONS, "commons", "The Village Hall", CHARTER, 1)
    yield a_board(GARDEN, "garden", "Garden", "Beds and weeds.", 2)
    yield a_board(READERS, "readers", "Slow Readers", "One book a season.", 3)
    yield Norms(board=COMMONS, version=1, clauses=(Clause(text="Be kind.", why="We meet again."),))
    taken = SeatState.SEATED if state is MemberState.SEATED else SeatState.WAITING
    yield Seat(board=COMMONS, member=ANA, state=taken, position=1, norms_version=1)
    yield Floor(board=COMMONS, seq=0)


def a_board(id: str, slug: str, title: str, charter: str, number: int) -> Board:
    """Return a board as it was opened."""
    return Board(
        id=id, slug=slug, title=title, charter=charter, number=number, seats=50, lounge_hours=72
    )


def opened(folder: Path, state: MemberState = MemberState.SEATED) -> Session:
    """Return the session of ana, who joined on this device."""
    session = a_session(folder, only=arriving(state))
    session.is_new = True
    return session


@pytest.fixture
def newcomer(tmp_path: Path) -> Iterator[Session]:
    """The session of a member who has just joined on this device."""
    session = opened(tmp_path)
    yield session
    session.cache.close()
    session.outbox.close()


async def test_a_newcomer_is_welcomed_once_the_community_is_here(newcomer: Session) -> None:
    """They learn who invited them, what comes first, and where they are; then the tour, once."""
    app = an_app(newcomer, settings=replace(QUIET, opens="home", tour="offer"))
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot)
        newcomer.hear(NoticesChanged())
        await into(pilot)
        assert app.screen is app.main
        newcomer.hear(SyncProgress(1, 1, ""))
        await into(pilot)
        shown = screen_text(app)
        for words in (
            "T h e   V i l l a g e   H a l l",
            "What concerns all of us.",
            "Welcome, ana. Ben of the Hill (@ben) invited you and is your host.",
            "@ben in a post or a line calls them, :letter ben asks them for a letter.",
            "1  take a seat on a board  b",
            "2  say hello, or only read: both are fine",
            "3  choose how it looks  ^T",
            "Nothing from before today counts as unread.",
        ):
            assert words in " ".join(shown.split()) or words in shown
        await into(pilot, "space")
        shown = " ".join(screen_text(app).split())
        assert "What this place is What concerns all of us. And nothing else. @cleo runs" in shown
        assert "you accepted the norms that hold everywhere, version 1" in shown
        assert "1 Be kind." in shown
        await into(pilot, "space")
        assert isinstance(app.screen, Tour)
        assert CARDS[0].title in screen_text(app)
        await into(pilot, "escape")
        newcomer.hear(SyncProgress(1, 1, ""))
        newcomer.hear(NoticesChanged())
        await into(pilot)
        assert app.screen is app.main
        assert "You are new here." in screen_text(app)
    assert not is_due(newcomer)


async def test_a_number_does_the_step_and_the_welcome_knows_it(newcomer: Session) -> None:
    """Each step is done from where it stands, and is seen as done when the welcome is seen again."""
    app = an_app(newcomer)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "f7", "1")
        assert pane_of(app) is Pane.BOARDS
        await into(pilot, "f7", "3")
        assert "daylight" in screen_text(app)
        await into(pilot, "escape", "f7", "2")
        assert "New thread in The Village Hall" in screen_text(app)
        await into(pilot, "x", "tab", "y", "ctrl+s")
        seat = Seat(board=GARDEN, member=ANA, state=SeatState.SEATED, norms_version=1)
        newcomer.cache.apply((seat,))
        await into(pilot, "f7")
        assert screen_text(app).count("done: ") == 3
        await into(pilot, "escape", "0")
        assert "First steps" not in screen_text(app)


async def test_who_waits_is_told_what_waiting_means(tmp_path: Path) -> None:
    """They see their place and what they can do meanwhile, and are welcomed again with a seat (P3)."""
    session = opened(tmp_path, MemberState.WAITING)
    app = an_app(session)
    waiting = Seat(board=COMMONS, member=ANA, state=SeatState.WAITING, position=3, norms_version=1)
    connection_of(app).answers[GetPlace] = SeatPlace(seat=waiting, place=2, waiting=4)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot)
        session.hear(OnlineChanged(online=True, reason=f"{OnWaitingList()}"))
        await into(pilot)
        shown = " ".join(screen_text(app).split())
        assert "The Village Hall has no seat for you yet. You wait" in shown
        assert "your place is 2 of 4." in shown
        assert "Meanwhile S shows your place" in shown
        assert "take a seat on a board" not in shown
        assert "waiting for a seat" in shown
        assert "you have no seat in the community yet" not in shown
        assert "look around first" in shown
        await into(pilot, "S")
        assert isinstance(app.screen, SeatPage)
        assert "your place is 2 of 4." in " ".join(screen_text(app).split())
        await into(pilot, "escape", "f7", "number_sign")
        assert "Be kind." in screen_text(app)
        await into(pilot, "escape")
        assert not is_due(session)
        session.cache.apply(arriving())
        assert is_due(session)
    session.cache.close()
    session.outbox.close()


async def test_a_banner_stands_above_or_before_the_greeting(newcomer: Session) -> None:
    """A banner that leaves no room for the sentences has a page of its own; nothing is cut."""
    newcomer.cache.note_notice("banner", BANNER)
    app = an_app(newcomer)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "f7")
        assert "/\\ the hall" in screen_text(app)
        assert "Welcome, ana." in screen_text(app)
        assert "1 of 2" in screen_text(app)
        await into(pilot, "escape")
        newcomer.cache.note_notice("banner", "\n".join(f"row {at}" for at in range(15)))
        await into(pilot, "f7")
        assert "row 14" in screen_text(app)
        assert "1 of 3" in screen_text(app)
        await into(pilot, "space")
        assert "Welcome, ana." in screen_text(app)
        await into(pilot, "minus")
        assert "row 14" in screen_text(app)


async def test_every_word_is_seen_on_a_small_screen(newcomer: Session) -> None:
    """At 60 columns and 16 rows Space scrolls before it turns the page."""
    app = an_app(newcomer)
    async with app.run_test(size=(60, 16)) as pilot:
        await into(pilot, "f7")
        seen = ""
        while isinstance(app.screen, WelcomePage):
            seen += screen_text(app)
            await into(pilot, "space")
        for words in ("Welcome, ana.", "choose how it looks", "Be kind.", "a short tour"):
            assert words in seen


async def test_others_are_not_welcomed(session: Session) -> None:
    """A member of long ago, or on another device than the one they joined on, is left in peace."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot)
        session.hear(SyncProgress(1, 1, ""))
        await into(pilot)
        assert app.screen is app.main
        await into(pilot, "f7")
        assert "Welcome, ana." in screen_text(app)
