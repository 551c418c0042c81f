"""Leaving the client: by few keys, pressed twice, and never by one too many (looks, section 7)."""

import pytest

from bbs_client.keys import Pane
from bbs_client.session.session import Session
from tests.client.app.driving import into, notes, screen_text
from tests.client.app.sample import an_app

THREAD_KEYS = ("j", "enter", "j", "enter")


@pytest.mark.parametrize("key", ["q", "ctrl+q"])
async def test_a_key_quits_only_when_pressed_twice(session: Session, key: str) -> None:
    """At home, the top: once names the key and what stays behind, twice quits (looks, section 7)."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, *THREAD_KEYS, "r", "a", "escape", "0", key)
        assert not app._exit
        shown = "q" if key == "q" else "^Q"
        kept = "Kept on this device: 1 draft."
        assert notes(app) == f"Press {shown} again to quit. {kept}"
        await into(pilot, key)
        assert app._exit


async def test_q_goes_out_to_home_and_no_further(session: Session) -> None:
    """From a thread to its board's threads, from there and from the boards home, which is the top."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        seen = []
        for key in (*THREAD_KEYS, "q", "q", "b", "q"):
            await into(pilot, key)
            seen.append(app.main.pane)
        assert seen[-5:] == [Pane.THREAD, Pane.THREADS, Pane.HOME, Pane.BOARDS, Pane.HOME]
        await into(pilot, "b", "enter", "3")
        assert app.main.pane is Pane.LOUNGE
        await into(pilot, "escape")
        assert app.main.pane is Pane.THREADS


async def test_only_the_key_that_is_shown_quits(session: Session) -> None:
    """At home the other keys that go back do nothing, however often they are pressed."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "0")
        before = screen_text(app)
        for key in ("escape", "h", "left"):
            await into(pilot, key, key, key)
            assert not app._exit
            assert screen_text(app) == before
        await into(pilot, "q", "escape", "q")
        assert app._exit


async def test_interrupting_twice_quits(session: Session) -> None:
    """^C once warns, twice quits, also while writing; the draft is kept."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, *THREAD_KEYS, "r", "a", "ctrl+c")
        assert not app._exit
        await pilot.press("ctrl+c")
        assert app._exit
    assert [draft.text for draft in session.drafts.all()] == ["a"]
