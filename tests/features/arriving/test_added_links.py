"""No edit leads past the guard of links, and no other edit meets it (P6, P7, protocol 21.2)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbs.arriving_refusals import LinkGuarded
from bbs.features.arriving.messages import ListGuards
from bbs.features.arriving.rules import adds_link
from bbs.features.arriving.views import GuardKind
from bbs.features.boards.messages import ConfigureBoard
from bbs.features.threads.messages import EditPost, GetThread, Retitle
from bbs.features.threads.views import Approval
from tests.features.arriving.newcomers import Place, open_place, published
from tests.support.moot import Moot
from tests.support.talk import start

LINK = "https://example.org/spam"


@pytest.fixture
async def place(moot: Moot) -> Place:
    """A board whose newcomers' posts with links wait."""
    return await open_place(moot, guard_links=True)


async def test_an_edit_that_adds_a_link_is_refused(place: Place) -> None:
    """It names the setting and its end, and says where the link may go; the post stays as it was (P7)."""
    nia = await place.arrive("nia")
    begun = await start(nia, place.board, "About figs", "Figs")
    (guard,) = (await nia.ask(ListGuards())).guards
    assert guard.kind is GuardKind.LINKS
    error = await nia.refused(EditPost(post=begun.post, body=f"About figs: {LINK}"))
    assert isinstance(error, LinkGuarded)
    assert (error.board, error.until) == (place.board, guard.until)
    says = str(error)
    assert f"the board holds links until {guard.until:%Y-%m-%d %H:%M} UTC" in says
    assert "a new post with the link goes to a moderator" in says
    title = Retitle(thread=begun.thread, title=f"Figs {LINK}")
    assert isinstance(await nia.refused(title), LinkGuarded)
    assert (await nia.ask(GetThread(thread=begun.thread))).thread.title == "Figs"
    assert await published(place) == ["About figs"]


async def test_other_edits_are_as_free_as_ever(place: Place) -> None:
    """Without a link, with the links that a moderator has read, and by who has no guard."""
    nia = await place.arrive("nia")
    begun = await start(nia, place.board, "Abuot figs")
    assert (await nia.ask(EditPost(post=begun.post, body="About figs"))).post.edits == 1
    waits = await start(nia, place.board, f"See {LINK}")
    held = await nia.ask(EditPost(post=waits.post, body=f"See {LINK} and www.example.net"))
    assert held.post.approval is Approval.LINKS
    hals = await start(place.host, place.board, "By a host")
    await place.host.ask(EditPost(post=hals.post, body=f"By a host: {LINK}"))
    place.moot.clock.jump(days=30)
    await nia.ask(EditPost(post=begun.post, body=f"About figs: {LINK}"))


async def test_a_post_that_only_thinks_again_is_no_way_around(place: Place) -> None:
    """Nobody decides about it, so that a link added meanwhile would be published unread."""
    await place.desk.ask(ConfigureBoard(board=place.board, hold_s=60))
    nia = await place.arrive("nia")
    begun = await start(nia, place.board, "About figs")
    error = await nia.refused(EditPost(post=begun.post, body=f"About figs: {LINK}"))
    assert isinstance(error, LinkGuarded)


@given(st.text(), st.text())
def test_only_a_new_link_counts(before: str, after: str) -> None:
    """Words around a link may change and its repetition is none; another target is another link."""
    assert not adds_link(before, before)
    assert adds_link(before, f"{before} https://example.org/{len(before)}-new")
    assert not adds_link(f"{before} {LINK} {after}", LINK)
