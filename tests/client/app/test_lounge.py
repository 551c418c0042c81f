"""The lounge as it looks, what is new in it, and how its mentions lead there (looks 5, P2, P13)."""

from datetime import timedelta

from bbs.features.members.views import MemberAuthor
from bbs.features.threads.views import Line
from bbs_client.keys import Pane
from bbs_client.session.session import Session
from tests.client.app.driving import into, pane_of, screen_text
from tests.client.app.sample import ANA, BEN, GARDEN, NOW, an_app, uid


def said(number: int, body: str, *, who: str = BEN, minutes_ago: int = 0, calls: str = "") -> Line:
    """Return a line of the garden's lounge."""
    return Line(
        id=uid(900 + number),
        board=GARDEN,
        number=number,
        author=MemberAuthor(id=who),
        at=NOW - timedelta(minutes=minutes_ago),
        fades_at=NOW + timedelta(hours=72),
        body=body,
        mentions=(calls,) if calls else (),
    )


async def test_a_mention_in_the_inbox_leads_to_its_line(session: Session) -> None:
    """A line that calls the reader stands in the inbox, offline too; Enter goes to it (9.7)."""
    session.cache.apply([said(4, "are you in, @ana?", calls=ANA), said(5, "never mind")])
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "I")
        assert "ben mentions you garden/lounge/4" in screen_text(app)
        await into(pilot, "enter")
        assert pane_of(app) is Pane.LOUNGE
        line = app.main.lounge.current_line()
        assert line is not None
        assert line.number == 4
