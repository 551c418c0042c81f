"""The signs: full where the terminal has them, else in ASCII, on every widget (looks 4)."""

import string

import pytest
from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color

from bbs_client.session.session import Session
from bbs_client.settings import ClientSettings
from bbs_client.signs import SignFilter, Signs, choose_signs
from tests.client.app.driving import into, screen_text
from tests.client.app.sample import an_app

BLACK = Color(0, 0, 0)
DRAWN = "●○◌·◇◆│┃├╰└─━╌▌▎▏▕▸▾░╭╮╯‹›…↑↓←→“”’"


def forms_of(signs: Signs) -> str:
    """Return the signs as a terminal gets them."""
    return "".join(one.text for one in SignFilter(signs).apply([Segment(DRAWN)], BLACK))


def test_every_sign_has_a_form_of_one_column() -> None:
    """In ASCII each sign is one printable character, so that no column moves."""
    forms = forms_of(Signs.ASCII)
    assert len(forms) == len(DRAWN) == cell_len(DRAWN)
    assert set(forms) <= set(string.printable)
    meanings = dict(zip(DRAWN, forms, strict=True))
    # What is new, read, held, gone, the end and its arrival stay apart without any colour.
    assert len({meanings[sign] for sign in "●○◌·◇◆"}) == 6


def test_the_linux_console_keeps_its_lines() -> None:
    """That console has lines but no rounded corners and no beads."""
    meanings = dict(zip(DRAWN, forms_of(Signs.CONSOLE), strict=True))
    assert (meanings["│"], meanings["├"], meanings["─"], meanings["╰"]) == ("│", "├", "─", "└")
    assert meanings["●"] == "*"


@pytest.mark.parametrize(
    ("choice", "terminal", "signs"),
    [
        ("auto", "xterm-256color", Signs.FULL),
        ("auto", "linux", Signs.CONSOLE),
        ("auto", "vt100", Signs.ASCII),
        ("full", "linux", Signs.FULL),
        ("ascii", "xterm-256color", Signs.ASCII),
    ],
)
def test_signs_fit_the_terminal(choice: str, terminal: str, signs: Signs) -> None:
    """The reader's choice goes before what the terminal is known to show."""
    assert choose_signs(choice, {"TERM": terminal}) is signs


async def test_signs_change_at_once_on_the_whole_screen(session: Session) -> None:
    """With signs in ASCII no widget draws another character of ours, and back again."""
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "j", "enter", "enter")

        def others() -> set[str]:
            return {character for character in screen_text(app) if not character.isascii()}

        assert "│" in others()
        app.use_settings(ClientSettings(theme="mono", signs="ascii", names="off"))
        await into(pilot)
        assert not others() & set(DRAWN)
        app.use_settings(ClientSettings(signs="full"))
        await into(pilot)
        assert "│" in others()
