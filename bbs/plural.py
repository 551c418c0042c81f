"""Small pieces of English that commands and screens share."""

MIB = 1_048_576

_UNITS = ((86_400, "day"), (3_600, "hour"), (60, "minute"))


def counted(count: int, one: str, many: str = "") -> str:
    """Return a count with its noun: `1 device`, `2 devices`.

    Args:
        count: The number.
        one: The noun for one.
        many: The noun for more; empty for `one` with an s.
    """
    return f"{count} {one if count == 1 else many or one + 's'}"


def size_text(size_bytes: int) -> str:
    """Return a size as people read it: `12.5 KiB`, `64.0 MiB`."""
    return f"{size_bytes / MIB:.1f} MiB" if size_bytes >= MIB else f"{size_bytes / 1_024:.1f} KiB"


def whole_span(seconds: int) -> str:
    """Return a length of time exactly, in its largest whole unit: `5 minutes`, `90 seconds`."""
    for unit_s, name in _UNITS:
        if seconds and seconds % unit_s == 0:
            return counted(seconds // unit_s, name)
    return counted(seconds, "second")


def span_seconds(text: str) -> int | None:
    """Return the seconds of a length of time as `whole_span` writes it; None for any other text."""
    units = {
        counted(2, name).partition(" ")[2]: unit_s for unit_s, name in (*_UNITS, (1, "second"))
    }
    count, _, noun = text.partition(" ")
    unit_s = units.get(noun if noun.endswith("s") else f"{noun}s")
    return int(count) * unit_s if unit_s and count.isdecimal() else None


def hours_in_words(hours: int) -> str:
    """Return a number of hours, in days where they are whole ones and more than one."""
    return counted(hours // 24, "day") if hours % 24 == 0 < hours - 24 else counted(hours, "hour")
