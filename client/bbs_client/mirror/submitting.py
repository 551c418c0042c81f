"""What a front end gives to be sent: commands, marks and choices, kept here before they go out."""

import contextlib
from collections.abc import Callable
from typing import Any

from bbs.features.reading.messages import MarkPosts
from bbs.features.reading.rules import subject_of
from bbs.messages import Command
from bbs_client.mirror.changes import Choosing
from bbs_client.mirror.choosing import as_choice
from bbs_client.mirror.errors import MirrorUnwritable
from bbs_client.mirror.keeper import Keeper
from bbs_client.mirror.marking import PendingMarks
from bbs_client.mirror.outbox import CHOICES, Outbox
from bbs_client.mirror.sender import OutboxSender
from bbs_client.session_events import MirrorChanged, SessionEvent


class Submits:
    """The half of a link that takes what is to be sent. Called from the link's event loop."""

    def __init__(
        self,
        outbox: Outbox,
        marking: PendingMarks,
        keeper: Keeper,
        sender: OutboxSender,
        notify: Callable[[SessionEvent], None],
    ) -> None:
        """Take what is to be sent for `sender`, show it through `keeper`, and tell `notify`."""
        self._outbox = outbox
        self._marking = marking
        self._keeper = keeper
        self._sender = sender
        self._notify = notify

    def submit(self, command: Command[Any], destination: str) -> int:
        """Keep a command durably and send it as soon as possible, once (P12).

        Args:
            command: What is to happen.
            destination: Where it goes; what one destination gets, it gets in order.

        Returns:
            The id of the outbox item, which is there until the server has answered.

        Raises:
            MirrorUnwritable: If this device's disk refuses: keep the draft.
        """
        item = self._outbox.add(command, destination)
        self._outbox_changed()
        return item

    def retry(self, item: int) -> None:
        """Send a refused command again. Raises `MirrorUnwritable` if the disk refuses."""
        self._outbox.retry(item)
        self._outbox_changed()

    def discard(self, item: int) -> None:
        """Let go of a command that waits. Raises `MirrorUnwritable` if the disk refuses."""
        self._outbox.discard(item)
        self._outbox_changed()

    def choose(self, command: Choosing) -> None:
        """Make a choice of the reader's own: here at once, on the server as soon as possible.

        Raises:
            MirrorUnwritable: If this device's disk refuses.
        """
        kind, subject = subject_of(as_choice(command))
        self._outbox.add(command, f"{CHOICES}{kind}:{subject}")
        self._keeper.write((command,))
        self._sender.wake()

    def mark(self, thread: str, first: int, last: int, read: bool = True) -> None:
        """Mark posts as read or unread: here at once, on the server as soon as possible.

        Args:
            thread: The thread's id.
            first: The number of the first post.
            last: The number of the last one, not below `first`.
            read: False to mark them unread.
        """
        mark = MarkPosts(thread=thread, first=first, last=last, read=read)
        self._marking.add(mark)
        self._sender.wake_marks()
        with contextlib.suppress(MirrorUnwritable):
            self._keeper.write((mark,))

    def _outbox_changed(self) -> None:
        self._sender.wake()
        self._notify(MirrorChanged(tables=frozenset({"outbox"})))
