"""The tour and the banner: offered once, left at any time, and nothing in them acts."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from textual.widgets import Static

from bbs_client.actions.table import BY_ID
from bbs_client.session.events import NoticesChanged
from bbs_client.session.session import Session
from bbs_client.settings import load
from bbs_client.tui.app import QUIET
from bbs_client.tui.tour import CARDS, Tour, said
from bbs_client.widgets.banner import drawn
from tests.client.app.driving import connection_of, into, screen_text
from tests.client.app.sample import an_app

ART = "\x1b[1;32m/\\\x1b[0m the \x1b[97;41mhall\x1b[m\n"


def test_every_key_of_the_tour_is_in_the_table() -> None:
    """Cards name functions by their ids, so that other keys show where other keys are in force."""
    for card in CARDS:
        assert set(card.tries) <= BY_ID.keys()
        assert all("{" not in said(text).plain for text in card.says)
    assert len(CARDS) <= 8


async def test_the_tour_is_offered_once_and_walked_with_space(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the first connection of a device it opens, Space walks it to its end, and it is noted."""
    monkeypatch.setenv("BBS_HOME", str(tmp_path / "bbs"))
    session.cache.note_notice("banner", ART)
    app = an_app(session, settings=replace(QUIET, tour="offer"))
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot)
        assert not isinstance(app.screen, Tour)
        connection_of(app).notify(NoticesChanged(banner=True))
        await into(pilot)
        assert "/\\ the hall" in screen_text(app)
        for card in CARDS:
            await into(pilot, "space")
            assert card.title in screen_text(app)
        await into(pilot, "space")
        assert not isinstance(app.screen, Tour)
        assert load({}, {}).tour == "taken"
        connection_of(app).notify(NoticesChanged())
        await into(pilot)
        assert not isinstance(app.screen, Tour)


async def test_every_word_of_a_card_is_seen_on_a_narrow_screen(session: Session) -> None:
    """At 60 columns the lines of a card break between words; nothing is cut at the edge."""
    app = an_app(session)
    async with app.run_test(size=(60, 20)) as pilot:
        await into(pilot, "f2")
        for card in CARDS:
            seen = " ".join(screen_text(app).split())
            assert all(said(text).plain in seen for text in card.says)
            await into(pilot, "space")


async def test_keys_are_tried_without_doing_anything(session: Session) -> None:
    """A key tried on its card is ticked; Esc leaves at any time; nothing was opened or written."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "f2", *["space"] * 3)
        assert "✓" not in screen_text(app)
        await into(pilot, "r", "t")
        assert screen_text(app).count("✓") == 2
        assert not app.main.composer.display
        await into(pilot, "minus", "escape")
        assert app.screen is app.main


async def test_a_new_banner_is_shown_alone(session: Session) -> None:
    """Who took the tour sees a banner they have not seen yet, and is in with one key."""
    session.cache.note_notice("banner", ART)
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        connection_of(app).notify(NoticesChanged(banner=True))
        await into(pilot)
        assert isinstance(app.screen, Tour)
        await into(pilot, "space")
        assert app.screen is app.main


async def test_a_banner_that_is_none_is_not_shown(session: Session) -> None:
    """A server that sends anything but text and looks gets nothing on the screen (P13)."""
    session.cache.note_notice("banner", "\x1b]0;owned\x07\x1b[2J")
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        connection_of(app).notify(NoticesChanged(banner=True))
        await into(pilot)
        assert app.screen is app.main
        await into(pilot, "f2")
        assert "owned" not in str(app.screen.query_one("#card", Static).render())


@given(st.text(alphabet=st.sampled_from("\x1b[]0;31m\x07\n a\u202e\x9b@click='x'"), max_size=60))
def test_a_drawn_banner_is_only_text(banner: str) -> None:
    """No banner yields a control or a link, and brackets stay brackets."""
    for colours in (True, False):
        content = drawn(banner, colours=colours)
        if content is not None:
            assert all(char.isprintable() or char == "\n" for char in content.plain)
            assert all("@" not in str(span.style) for span in content.spans)
