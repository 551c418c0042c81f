"""The signs that the client draws, and their ASCII forms for terminals without them."""

import os
from collections.abc import Mapping
from enum import StrEnum

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

# The form of each sign in ASCII; every sign and every form takes one column.
_ASCII = str.maketrans(
    {
        "●": "*", "○": "o", "◌": "%", "·": ".", "◇": "]", "◆": "#", "•": "*",
        "│": "|", "┃": "!", "├": "+", "╰": "'", "└": "'", "┌": "+", "╭": ".", "╮": ".", "╯": "'",
        "┐": "+", "┘": "+", "┤": "+", "┬": "+", "┴": "+", "┼": "+",
        "─": "-", "━": "=", "╌": "-", "▔": "-", "▁": "_",
        "▌": ">", "▐": "<", "▎": "|", "▍": "|", "▏": "[", "▕": "]", "█": "#", "▸": ">", "▾": "v", "▲": "^", "▼": "v",
        "░": "#", "‹": "<", "›": ">", "»": ">", "«": "<", "…": "~", "↑": "^", "↓": "v", "←": "<", "→": ">",
        "“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "×": "x",
    }
)  # fmt: skip
_CONSOLE = {code: form for code, form in _ASCII.items() if chr(code) not in "│├└┌─┐┘┤┬┴┼·«»"} | {
    ord("╰"): "└", ord("╭"): "┌", ord("╮"): "┐", ord("╯"): "┘",
}  # fmt: skip
"""For the Linux console, whose fonts have the lines."""


class Signs(StrEnum):
    """What the terminal can show."""

    FULL = "full"
    ASCII = "ascii"
    CONSOLE = "console"


def choose_signs(choice: str, environment: Mapping[str, str] = os.environ) -> Signs:
    """Return the signs to draw.

    Args:
        choice: The reader's choice: `full`, `ascii`, or `auto` for those that the terminal has.
        environment: The variables that describe the terminal.
    """
    if choice != "auto":
        return Signs(choice)
    terminal = environment.get("TERM", "")
    if terminal == "linux":
        return Signs.CONSOLE
    return Signs.ASCII if terminal.startswith("vt") else Signs.FULL


class SignFilter(LineFilter):
    """Draws every sign in ASCII. As a last filter it reaches all widgets, and they know nothing of it.

    In the words of members the same characters are drawn alike: this terminal has no others.
    """

    def __init__(self, signs: Signs) -> None:
        """Make the filter for a terminal without some of the signs."""
        super().__init__()
        self._forms = _CONSOLE if signs is Signs.CONSOLE else _ASCII

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments with their signs in ASCII."""
        return [
            segment
            if segment.text.isascii()
            else Segment(segment.text.translate(self._forms), segment.style, segment.control)
            for segment in segments
        ]


def sign_filters(choice: str) -> list[LineFilter]:
    """Return the filter that a choice of signs needs; none where the terminal has all signs."""
    signs = choose_signs(choice)
    return [] if signs is Signs.FULL else [SignFilter(signs)]
