"""Tending by restrictions: what a board's moderators close to writing for a time, and open again (P7)."""

from typing import ClassVar

from bbs.clock import Instant
from bbs.features.moderation.views import Reason, Restriction
from bbs.ids import ThreadId
from bbs.messages import Command, Result
from bbs.powers import Need, NeedTarget, Power


class RestrictionResult(Result, frozen=True, kw_only=True):
    """The restriction after the command; None if there was none to end."""

    text_paths: ClassVar[tuple[str, ...]] = ("restriction.reason",)
    restriction: Restriction | None = None


class LockThread(Command[RestrictionResult], frozen=True, kw_only=True):
    """Let nobody write in a thread until a moment; it is read on. Logged on the board (P8).

    On a locked thread it sets another end. Words can be taken back all the same (P9). Errors:
    `not_found`, `text_refused`, `conflict` while its first post is held, `protocol.bad_params` for
    an end that is past, or more than `LOCK_DAYS_MAX` days ahead.
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
