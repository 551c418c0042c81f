"""One command in the outbox, and where it stands."""

from enum import StrEnum
from typing import Any, NamedTuple

from msgspec import Struct

from bbs.clock import Ms
from bbs.messages import Command

MARKS = "marks:"
"""Destinations of a reader's own marks begin so: they are sent like the rest, but not shown."""

CHOICES = "choices:"
"""The same for a reader's own choices."""


class OutboxState(StrEnum):
    """Where something in the outbox is. `OUTBOX_TRANSITIONS` says what may follow what."""

    QUEUED = "queued"  # never sent, or every sending of it was answered without its happening
    SENT = "sent"  # sent at least once; the answer is not known yet
    REFUSED = "refused"  # the server said no; kept until it is retried or discarded
    ASKED = "asked"  # the server did nothing: it asks for a yes to norms; sent after the yes (P5)


OUTBOX_TRANSITIONS: dict[OutboxState, frozenset[OutboxState]] = {
    OutboxState.QUEUED: frozenset({OutboxState.SENT}),
    OutboxState.SENT: frozenset(OutboxState),
    OutboxState.REFUSED: frozenset({OutboxState.QUEUED}),
    OutboxState.ASKED: frozenset({OutboxState.QUEUED}),
}
"""Besides, what is SENT leaves the outbox when it is done, and anything when it is discarded."""


class NormsAsked(NamedTuple):
    """Which norms the reader has to accept, in which version."""

    board: str
    version: int


class OutboxItem(Struct, frozen=True):
    """One command that waits.

    Attributes:
        id: Its number in this outbox; lower ones are sent first.
        destination: Where it goes, as its front end names it: what one destination gets, it gets
            in order.
        command: The command with its op; None if this version does not know its method.
        created_at_ms: When it was written, in ms since 1970 UTC.
        error: Why it was refused, a sentence. Holds foreign text: clean it (P13). Of one that is
            ASKED: for which norms; see `asks`.
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
        """For which norms it waits; None if it does not wait for any."""
        board, _, version = self.error.partition(" ")
        return NormsAsked(board, int(version)) if self.state is OutboxState.ASKED else None

    @property
    def is_private(self) -> bool:
        """Whether it is one of the reader's own marks and choices, which no list shows."""
        return self.destination.startswith((MARKS, CHOICES))
