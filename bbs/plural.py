"""Small pieces of English that commands and screens share."""


def counted(count: int, one: str, many: str = "") -> str:
    """Return a count with its noun: `1 device`, `2 devices`.

    Args:
        count: How many.
        one: The noun for one.
        many: The noun for more; empty for `one` with an s.
    """
    return f"{count} {one if count == 1 else many or one + 's'}"
