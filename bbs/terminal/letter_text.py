"""Sentences about letters that commands and screens share."""

from collections.abc import Sequence

from bbs.plural import counted


def may_come_text(names: Sequence[str], awaited: int, until: str) -> str:
    """Return who may still come into a letter and would read all of it; empty for nobody.

    Args:
        names: Those of them whose names are known, cleaned.
        awaited: How many they are.
        until: The day on which that ends.
    """
    if not names and not awaited:
        return ""
    unnamed = awaited - len(names)
    more = counted(unnamed, "member", "members") if not names else f"{unnamed} more"
    who = [*names, *([more] if unnamed > 0 else [])]
    were = "was" if max(awaited, len(names)) == 1 else "were"
    named = " and ".join(filter(None, (", ".join(who[:-1]), who[-1])))
    return f"{named} {were} asked, too, and would read all of it from the beginning, until {until}."
