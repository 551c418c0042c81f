"""Who used power on a board, read on the screen: when, who, why and what changed (P8)."""

from bbs.features.members.views import MemberAuthor
from bbs.features.moderation.messages import Act, ActPage, Change, GetLog, Thing, ThingKind
from bbs.ids import new_id
from bbs.powers import Office, Power, Way
from bbs_client.session.session import Session
from tests.client.app.driving import connection_of, into, notes, screen_text
from tests.client.app.sample import GARDEN, NOW, an_app


def an_act(session: Session) -> Act:
    """Return an act of the reader's own: the board keeps its posts for a day now."""
    assert session.me is not None
    return Act(
        id=new_id(),
        board=GARDEN,
        number=7,
        at=NOW,
        method="boards.configure",
        power=Power.CONFIGURE,
        author=MemberAuthor(id=session.me.id),
        office=Office.MODERATOR,
        way=Way.SCRIPT,
        thing=Thing(kind=ThingKind.BOARD, id=GARDEN),
        changes=(Change(field="retention_days", before=0, after=1),),
    )


async def test_the_log_of_a_board_is_read_where_one_reads(session: Session) -> None:
    """A key shows the acts of the board that is here, and says by what they were done (P8)."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        answers = connection_of(app).answers
        answers[GetLog] = ActPage(acts=(an_act(session),), next_before=7)
        await into(pilot, "j", "A")
        shown = " ".join(screen_text(app).split())
        assert "Garden › Log of power" in shown
        assert "by a script, changed garden: retention: kept, now 1 day" in shown
        assert "Older: bbs log garden" in shown
        await into(pilot, "escape")
        answers[GetLog] = ActPage(acts=())
        await into(pilot, *":log commons", "enter")
        assert "Nobody has used any power here yet." in screen_text(app)


async def test_the_log_is_known_to_the_server_alone(session: Session) -> None:
    """Without a connection the reader is told so."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "A")
        assert "You are offline." in notes(app)
