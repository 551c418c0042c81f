"""The top bar and the status bar as pictures of one row (looks, section 2)."""

import pytest
from textual.app import App, ComposeResult
from textual.content import Content

from bbs_client.keys import Pane
from bbs_client.widgets.bars import StatusBar, TopBar
from bbs_client.widgets.key_bar import KeyBar

PATH = [Content("Lindenfold"), Content("Garden"), Content("Frost tonight, says the sky")]
FADES = "posts fade after 400 days"


class Bars(App[None]):
    """The bars alone."""

    CSS = "TopBar, StatusBar, KeyBar { height: 1; }"

    def compose(self) -> ComposeResult:
        """Mount them."""
        yield TopBar()
        yield StatusBar()
        yield KeyBar(Pane.THREAD)


async def top(columns: int, path: list[Content], fact: str = "") -> str:
    """Return the top bar as it is drawn at a width."""
    app = Bars()
    async with app.run_test(size=(columns, 24)):
        bar = app.query_one(TopBar)
        bar.say(path, fact)
        line = bar.render().plain
        assert len(line.rstrip()) <= columns - 2, "two columns stay blank at the right"
        return line


async def test_the_path_stands_left_and_the_fact_at_column_78() -> None:
    """Lindenfold › Garden › …, as drawn in looks, section 5."""
    line = await top(80, PATH, FADES)
    assert line == f" {'Lindenfold › Garden › Frost tonight, says the sky':52}{FADES}"


@pytest.mark.parametrize("columns", [60, 80, 100, 140])
async def test_names_are_cut_from_the_middle_of_the_path_first(columns: int) -> None:
    """The longest names there are leave each a part of itself, and the last the most."""
    path = [Content("Community " * 4), Content("b" * 40), Content("t" * 64)]
    line = await top(columns, path, FADES)
    assert FADES in line or columns < 80
    first, board, thread = (name.strip() for name in line.removesuffix(FADES).split(" › "))
    assert first.startswith("Communi")
    assert len(board) >= 8
    assert len(thread) >= 16
    whole = await top(200, path, FADES)
    assert whole.split(" › ")[1] == "b" * 40
    shorter = await top(columns, [Content("Home"), Content("b" * columns), Content("End")], FADES)
    assert shorter.startswith(" Home › b")
    assert "… › End" in shorter


async def test_a_narrow_terminal_keeps_the_last_name_and_three_keys() -> None:
    """Below 60 columns (looks, section 2)."""
    assert (await top(59, PATH)).strip() == "Frost tonight, says the sky"
    app = Bars()
    async with app.run_test(size=(59, 24)):
        assert app.query_one(KeyBar).render().plain.split("  ") == [
            " Space read on",
            "n next unread",
            "r reply ",
        ]


async def test_what_is_unusual_outlasts_the_round_line_where_both_do_not_fit() -> None:
    """An offline reader is told so, however long the rest of the line is."""
    app = Bars()
    async with app.run_test(size=(80, 24)):
        bar = app.query_one(StatusBar)
        bar.who, bar.round = "ana", Content("27 to the end")
        assert bar.render().plain == f" READING  ana{'27 to the end':>65}"
        bar.unusual = (Content("offline"),)
        assert bar.render().plain.endswith("offline  27 to the end")
        bar.unusual = (Content("offline, and more to say about it, in many words: seven"),)
        assert bar.render().plain.endswith("seven")
