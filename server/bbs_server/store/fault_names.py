"""The engines' own names of errors, which a log may show without the values in their texts."""

from collections.abc import Callable

fault_names: list[Callable[[BaseException], str | None]] = []
"""What each engine registers: a function that returns its own name of an error; None for errors of
other origin.
"""


def fault_name(error: BaseException) -> str | None:
    """Return the engine's name for an error of its own, without values; None for other errors."""
    return next((name for name_of in fault_names if (name := name_of(error))), None)
