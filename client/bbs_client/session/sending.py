"""Sends commands, marks and choices: stores them on this device first, and sends them when it can."""

import asyncio
import contextlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from bbs import limits
from bbs.errors import Disconnected, RetryableError, Throttled
from bbs.features.reading.messages import Choosing, MarkPosts
from bbs.features.reading.rules import choice_of, subject_of
from bbs.messages import Command, Result
from bbs.wire.messages import PRIVATE_REVISIONS
from bbs_client.mirror.errors import MirrorUnwritable
from bbs_client.mirror.file import Mirror
from bbs_client.mirror.guarding import seen_in
from bbs_client.mirror.outbox import Outbox
from bbs_client.mirror.outbox_item import CHOICES, OutboxItem
from bbs_client.mirror.pending_marks import PendingMarks
from bbs_client.mirror.server_api import Caller
from bbs_client.session.events import (
    CommandRefused,
    MirrorChanged,
    SendingSlowed,
    SessionEvent,
    YesNeeded,
)
from bbs_client.session.fetch_queue import Sleep, until_first
from bbs_client.session.keeper import Keeper

if TYPE_CHECKING:
    from bbs.sdk.community import Community


class Sending:
    """Everything that the session sends; used from the event loop of the connection."""

    def __init__(
        self,
        cache: Mirror,
        outbox: Outbox,
        notify: Callable[[SessionEvent], None],
        *,
        sleep: Sleep,
    ) -> None:
        """Send nothing yet.

        Args:
            cache: The mirror, which shows marks and choices at once.
            outbox: The waiting commands.
            notify: Called when the outbox changed or a command was refused.
            sleep: How to wait, in seconds.
        """
        self._cache = cache
        self._outbox = outbox
        self._notify = notify
        self._sleep = sleep
        self._community: Community | None = None
        self._marking = PendingMarks(outbox)
        self._keeper = Keeper(cache, self._marking, notify)
        self._keeper.seats_changed = self._look_into_outbox
        self._online = asyncio.Event()
        self._outgoing = asyncio.Event()  # look into the outbox as soon as the server answers
        self._marked = asyncio.Event()  # send the marks after a pause: one seldom comes alone
        self._hurried = asyncio.Event()  # without the pause

    @property
    def is_sending(self) -> bool:
        """Whether anything waits that needs only the server's answer, not a decision of the reader."""
        return bool(self._marking) or self._outbox.has_sendable()

    def submit(self, command: Command[Any], destination: str) -> int:
        """Store a command durably and send it as soon as possible; it is applied once (P12).

        Args:
            command: The command.
            destination: The place it goes to; commands for one destination are sent in order.

        Returns:
            The id of the outbox item, which stays until the server has answered.

        Raises:
            MirrorUnwritable: If this device's disk cannot be written: keep the draft.
        """
        item = self._outbox.add(command, destination)
        self._outbox_changed()
        return item

    def retry(self, item: int) -> None:
        """Send a refused command again. Raises `MirrorUnwritable` if the disk cannot be written."""
        self._outbox.retry(item)
        self._outbox_changed()

    def discard(self, item: int) -> None:
        """Discard a command that waits. Raises `MirrorUnwritable` if the disk cannot be written."""
        self._outbox.done(item)
        self._outbox_changed()

    def choose(self, command: Choosing) -> None:
        """Make a choice of the reader's own: here at once, on the server as soon as possible.

        Raises:
            MirrorUnwritable: If this device's disk cannot be written.
        """
        kind, subject = subject_of(choice_of(command))
        self._outbox.add(command, f"{CHOICES}{kind}:{subject}")
        self._keeper.write((command,))
        self._outgoing.set()

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
        self._marked.set()
        with contextlib.suppress(MirrorUnwritable):
            self._keeper.write((mark,))

    def hurry(self) -> None:
        """Send the collected marks now, because the reader is about to leave."""
        self._hurried.set()

    async def look_again(self) -> None:
        """Look into the outbox regularly: another window's command may hold others back no more."""
        while True:
            await self._sleep(limits.BESIDE_LOOK_SECONDS)
            self._outgoing.set()

    def _revision_seen(self, command: Command[Any]) -> int | None:
        """Return the revision that a mark or choice names; None if the server takes none."""
        welcome = self._community.welcome if self._community is not None else None
        if welcome is None or PRIVATE_REVISIONS not in welcome.features:
            return None
        return seen_in(self._cache, command)

    def _outbox_changed(self) -> None:
        self._outgoing.set()
        self._notify(MirrorChanged(tables=frozenset({"outbox"})))

    async def send_outbox(self, community: Caller) -> None:
        """Send the commands in the outbox whenever woken. Cancelling is safe.

        Raises:
            NotSignedIn: If the session has ended; or `SignInFailed`.
            MirrorUnwritable: If this device's disk cannot be written.
        """
        while True:
            await self._outgoing.wait()
            await self._online.wait()
            self._outgoing.clear()
            try:
                self._outbox.resume(self._has_accepted)
                await self._outbox.flush(
                    community,
                    answered=self._answered,
                    refused=self._was_refused,
                    asked=self._was_asked,
                    dropped=lambda item: self._refetch(),
                    seen=self._revision_seen,
                )
            except MirrorUnwritable:
                raise
            except RetryableError as error:
                self._outgoing.set()
                if isinstance(error, Throttled):
                    wait_s = min(error.retry_after_s, limits.RETRY_AFTER_SECONDS_MAX)
                    self._notify(SendingSlowed(wait_s))
                    await self._sleep(max(wait_s, limits.RETRY_AFTER_SECONDS_MIN))
                elif not isinstance(error, Disconnected) or self._online.is_set():
                    await self._sleep(limits.LINK_RETRY_SECONDS)

    async def send_marks(self, community: Caller) -> None:
        """Send collected marks while online; else move them to the outbox. As `send_outbox`."""
        while True:
            await self._marked.wait()
            if self._online.is_set():
                # Wait for a moment, because more marks may come, unless the reader leaves.
                await until_first(self._sleep(limits.MARKS_PAUSE_SECONDS), self._hurried.wait())
            self._marked.clear()
            try:
                await self._marking.send(
                    community,
                    online=self._online.is_set,
                    fold=self._keeper.fold_answer,
                    dropped=self._refetch,
                    seen=self._revision_seen,
                )
            except MirrorUnwritable:
                raise
            except RetryableError:
                self._marking.move_to_outbox()
            self._outbox_changed()

    def _answered(self, item: OutboxItem, result: Result) -> None:
        self._keeper.fold_answer(result)
        self._notify(MirrorChanged(tables=frozenset({"outbox"})))

    def _was_refused(self, item: OutboxItem) -> None:
        if item.destination.startswith(CHOICES):
            self._refetch()
        self._notify(MirrorChanged(tables=frozenset({"outbox"})))
        self._notify(CommandRefused(item))

    def _was_asked(self, item: OutboxItem) -> None:
        self._notify(MirrorChanged(tables=frozenset({"outbox"})))
        if item.asks is not None:
            self._notify(YesNeeded(item.asks.board))

    def _has_accepted(self, board: str, version: int) -> bool:
        """Return whether the reader has accepted a version of a board's norms, as far as known."""
        row = self._cache.board(board)
        return row is not None and row.seat is not None and row.seat.norms_version >= version

    def _look_into_outbox(self) -> None:
        self._outgoing.set()

    def _refetch(self) -> None:
        """Fetch marks and choices again, because the server did not take this device's."""
        self._keeper.add("marks")
