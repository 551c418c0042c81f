"""The list every list is: what is seen, where the cursor is, what was passed."""

import random
from collections.abc import Sequence

import pytest
from textual import events
from textual.app import App, ComposeResult
from textual.content import Content

from bbs_client.theme import FOLKMOOT, theme
from bbs_client.widgets.block_view import BlockView

VIEW_ROWS = 20


class Blocks(BlockView):
    """Blocks named by their heights: `7:3` is block 7, three rows tall, guessed as two."""

    ROWS_GUESSED = 2  # wrong, as in a view without lengths
    drawn = 0

    def draw(self, index: int, width: int) -> list[Content]:
        """Return rows that say which block and which row they are."""
        self.drawn += 1
        key = self.keys[index]
        return [Content(f"{key}/{row}"[:width]) for row in range(int(key.split(":")[1]))]

    def blocks_passed(self, keys: Sequence[str]) -> None:
        """Remember."""
        self.app.passed.extend(keys)  # type: ignore[attr-defined]  # the test's own attribute

    def seen(self) -> list[str]:
        """Return the rows in view."""
        return [self.render_line(y).text[1:].strip() for y in range(self.size.height)]


class Harness(App[None]):
    """An app that is one list."""

    CSS = "Blocks { height: 1fr; }"

    def __init__(self) -> None:
        super().__init__()
        self.passed: list[str] = []

    def on_load(self) -> None:
        """Bring the theme."""
        self.register_theme(theme(FOLKMOOT))
        self.theme = FOLKMOOT.name

    def compose(self) -> ComposeResult:
        """Build the list."""
        yield Blocks(id="list")


def keys_of(heights: Sequence[int]) -> list[str]:
    """Return keys for blocks of these heights."""
    return [f"{number}:{height}" for number, height in enumerate(heights)]


def rows_of(keys: Sequence[str]) -> list[str]:
    """Return all rows, as if everything were drawn."""
    return [f"{key}/{row}" for key in keys for row in range(int(key.split(":")[1]))]


def assert_true(view: Blocks) -> None:
    """Check that the view shows what is there, from its place on, and is full if it can be."""
    everything = rows_of(view.keys)
    shown = [row for row in view.seen() if row]
    if not everything:
        assert shown == []
        return
    start = everything.index(shown[0])
    assert shown == everything[start : start + VIEW_ROWS]
    assert len(shown) == min(len(everything), VIEW_ROWS)


@pytest.mark.parametrize("seed", range(4))
async def test_whatever_one_does_the_view_is_true(seed: int) -> None:
    """After any walk the rows in view follow one another, none twice, none left out (P4, P13)."""
    dice = random.Random(seed)
    heights = [dice.choice((1, 1, 2, 3, 5, 8, 45)) for _ in range(60)]
    app = Harness()
    async with app.run_test(size=(40, VIEW_ROWS)) as pilot:
        view = app.query_one(Blocks)
        view.set_keys(keys_of(heights))
        await pilot.pause()
        for _ in range(120):
            match dice.randrange(9):
                case 0 | 1 | 2:
                    view.move(1)
                case 3:
                    view.move(-1)
                case 4:
                    view.page_on()
                case 5:
                    view.action_page_back()
                case 6:
                    view.jump(dice.randrange(len(view.keys)), top=dice.random() < 0.5)
                case 7:
                    view._scroll(dice.randint(-30, 30))
                case _:
                    keys = list(view.keys)
                    keys.insert(dice.randrange(len(keys)), f"{dice.randrange(10**6)}:3")
                    del keys[dice.randrange(len(keys))]
                    view.set_keys(keys)
            assert_true(view)


async def test_each_row_is_shown_by_going_on() -> None:
    """j and pages alone show every row of every block, however tall (P4)."""
    heights = [3, 50, 1, 21, 20, 19, 2, 2, 70, 1]
    for step in ("move", "page"):
        app = Harness()
        async with app.run_test(size=(40, VIEW_ROWS)) as pilot:
            view = app.query_one(Blocks)
            view.set_keys(keys_of(heights))
            await pilot.pause()
            seen = set(view.seen())
            while view.move(1) if step == "move" else view.page_on():
                seen |= set(view.seen())
            assert set(rows_of(view.keys)) <= seen


