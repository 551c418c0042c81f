"""What a desk is offered at thirty members: a line at the desk, once, and never a box."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from bbs import limits
from bbs.features.arriving.messages import HeldList, ListHeldPosts
from bbs.features.boards.application_messages import ApplicationList, ListApplications
from bbs.features.boards.messages import BoardResult, ConfigureBoard
from bbs.features.members.views import Member
from bbs_client.mirror.changes import Change
from bbs_client.session.session import Session
from tests.client.app.driving import connection_of, into, screen_text
from tests.client.app.sample import GARDEN, NOW, an_app, uid

OFFER = "For Garden, at 30 members"


def many() -> Iterator[Change]:
    """Yield members until they are as many as guards begin to help."""
    for number in range(limits.GUARDS_OFFERED_MEMBERS - 3):
        yield Member(id=uid(4000 + number), handle=f"m{number}", joined_at=NOW)


@pytest.fixture
def desk(session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Session:
    """The session of a moderator of the garden, where nothing waits."""
    monkeypatch.setenv("BBS_HOME", str(tmp_path / "bbs"))
    row = session.cache.board(GARDEN)
    assert row is not None
    assert row.seat is not None
    session.cache.apply((replace(row.seat, moderator=True, revision=2),))
    return session


async def test_few_members_are_offered_nothing(desk: Session) -> None:
    """The defaults are those of five friends."""
    app = an_app(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        connection_of(app).answers |= {
            ListHeldPosts: HeldList(held=()),
            ListApplications: ApplicationList(board=GARDEN, applications=()),
        }
        await into(pilot, "d")
        assert "It may help now" not in screen_text(app)


async def test_an_offer_is_made_until_it_is_answered(desk: Session) -> None:
    """Who leaves it is not asked again, on no later day."""
    desk.cache.apply(many())
    app = an_app(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        answers = connection_of(app).answers
        answers[ListHeldPosts] = HeldList(held=())
        answers[ListApplications] = ApplicationList(board=GARDEN, applications=())
        await into(pilot, "d")
        assert OFFER in screen_text(app)
        assert "Guards hold the first posts of a newcomer" in screen_text(app)
        await into(pilot, "2", "escape", "d")
        assert OFFER not in screen_text(app)


async def test_an_offer_leads_to_its_settings(desk: Session) -> None:
    """The form has those alone; what is set there is offered no more."""
    desk.cache.apply(many())
    app = an_app(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        answers = connection_of(app).answers
        answers[ListHeldPosts] = HeldList(held=())
        answers[ListApplications] = ApplicationList(board=GARDEN, applications=())
        row = desk.cache.board(GARDEN)
        assert row is not None
        changed = replace(row.board, guard_first_posts=True, revision=2)
        answers[ConfigureBoard] = BoardResult(board=changed)
        await into(pilot, "d", "1", "end", "ctrl+u", *"yes", "enter")
        (command,) = [one for one in connection_of(app).asked if isinstance(one, ConfigureBoard)]
        assert command.guard_first_posts is True
        desk.cache.apply((changed,))
        await into(pilot, "escape", "d")
        assert OFFER not in screen_text(app)
