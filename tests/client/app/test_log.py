"""Who used power on a board, read on the screen: when, who, why and what changed (P8)."""

from datetime import timedelta

from msgspec.structs import replace

from bbs.features.members.views import MemberAuthor
from bbs.features.moderation.messages import Act, ActPage, Change, GetLog, Thing, ThingKind
from bbs.features.moderation.numbers_messages import (
    BoardNumbers,
    ClauseCount,
    GetNumbers,
    NumbersResult,
)
from bbs.features.moderation.standing_messages import (
    ListRestricted,
    RestrictedList,
    RestrictedMember,
)
from bbs.features.moderation.views import Restriction, RestrictionKind
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


async def test_a_batch_is_one_act_and_leads_to_those_of_its_items(session: Session) -> None:
    """Enter on it asks for the acts behind it, by its id (P8)."""
    app, batch = an_app(session), new_id()
    async with app.run_test(size=(80, 24)) as pilot:
        connection = connection_of(app)
        start = replace(
            an_act(session),
            method="batches.start",
            thing=Thing(kind=ThingKind.BATCH, id=batch, count=78),
            changes=(Change(field="threads.hide", after=78),),
            batch=batch,
        )
        connection.answers[GetLog] = ActPage(acts=(start,))
        await into(pilot, "j", "A")
        shown = " ".join(screen_text(app).split())
        assert "by a script, applied a plan of 78 items: hide 78 posts" in shown
        await into(pilot, "enter")
        asked = [each for each in connection.asked if isinstance(each, GetLog)][-1]
        assert asked.batch == batch


async def test_the_log_is_narrowed_and_an_act_says_what_changed(session: Session) -> None:
    """`/` takes operators and words, and asks the server; Enter shows what an act changed."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        connection = connection_of(app)
        connection.answers[GetLog] = ActPage(acts=(an_act(session),))
        await into(pilot, "j", "A", "enter")
        shown = " ".join(screen_text(app).split())
        assert "changed retention: kept, now 1 day" in shown
        assert "way a script" in shown
        await into(pilot, "escape", "slash", *"power:configure cases kept", "enter")
        asked = [each for each in connection.asked if isinstance(each, GetLog)][-1]
        assert (asked.power, asked.of_cases) == (Power.CONFIGURE, True)
        assert "kept, now 1 day" in screen_text(app)
        await into(pilot, "slash", "ctrl+u", *"herons power:steal", "enter")
        shown = " ".join(screen_text(app).split())
        assert "No act is like that." in shown
        assert "power:steal was left out: type power:tend." in shown


async def test_the_log_says_whom_an_act_restricts_while_it_does(session: Session) -> None:
    """A seat holder reads the name beside the act, and on the page of numbers, until when."""
    app = an_app(session)
    assert session.me is not None
    act = an_act(session)
    limit = Restriction(
        id=new_id(),
        board=GARDEN,
        kind=RestrictionKind.SILENCED,
        since=NOW,
        until=NOW + timedelta(days=3),
        norm=1,
        act=act.id,
    )
    found = RestrictedList(members=(RestrictedMember(member=session.me.id, restriction=limit),))
    numbers = BoardNumbers(
        posts=214, reports=3, clauses=(ClauseCount(norm=2, norms_version=1, reports=3),), cases=2
    )
    async with app.run_test(size=(80, 24)) as pilot:
        answers = connection_of(app).answers
        answers[GetLog] = ActPage(acts=(act,))
        answers[ListRestricted] = found
        answers[GetNumbers] = NumbersResult(
            board=GARDEN, since=NOW, until=NOW + timedelta(days=31), numbers=numbers
        )
        await into(pilot, "j", "A")
        assert f"It is about @{session.me.handle} until" in screen_text(app)
        await into(pilot, "escape", "7")
        shown = " ".join(screen_text(app).split())
        assert "silenced: reads, and does not write, by norm 1, until" in shown
        assert "by norm 2, version 1 3 of 214 posts" in shown
        assert "seat holders alone" in shown


async def test_the_log_is_known_to_the_server_alone(session: Session) -> None:
    """Without a connection the reader is told so."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "A")
        assert "You are offline." in notes(app)
