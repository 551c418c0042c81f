"""Guards marks and choices by the revision their sender saw: resending undoes no later change."""

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
"""Returns the revision at which a command's subject was last seen; None to send the command without
one.
"""


def seen_in(mirror: "Mirror", command: Command[Any]) -> int | None:
    """Return the mirror's revision of the subject of a mark or choice; None for other commands."""
    if isinstance(command, MarkPosts):
        return mirror.marks_revision(command.thread)
    return mirror.choices_revision() if isinstance(command, Choosing) else None


def is_guarded(command: Command[Any]) -> bool:
    """Return whether a command is a mark or choice that names the revision its sender saw."""
    return isinstance(command, MarkPosts | Choosing) and command.if_revision is not None


class Resend(Enum):
    """The next step for a command that was answered with an error."""

    REFUSED = "refused"
    AGAIN = "again"  # it was not applied: send it again, with the revision in the error
    DROP = "drop"  # another device changed the same thing, perhaps after this command was applied


class Guard:
    """Sets the revisions of marks and choices, and decides after a conflict (protocol 5.4).

    For one flush: it keeps a few numbers for each command that got a conflict.
    """

    def __init__(self, seen: Seen) -> None:
        """Use `seen` to look up revisions."""
        self._seen = seen
        self._told: dict[object, list[int | None]] = {}

    def prepare(self, command: C, *, first: bool) -> C:
        """Return a mark or choice as it is sent.

        Args:
            first: True if the server has certainly not applied it yet. A command that it may have
                applied keeps its revision.
        """
        seen = self._seen(command)
        if seen is None:
            # An earlier server of this protocol refuses an unknown field.
            return replace(command, if_revision=None)
        if not first:
            return command
        told = self._told.get(command.op) or [None]
        return replace(command, if_revision=seen if told[-1] is None else told[-1])

    def verdict(self, command: Command[Any], error: FolkmootError, *, first: bool) -> Resend:
        """Decide the next step for a guarded command that was answered with an error.

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
        # Bounded, because a server could answer with a conflict each time.
        return Resend.AGAIN if len(told) <= limits.CONFLICT_TRIES_MAX else Resend.DROP
