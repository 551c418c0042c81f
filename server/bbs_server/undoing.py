"""What undoes a command that an item of a batch carried out (protocol 26). No I/O here.

A feature says it in its manifest, as `Feature.undo`. A command can be an item of a plan exactly if it
stands there: who applies five hundred commands at once has to know first what brings them back.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Protocol

from msgspec import Struct

from bbs.features.moderation.messages import Act
from bbs.messages import Command
from bbs_server.store.api import Tx


class Undoing(NamedTuple):
    """What is to be undone, and why.

    Attributes:
        act: The act that the command left, as everybody reads it.
        reason: Why it is undone; the command that undoes it gives this reason.
    """

    act: Act
    reason: str


class CannotComeBack(Struct, frozen=True):
    """What an item did stays, whatever anybody does.

    Attributes:
        why: Why, as a sentence.
    """

    why: str


Undo = Callable[[Tx, Any, Any, Undoing], Command[Any] | CannotComeBack]
"""Takes a handler's `Context`, the command as it was carried out, and what is to be undone.

It returns an ordinary command, which is then judged as one that a member sends: by the same gate, and
with the same conditions if it restricts somebody or is grave. It changes nothing."""


class UndoLookups(Protocol):
    """What undoes the commands of all features."""

    undo: Mapping[type[Command[Any]], Undo]
    """By the command: exactly those that can be items of a plan."""
