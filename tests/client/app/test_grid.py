"""The panes at each width and height (looks, section 2)."""

import pytest

from bbs_client.keys import Pane
from bbs_client.session.session import Session
from tests.client.app.driving import into, pane_of, screen_text
from tests.client.app.sample import an_app

WIDTHS = [40, 59, 60, 79, 80, 99, 100, 139, 140, 179, 180, 220]


@pytest.mark.parametrize("columns", WIDTHS)
async def test_a_thread_has_80_columns_or_what_there_is(session: Session, columns: int) -> None:
    """Below 100 it takes all; from there a rule stands beside it, and it is at most 80 wide."""
    app = an_app(session)
    async with app.run_test(size=(columns, 24)) as pilot:
        await into(pilot, "j", "enter", "j", "enter")
        region = app.main.thread.region
        beside = 25 if columns >= 100 else 0
        threads = 45 if columns >= 180 else 0
        assert region.x == beside + threads
        assert region.width == min(80, columns - beside)
        assert app.main.boards.display
        rows = screen_text(app).splitlines()[1:22]
        if columns >= 100:
            assert all(row[24] == "│" for row in rows), "the rule between the panes"
        if columns >= 140:
            edge = region.right
            assert all(row.ljust(edge + 1)[edge] == "│" for row in rows)


@pytest.mark.parametrize("columns", [40, 60, 80, 99])
async def test_the_boards_are_a_page_of_their_own_below_100_columns(
    session: Session, columns: int
) -> None:
    """b shows them over all columns, and Enter shows a board's threads over all columns."""
    app = an_app(session)
    async with app.run_test(size=(columns, 24)) as pilot:
        await into(pilot, "j", "enter")
        assert app.main.threads.size.width == min(columns, 80)
        assert not app.main.boards.region
        await into(pilot, "b")
        assert pane_of(app) is Pane.BOARDS
        assert app.main.boards.size.width == min(columns, 80)
        assert not app.main.threads.region
        assert "Boards" in screen_text(app).splitlines()[0]


async def test_a_change_of_size_changes_the_panes_and_not_the_place(session: Session) -> None:
    """From 80 columns to 120 the boards come beside the thread; back again they go."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "enter", "j", "enter", "j", "j")
        post = app.main.thread.current
        for columns in (120, 60, 200, 80):
            await pilot.resize_terminal(columns, 24)
            await into(pilot)
            assert bool(app.main.boards.region) is (columns >= 100)
            assert app.main.thread.current == post
            assert pane_of(app) is Pane.THREAD
        await into(pilot, "b")
        await pilot.resize_terminal(120, 24)
        await into(pilot)
        assert app.main.thread.region.width == 80
        assert app.main.boards.region.width == 24


@pytest.mark.parametrize(("rows", "first"), [(12, 1), (15, 1), (16, 2), (29, 2), (30, 4), (50, 4)])
async def test_facts_and_blank_rows_follow_the_height(
    session: Session, rows: int, first: int
) -> None:
    """Below 16 rows there are no facts, from 30 on they stand between blank rows."""
    app = an_app(session)
    async with app.run_test(size=(80, rows)) as pilot:
        await into(pilot, "j", "enter", "j", "enter")
        lines = screen_text(app).splitlines()
        assert app.main.thread.region.y == first
        assert ("garden/1" in lines[first - 1 - (rows >= 30)]) is (rows >= 16)
        assert "fades" not in lines[first - 1]


async def test_a_terminal_below_40_by_10_says_what_is_needed(session: Session) -> None:
    """Nothing else is drawn there (looks, section 7); when it grows, all is where it was."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "enter", "j", "enter", "j")
        post = app.main.thread.current
        for columns, rows in ((36, 12), (80, 9), (5, 3), (39, 10)):
            await pilot.resize_terminal(columns, rows)
            await into(pilot)
            said = " ".join(screen_text(app).split())
            says = f"Folkmoot needs 40 columns and 10 rows. This is {columns} by {rows}."
            assert said == says or columns < 20
        await pilot.resize_terminal(40, 10)
        await into(pilot)
        assert "Folkmoot needs" not in screen_text(app)
        assert app.main.thread.current == post
        await into(pilot, "k")
        assert app.main.thread.current != post


async def test_a_client_begun_in_a_small_terminal_says_so_at_once(session: Session) -> None:
    """It quits by the keys it always has."""
    app = an_app(session)
    async with app.run_test(size=(36, 12)) as pilot:
        await into(pilot)
        assert "This is 36 by 12." in " ".join(screen_text(app).split())
        await into(pilot, "ctrl+q", "ctrl+q")
        assert app._exit


async def test_what_is_written_from_the_page_of_boards_is_seen(session: Session) -> None:
    """The composer takes the place of the boards, and gives it back when it closes."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "b", "j", "t", *"Leeks")
        assert app.main.composer.region.height > 5
        assert "Leeks" in screen_text(app)
        assert "The Village Hall › Garden" in screen_text(app)
        assert not app.main.boards.region
        await into(pilot, "escape")
        assert pane_of(app) is Pane.BOARDS
        assert app.main.boards.region


@pytest.mark.parametrize("width", [60, 100])
async def test_the_seat_on_a_board_is_told_whole_after_writing(
    session: Session, width: int
) -> None:
    """The first row, hidden while the member writes, is cut for its own width: the charter gives way."""
    app = an_app(session)
    async with app.run_test(size=(width, 24)) as pilot:
        await into(pilot, "j", "enter", "2")
        assert "You have a seat." in screen_text(app)
        await into(pilot, "t", *"word")
        app.main.show_head()  # as any change of the mirror does
        await into(pilot, "escape")
        assert "You have a seat." in screen_text(app)
