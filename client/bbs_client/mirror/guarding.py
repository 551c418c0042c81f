"""Marks and choices go out with the revision that was seen: sent again, they undo nothing later."""

from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec.structs import replace

from bbs import limits
from bbs.errors import FolkmootError
from bbs.features.reading.messages import Choosing, MarkPosts
from bbs.messages import Command
from bbs.refusals import Conflict

if TYPE_CHECKING:
    from bbs_client.mirror.file import Mirror

C = TypeVar("C", bound=Command[Any])

Seen = Callable[[Command[Any]], int | None]
"""Tells at which revision what a command changes was seen last; None: to be sent without one."""


def seen_in(mirror: "Mirror", command: Command[Any]) -> int | None:
    """Return the revision at which a mirror holds what a mark or choice changes; None for others."""
    if isinstance(command, MarkPosts):
        return mirror.marks_revision(command.thread)
    return mirror.choices_revision() if isinstance(command, Choosing) else None


def is_guarded(command: Command[Any]) -> bool:
    """Tell whether a command is a mark or choice that names the revision its sender saw."""
    return isinstance(command, MarkPosts | Choosing) and command.if_revision is not None


class Resend(Enum):
    """What becomes of a command that was answered with an error."""

    REFUSED = "refused"
    AGAIN = "again"  # it was not applied: it goes out again, with the revision that was told
    DROP = "drop"  # another device changed the same, perhaps after it was applied


class Guard:
    """What marks and choices are sent with, and what a conflict says (protocol 5.4).

    For one flush: it keeps a few numbers for each command that met a conflict.
    """

    def __init__(self, seen: Seen) -> None:
        """Ask `seen` for revisions."""
        self._seen = seen
        self._told: dict[object, list[int | None]] = {}

    def prepare(self, command: C, *, first: bool) -> C:
        """Return a mark or choice as it goes out.

        Args:
            first: Whether it was surely not applied yet. What may have been keeps its revision.
        """
        seen = self._seen(command)
        if seen is None:
            # An earlier server of this protocol refuses a field that it does not know.
            return replace(command, if_revision=None)
        if not first:
            return command
        told = self._told.get(command.op) or [None]
        return replace(command, if_revision=seen if told[-1] is None else told[-1])

    def verdict(self, command: Command[Any], error: FolkmootError, *, first: bool) -> Resend:
        """Decide what becomes of a guarded command that was answered with an error.

        Args:
            command: As `prepare` returned it.
            first: As it was given to `prepare`.
        """
        if not isinstance(error, Conflict):
            return Resend.REFUSED
        if not first:
            return Resend.DROP
        told = self._told.setdefault(command.op, [])
        told.append(error.revision)
        # Not for ever: a server could answer so each time.
        return Resend.AGAIN if len(told) <= limits.CONFLICT_TRIES_MAX else Resend.DROP
