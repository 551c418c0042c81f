"""The themes: seven palettes of the same roles, and how the fitting one is chosen.

A role names the meaning of a colour, not the colour: `quiet` for text about a text, `act` for
things to act on, `new` for new or waiting things, and so on. Colour alone never carries a meaning,
because two of the themes have no colours of their own.
"""

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec import Struct, field

if TYPE_CHECKING:
    from textual.theme import Theme


class Palette(Struct, frozen=True):
    """The colours of one theme, each named by its purpose.

    Attributes:
        name: Its name in settings.
        says: Its look, in a few words.
        ground: Behind everything.
        lifted: Behind bars and fields.
        cursor: Behind the line the cursor is on.
        rule: Lines between panes, and around dialogs.
        selected: Behind selected text.
        text: Text of members.
        quiet: Text about it; a style, not only a colour.
        act: Names, keys, links: things to act on.
        new: Things that are new or have the focus.
        good, warn, error: States.
        code: Code in a post.
        dark: Whether the ground is darker than the text.
        own: False if the terminal chooses the colours.
        looks: Roles whose style differs from `LOOKS`.
    """

    name: str
    says: str
    ground: str
    lifted: str
    cursor: str
    rule: str
    selected: str
    text: str
    quiet: str
    act: str
    new: str
    good: str
    warn: str
    error: str
    code: str
    dark: bool = True
    own: bool = True
    looks: Mapping[str, str] = field(default_factory=dict)


LOOKS: Mapping[str, str] = {
    "cursor": "on {cursor}",
    "mark": "bold {act}",
    "dim": "{quiet}",
    "strong": "bold",
    "em": "italic",
    "new": "bold {new}",
    "name": "bold {act}",
    "warn": "{warn}",
    "error": "bold {error}",
    "code": "{code}",
    "link": "underline {act}",
    "quote": "{quiet}",
    "heading": "bold underline",
    "strike": "strike",
    "spoiler": "italic {new}",
    "deep": "italic {quiet}",
    "keyword": "bold {act}",
    "number": "{new}",
    "hunk": "{act}",
    "added": "{good}",
    "removed": "{error}",
}
"""The roles in lists and posts with their styles, in colours of a palette."""

FOLKMOOT = Palette(
    "folkmoot", "dark and calm; the one you start with",
    ground="#101416", lifted="#1a2124", cursor="#26343a", rule="#37505a", selected="#2f4a54",
    text="#dcdcd6", quiet="#8fa0a6", act="#4cbcb8", new="#e6c35c",
    good="#79c67d", warn="#e0a95a", error="#f07a72", code="#a5cf8e",
)  # fmt: skip
DAYLIGHT = Palette(
    "daylight", "ink on paper, for a bright room",
    ground="#faf7f0", lifted="#efe9dc", cursor="#e2dcc8", rule="#b8b09a", selected="#cfd8c8",
    text="#24282b", quiet="#5c5f5b", act="#00605f", new="#7d4e00",
    good="#2c6329", warn="#8a4300", error="#a3221d", code="#385c14", dark=False,
)  # fmt: skip
AMBER = Palette(
    "amber", "amber on black, as on an old screen",
    ground="#0e0900", lifted="#1d1402", cursor="#332404", rule="#6b4a12", selected="#4a3408",
    text="#ffb642", quiet="#c08430", act="#ffcb70", new="#ffe3a8",
    good="#ffc65e", warn="#ffd27a", error="#ff9d5c", code="#f0a83a",
)  # fmt: skip
DUSK = Palette(
    "dusk", "violet evening, warm lamps",
    ground="#1b1726", lifted="#262036", cursor="#392f50", rule="#55487a", selected="#4a3d6b",
    text="#e6dff0", quiet="#a69bbf", act="#9db4f5", new="#f5b98a",
    good="#9ed6a4", warn="#f0c27a", error="#f58a9a", code="#c3d69b",
)  # fmt: skip
CONTRAST = Palette(
    "contrast", "as much contrast as there is",
    ground="#000000", lifted="#14171a", cursor="#00334d", rule="#d6d6d6", selected="#00508a",
    text="#ffffff", quiet="#d6d6d6", act="#6ff0ff", new="#ffe94a",
    good="#8dff8d", warn="#ffc85a", error="#ffb0a8", code="#b8ffb0",
)  # fmt: skip
_DEFAULT = "ansi_default"
TERMINAL = Palette(
    "terminal", "your terminal's own sixteen colours",
    ground=_DEFAULT, lifted=_DEFAULT, cursor=_DEFAULT, rule="ansi_bright_black", selected="ansi_blue",
    text=_DEFAULT, quiet="dim", act="ansi_cyan", new="ansi_yellow",
    good="ansi_green", warn="ansi_yellow", error="ansi_red", code="ansi_green", own=False,
    looks={"cursor": "reverse"},
)  # fmt: skip
MONO = Palette(
    "mono", "no colour at all",
    ground=_DEFAULT, lifted=_DEFAULT, cursor=_DEFAULT, rule=_DEFAULT, selected=_DEFAULT,
    text=_DEFAULT, quiet="dim", act=_DEFAULT, new=_DEFAULT,
    good=_DEFAULT, warn=_DEFAULT, error=_DEFAULT, code=_DEFAULT, own=False,
    looks={"cursor": "reverse", "error": "bold reverse", "warn": "bold", "quote": "italic", "removed": "dim"},
)  # fmt: skip

