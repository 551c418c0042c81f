"""The reader's own marks and choices: collected, sent, and applied over the server's answers."""

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
    """Marks that the server has not confirmed: in memory while online, else in the outbox."""

    def __init__(self, outbox: Outbox) -> None:
        """Begin with the marks that the outbox has."""
        self._outbox = outbox
        self._gathered = outbox.aside

    def __bool__(self) -> bool:
        return self._gathered.has_sendable()

    def add(self, mark: MarkPosts) -> None:
        """Add a mark; a mark that continues the last one of its thread is joined to it."""
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
        """Send the collected marks; if that is impossible now, move them to the outbox.

        Cancelling is safe: unanswered marks stay collected, with the revision they were sent with.

        Args:
            community: The community to send to.
            online: Whether there is a connection.
            fold: Called with each answer.
            dropped: Called for a mark that is given up, because it may have been applied before and
                another device changed the marks of its thread since.
            seen: Returns the revision of a thread's marks that was seen last.

        Raises:
            RetryableError: If the server or the connection fails; the rest stays collected.
            NotSignedIn: If the session has ended; or `SignInFailed`.
            MirrorUnwritable: If this device's disk cannot be written.
        """
        gathered = self._gathered.pending(marks=True)
        # The marks in the outbox are older, so send them first.
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
        """Move all collected marks into the outbox; marks that were sent keep the state SENT.

        Raises:
            MirrorUnwritable: If the disk cannot be written; marks that are not there yet stay
                collected.
        """
        for item in self._gathered.pending(marks=True):
            assert isinstance(item.command, MarkPosts)
            if item.state is OutboxState.SENT:
                self._outbox.add(item.command, item.destination, item.state)
            else:
                _add(self._outbox, item.command)
            self._gathered.done(item.id)

    def overlay(self, changes: Iterable[Change]) -> Iterator[Change]:
        """Yield changes, each followed by the reader's own unconfirmed marks and choices about it."""
        for change in changes:
            yield change
            match change:
                case ChoiceChanged() | ChoiceResult() | AllChoices():
                    yield from _commands(self._outbox.choices())
                case Marks(thread=thread):
                    for outbox in (self._outbox, self._gathered):
                        yield from _commands(outbox.for_destination(f"{MARKS}{thread}"))


def _add(outbox: Outbox, mark: MarkPosts) -> None:
    """Add a mark; join it to the last of its thread if that is unsent and they touch."""
    destination = f"{MARKS}{mark.thread}"
    for last in outbox.for_destination(destination)[-1:]:
        joined = _joined(last.command, mark)
        if joined is not None and outbox.amend(last.id, joined):
            return
    outbox.add(mark, destination)


def _commands(items: Iterable[OutboxItem]) -> Iterator[Change]:
    """Yield the waiting commands, without commands that this version does not know."""
    return (item.command for item in items if item.command is not None)


def _joined(one: Command[Any] | None, other: MarkPosts) -> MarkPosts | None:
    """Return one mark with the effect of two, the second after the first; None if there is none."""
    if not isinstance(one, MarkPosts) or one.read != other.read:
        return None
    if one.first > other.last + 1 or other.first > one.last + 1:
        return None
    first, last = min(one.first, other.first), max(one.last, other.last)
    return replace(other, first=first, last=last)
