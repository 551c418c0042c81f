"""Signs that no foreign word may bring to a terminal (P13)."""

import re

_ACTS = re.compile(
    "[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u034f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00"
    "\U000e0000-\U000e0fff]"
)
_IN_EMOJI = "\u200d\ufe0f"  # the emoji of the attacks keep joiners


def foreign_acts(shown: str) -> set[str]:
    """Return the control and invisible characters in what a terminal got."""
    return {f"U+{ord(char):04X}" for char in _ACTS.findall(shown) if char not in _IN_EMOJI}
