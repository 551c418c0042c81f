"""What everybody is told stands at the top: a lock-down, the sysop's visit, an urgent notice (P7, P8)."""

from datetime import timedelta

from bbs.features.members.views import SystemAuthor
from bbs.features.moderation.messages import Act, Thing, ThingKind
from bbs.features.moderation.views import RestrictionKind
from bbs.features.reading.views import Notice, NoticeKind
from bbs.ids import COMMONS, new_id
from bbs.powers import Office
from bbs_client.session.session import Session
from tests.client.app.driving import into, screen_text
from tests.client.app.sample import GARDEN, NOW, an_app
from tests.client.app.test_restricted import a_restriction


async def test_a_lock_down_stands_at_the_top_until_its_end(session: Session) -> None:
    """At home and on every board, with its end and why; writing goes on."""
    lock = a_restriction(RestrictionKind.LOCKED_DOWN, board=COMMONS, norm=None, reason="A flood")
    session.cache.apply([lock])
    app = an_app(session)
    async with app.run_test(size=(100, 30)) as pilot:
        for keys in ((), ("j", "enter")):
            await into(pilot, *keys)
            shown = " ".join(screen_text(app).split())
            assert "Locked down until " in shown
            assert "“A flood”" in shown
        await into(pilot, "j", "enter", "r")
        assert app.main.composer.display


async def test_a_visit_stands_at_the_top_of_its_board_alone(session: Session) -> None:
    """The banner outlasts the visit, so that who comes once a week reads it."""
    visit = a_restriction(RestrictionKind.ENTERED, hours=100, norm=None, reason="A court asks")
    session.cache.apply([visit])
    app = an_app(session)
    async with app.run_test(size=(100, 30)) as pilot:
        await into(pilot)
        assert "entered this board" not in screen_text(app)
        await into(pilot, "j", "enter")
        shown = " ".join(screen_text(app).split())
        assert "The sysop entered this board (" in shown
        assert "“A court asks”" in shown


async def test_an_urgent_notice_stands_at_the_top_for_a_day(session: Session) -> None:
    """It is shown at once where the reader is."""
    act = Act(
        id=new_id(),
        board=GARDEN,
        number=1,
        at=NOW,
        method="community.notice",
        author=SystemAuthor(),
        office=Office.MODERATOR,
        thing=Thing(kind=ThingKind.BOARD, id=GARDEN),
        reason="Stay out of the water",
    )
    notice = Notice(id="1", kind=NoticeKind.URGENT, at=NOW, board=GARDEN, act=act)
    app = an_app(session)
    async with app.run_test(size=(100, 30)) as pilot:
        await into(pilot)
        session.cache.apply([notice])
        app.main.refresh_all()
        await into(pilot)
        assert "Stay out of the water" in " ".join(screen_text(app).split())
        old = Notice(
            id="1", kind=NoticeKind.URGENT, at=NOW - timedelta(days=2), board=GARDEN, act=act
        )
        session.cache.apply([old])
        app.main.refresh_all()
        await into(pilot)
        assert "Stay out of the water" not in " ".join(screen_text(app).split())
