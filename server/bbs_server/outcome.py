"""The outcome of a handler: its answer, its effects, and its act if it used power. No I/O here."""

import uuid
from collections.abc import Mapping
from enum import Enum
from typing import Generic, TypeVar

from msgspec import Struct

from bbs.clock import Ms
from bbs.errors import FolkmootError
from bbs.features.members.views import Author
from bbs.features.moderation.messages import ActContent
from bbs.ids import BoardId, MemberId, SessionId
from bbs.messages import Answer, Ephemeral, Result
from bbs.powers import Power
from bbs.streams import StreamKind
from bbs_server.store.event_log import AppendedEvent
from bbs_server.store.event_log import AppendEvent as AppendEvent
from bbs_server.store.texts import RandomSource

R = TypeVar("R", bound=Result)


class SendEphemeral(Struct, frozen=True):
    """Send an ephemeral to all connections of a member, after the commit."""

    member: MemberId
    ephemeral: Ephemeral


class CloseSessions(Struct, frozen=True):
    """Close the connections of these sessions, after the commit."""

    sessions: tuple[SessionId, ...]


class RecheckListeners(Struct, frozen=True):
    """Rights changed: check the listeners of these streams again, after the commit.

    Attributes:
        member: Only this member's connections; None for all.
        of_kind: All streams of a kind that they listen to, beside `streams`. So nobody has to know
            which those are, however many there may be.
    """

    streams: tuple[str, ...]
    member: MemberId | None = None
    of_kind: StreamKind | None = None


class WatchEdge(Struct, frozen=True):
    """The next moment at which something begins or ends by time alone, to check listeners then.

    Attributes:
        at: The moment in ms; None if there is none.
    """

    at: Ms | None


class WakeJobs(Struct, frozen=True):
    """There is something to do at once: let the timed work look that runs at edges."""


class TellTime(Struct, frozen=True):
    """The sysop confirmed the wall clock: the server believes it from the commit on."""


class EraseNow(Struct, frozen=True):
    """Text was erased: let the store erase its traces at once, after the commit (P10)."""


class BeginEpoch(Struct, frozen=True):
    """A new epoch began: `hello` tells it from the commit on, and every connection is closed to hear it."""

    epoch: str


AfterCommit = (
    SendEphemeral
    | CloseSessions
    | RecheckListeners
    | WatchEdge
    | WakeJobs
    | TellTime
    | EraseNow
    | BeginEpoch
)


class Execution(Struct, frozen=True):
    """The execution of a command in this transaction, with the effects due after the commit.

    As an effect of a handler: another command that it executed (`Context.execute_as`).
    """

    result: Answer
    appended: tuple[AppendedEvent, ...] = ()
    after_commit: tuple[AfterCommit, ...] = ()
    refuse: FolkmootError | None = None
    again: bool = False


Effect = AppendEvent | AfterCommit | Execution


def draw_id(at: RandomSource) -> str:
    """Draw an id for something that the server makes."""
    return str(uuid.UUID(bytes=at.random_bytes(16), version=4))


class Did(ActContent, frozen=True, kw_only=True):
    """A handler's part of an act; the pipeline adds the rest (P8).

    Attributes:
        id: The act's id, where something that the handler stored refers to it; None: any.
        board: In whose acts it stands; None for the board that the gate judged the request by: the
            commons where the request names none.
        power: The power used, where it is not the request's.
        author: Who used it, where it is not the actor.
        whose: Whose words it was done to, where no act names them by `about`: if it has to wait, it
            is about them.
        dated: The changes whose values the moment decides at which it is done: a command that waits
            neither tells nor compares them.
        there: How much there is of what a changed value bounds, by the value's name: a value below
            is grave (`bbs.gravity`).
    """

    id: str | None = None
    board: BoardId | None = None
    power: Power | None = None
    author: Author | None = None
    whose: MemberId | None = None
    dated: frozenset[str] = frozenset()
    there: Mapping[str, int] = {}


class Unchanged(Enum):
    """Returned in place of an act: the command changed nothing."""

    UNCHANGED = "unchanged"


UNCHANGED = Unchanged.UNCHANGED


class Outcome(Struct, Generic[R], frozen=True):
    """The effects of a handler.

    Attributes:
        result: The answer.
        effects: Events in the order in which the pipeline appends them, and acts after the commit.
        error: The answer in place of the result; the changes stay all the same, such as the count
            of a failure.
        more: Whether timed work has more to do at once, in another slice.
        act: The act. A command whose power is logged must return an act, or `UNCHANGED`. Any other
            may return one, as leaving a moderator's seat does.
        told: Whether the first effect is an event with exactly the fields of the result. The pipeline
            then encodes them once, for the readers and for the answer.
        told_by: The author that its events name to others than the actor and the desk; None for the
            actor. The pipeline sets it, where the log of the board names offices (13.5).
    """

    result: R
    effects: tuple[Effect, ...] = ()
    error: FolkmootError | None = None
    more: bool = False
    act: Did | Unchanged | None = None
    told: bool = False
    told_by: Author | None = None
