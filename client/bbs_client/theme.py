"""The themes: seven palettes of the same roles, and how the fitting one is chosen.

A role names the meaning of a colour, not the colour: `quiet` for text about a text, `act` for
things to act on, `new` for new or waiting things, and so on. Colour alone never carries a meaning,
because two of the themes have no colours of their own.
"""

import os
from collections.abc import Mapping, MutableMapping
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
        rule: Lines between panes, and around dialogs; an ornament that may vanish.
        rail: Lines that carry meaning: guides of a tree, read beads, edges of fields.
        selected: Behind selected text.
        text: Text of members.
        quiet: Text about it; a style, not only a colour.
        act: Names, keys, links: things to act on.
        new: Things that are new or have the focus.
        good, warn, error: States.
        code: Code in a post.
        hues: Ten colours of the names of members and boards, in the order of their places.
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
    rail: str
    selected: str
    text: str
    quiet: str
    act: str
    new: str
    good: str
    warn: str
    error: str
    code: str
    hues: tuple[str, ...]
    dark: bool = True
    own: bool = True
    looks: Mapping[str, str] = field(default_factory=dict)


HUES = 10
"""How many hues tell members and boards apart; each palette has so many."""

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
    "act": "{act}",
    "rail": "{rail}",
    "rule": "{rule}",
    **{f"hue{place}": f"bold {{hue{place}}}" for place in range(HUES)},
}
"""The roles in lists and posts with their styles, in colours of a palette."""

