"""The session's reports to a surface: small frozen structs, so that it draws only changes."""

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

from bbs.messages import ClockDoubt
from bbs.powers import Way
from bbs_client.mirror.outbox_item import OutboxItem

if TYPE_CHECKING:
    from bbs.features.batches.views import Batch
    from bbs.features.cases.messages import CaseList
    from bbs.features.cases.own_messages import OwnCaseList
    from bbs.features.proposals.messages import Proposal
    from bbs.messages import Event


class SessionEvent(Struct, frozen=True):
    """Base of all news."""


class OnlineChanged(SessionEvent, frozen=True):
    """The connection was made or lost; offline is a state, not an error.

    Attributes:
        reason: A sentence for people. May hold foreign text: clean it (P13).
        retry_s: Seconds until the next attempt; None for none.
    """

    online: bool
    reason: str = ""
    retry_s: float | None = None


class MirrorChanged(SessionEvent, frozen=True):
    """Something in the mirror or the outbox has changed.

    Attributes:
        tables: Of members, boards, seats, norms, threads, posts, lines, marks, here, outbox.
        boards: Ids of the boards it concerns.
        threads: Ids of the threads it concerns.
        whole: Everything may have changed: draw all of it again.
    """

    tables: frozenset[str] = frozenset()
    boards: frozenset[str] = frozenset()
    threads: frozenset[str] = frozenset()
    whole: bool = False


class SignedInAgain(SessionEvent, frozen=True):
    """This device has a new session: the connection has to run anew."""


class CommandRefused(SessionEvent, frozen=True):
    """The server refused a command of the outbox.

    Attributes:
        item: The item as it stays there; its `error` is a sentence that may hold foreign text
            (P13).
    """

    item: OutboxItem


class SendingSlowed(SessionEvent, frozen=True):
    """The server takes the next command of the outbox only after a while.

    Attributes:
        wait_s: Seconds until it is sent again by itself.
    """

    wait_s: float


class YesNeeded(SessionEvent, frozen=True):
    """A command in the outbox waits until the reader accepts norms that have changed (P5).

    Attributes:
        board: The board of the norms; those of the commons hold everywhere.
    """

    board: str


class SyncProgress(SessionEvent, frozen=True):
    """How far a first sync is; `done` equal to `total` ends it.

    Attributes:
        what: The name of what is fetched now. Foreign text: clean it (P13).
    """

    done: int
    total: int
    what: str


class NoticesChanged(SessionEvent, frozen=True):
    """The sysop's notices (protocol 3.1).

    Attributes:
        motd: The message of the day. Foreign text: clean it (P13). Empty for none, and for one that
            this device has shown before.
        maintenance_at: When the server is going to be stopped for a while; None: nothing planned.
        banner: Whether the community's banner is one not shown on this device before.
        clock_doubt: Why the server does not believe its clock; told to the sysop alone.
        community: What the community is called. Foreign text; empty where it was not told.
    """

    motd: str = ""
    maintenance_at: datetime | None = None
    banner: bool = False
    clock_doubt: ClockDoubt | None = None
    community: str = ""


class AttentionReason(StrEnum):
    """The reason why a text calls for the reader's attention."""

    MENTION = "mention"
    ANSWER = "answer"
    LETTER = "letter"  # in a letter
    NEW = "new"  # on a board whose every post the reader wants to hear of


class AttentionNeeded(SessionEvent, frozen=True):
    """A new text calls for the reader's attention; without the text itself.

    Attributes:
        member: The id of its author.
        board: The id of its board.
        via: The way it came.
    """

    member: str
    board: str
    why: AttentionReason
    via: Way = Way.DEVICE


class ProposalTold(SessionEvent, frozen=True):
    """A command of another member began or stopped to wait on a board where the reader sits."""

    proposal: "Proposal"


class CasesFetched(SessionEvent, frozen=True):
    """The cases that concern the reader, and those at their desks, as the server tells them.

    Attributes:
        own: The cases about the reader; None where they were not asked for.
        desk: The cases that the reader may handle; None where they were not asked for.
    """

    own: "OwnCaseList | None" = None
    desk: "CaseList | None" = None


class CaseHappened(SessionEvent, frozen=True):
    """Something happened in a case that the reader may know of.

    Attributes:
        event: What happened.
    """

    event: "Event"


class BatchHappened(SessionEvent, frozen=True):
    """A batch of a board that the reader moderates began to wait or to run, went on, or ended."""

    batch: "Batch"


class SignedOut(SessionEvent, frozen=True):
    """The session was ended: the mirror is wiped; the outbox and the drafts stay."""

    reason: str


class NewEpoch(SessionEvent, frozen=True):
    """The server went back to an earlier state, as after a restore: the mirror is filled again."""
