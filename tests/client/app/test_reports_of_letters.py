"""Reports of letters at the desk of the commons: read, with nothing to decide (protocol 20.8)."""

from pathlib import Path

from bbs.features.arriving.messages import HeldList, ListHeldPosts
from bbs.features.boards.application_messages import ApplicationList, ListApplications
from bbs.features.boards.seat_messages import Seat, SeatState
from bbs.features.letters.messages import ListReports
from bbs.features.letters.views import Quote, Report, ReportList
from bbs.ids import COMMONS
from tests.client.app.driving import connection_of, into, notes, screen_text
from tests.client.app.sample import ANA, BEN, CLEO, NOW, a_session, an_app, uid


async def test_the_desk_of_the_commons_shows_what_was_reported(tmp_path: Path) -> None:
    """Who, the clause, the words, the quoted posts and until when; of nothing else, and no key decides."""
    seat = Seat(board=COMMONS, member=ANA, state=SeatState.SEATED, position=1, moderator=True)
    session = a_session(tmp_path, (seat,))
    app = an_app(session)
    answers = connection_of(app).answers
    answers[ListApplications] = ApplicationList(board=COMMONS, applications=())
    answers[ListHeldPosts] = HeldList(held=())
    quotes = (
        Quote(post=uid(1), author=CLEO, at=NOW, body="Give me your comb."),
        Quote(post=uid(2), author=CLEO, at=NOW),
    )
    report = Report(
        id=uid(3), by=BEN, at=NOW, until=NOW, norm=1, norms_version=2, words="Again.", quotes=quotes
    )
    answers[ListReports] = ReportList(reports=(report,))
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "d")
        shown = screen_text(app)
        for words in (
            "Reports of letters  @ben reports 2 posts of a letter",
            "Clause 1 of the commons’ norms, version 2.",
            "Again.",
            "@cleo wrote:",
            "Give me your comb.",
            "(erased)",
            "with the copies.",
        ):
            assert words in shown, words
        assert "to decide" not in shown.split("What waits")[0]
        await into(pilot, "enter")
        assert "nothing to decide here" in notes(app)
    session.cache.close()
    session.outbox.close()
