"""What waits at the reader's desks is known by ids alone, and is gone once it is decided (protocol 19.9, 21.3)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from bbs.features.arriving.messages import HeldList, PostAsked, PostDecided
from bbs.features.arriving.views import HeldPost, HeldState
from bbs.features.boards.application_messages import (
    ApplicationAtDesk,
    ApplicationList,
    ApplicationState,
)
from bbs.features.threads.messages import PostHeld
from bbs.features.threads.views import Approval, ContentState, Post
from bbs.ids import COMMONS, BoardId
from bbs.messages import Event
from bbs.streams import desk_stream, member_stream
from bbs.testing import a_post, a_thread
from bbs.wire.messages import StreamEnded
from bbs_client.mirror.changes import ForgetBoard
from bbs_client.mirror.file import Mirror
from bbs_client.mirror.fold import fold
from bbs_client.mirror.places import EventPlace
from tests.client.app.sample import ANA, CELLAR, GARDEN, NOW, boards, clock, uid
from tests.client.tui.test_table import AN_APPLICATION

ASKED = ApplicationAtDesk(board=GARDEN, application=uid(80), number=1, state=ApplicationState.OPEN)
HELD = a_post(
    board=GARDEN,
    number=None,
    seq=None,
    state=ContentState.HELD,
    approval=Approval.FIRST_POSTS,
    body="Figs on sand.",
)


@pytest.fixture
def mirror(tmp_path: Path) -> Iterator[Mirror]:
    """The mirror of ana."""
    opened = Mirror.open(tmp_path / "mirror.db", ANA, clock)
    opened.apply(boards())
    yield opened
    opened.close()


def hear(mirror: Mirror, desk: BoardId, *events: Event) -> None:
    """Fold events of a desk's stream."""
    for seq, event in enumerate(events, 1):
        mirror.apply(fold(event), EventPlace(desk_stream(desk), seq, NOW))


def held(**changes: object) -> PostHeld:
    """Return what tells how the post stands, with the thread that it begins."""
    thread = a_thread(id=HELD.thread, board=GARDEN, number=None, title="Figs", posts=0)
    post: Post = replace(HELD, **changes)
    return PostHeld(post=post, thread=thread)


@pytest.mark.parametrize(
    "decided",
    [
        replace(ASKED, state=ApplicationState.ACCEPTED),
        replace(ASKED, state=ApplicationState.PASSED),
        replace(ASKED, state=ApplicationState.WITHDRAWN),
        ApplicationList(board=GARDEN, applications=()),
        StreamEnded(stream=desk_stream(GARDEN)),
        ForgetBoard(GARDEN),
    ],
)
def test_an_application_waits_until_it_is_decided(mirror: Mirror, decided: Event) -> None:
    """By whoever; and nothing of a desk stays with somebody who moderates no more (P11)."""
    hear(mirror, GARDEN, ASKED)
    assert mirror.applications_at_desk() == {ASKED.application: GARDEN}
    hear(mirror, GARDEN, decided)
    assert mirror.at_desk() == frozenset()


def test_a_list_says_what_waits_at_its_desk_alone(mirror: Mirror) -> None:
    """An answer is whole for the desk it tells of, and says nothing of another one."""
    hear(mirror, CELLAR, replace(ASKED, board=CELLAR))
    application = replace(AN_APPLICATION, board=GARDEN)
    mirror.apply(fold(ApplicationList(board=GARDEN, applications=(application,))))
    assert mirror.applications_at_desk() == {ASKED.application: CELLAR, application.id: GARDEN}


def test_a_page_of_a_list_leaves_the_other_pages(mirror: Mirror) -> None:
    """Each page says what waits from its first number on, up to where the next one begins."""
    first, second = (
        replace(AN_APPLICATION, id=uid(90 + n), board=GARDEN, number=n) for n in (3, 8)
    )
    pages = [
        ApplicationList(board=GARDEN, applications=(first,), next_after=3),
        ApplicationList(board=GARDEN, applications=(second,)),
    ]
    hear(mirror, GARDEN, replace(ASKED, number=9))
    for page in pages:
        mirror.apply(fold(page))
    assert mirror.at_desk() == {first.id, second.id}
    mirror.apply(fold(pages[0]))
    assert mirror.at_desk() == {first.id, second.id}


@pytest.mark.parametrize(
    "decided",
    [
        PostDecided(post=HELD.id, board=GARDEN, state=HeldState.PUBLISHED),
        held(approval=Approval.DECLINED, revision=2),
        held(state=ContentState.WITHDRAWN, body=None, revision=2),
        HeldList(held=(), as_of={desk_stream(GARDEN): 2}),
        StreamEnded(stream=desk_stream(GARDEN)),
        ForgetBoard(GARDEN),
    ],
)
def test_a_post_waits_until_it_is_decided(mirror: Mirror, decided: Event) -> None:
    """By whoever, by time, or by its author."""
    hear(mirror, GARDEN, held())
    assert mirror.at_desk() == {HELD.id}
    hear(mirror, GARDEN, decided)
    assert mirror.at_desk() == frozenset()


def test_the_words_of_others_stay_with_the_server(mirror: Mirror) -> None:
    """A desk is told them; the mirror keeps neither post nor title, and forgets no post of the reader's (P11)."""
    mirror.apply(fold(held()), EventPlace(member_stream(ANA), 1, NOW))
    own = held(id=uid(81), thread=uid(82))
    hear(mirror, GARDEN, replace(own, thread=replace(own.thread, id=uid(82))))
    assert mirror.post(HELD.id) is not None
    assert mirror.post(uid(81)) is None
    assert mirror.thread(uid(82)) is None
    hear(mirror, GARDEN, held(state=ContentState.WITHDRAWN, body=None, revision=2))
    assert mirror.post(HELD.id) is not None


def test_a_post_that_only_thinks_again_waits_for_nobody(mirror: Mirror) -> None:
    """Its hold ends by itself: no moderator has to decide; nor does a newcomer's own device count it."""
    hear(mirror, GARDEN, held(approval=None))
    mirror.apply(fold(held()), EventPlace(member_stream(ANA), 1, NOW))
    assert mirror.at_desk() == frozenset()


def test_who_is_asked_twice_about_a_post_counts_it_once(mirror: Mirror) -> None:
    """The commons' desk is asked after a day; a list tells which desk each post waits at."""
    asked = HeldPost(post=HELD, state=HeldState.ASKED)
    hear(mirror, GARDEN, held())
    hear(mirror, COMMONS, PostAsked(held=asked))
    assert mirror.at_desk() == {HELD.id}
    mirror.apply((StreamEnded(stream=desk_stream(GARDEN)),))
    assert mirror.at_desk() == {HELD.id}
    hear(mirror, COMMONS, PostDecided(post=HELD.id, board=GARDEN, state=HeldState.PUBLISHED))
    assert mirror.at_desk() == frozenset()
    mirror.apply(fold(HeldList(held=(asked,), as_of={desk_stream(COMMONS): 5})))
    assert mirror.at_desk() == {HELD.id}
    waiting = replace(asked, state=HeldState.WAITING)
    mirror.apply(fold(HeldList(held=(waiting,), as_of={desk_stream(COMMONS): 6})))
    assert mirror.at_desk() == frozenset()
