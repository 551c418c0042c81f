"""What an address names in the mirror, and what only the server can say."""

import pytest
from msgspec.structs import replace

from bbs.errors import Disconnected
from bbs.features.reading.messages import Resolve
from bbs.features.reading.views import ResolveResult
from bbs.refusals import NotFound
from bbs_client.session.addresses import PlaceKind, find, locate, places
from bbs_client.session.session import Session
from tests.client.app.sample import CLEO, GARDEN, RAIN, TOMATOES, FakeConnection, post_id, uid


@pytest.mark.parametrize(
    ("text", "kind", "id", "post"),
    [
        ("garden", PlaceKind.BOARD, GARDEN, None),
        ("garden/lounge", PlaceKind.LOUNGE, GARDEN, None),
        ("garden/lounge/2", PlaceKind.LOUNGE, GARDEN, uid(902)),
        ("garden/2", PlaceKind.THREAD, RAIN, None),
        ("garden/1/3", PlaceKind.THREAD, TOMATOES, post_id(TOMATOES, 3)),
        ("@cleo", PlaceKind.MEMBER, CLEO, None),
    ],
)
def test_an_address_is_found_in_the_mirror(
    session: Session, text: str, kind: PlaceKind, id: str, post: str | None
) -> None:
    """Boards, lounges and their lines, threads, posts and members that are here need no server."""
    place = find(session, text)
    assert place is not None
    assert (place.kind, place.id, place.post) == (kind, id, post)


@pytest.mark.parametrize(
    "text", ["moss", "moss/1", "garden/9", "garden/1/77", "garden/lounge/77", "@nobody", "a b", ""]
)
async def test_what_is_not_in_the_mirror_is_asked_for(session: Session, text: str) -> None:
    """Only the server knows whether it exists; offline that is an error, not a guess."""
    assert find(session, text) is None
    with pytest.raises(Disconnected):
        await locate(session, text)


@pytest.mark.parametrize("text", ["garden", "garden/2", "garden/1/3", "garden/lounge/2"])
def test_an_old_address_is_found_in_the_mirror(session: Session, text: str) -> None:
    """What a board was called before leads to the same things, and the place says the new name."""
    now = find(session, text)
    row = session.cache.board(GARDEN)
    assert row is not None
    renamed = replace(row.board, slug="orchard", revision=row.board.revision + 1)
    session.cache.apply((renamed,))
    place = find(session, text)
    assert place is not None
    assert now is not None
    assert (place.kind, place.id, place.post) == (now.kind, now.id, now.post)
    assert place.about.startswith("orchard")


async def test_a_title_is_no_address(session: Session) -> None:
    """Who calls a thread like another one's address leads nobody astray (P13)."""
    row = session.cache.thread(RAIN)
    assert row is not None
    session.cache.apply((replace(row.thread, title="garden/1", revision=row.thread.revision + 1),))
    place = find(session, "garden/1")
    assert place is not None
    assert place.id == TOMATOES
    assert [one.id for one in places(session) if one.label == "garden/1"] == [RAIN]


async def test_an_answer_that_names_nothing_is_nowhere(session: Session) -> None:
    """A server that answers without a board or member leads nowhere, and breaks nothing."""
    connection: object = session.connection
    assert isinstance(connection, FakeConnection)
    connection.answers[Resolve] = ResolveResult()
    with pytest.raises(NotFound):
        await locate(session, "moss")