PALETTES: Mapping[str, Palette] = {
    palette.name: palette for palette in (FOLKMOOT, DAYLIGHT, AMBER, DUSK, CONTRAST, TERMINAL, MONO)
}
"""All palettes by name, in the order of the choice."""


def choose_theme(name: str, environment: Mapping[str, str] = os.environ) -> str:
    """Return the name of the first theme.

    Args:
        name: The reader's choice; empty for the one that fits the terminal.
        environment: The variables that describe the terminal. `NO_COLOR` overrides `name`.
    """
    if "NO_COLOR" in environment:
        return MONO.name
    if name:
        return name
    from rich.console import Console

    few = Console(force_terminal=True, _environ=environment).color_system == "standard"
    return TERMINAL.name if few else FOLKMOOT.name


def style_of(palette: Palette, role: str) -> str:
    """Return the style of a role of `LOOKS` in a palette, in Textual's form."""
    colours = {name: getattr(palette, name) for name in palette.__struct_fields__}
    return palette.looks.get(role, LOOKS[role]).format_map(colours)


def theme(palette: Palette) -> "Theme":
    """Return a palette as a Textual theme, with the variables that our styles use."""
    from textual.theme import Theme

    plain = palette.quiet if palette.own else palette.text  # where only a colour is allowed
    return Theme(
        name=palette.name,
        primary=palette.act,
        accent=palette.new,
        foreground=palette.text,
        background=palette.ground,
        surface=palette.ground,
        panel=palette.lifted,
        success=palette.good,
        warning=palette.warn,
        error=palette.error,
        dark=palette.dark,
        ansi=not palette.own,
        variables={
            "quiet": palette.quiet,
            "quiet-color": plain,
            "rule": palette.rule,
            # Banners are drawn for a dark background.
            "banner-ground": palette.ground if palette.dark else FOLKMOOT.ground,
            "banner-text": palette.text if palette.dark else FOLKMOOT.text,
            "ansi-background": palette.ground,
            "ansi-foreground": palette.text,
            "panel": palette.lifted,
            "surface": palette.ground,
            "block-cursor-background": palette.cursor,
            "block-cursor-foreground": palette.text,
            "input-cursor-background": palette.text,
            "input-cursor-foreground": palette.ground,
            "input-selection-background": palette.selected,
            "screen-selection-background": palette.selected,
            "selection-style": "none" if palette.own else "reverse",
            "scrollbar": palette.rule,
            "scrollbar-hover": palette.rule,
            "scrollbar-active": palette.act,
            "scrollbar-background": palette.ground,
            "scrollbar-background-hover": palette.ground,
            "scrollbar-background-active": palette.ground,
            "border": palette.rule,
            "border-blurred": palette.rule,
            **{f"role-{role}": style_of(palette, role) for role in LOOKS},
        },
    )