async def test_going_on_passes_each_block_once() -> None:
    """Pages pass what they leave behind, in order, and never a block that was not seen (P2)."""
    app = Harness()
    async with app.run_test(size=(40, VIEW_ROWS)) as pilot:
        view = app.query_one(Blocks)
        view.set_keys(keys_of([3] * 30))
        await pilot.pause()
        while view.page_on():
            assert app.passed == list(view.keys[: len(app.passed)])
            assert len(app.passed) <= view.cursor
        view.pass_rest()
        assert app.passed == list(view.keys)


async def test_what_is_seen_stays_when_blocks_appear_above() -> None:
    """Whatever is added, dropped or corrected above, the rows under the eye do not move."""
    app = Harness()
    async with app.run_test(size=(40, VIEW_ROWS)) as pilot:
        view = app.query_one(Blocks)
        view.set_keys(keys_of([4] * 50))
        await pilot.pause()
        view.jump(30, top=True)
        before = view.seen()
        view.set_keys([*(f"{number}:9" for number in range(100, 110)), *view.keys[5:]])
        await pilot.pause()
        assert view.seen() == before
        assert view.current == "30:4"


async def test_the_cursor_goes_to_a_neighbour_when_its_block_is_gone() -> None:
    """A block that disappears leaves the cursor on what stood above it."""
    app = Harness()
    async with app.run_test(size=(40, VIEW_ROWS)) as pilot:
        view = app.query_one(Blocks)
        view.set_keys(keys_of([1] * 10))
        await pilot.pause()
        view.jump(5)
        view.set_keys([key for key in view.keys if key != "5:1"])
        assert view.current == "4:1"
        view.set_keys(())
        assert view.current is None
        assert not view.move(1)
        assert_true(view)


async def test_only_what_is_seen_is_drawn() -> None:
    """A hundred thousand blocks cost a screenful of drawing."""
    app = Harness()
    async with app.run_test(size=(40, VIEW_ROWS)) as pilot:
        view = app.query_one(Blocks)
        view.set_keys(keys_of([2] * 100_000))
        await pilot.pause()
        assert view.drawn <= 2 * VIEW_ROWS
        view.jump(-1)
        assert view.seen()[-1] == "99999:2/1"
        assert view.drawn <= 4 * VIEW_ROWS
        assert view.virtual_size.height == 200_000


async def test_the_scrollbar_leads_to_its_place() -> None:
    """Dragging the scrollbar shows what is there, though heights were guessed."""
    app = Harness()
    async with app.run_test(size=(40, VIEW_ROWS)) as pilot:
        view = app.query_one(Blocks)
        view.set_keys(keys_of([3] * 500))
        await pilot.pause()
        view.scroll_to(y=600, animate=False)
        await pilot.pause()
        assert_true(view)
        assert int(view.seen()[0].split(":")[0]) > 200
        view.scroll_end(animate=False, immediate=True)
        await pilot.pause()
        assert_true(view)


async def test_another_width_keeps_the_place() -> None:
    """After a resize the block with the cursor is in view and the rows are true."""
    app = Harness()
    async with app.run_test(size=(40, VIEW_ROWS)) as pilot:
        view = app.query_one(Blocks)
        view.set_keys(keys_of([3] * 100))
        await pilot.pause()
        view.jump(60)
        await pilot.resize_terminal(70, VIEW_ROWS)
        await pilot.pause()
        assert_true(view)
        assert any(row.startswith("60:3/") for row in view.seen())


async def test_the_mouse_moves_and_chooses() -> None:
    """A click puts the cursor where it points; the wheel passes what it moves out of view."""
    app = Harness()
    async with app.run_test(size=(40, VIEW_ROWS)) as pilot:
        view = app.query_one(Blocks)
        view.set_keys(keys_of([3] * 30))
        await pilot.pause()
        await pilot.click(Blocks, offset=(5, 7))
        assert view.current == "2:3"
        for _ in range(3):
            view.post_message(
                events.MouseScrollDown(view, 1, 1, 0, 1, 0, shift=False, meta=False, ctrl=False)
            )
        await pilot.pause()
        assert view.seen()[0] == "3:3/0"
        assert app.passed == ["0:3", "1:3", "2:3"]
        assert view.current == "3:3"
