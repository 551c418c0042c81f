"""Tending threads: what a board's moderators do to keep it readable, each with a reason (P5, P8)."""

from typing import ClassVar

from bbs.features.moderation.views import Reason
from bbs.features.threads.views import Thread, ThreadResult, Title
from bbs.ids import ThreadId
from bbs.messages import Command, Event, Revision
from bbs.powers import Need, NeedTarget, Power


class PinThread(Command[ThreadResult], frozen=True, kw_only=True):
    """Pin a thread to the head of its board's list. Logged on the board (P8).

    Pinned threads stand in the order of the list among themselves (P1). Pinning a pinned thread
    changes nothing. Errors: `not_found`, `text_refused`, `conflict` while its first post is held,
    `full` if `PINS_MAX` threads of the board are pinned.
    """

    method: ClassVar[str] = "threads.pin"
    needs: ClassVar[Need] = Need(Power.TEND, on=NeedTarget.THREAD)
    thread: ThreadId
    reason: Reason


class UnpinThread(Command[ThreadResult], frozen=True, kw_only=True):
    """Take a pinned thread from the head of its board's list. Logged on the board (P8).

    Errors: `not_found`, `text_refused`.
    """

    method: ClassVar[str] = "threads.unpin"
    needs: ClassVar[Need] = Need(Power.TEND, on=NeedTarget.THREAD)
    thread: ThreadId
    reason: Reason


class ChangeTitle(Command[ThreadResult], frozen=True, kw_only=True):
    """Change the title of a thread that somebody else began. Logged on the board (P8).

    The act says only that it was changed; a notice tells the thread's author the title before, as long
    as the thread has a title. Errors: `not_found`, `text_refused`, `gone`, `conflict` while its first
    post is held or if `if_revision` is not the current one.
    """

    method: ClassVar[str] = "threads.change_title"
    needs: ClassVar[Need] = Need(Power.TEND, on=NeedTarget.THREAD)
    thread: ThreadId
    title: Title
    reason: Reason
    if_revision: Revision | None = None


class ThreadPinned(Event, frozen=True, kw_only=True):
    """A moderator pinned a thread, or unpinned it. To the board's readers."""

    kind: ClassVar[str] = "threads.pinned"
    text_paths: ClassVar[tuple[str, ...]] = ("thread.title", "thread.author.name")
    thread: Thread
