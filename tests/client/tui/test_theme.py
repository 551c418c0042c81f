"""The themes: readable in every pair of colours that is used, and chosen as the reader wants."""

import math
import re
from itertools import combinations
from pathlib import Path

import pytest
from textual.color import Color
from textual.content import Span
from textual.style import Style

from bbs.features.boards.messages import Board
from bbs.features.members.views import FormerAuthor, ImportedAuthor, MemberAuthor
from bbs.ids import COMMONS, MemberId
from bbs_client.hues import NO_HUE, hue_of, hue_of_board, member_hue
from bbs_client.session.session import Session
from bbs_client.settings import load
from bbs_client.theme import (
    HUES,
    LOOKS,
    PALETTES,
    Palette,
    choose_theme,
    style_of,
    theme,
    use_all_colours,
)
from bbs_client.widgets.safe_content import board_in_hue
from tests.client.app.driving import into
from tests.client.app.sample import an_app

AA, AAA = 4.5, 7.0  # WCAG 2.2, 1.4.3 and 1.4.6: text of usual size
SIGN = 3.0  # WCAG 2.2, 1.4.11: graphics that carry a meaning
LABEL = 6.7  # the reversed labels, which stand in bold on act and new
TEXTS = ("text", "quiet", "act", "new", "good", "warn", "error", "code")
GROUNDS = ("ground", "lifted", "cursor")
COLOURED = [palette for palette in PALETTES.values() if palette.own]
SIGHTS = ("normal", "protan", "deutan", "tritan")
NEAREST: dict[str, tuple[float, float, float, float]] = {
    "folkmoot": (7.5, 5.1, 5.1, 6.7),
    "daylight": (10.1, 5.8, 6.0, 2.9),
    "amber": (6.9, 4.3, 4.3, 4.7),
    "dusk": (7.0, 5.6, 5.4, 6.2),
    "contrast": (6.4, 5.6, 5.0, 5.8),
}
"""How far apart the nearest two hues of a theme are at least, by kind of sight; 2 is just visible."""

_SEEN: dict[str, tuple[tuple[float, float, float], ...]] = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deutan": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritan": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
"""How linear colours look to people with each kind of sight: Machado and others, 2009, severity 1."""


def linear(colour: str) -> tuple[float, ...]:
    """Return red, green and blue in linear light, 0 to 1."""
    parts = [part / 255 for part in Color.parse(colour).rgb]
    return tuple(c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)


def oklab(colour: str, sight: str) -> tuple[float, ...]:
    """Return a colour in OKLab as somebody with this kind of sight sees it."""
    rgb = linear(colour)
    seen = (sum(k * c for k, c in zip(row, rgb, strict=True)) for row in _SEEN[sight])
    r, g, b = (min(max(c, 0.0), 1.0) for c in seen)
    l, m, s = (  # noqa: E741 - the names of the cones
        c ** (1 / 3)
        for c in (
            0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b,
            0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b,
            0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b,
        )
    )
    return (
        0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
        1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
        0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s,
    )


def distance(one: str, other: str, sight: str = "normal") -> float:
    """Return how different two colours look, in hundredths of OKLab."""
    return 100 * math.dist(oklab(one, sight), oklab(other, sight))


def ratio(one: str, other: str) -> float:
    """Return the contrast of two colours as WCAG defines it: 1 to 21."""

    def luminance(colour: str) -> float:
        r, g, b = linear(colour)
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
    # Selected text is drawn in the colour of text.
    assert ratio(palette.text, palette.selected) >= AAA


@pytest.mark.parametrize("palette", COLOURED, ids=lambda palette: palette.name)
def test_every_hue_and_sign_can_be_read(palette: Palette) -> None:
    """Names can be read in each hue on each ground, rails and labels be told from theirs (looks 3)."""
    least = AAA if palette.name == "contrast" else AA
    for hue in palette.hues:
        for ground in GROUNDS:
            assert ratio(hue, getattr(palette, ground)) >= least, (hue, ground)
    assert min(ratio(palette.rail, ground) for ground in (palette.ground, palette.lifted)) >= SIGN
    assert min(ratio(palette.ground, label) for label in (palette.act, palette.new)) >= LABEL


