"""Asking for a seat where questions come first, on the screen (protocol 19.8)."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace
from textual.events import Paste

from bbs.errors import Disconnected
from bbs.features.boards.application_messages import (
    ApplicationList,
    ApplicationState,
    Applied,
    Apply,
    Decision,
    ListOwnApplications,
    OwnApplication,
    OwnApplications,
    WithdrawApplication,
)
from bbs.features.boards.seat_messages import Seat, SeatState
from bbs.ids import new_id
from bbs_client.session.session import Session
from bbs_client.tui.app import FolkmootApp
from bbs_client.widgets.fields import ParagraphField
from tests.client.app.driving import connection_of, into, screen_text
from tests.client.app.sample import ANA, CELLAR, NOW, READERS, an_app
from tests.client.app.test_seats import told
from tests.client.tui.test_table import AN_APPLICATION

TO_READERS = ("j", "j")
OPEN = OwnApplication(
    id=new_id(),
    board=READERS,
    state=ApplicationState.OPEN,
    asked_at=NOW,
    due_at=NOW + timedelta(days=7),
)
APPLIED = Seat(board=READERS, member=ANA, state=SeatState.APPLIED, position=4, norms_version=1)


@pytest.fixture
def asking(session: Session) -> Session:
    """The readers' board asks two questions; ana has no seat there."""
    row = session.cache.board(READERS)
    assert row is not None
    board = replace(row.board, questions="What do you read?\nWhy slowly?", revision=2)
    session.cache.apply((board,))
    return session


def at_readers(session: Session) -> FolkmootApp:
    """Return the client, and what its server answers."""
    app = an_app(session)
    answers = connection_of(app).answers
    answers[Apply] = Applied(seat=APPLIED, application=OPEN)
    answers[ListOwnApplications] = OwnApplications(applications=(OPEN,))
    gone = replace(OPEN, state=ApplicationState.WITHDRAWN, revision=2)
    answers[WithdrawApplication] = Applied(
        seat=replace(APPLIED, state=SeatState.LEFT, revision=2), application=gone
    )
    return app


def sent(app: FolkmootApp, *kinds: type[Any]) -> list[Any]:
    """Return the commands of these kinds that the server was asked for."""
    return [each for each in connection_of(app).asked if isinstance(each, kinds)]


def words(app: FolkmootApp) -> str:
    """Return the text of the screen without its line breaks."""
    return " ".join(screen_text(app).split())


async def test_the_norms_then_the_questions(asking: Session) -> None:
    """The page says what comes; each answer has a field; until when the desk decides is told."""
    app = at_readers(asking)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, *TO_READERS, "S")
        assert "a accepts the norms below and shows 2 questions; only the desk" in words(app)
        assert "a accept, then answer" in screen_text(app)
        await into(pilot, "a")
        shown = words(app)
        for part in ("A seat on Slow Readers", "What do you read?", "Why slowly?", "erased"):
            assert part in shown, part
        await into(pilot, *"Maps.", "tab", *"My eyes.", "ctrl+s")
        (command,) = sent(app, Apply)
        assert (command.board, command.norms_version) == (READERS, 1)
        assert command.answers == ("Maps.", "My eyes.")
        assert told(app).startswith("Your answers wait for the desk; without a word by")
        assert "you go on in order" in told(app)


async def test_a_missing_answer_and_a_lost_line_keep_what_was_typed(asking: Session) -> None:
    """The form stays with all that was typed, and says what is missing."""
    app = at_readers(asking)
    connection_of(app).answers[Apply] = Disconnected("offline")
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, *TO_READERS, "S", "a", *"Maps.", "ctrl+s")
        assert "this cannot be empty; type a word at least." in words(app)
        assert not sent(app, Apply)
        await into(pilot, *"Eyes.", "ctrl+s")
        assert len(sent(app, Apply)) == 1
        assert "Maps." in screen_text(app)
        assert "Eyes." in screen_text(app)


async def test_an_answer_that_is_too_long_stays_whole(asking: Session) -> None:
    """Nothing of it is cut; the form says by how much it is too long, and sends nothing (P12)."""
    app = at_readers(asking)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, *TO_READERS, "S", "a")
        app.screen.query(ParagraphField).first().text = "x" * 700
        await into(pilot, "ctrl+s")
        assert "What do you read: too long by 200 characters; 500 fit." in words(app)
        assert app.screen.query(ParagraphField).first().text == "x" * 700
        assert not sent(app, Apply)


async def test_a_paste_into_an_answer_tells_what_it_lost(asking: Session) -> None:
    """Control characters are dropped before they are text; all its lines stay (P13)."""
    app = at_readers(asking)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, *TO_READERS, "S", "a")
        field = app.screen.query(ParagraphField).first()
        field.post_message(Paste("Maps,\n\x1b[1mold ones."))
        await pilot.pause()
        assert field.text == "Maps,\n[1mold ones."
        assert "The text was mended: 1 control character." in words(app)


async def test_what_waits_can_be_taken_back(asking: Session) -> None:
    """The page says how it stands, and there is nothing to take; x takes the answers back, after a yes."""
    asking.cache.apply((APPLIED, OPEN))
    app = at_readers(asking)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, *TO_READERS, "S")
        assert "Your answers wait for the desk; without a word by" in words(app)
        assert "x takes your answers back." in words(app)
        assert "x withdraw your answers" in screen_text(app)
        await into(pilot, "a")
        assert not sent(app, Apply)
        await into(pilot, "x", "escape")
        assert not sent(app, WithdrawApplication)
        await into(pilot, "S", "x", "enter")
        (command,) = sent(app, WithdrawApplication)
        assert command.application == OPEN.id
        assert told(app) == "Taken back; your answers are erased."


async def test_who_was_declined_is_told_until_they_may_ask_again(asking: Session) -> None:
    """The desk's word stands where they would ask, with the day."""
    again = NOW + timedelta(days=20)
    decision = Decision(at=NOW, word="Come back in spring.", again_from=again)
    no = replace(OPEN, state=ApplicationState.DECLINED, decision=decision, revision=2)
    asking.cache.apply((no,))
    app = at_readers(asking)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, *TO_READERS, "S")
        assert "The desk declined your application: “Come back in spring.”;" in words(app)


async def test_home_tells_both_sides(asking: Session) -> None:
    """Who waits sees it at home; a moderator sees how many applications wait at the desk."""
    at_desk = ApplicationList(board=CELLAR, applications=(replace(AN_APPLICATION, board=CELLAR),))
    asking.cache.apply((APPLIED, OPEN, at_desk))
    app = at_readers(asking)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "0")
        assert "Slow Readers: Your answers wait for the desk" in words(app)
        assert "1 application waits at the desk of The Cellar" in words(app)
