"""Selecting with the mouse: what is seen of a thread, copied only when a key asks for it."""

import pytest

from bbs_client.session.session import Session
from tests.client.app.driving import into, screen_text
from tests.client.app.sample import TOMATOES, a_post, an_app, post_id


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


ADDRESS = "https://example.org/" + "a-long-way/" * 9
CODE = "if frost:\n\tcover('" + "fig " * 20 + "')\nelse:\n    sleep()"


@pytest.mark.parametrize("flat", [False, True])
async def test_a_selection_is_the_text_as_it_was_written(session: Session, flat: bool) -> None:
    """Wrapped lines are joined, addresses whole, code keeps its lines, blanks and tabs; rails, beads,
    bars, indents and the scrollbar stay on the screen (B4)."""
    body = f"{'one two ' * 12}\nsee {ADDRESS} there\n\n- {'three ' * 16}\n\n```\n{CODE}\n```\n\n> so it is"
    session.cache.apply(
        (
            a_post(7, body, parent=post_id(TOMATOES, 2)),
            a_post(8, "Yes.", parent=post_id(TOMATOES, 7)),
        )
    )
    session.cache.keep_look(TOMATOES, flat, ())
    app = an_app(session)
    async with app.run_test(size=(70, 40)) as pilot:
        await into(pilot, "j", "enter", "j", "enter", "G", *"kk" * (not flat))
        app.main.thread.jump(app.main.thread.keys.index_of("#7") or 0, top=True)
        await into(pilot)
        rows = screen_text(app).splitlines()
        top = next(y for y, row in enumerate(rows) if "#7" in row)
        end = next(y for y, row in enumerate(rows) if "Yes." in row)
        await pilot.mouse_down(offset=(0, top))
        await pilot.hover(offset=(69, end))  # over the scrollbar, which ends no selection
        await pilot.mouse_up(offset=(69, end))
        await into(pilot, "y")
        head, _, text = app.clipboard.partition("\n")
        assert head.endswith("#7" if flat else "#7  13:30")
        assert "●" not in head
        assert text.startswith(
            f"{('one two ' * 12).rstrip()}\nsee {ADDRESS}[1] there\n\n• {('three ' * 16).rstrip()}\n\n"
            f"{CODE}\n\nso it is\n\nben"
        )
        assert text.endswith("\nYes.")


async def test_a_part_of_a_wrapped_address_is_that_part(session: Session) -> None:
    """From within one row to within another, with nothing between (B4)."""
    session.cache.apply((a_post(7, ADDRESS),))
    app = an_app(session)
    async with app.run_test(size=(70, 30)) as pilot:
        await into(pilot, "j", "enter", "j", "enter", "G")
        rows = screen_text(app).splitlines()
        top = next(y for y, row in enumerate(rows) if "a-long-way" in row)
        begin = rows[top].index("example")
        await pilot.mouse_down(offset=(begin, top))
        await pilot.hover(offset=(begin, top + 1))
        await pilot.mouse_up(offset=(begin, top + 1))
        await into(pilot, "y")
        assert app.clipboard in ADDRESS
        assert app.clipboard.startswith("example.org/a-long-way/")
        assert len(app.clipboard) > 50


async def test_a_line_of_a_lounge_is_copied_with_its_speaker(session: Session) -> None:
    """The name comes along, the time and the bar do not (B4)."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "3")
        rows = screen_text(app).splitlines()
        top = next(y for y, row in enumerate(rows) if "Morning." in row)
        end = next(y for y, row in enumerate(rows) if "two cups" in row)
        await pilot.mouse_down(offset=(1, top))
        await pilot.hover(offset=(60, end))
        await pilot.mouse_up(offset=(60, end))
        await into(pilot, "y")
        assert app.clipboard == "ben: Morning.\nana: Morning! Kettle is on.\ncleo: Bring two cups."


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