@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize("palette", COLOURED, ids=lambda palette: palette.name)
def test_hues_are_told_apart(palette: Palette, sight: str) -> None:
    """The nearest two of ten hues differ visibly, in the three kinds of colour blindness too."""
    nearest = min(distance(one, other, sight) for one, other in combinations(palette.hues, 2))
    assert round(nearest, 1) >= NEAREST[palette.name][SIGHTS.index(sight)]
    # The lamp colour and the colour of errors belong to nobody.
    assert sight != "normal" or min(distance(hue, palette.new) for hue in palette.hues) >= 6
    assert sight != "normal" or min(distance(hue, palette.error) for hue in palette.hues) >= 4.2
    lamp = distance(palette.new, palette.act, sight)
    assert round(lamp, 1) >= (6.5 if palette.name == "amber" else 10.6)


@pytest.mark.parametrize("palette", COLOURED, ids=lambda palette: palette.name)
def test_hues_are_colours_of_the_xterm_cube(palette: Palette) -> None:
    """A terminal of 256 colours shows the same ten hues, each exactly."""
    assert len(set(palette.hues)) == HUES
    for hue in palette.hues:
        assert {*Color.parse(hue).rgb} <= {0, 95, 135, 175, 215, 255}, hue


def test_a_name_has_its_hue_everywhere_and_nobody_chooses_it() -> None:
    """A member's hue follows from the id alone; who is no member has none (looks 3)."""
    ada = MemberId("01890a5d-ac96-774b-bcce-b302099a8057")
    assert member_hue(ada) == member_hue(ada.upper()) == hue_of(MemberAuthor(id=ada))
    assert member_hue(ada) in LOOKS
    assert hue_of(FormerAuthor()) == hue_of(ImportedAuthor(id="1", name="ada")) == NO_HUE
    ids = [f"{number:032x}" for number in range(2_000)]
    assert {member_hue(one) for one in ids} == {f"hue{place}" for place in range(HUES)}


def test_a_board_has_its_hue_from_its_number() -> None:
    """The hue of a board is the same for readers who know of different boards (looks 3)."""

    def board(number: int) -> Board:
        return Board(
            id=COMMONS, slug="a", title="A", charter="", number=number, seats=9, lounge_hours=72
        )

    assert hue_of_board(board(4)) == hue_of_board(board(14)) == "hue3"
    assert board_in_hue(board(4)).spans == [Span(0, 1, "$hue3")]


def test_names_in_one_colour_have_no_hue() -> None:
    """With names in colour switched off all names are bold text, in every theme."""
    for palette in PALETTES.values():
        variables = theme(palette, names=False).variables
        assert {variables[f"role-hue{place}"] for place in range(HUES)} == {"bold"}


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
        colours = {
            getattr(palette, part) for part in (*TEXTS, *GROUNDS, "rule", "rail", "selected")
        }
        colours |= set(palette.hues)
        assert all(colour == "dim" or re.fullmatch(allowed, colour) for colour in colours), name


@pytest.mark.parametrize(
    ("asked", "environment", "theme_name"),
    [
        ("", {"TERM": "xterm-256color"}, "folkmoot"),
        ("", {"TERM": "xterm", "COLORTERM": "truecolor"}, "folkmoot"),
        ("", {"TERM": "xterm"}, "folkmoot"),
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


@pytest.mark.parametrize(
    ("environment", "system"),
    [
        ({"TERM": "xterm"}, "256"),
        ({"TERM": "xterm", "TEXTUAL_COLOR_SYSTEM": "standard"}, "standard"),
        ({"TERM": "xterm", "COLORTERM": "truecolor"}, None),
        ({"TERM": "linux"}, None),
    ],
)
def test_a_plain_xterm_shows_256_colours(environment: dict[str, str], system: str | None) -> None:
    """Its sixteen cannot be read on its white ground; who chose otherwise, or has more, keeps that."""
    use_all_colours(environment)
    assert environment.get("TEXTUAL_COLOR_SYSTEM") == system


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
