"""The fold: turns a message into changes, from the views that it shows and its other effects."""

from functools import cache
from typing import get_args, get_type_hints

from msgspec import Struct

from bbs_client.mirror.apply import WRITERS
from bbs_client.mirror.changes import Change


def fold(message: Struct) -> tuple[Change, ...]:
    """Return an event's, result's or ephemeral's changes of the mirror (protocol 6.4). Pure.

    Args:
        message: The message; a message that no feature knows changes nothing.
    """
    changes: list[Change] = []
    for name in shown_fields(type(message)):
        told = getattr(message, name)
        if isinstance(told, tuple):
            changes += told
        elif told is not None:
            changes.append(told)
    if type(message) in WRITERS:
        changes.append(message)
    return tuple(changes)


@cache
def shown_fields(message: type[Struct]) -> tuple[str, ...]:
    """Return the fields that hold a view that a feature writes, a tuple of such views, or None."""
    hints = get_type_hints(message)
    return tuple(
        name
        for name in message.__struct_fields__
        if not WRITERS.keys().isdisjoint((hints[name], *get_args(hints[name])))
    )
