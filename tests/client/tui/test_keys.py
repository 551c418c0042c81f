"""The keys at work: the palette runs what they run, and what is typed ahead arrives."""

import pytest
from textual.widgets import Input

from bbs_client.keys import Pane
from bbs_client.session.session import Session
from bbs_client.widgets.page import Page
from tests.client.app.driving import at_once, into, notes, screen_text, until_shown
from tests.client.app.sample import an_app


async def test_the_palette_does_what_the_key_does(session: Session) -> None:
    """Choosing an entry in the palette runs it on the screen below."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "ctrl+p", *"who is here", "enter")
        assert "You are offline" in await until_shown(pilot, "You are offline")


async def test_the_palette_finds_threads(session: Session) -> None:
    """Boards and threads are in the palette too."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "ctrl+p", *"tomatoes", "enter")
        assert app.main.pane is Pane.THREAD
        assert "Tomatoes after the frost" in screen_text(app)


async def test_the_palette_shows_kinds_keys_and_exact_names_first(session: Session) -> None:
    """What is called so comes first, each kind by its name, its key or address at the right (looks 5)."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "enter", "ctrl+p", *"ben")
        rows = [row.strip("│ ▌") for row in screen_text(app).splitlines()]
        assert rows[6].split() == ["member", "ben", "Ben", "u"]
        assert any(row.startswith("help") and row.endswith("?") for row in rows)
        await into(pilot, "ctrl+u", *"tomat", "tab")
        assert app.screen.query_one(Input).value == "Tomatoes after the frost"
        await into(pilot, "enter")
        assert app.main.pane is Pane.THREAD
        await into(pilot, "ctrl+p", *"quo", "down", "escape")
        assert app.screen is app.main


async def test_the_palette_offers_what_works_while_one_writes(session: Session) -> None:
    """In the composer it does what the composer's keys do, and goes nowhere."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "enter", "t", *"title", "tab", *"words", "ctrl+p", *"leave", "enter")
        assert not app.main.composing
        assert session.drafts.all()


async def test_what_is_typed_ahead_goes_where_it_leads(session: Session) -> None:
    """Keys typed faster than the screen follows act on what the ones before led to."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await at_once(pilot, "j", "enter", "j", "enter", "r", *"quick")
        assert app.main.composer.editor.text == "quick"


async def test_a_key_without_its_subject_says_so_on_the_key_bar(session: Session) -> None:
    """No key is silent; what it says takes one line, and neither the state's nor a post's."""
    app = an_app(session)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await into(pilot, "b")
        for key in ("p", "c", "U", "r", "R", "e", "D", "i", "u", "y", "asterisk", "plus", "["):
            app.clear_notifications()
            await into(pilot, key)
            assert len(app._notifications) == 1, key
            assert len(app.screen_stack) == 1, key
        shown = screen_text(app).splitlines()
        assert "This board is already first in your order." in shown[-1]
        assert shown[-2].startswith(" READING"), "the state stays in sight"


@pytest.mark.parametrize("place", ["I", "at", "slash", "comma"])
async def test_the_palette_opens_from_every_page(session: Session, place: str) -> None:
    """What the help of a page promises: ^P leaves the page for it, also from the field of a search."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, place)
        assert isinstance(app.screen, Page)
        await into(pilot, "ctrl+p")
        assert "Go anywhere, do anything" in screen_text(app)
        await into(pilot, "escape")
        assert app.screen is app.main


async def test_a_note_never_covers_the_keys_of_another_place(session: Session) -> None:
    """A note on one place goes when a page, a box or another pane opens, and when a page is left."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        for way in ("I", "f1", "ctrl+t", "b"):
            await into(pilot, "0")
            app.main.tell("Press q again to quit.")
            await into(pilot)
            assert notes(app)
            await into(pilot, way)
            assert not notes(app), way
            await into(pilot, "escape")
        await into(pilot, "I")
        app.main.tell("Hit 2 of 4.")
        await into(pilot)
        assert notes(app)
        await into(pilot, "q")
        assert app.screen is app.main
        assert not notes(app)
