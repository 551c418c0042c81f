"""The reader's own marks and choices on their way to the server: gathered, sent, and laid over its answers."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from msgspec.structs import replace

from bbs.features.reading.messages import (
    AllChoices,
    ChoiceChanged,
    ChoiceResult,
    MarkPosts,
    Marks,
)
from bbs.messages import Command, Result
from bbs_client.mirror.changes import Change
from bbs_client.mirror.guarding import Seen
from bbs_client.mirror.outbox import Outbox
from bbs_client.mirror.outbox_item import MARKS, OutboxItem, OutboxState
from bbs_client.mirror.server_api import Caller


class PendingMarks:
    """Marks the server has not confirmed. In memory while online, in the outbox otherwise."""

    def __init__(self, outbox: Outbox) -> None:
        """Begin with none but those the outbox has kept."""
        self._outbox = outbox
        self._gathered = outbox.aside

    def __bool__(self) -> bool:
        return self._gathered.has_sendable()

    def add(self, mark: MarkPosts) -> None:
        """Gather a mark; one that continues the last of its thread becomes part of it."""
        _add(self._gathered, mark)

    async def send(
        self,
        community: Caller,
        *,
        online: Callable[[], bool],
        fold: Callable[[Result], None],
        dropped: Callable[[], None],
        seen: Seen,
    ) -> None:
        """Tell the server of what is gathered; what cannot be told now goes into the outbox.

        Cancelling is safe: what was not answered stays gathered, with the revision it was sent with.

        Args:
            community: Who is told.
            online: Whether the server answers.
            fold: Given each answer.
            dropped: Called where a mark is not sent any more: it may have been applied before, and
                another device changed the marks of its thread since.
            seen: Tells which revision of a thread's marks was seen last.

        Raises:
            RetryableError: If the server or the line fails; the rest stays gathered.
            NotSignedIn: If the session has ended; or `SignInFailed`.
            MirrorUnwritable: If this device's disk refuses.
        """
        gathered = self._gathered.pending(marks=True)
        # What waits in the outbox was marked earlier, and has to be told earlier.
        if not online() or any(self._outbox.for_destination(one.destination) for one in gathered):
            self.move_to_outbox()
            return
        await self._gathered.flush(
            community,
            answered=lambda item, result: fold(result),
            dropped=lambda item: dropped(),
            seen=seen,
        )

    def move_to_outbox(self) -> None:
        """Put everything that is gathered into the outbox, what was sent as sent.

        Raises:
            MirrorUnwritable: If the disk refuses; what is not there yet stays gathered.
        """
        for item in self._gathered.pending(marks=True):
            assert isinstance(item.command, MarkPosts)
            if item.state is OutboxState.SENT:
                self._outbox.add(item.command, item.destination, item.state)
            else:
                _add(self._outbox, item.command)
            self._gathered.done(item.id)

    def overlay(self, changes: Iterable[Change]) -> Iterator[Change]:
        """Yield changes, with the reader's own marks and choices after what the server says of them."""
        for change in changes:
            yield change
            match change:
                case ChoiceChanged() | ChoiceResult() | AllChoices():
                    yield from _commands(self._outbox.choices())
                case Marks(thread=thread):
                    for outbox in (self._outbox, self._gathered):
                        yield from _commands(outbox.for_destination(f"{MARKS}{thread}"))


def _add(outbox: Outbox, mark: MarkPosts) -> None:
    """Add a mark to what waits: to the last of its thread if that was not sent and they touch."""
    destination = f"{MARKS}{mark.thread}"
    for last in outbox.for_destination(destination)[-1:]:
        joined = _joined(last.command, mark)
        if joined is not None and outbox.amend(last.id, joined):
            return
    outbox.add(mark, destination)


def _commands(items: Iterable[OutboxItem]) -> Iterator[Change]:
    """Yield what waits, but for commands that this version does not know."""
    return (item.command for item in items if item.command is not None)


def _joined(one: Command[Any] | None, other: MarkPosts) -> MarkPosts | None:
    """Return one mark that does what two do, the second after the first; None if none can."""
    if not isinstance(one, MarkPosts) or one.read != other.read:
        return None
    if one.first > other.last + 1 or other.first > one.last + 1:
        return None
    first, last = min(one.first, other.first), max(one.last, other.last)
    return replace(other, first=first, last=last)
