"""The themes: readable in every pair of colours that is used, and chosen as the reader wants."""

import re
from pathlib import Path

import pytest
from textual.color import Color
from textual.style import Style

from bbs_client.session.session import Session
from bbs_client.settings import load
from bbs_client.theme import LOOKS, PALETTES, Palette, choose_theme, style_of, theme
from tests.client.app.driving import into
from tests.client.app.sample import an_app

AA, AAA = 4.5, 7.0  # WCAG 2.2, 1.4.3 and 1.4.6: text of usual size
TEXTS = ("text", "quiet", "act", "new", "good", "warn", "error", "code")
GROUNDS = ("ground", "lifted", "cursor")
COLOURED = [palette for palette in PALETTES.values() if palette.own]


def ratio(one: str, other: str) -> float:
    """Return the contrast of two colours as WCAG defines it: 1 to 21."""

    def luminance(colour: str) -> float:
        parts = [part / 255 for part in Color.parse(colour).rgb]
        r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("palette", COLOURED, ids=lambda palette: palette.name)
def test_every_pair_of_colours_can_be_read(palette: Palette) -> None:
    """Each colour of text has the contrast of WCAG AA on each ground; of AAA in `contrast`."""
    least = AAA if palette.name == "contrast" else AA
    for text in TEXTS:
        for ground in GROUNDS:
            found = ratio(getattr(palette, text), getattr(palette, ground))
            assert found >= least, (text, ground, round(found, 2))
    # A selection keeps the text's own colour.
    assert ratio(palette.text, palette.selected) >= AA


def test_white_on_black_is_the_most_there_is() -> None:
    """The ratio above is the one of WCAG: 21 for white on black, 1 for a colour on itself."""
    assert round(ratio("#ffffff", "#000000"), 3) == 21
    assert ratio("#4cbcb8", "#4cbcb8") == 1


@pytest.mark.parametrize("palette", PALETTES.values(), ids=lambda palette: palette.name)
def test_every_role_has_a_look_of_its_own_theme(palette: Palette) -> None:
    """Each theme says how each role looks, in styles that can be drawn."""
    variables = theme(palette).variables
    for role in LOOKS:
        Style.parse(variables[f"role-{role}"], {})
        assert "{" not in style_of(palette, role)


def test_the_themes_without_colours_of_their_own_name_none() -> None:
    """`terminal` uses the terminal's sixteen colours only, and `mono` none at all."""
    for name, allowed in (("terminal", r"ansi_\w+"), ("mono", "ansi_default")):
        palette = PALETTES[name]
        colours = {getattr(palette, part) for part in (*TEXTS, *GROUNDS, "rule", "selected")}
        assert all(colour == "dim" or re.fullmatch(allowed, colour) for colour in colours), name


@pytest.mark.parametrize(
    ("asked", "environment", "theme_name"),
    [
        ("", {"TERM": "xterm-256color"}, "folkmoot"),
        ("", {"TERM": "xterm", "COLORTERM": "truecolor"}, "folkmoot"),
        ("", {"TERM": "linux"}, "terminal"),
        ("", {"TERM": "xterm-16color"}, "terminal"),
        ("amber", {"TERM": "linux"}, "amber"),
        ("amber", {"TERM": "xterm-256color", "NO_COLOR": "1"}, "mono"),
        ("", {"TERM": "linux", "NO_COLOR": ""}, "mono"),
    ],
)
def test_the_theme_fits_the_terminal(
    asked: str, environment: dict[str, str], theme_name: str
) -> None:
    """NO_COLOR goes before the reader's choice, that before what the terminal can show."""
    assert choose_theme(asked, environment) == theme_name


async def test_a_theme_is_tried_on_and_kept(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The theme under the cursor shows at once; Esc goes back, Enter remembers it."""
    monkeypatch.setenv("BBS_HOME", str(tmp_path / "bbs"))
    app = an_app(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await into(pilot, "ctrl+t", "j")
        assert app.theme == "daylight"
        await into(pilot, "escape")
        assert app.theme == "folkmoot"
        await into(pilot, "ctrl+t", "j", "j", "enter")
        assert app.theme == "amber"
    assert load({}, {}).theme == "amber"
