"""Selecting with the mouse: what is seen of a thread, copied only when a key asks for it."""

from bbs_client.session.session import Session
from tests.client.app.driving import into, screen_text
from tests.client.app.sample import an_app


async def test_what_the_mouse_selects_is_copied_by_a_key(session: Session) -> None:
    """From one character to another over rows; nothing is on the clipboard before the key (P13)."""
    app = an_app(session)
    async with app.run_test(size=(100, 30)) as pilot:
        await into(pilot, "j", "enter", "j", "enter", "home")
        rows = screen_text(app).splitlines()
        top, text = next((y, row) for y, row in enumerate(rows) if "The frost took" in row)
        begin = text.index("The frost")
        cursor = app.main.thread.cursor
        await pilot.mouse_down(offset=(begin, top))
        await pilot.hover(offset=(begin + 8, top))
        await pilot.mouse_up(offset=(begin + 8, top))
        await into(pilot)
        assert app.clipboard == ""
        assert app.main.thread.cursor == cursor
        await into(pilot, "y")
        assert app.clipboard == "The frost"
        assert app.main.get_selected_text() is None

        await pilot.mouse_down(offset=(begin, top - 1))
        await pilot.hover(offset=(begin + 2, top))
        await pilot.mouse_up(offset=(begin + 2, top))
        await into(pilot, "ctrl+c")
        assert app.clipboard == "en  fades 12 Mar  #1  09:30\nThe"


async def test_scrolling_lets_go_of_a_selection(session: Session) -> None:
    """What is marked is what one saw when one marked it."""
    app = an_app(session)
    async with app.run_test(size=(60, 12)) as pilot:
        await into(pilot, "j", "enter", "j", "enter", "home")
        await pilot.mouse_down(offset=(5, 2))
        await pilot.hover(offset=(20, 6))
        await pilot.mouse_up(offset=(20, 6))
        await into(pilot)
        assert app.main.get_selected_text()
        await into(pilot, "end")
        assert not app.main.get_selected_text()