FOLKMOOT = Palette(
    "folkmoot", "dark and calm; the one you start with",
    ground="#12161a", lifted="#1b2126", cursor="#24313a", selected="#2f4a54", rule="#33424b", rail="#62757f",
    text="#e2ded3", quiet="#98a5aa", act="#5fc4bc", new="#f2c45c",
    good="#87c98a", warn="#e8a860", error="#f4857c", code="#b3d49a",
    hues=("#d7af87", "#afd787", "#87af5f", "#5fd7af", "#00af87", "#87afff", "#afafd7", "#af87d7", "#ffafff", "#d787af"),
)  # fmt: skip
DAYLIGHT = Palette(
    "daylight", "ink on paper, for a bright room",
    ground="#faf6ec", lifted="#f0e9da", cursor="#eae2cd", selected="#cfd8c8", rule="#cfc6b0", rail="#857c68",
    text="#24272a", quiet="#5a5c57", act="#005f5f", new="#7a4a00",
    good="#285f26", warn="#8a4200", error="#a11f1b", code="#3a5a14",
    hues=("#005f00", "#005f5f", "#005faf", "#0000af", "#5f5f87", "#5f00d7", "#5f005f", "#870087", "#af00af", "#af005f"),
    dark=False,
)  # fmt: skip
AMBER = Palette(
    "amber", "amber on black, as on an old screen",
    ground="#0f0a02", lifted="#1c1405", cursor="#332405", selected="#4a3408", rule="#4f380f", rail="#8f6820",
    text="#ffc266", quiet="#c28a3a", act="#ffd98f", new="#fff0c2",
    good="#e6c65a", warn="#ffb05c", error="#ff9a76", code="#f0b85a",
    hues=("#ffafaf", "#d78787", "#ff875f", "#d7af87", "#ffd7af", "#af8700", "#afaf00", "#d7d700", "#afd787", "#87af5f"),
)  # fmt: skip
DUSK = Palette(
    "dusk", "violet evening, warm lamps",
    ground="#1a1626", lifted="#241f34", cursor="#352c4d", selected="#4a3d6b", rule="#463c63", rail="#7d70a3",
    text="#e8e2f0", quiet="#aaa0c2", act="#9fb8f7", new="#f7be8e",
    good="#a2d8a8", warn="#f0c47c", error="#f791a0", code="#c6d9a0",
    hues=("#d7875f", "#d7af5f", "#ffd75f", "#afaf87", "#5fd7af", "#87afaf", "#00afd7", "#afd7ff", "#afafff", "#ffafd7"),
)  # fmt: skip
CONTRAST = Palette(
    "contrast", "as much contrast as there is",
    ground="#000000", lifted="#16191c", cursor="#00334d", selected="#00508a", rule="#8a8f94", rail="#d6d6d6",
    text="#ffffff", quiet="#d6d6d6", act="#7af2ff", new="#ffe94a",
    good="#8dff8d", warn="#ffca60", error="#ffb3ab", code="#b8ffb0",
    hues=("#ffd7d7", "#ffaf00", "#87d75f", "#d7ffd7", "#00ff87", "#00d7af", "#afffff", "#d7d7ff", "#d7afff", "#ffafd7"),
)  # fmt: skip
_DEFAULT = "ansi_default"
# xterm and all that take its name have had 256 colours for decades; their sixteen are no help on a
# light ground, where yellow and cyan cannot be read.
_HAS_MORE = "xterm"
TERMINAL = Palette(
    "terminal", "your terminal's own sixteen colours",
    ground=_DEFAULT, lifted=_DEFAULT, cursor=_DEFAULT, selected="ansi_blue", rule="ansi_bright_black", rail="ansi_bright_black",
    text=_DEFAULT, quiet="dim", act="ansi_cyan", new="ansi_yellow",
    good="ansi_green", warn="ansi_yellow", error="ansi_red", code="ansi_green",
    hues=("ansi_cyan", "ansi_green", "ansi_magenta", "ansi_bright_blue", "ansi_bright_cyan", "ansi_bright_green",
          "ansi_bright_magenta", "ansi_cyan", "ansi_green", "ansi_magenta"),
    own=False, looks={"cursor": "reverse"},
)  # fmt: skip
MONO = Palette(
    "mono", "no colour at all",
    ground=_DEFAULT, lifted=_DEFAULT, cursor=_DEFAULT, selected=_DEFAULT, rule=_DEFAULT, rail=_DEFAULT,
    text=_DEFAULT, quiet="dim", act=_DEFAULT, new=_DEFAULT,
    good=_DEFAULT, warn=_DEFAULT, error=_DEFAULT, code=_DEFAULT, hues=(_DEFAULT,) * HUES, own=False,
    looks={"cursor": "reverse", "error": "bold reverse", "warn": "bold", "act": "bold", "rule": "dim", "quote": "italic", "removed": "dim"},
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

    found = Console(force_terminal=True, _environ=environment).color_system
    few = found == "standard" and environment.get("TERM") != _HAS_MORE
    return TERMINAL.name if few else FOLKMOOT.name


def use_all_colours(environment: MutableMapping[str, str] = os.environ) -> None:
    """Let Textual draw 256 colours where the terminal's name promises fewer than it has.

    Call it before Textual is imported.

    Args:
        environment: The variables of this process. A choice in them stays.
    """
    if environment.get("TERM") == _HAS_MORE and "COLORTERM" not in environment:
        environment.setdefault("TEXTUAL_COLOR_SYSTEM", "256")


def style_of(palette: Palette, role: str) -> str:
    """Return the style of a role of `LOOKS` in a palette, in Textual's form."""
    colours = {name: getattr(palette, name) for name in palette.__struct_fields__}
    colours |= {f"hue{place}": hue for place, hue in enumerate(palette.hues)}
    return palette.looks.get(role, LOOKS[role]).format_map(colours)


def theme(palette: Palette, *, names: bool = True) -> "Theme":
    """Return a palette as a Textual theme, with the variables that our styles use.

    Args:
        names: Whether names have hues; False draws them all as bold text.
    """
    from textual.theme import Theme

    plain = palette.quiet if palette.own else palette.text  # where only a colour is allowed
    looks = {f"role-{role}": style_of(palette, role) for role in LOOKS}
    if not names:
        looks |= {f"role-hue{place}": "bold" for place in range(HUES)}
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
            "rail": palette.rail,
            **{
                f"hue{place}": hue if names else palette.text
                for place, hue in enumerate(palette.hues)
            },
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
            "scrollbar": palette.rail,
            "scrollbar-hover": palette.rail,
            "scrollbar-active": palette.act,
            "scrollbar-background": palette.ground,
            "scrollbar-background-hover": palette.ground,
            "scrollbar-background-active": palette.ground,
            "border": palette.rule,
            "border-blurred": palette.rule,
            **looks,
        },
    )
