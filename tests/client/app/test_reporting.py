"""The report box: who reads it, which norms can be cited, what is sent, and what became of it (protocol 22.1)."""

from typing import Any

from msgspec.structs import replace

from bbs.features.cases.reporting_messages import ListOwnReports, ReportLine, ReportPost
from bbs.features.cases.views import CaseEnding, CaseState
from bbs.refusals import LimitReached
from bbs_client.session.session import Session
from bbs_client.tui.app import FolkmootApp
from tests.client.app.driving import connection_of, into, notes, screen_text
from tests.client.app.reports_sample import REPORT, reporting
from tests.client.app.sample import RAIN, TOMATOES, an_app, post_id

POST = ("j", "enter", "enter")
"""The way to a post of ben."""


def sent(app: FolkmootApp) -> list[Any]:
    """Return the reports that the server was sent."""
    asked = connection_of(app).asked
    return [each for each in asked if isinstance(each, ReportPost | ReportLine)]


async def test_the_box_says_who_reads_it_and_sends_a_clause_with_words(session: Session) -> None:
    """The norms in force then are offered with number and sentence, those of the commons by name."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        reporting(app)
        await into(pilot, *POST, "exclamation_mark")
        shown = " ".join(screen_text(app).split())
        for words in (
            "Report a post",
            "to nobody else",
            "The author is not told who reported.",
            "garden/2/1, by ben",
            "You can send 9 reports today.",
            "^S send",
            "Esc leave, keep draft",
        ):
            assert words in shown, words
        await into(pilot, "ctrl+s")
        assert "which norm: choose one, such as 1 or commons 1." in screen_text(app)
        assert not sent(app)
        await into(pilot, "enter")
        assert "commons 1" in screen_text(app)
        await into(pilot, "j", "enter", "tab", *"Too much.", "tab", *"@cleo", "ctrl+s")
        (command,) = sent(app)
        assert (command.post, command.norm, command.of_commons) == (post_id(RAIN, 1), 1, True)
        assert (command.words, command.names) == ("Too much.", ("cleo",))
        assert not command.of_office
        assert "F8 shows what becomes of it" in notes(app)


async def test_a_box_that_is_left_keeps_what_was_typed(session: Session) -> None:
    """The same words begin the next time, and no draft is left once it is sent."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        reporting(app)
        await into(pilot, *POST, "exclamation_mark", "right", "tab", *"Half of", "escape")
        assert not sent(app)
        await into(pilot, "exclamation_mark")
        assert "Half of" in screen_text(app)
        await into(pilot, "ctrl+s")
        (command,) = sent(app)
        assert (command.norm, command.words) == (1, "Half of")
        assert session.drafts.all() == []


async def test_what_the_server_refuses_stays_in_the_box(session: Session) -> None:
    """The reason stands in the form, with what was typed."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        reporting(app)
        connection_of(app).answers[ReportPost] = LimitReached(what="reports", limit=10)
        await into(pilot, *POST, "exclamation_mark", "right", "tab", *"Too much.", "ctrl+s")
        assert "Report a post" in screen_text(app)
        assert "Too much." in screen_text(app)


async def test_own_words_and_a_used_up_day_are_told_before_the_box(session: Session) -> None:
    """Nobody fills in a form in vain."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        reporting(app, left=0)
        await into(pilot, *POST, "exclamation_mark")
        assert "You can report again tomorrow" in notes(app)
        reporting(app)
        app.main.surface.show_thread(TOMATOES)
        await into(pilot, "j", "exclamation_mark")
        assert "These words are your own: D takes them back." in notes(app)


async def test_what_became_of_reports(session: Session) -> None:
    """Where, by which norm, the outcome and the word of the desk; nobody else's business."""
    app = an_app(session)
    closed = replace(
        REPORT, state=CaseState.CLOSED, ending=CaseEnding.LET_BE, told="It was a joke of two."
    )
    async with app.run_test(size=(80, 24)) as pilot:
        reporting(app, closed)
        await into(pilot, "f8")
        shown = screen_text(app)
        for words in (
            "My reports",
            "by norm 1",
            "Let be: nothing was done. “It was a joke",
            "Too much.",
        ):
            assert words in shown, words
        await into(pilot, "escape")
        connection_of(app).answers.pop(ListOwnReports)
        await into(pilot, "f8")
        assert "is with the server alone" in notes(app)
