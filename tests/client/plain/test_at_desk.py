"""In lines, a moderator is told once of each thing that waits at their desks (protocol 19.9, 21.3)."""

from bbs.features.arriving.messages import PostAsked
from bbs.features.arriving.views import HeldPost
from bbs.features.boards.application_messages import ApplicationAtDesk, ApplicationState
from bbs.ids import COMMONS, new_id
from bbs.streams import desk_stream
from bbs.testing import a_post
from bbs_client.mirror.fold import fold
from bbs_client.mirror.places import EventPlace
from bbs_client.plain.news import News
from bbs_client.session.session import Session
from tests.client.app.sample import CELLAR, NOW


def _asks(session: Session, application: str, state: ApplicationState) -> None:
    told = ApplicationAtDesk(board=CELLAR, application=application, number=1, state=state)
    session.cache.apply(fold(told), EventPlace(desk_stream(CELLAR), 1, NOW))


def test_each_thing_that_waits_is_told_once(session: Session) -> None:
    """What was decided before the next prompt is not told; how much still waits, nobody repeats."""
    news = News(session, lambda: None)
    first, second, third = new_id(), new_id(), new_id()
    assert news.desk() == []
    _asks(session, first, ApplicationState.OPEN)
    _asks(session, second, ApplicationState.OPEN)
    _asks(session, second, ApplicationState.WITHDRAWN)
    assert news.desk() == ["1 application waits for a moderator: desk shows it."]
    assert news.desk() == []
    _asks(session, first, ApplicationState.ACCEPTED)
    _asks(session, third, ApplicationState.OPEN)
    asked = PostAsked(held=HeldPost(post=a_post(number=None, seq=None)))
    session.cache.apply(fold(asked), EventPlace(desk_stream(COMMONS), 1, NOW))
    told = "1 application and 1 post of a newcomer wait for a moderator: desk shows it."
    assert news.desk() == [told]
    _asks(session, third, ApplicationState.PASSED)
    assert news.desk() == []
