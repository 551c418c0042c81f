"""The moderators' desk on the screen: what waits, in full, and what the reader decides (protocol 19.10)."""

from typing import Any

from msgspec.structs import replace

from bbs.errors import Disconnected
from bbs.features.arriving.messages import HeldList, ListHeldPosts
from bbs.features.batches.messages import BatchList, ListBatches
from bbs.features.boards.application_messages import (
    AcceptApplication,
    Application,
    ApplicationAtDesk,
    ApplicationList,
    ApplicationResult,
    ApplicationState,
    DeclineApplication,
    ListApplications,
)
from bbs.features.cases.messages import CaseList, ListCases
from bbs.streams import desk_stream
from bbs_client.actions.desk import NO_DESK
from bbs_client.mirror.fold import fold
from bbs_client.mirror.places import EventPlace
from bbs_client.session.events import MirrorChanged, OnlineChanged
from bbs_client.session.session import Session
from bbs_client.tui.app import FolkmootApp
from tests.client.app.driving import connection_of, into, notes, screen_text
from tests.client.app.sample import CELLAR, NOW, an_app
from tests.client.app.test_seats import told
from tests.client.app.test_state import bar_of
from tests.client.tui.test_table import AN_APPLICATION

ASKED = replace(AN_APPLICATION, board=CELLAR)


def at_desk(session: Session, *waiting: Application) -> FolkmootApp:
    """Return the client of ana, who moderates the cellar, and what waits there."""
    app = an_app(session)
    answers = connection_of(app).answers
    answers[ListApplications] = ApplicationList(board=CELLAR, applications=waiting)
    answers[ListHeldPosts] = HeldList(held=())
    answers[ListCases] = CaseList(cases=())
    answers[ListBatches] = BatchList(batches=())
    answers[AcceptApplication] = ApplicationResult(application=ASKED)
    answers[DeclineApplication] = ApplicationResult(application=ASKED)
    return app


def sent(app: FolkmootApp) -> list[Any]:
    """Return the decisions that the server was told."""
    decisions = (AcceptApplication, DeclineApplication)
    return [each for each in connection_of(app).asked if isinstance(each, decisions)]


async def test_the_desk_shows_who_asks_and_what_they_said(session: Session) -> None:
    """Name, board, time, each question with its answer, and what happens without a decision."""
    app = at_desk(session, ASKED)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "d")
        shown = screen_text(app)
        for words in (
            "Moderators’ desk",
            "1 thing to decide",
            "Applications",
            "@ben asks for a seat on The Cellar",
            "Why?",
            "Figs.",
            "Without a decision by ",
            "1 accept  2 decline",
        ):
            assert words in shown, words


async def test_a_moderator_accepts(session: Session) -> None:
    """It is asked first; Esc decides nothing; then the desk is shown again."""
    app = at_desk(session, ASKED)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "d", "1")
        shown = screen_text(app)
        assert "Figs." in shown, "what is decided about stays in sight behind the question"
        assert "@ben asks for a seat on The Cellar" in shown
        await into(pilot, "escape")
        assert not sent(app)
        await into(pilot, "1", "enter")
        (command,) = sent(app)
        assert command == AcceptApplication(board=CELLAR, application=ASKED.id, op=command.op)
        assert told(app) == "Accepted; they are told."
        assert "Moderators’ desk" in screen_text(app)
        await into(pilot, "escape")
        assert "Moderators’ desk" not in screen_text(app)


async def test_a_moderator_declines_with_a_word(session: Session) -> None:
    """Without a word and without a clause the form stays; a word alone is enough."""
    app = at_desk(session, ASKED)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "d", "2", "enter")
        assert "type a kind word" in screen_text(app)
        assert not sent(app)
        await into(pilot, *"Soon.", "enter")
        (command,) = sent(app)
        assert (command.word, command.norm) == ("Soon.", None)


async def test_a_moderator_declines_by_a_clause(session: Session) -> None:
    """The number of a clause of the board's norms; what is no number is said."""
    app = at_desk(session, ASKED)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "d", "2", "tab", "x", "enter")
        assert "norm: type a number from 1 to" in screen_text(app)
        await into(pilot, "backspace", "2", "enter")
        (command,) = sent(app)
        assert (command.word, command.norm) == (None, 2)


async def test_an_empty_desk_says_so(session: Session) -> None:
    """Nothing waits; and offline nothing is pretended."""
    app = at_desk(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "d")
        assert "Nothing waits for you to decide." in screen_text(app)
        await into(pilot, "escape")
        connection_of(app).answers[ListApplications] = Disconnected("offline")
        await into(pilot, "d")
        assert "You are offline; what waits at the desk" in screen_text(app)
        assert "Nothing waits" not in screen_text(app)


async def test_who_moderates_nothing_has_no_desk(session: Session) -> None:
    """They are told, and nothing is asked of the server."""
    row = session.cache.board(CELLAR)
    assert row is not None
    assert row.seat is not None
    plain = replace(row.seat, moderator=False, revision=row.seat.revision + 1)
    session.cache.apply((plain,))
    app = at_desk(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "d")
        assert told(app) == NO_DESK
        assert not connection_of(app).asked


async def test_the_desk_is_read_page_by_page(session: Session) -> None:
    """A further page is asked for, and a server that leads in circles is left (P13)."""
    app = at_desk(session, ASKED)
    page = ApplicationList(board=CELLAR, applications=(ASKED,), next_after=7)
    connection_of(app).answers[ListApplications] = page
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "d")
        asked = connection_of(app).asked
        pages = [each.after for each in asked if isinstance(each, ListApplications)]
        assert pages == [None, 7]


async def test_what_waits_at_a_desk_is_shown_while_it_waits(session: Session) -> None:
    """At home and in the bar, with the key that leads there, without a note; gone once it is decided."""
    app = at_desk(session, ASKED)
    desk = desk_stream(CELLAR)
    waits = ApplicationAtDesk(
        board=CELLAR, application=ASKED.id, number=1, state=ApplicationState.OPEN
    )
    async with app.run_test(size=(80, 24)) as pilot:
        session.hear(OnlineChanged(online=True))
        await into(pilot, "0")
        assert "at the desk" not in screen_text(app)
        session.cache.apply(fold(waits), EventPlace(desk, 1, NOW))
        session.hear(MirrorChanged(tables=frozenset({"applications_at_desk"})))
        await into(pilot)
        assert "1 application waits at the desk of The Cellar" in screen_text(app)
        assert bar_of(screen_text(app)).endswith("1 at the desk d")
        assert not notes(app)
        decided = replace(waits, state=ApplicationState.PASSED)
        session.cache.apply(fold(decided), EventPlace(desk, 2, NOW))
        session.hear(MirrorChanged(tables=frozenset({"applications_at_desk"})))
        await into(pilot)
        assert "at the desk" not in screen_text(app)
