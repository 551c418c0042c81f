"""The page of what can be an item of a plan: what it takes, and what undoes it."""

from collections.abc import Iterator
from typing import Any

from bbs.messages import Command
from bbs_server.composition import make_table
from bbs_server.undoing import NOT_ITEMS, Undo
from generating.text import anchor, page, table


def batches() -> str:
    """Return the page made of what features say that undoes their commands."""
    undo = make_table().readers.undo
    intro = (
        "The commands that can be items of a plan, and what undoes each where a batch is undone"
        " ([protocol](../protocol.md), 26). Undoing is a batch of its own, of ordinary commands, from"
        " the last item to the first: each is asked for its power and its conditions as if a member"
        " sent it now. Showing words again and lifting a restriction take no second key; what"
        " restricts somebody, or is grave, is a new act. An item whose thing was changed by a later"
        " act stays, and the plan that undoes the batch names that act. The log keeps both batches."
    )
    heads = ("command", "power", "takes two keys or waits", "undone by", "what stays")
    lines = table(heads, _rows(undo))
    lines += [
        "## Logged, and never an item",
        "",
        "These commands are sent one by one. Whatever is of one person's own account is no item"
        " either.",
        "",
        *table(("command", "why"), ((f"`{name}`", why) for name, why in NOT_ITEMS.items())),
    ]
    return page("Items of a plan", intro, lines)


def _rows(undo: dict[type[Command[Any]], Undo]) -> Iterator[tuple[str, ...]]:
    for command in sorted(undo, key=lambda each: each.method):
        said = undo[command]
        yield (
            f"[`{command.method}`](commands.md#{anchor(command.method)})",
            f"`{command.needs.power}`",
            "; ".join(dict.fromkeys(mark.why for mark in command.grave)),
            ", ".join(f"`{each.method}`" for each in said.by) or "nothing",
            said.but,
        )
