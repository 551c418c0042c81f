"""A command in the outbox, and its state."""

from enum import StrEnum
from typing import Any, NamedTuple

from msgspec import Struct

from bbs.clock import Ms
from bbs.messages import Command

MARKS = "marks:"
"""Prefix of the destinations of the reader's own marks, which are sent like other commands but not
listed.
"""

CHOICES = "choices:"
"""Prefix of the destinations of the reader's own choices, likewise."""


class OutboxState(StrEnum):
    """The state of a command in the outbox. `OUTBOX_TRANSITIONS` has the allowed transitions."""

    QUEUED = "queued"  # not sent, or known not to be applied
    SENT = "sent"  # sent at least once; the outcome is not known yet
    REFUSED = "refused"  # the server refused it; it stays until the reader retries or discards it
    # the server did not apply it: the reader must accept norms first; sent after that (P5)
    ASKED = "asked"


OUTBOX_TRANSITIONS: dict[OutboxState, frozenset[OutboxState]] = {
    OutboxState.QUEUED: frozenset({OutboxState.SENT}),
    OutboxState.SENT: frozenset(OutboxState),
    OutboxState.REFUSED: frozenset({OutboxState.QUEUED}),
    OutboxState.ASKED: frozenset({OutboxState.QUEUED}),
}
"""A command also leaves the outbox from SENT when it is answered, and from any state when it is
discarded.
"""


class NormsAsked(NamedTuple):
    """The norms, by board and version, that the reader has to accept."""

    board: str
    version: int


class OutboxItem(Struct, frozen=True):
    """A command in the outbox.

    Attributes:
        id: Its number in this outbox; lower ones are sent first.
        destination: The place it goes to, as its front end names it. Commands for one destination
            are sent in order.
        command: The command with its op; None if this version does not know its method.
        created_at_ms: When it was written, in ms since 1970 UTC.
        error: The reason of a refusal, a sentence with foreign text: sanitize it (P13). In the
            state ASKED, the norms to accept; see `asks`.
    """

    id: int
    destination: str
    method: str
    command: Command[Any] | None
    created_at_ms: Ms
    state: OutboxState
    error: str = ""

    @property
    def asks(self) -> NormsAsked | None:
        """The norms it waits for; None if it waits for none."""
        board, _, version = self.error.partition(" ")
        return NormsAsked(board, int(version)) if self.state is OutboxState.ASKED else None

    @property
    def is_private(self) -> bool:
        """Whether it is one of the reader's own marks and choices, which no list shows."""
        return self.destination.startswith((MARKS, CHOICES))
