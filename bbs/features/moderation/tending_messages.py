"""Restrictions by moderators: closing a thread or a board to writing, and opening it again (P7)."""

from typing import ClassVar

from bbs.clock import Instant
from bbs.features.moderation.views import Reason, Restriction
from bbs.gravity import Grave, puts_out_of_reach
from bbs.ids import BoardId, ThreadId
from bbs.messages import Command, Result
from bbs.powers import Need, NeedTarget, Power


class RestrictionResult(Result, frozen=True, kw_only=True):
    """The restriction after the command; None if there was no restriction to end."""

    text_paths: ClassVar[tuple[str, ...]] = ("restriction.reason",)
    restriction: Restriction | None = None


class LockThread(Command[RestrictionResult], frozen=True, kw_only=True):
    """Stop writing in a thread until a moment; it stays readable. Logged on the board (P8).

    On a locked thread it sets another end. Authors may still withdraw their text (P9). Errors:
    `not_found`, `text_refused`, `conflict` while the thread's first post is held,
    `protocol.bad_params` for an end that is past, or more than `LOCK_DAYS_MAX` days ahead.
    """

    method: ClassVar[str] = "moderation.lock"
    needs: ClassVar[Need] = Need(Power.TEND, on=NeedTarget.THREAD)
    thread: ThreadId
    until: Instant
    reason: Reason


class UnlockThread(Command[RestrictionResult], frozen=True, kw_only=True):
    """End a thread's lock now. Logged on the board (P8). Errors: `not_found`, `text_refused`."""

    method: ClassVar[str] = "moderation.unlock"
    needs: ClassVar[Need] = Need(Power.TEND, on=NeedTarget.THREAD)
    thread: ThreadId
    reason: Reason


class MakeReadOnly(Command[RestrictionResult], frozen=True, kw_only=True):
    """Stop writing on a board, for a time or until a moderator opens it. Logged on the board (P8).

    On a read-only board it sets another end. Errors: `not_found`, `text_refused`,
    `protocol.bad_params` for an end that is past, or more than `READ_ONLY_DAYS_MAX` days ahead.

    Attributes:
        until: None until a moderator opens the board again.
    """

    method: ClassVar[str] = "moderation.read_only"
    needs: ClassVar[Need] = Need(Power.TEND, on=NeedTarget.BOARD)
    board: BoardId
    until: Instant | None = None
    reason: Reason


class ArchiveBoard(Command[RestrictionResult], frozen=True, kw_only=True):
    """Stop writing and new seats on a board until a moderator opens it again. Logged there (P8).

    Readers keep access to everything. On a private board with text of other members, the command
    may wait for their agreement or objections (protocol 15), because a member who left could not
    come back to withdraw or read their text. Errors: `not_found`, `text_refused`, `conflict` for
    the commons, `proposals.waits`.
    """

    method: ClassVar[str] = "moderation.archive"
    needs: ClassVar[Need] = Need(Power.TEND, on=NeedTarget.BOARD)
    text_paths: ClassVar[tuple[str, ...]] = ("reason",)
    grave: ClassVar[tuple[Grave, ...]] = (
        Grave(
            "archived", "words of who left would be out of reach", puts_out_of_reach, erases=True
        ),
    )
    board: BoardId
    reason: Reason


class ReopenBoard(Command[RestrictionResult], frozen=True, kw_only=True):
    """Open a read-only or archived board again. Logged on the board (P8).

    Errors: `not_found`, `text_refused`.
    """

    method: ClassVar[str] = "moderation.reopen"
    needs: ClassVar[Need] = Need(Power.TEND, on=NeedTarget.BOARD)
    board: BoardId
    reason: Reason
