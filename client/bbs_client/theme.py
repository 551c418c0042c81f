"""The one theme: dark, calm, and still itself in sixteen colours or none.

Each colour was chosen near one of the sixteen, so that a terminal with no more than those shows the
same roles: grey for what is said about a text, cyan for what can be acted on, yellow for what is
new or waits, red for what went wrong. Nothing is told by colour alone.
"""

from textual.theme import Theme

NAME = "folkmoot"

FOLKMOOT = Theme(
    name=NAME,
    primary="#3fb0b0",
    secondary="#7878c8",
    accent="#e0c050",
    foreground="#dcdcdc",
    background="#101416",
    surface="#101416",
    panel="#1c2326",
    boost="#1c2326",
    success="#6cc070",
    warning="#e0b840",
    error="#e06060",
    dark=True,
    variables={
        "quiet": "#87949a",
        "cursor-quiet": "#1c2326",
        "cursor-strong": "#2b3a40",
        "block-cursor-background": "#2b3a40",
        "block-cursor-foreground": "#e4e4e4",
        "block-cursor-text-style": "bold",
        "input-cursor-background": "#dcdcdc",
        "input-selection-background": "#37505a",
        "scrollbar": "#2b3a40",
        "scrollbar-hover": "#37505a",
        "scrollbar-active": "#3fb0b0",
        "scrollbar-background": "#101416",
        "scrollbar-background-hover": "#101416",
        "scrollbar-background-active": "#101416",
        "scrollbar-corner-color": "#101416",
        "border": "#37505a",
        "border-blurred": "#2b3a40",
    },
)
