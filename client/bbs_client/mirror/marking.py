"""One's own marks and choices on their way to the server: gathered, sent, laid over its answers."""

from collections.abc import Callable, Iterable, Iterator

from bbs.errors import FolkmootError, Later
from bbs.features.reading.messages import Mark
from bbs.messages import Result
from bbs.refusals import NotSignedIn, SignInFailed
from bbs_client.mirror.changes import (
    Change,
    Choosing,
    Chose,
    MarkRead,
    SetChoice,
    SetChoices,
    SetMarks,
)
from bbs_client.mirror.outbox import MARKS, Caller, Outbox


class Marking:
    """Marks the server has not confirmed. In memory while online, in the outbox otherwise."""

    def __init__(self, outbox: Outbox) -> None:
        """Begin with none but those the outbox has kept."""
        self._outbox = outbox
        self._waiting: dict[str, list[MarkRead]] = {}

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def add(self, mark: MarkRead) -> None:
        """Gather a mark; one that continues the last of its thread becomes part of it."""
        marks = self._waiting.setdefault(mark.thread, [])
        joined = _joined(marks[-1], mark) if marks else None
        if joined is None:
            marks.append(mark)
        else:
            marks[-1] = joined

    def take(self) -> MarkRead | None:
        """Return the mark to be sent next, which stays until `confirm`; None if there is none."""
        for marks in self._waiting.values():
            return marks[0]
        return None

    def confirm(self, mark: MarkRead) -> None:
        """Let go of a mark that was answered; one that grew meanwhile stays, to be sent again."""
        marks = self._waiting.get(mark.thread, [])
        if marks and marks[0] == mark:
            marks.pop(0)
        if not marks:
            self._waiting.pop(mark.thread, None)

    async def send(
        self, community: Caller, *, online: Callable[[], bool], fold: Callable[[Result], None]
    ) -> None:
        """Tell the server of what is gathered; what cannot be told now goes into the outbox.

        Cancelling is safe: what was not answered stays gathered, and marking twice is harmless.

        Args:
            community: Who is told.
            online: Whether the server answers.
            fold: Given each answer.

        Raises:
            Later: If the server or the line fails; the rest stays gathered.
            NotSignedIn: If the session has ended; or `SignInFailed`.
            MirrorUnwritable: If this device's disk refuses.
        """
        while (mark := self.take()) is not None:
            # What waits in the outbox was marked earlier, and has to be told earlier.
            if not online() or self._outbox.for_destination(f"{MARKS}{mark.thread}"):
                self.spill()
                return
            try:
                result = await community.call(command(mark))
            except (Later, NotSignedIn, SignInFailed):
                raise
            except FolkmootError:
                # A mark on what one may not read any more has no meaning.
                self.confirm(mark)
            else:
                self.confirm(mark)
                fold(result)

    def spill(self) -> None:
        """Put everything that is gathered into the outbox.

        Raises:
            MirrorUnwritable: If the disk refuses; what is not there yet stays gathered.
        """
        while (mark := self.take()) is not None:
            destination = f"{MARKS}{mark.thread}"
            waiting = self._outbox.for_destination(destination)
            last = waiting[-1] if waiting else None
            joined = None
            if last is not None and isinstance(last.command, Mark):
                joined = _joined(_change(last.command), mark)
            if last is None or joined is None or not self._outbox.amend(last.id, command(joined)):
                self._outbox.add(command(mark), destination)
            self.confirm(mark)

    def over(self, changes: Iterable[Change]) -> Iterator[Change]:
        """Yield changes, with one's own marks and choices after what the server says of them."""
        for change in changes:
            yield change
            if isinstance(change, SetChoice | SetChoices):
                for item in self._outbox.choices():
                    if isinstance(item.command, Choosing):
                        yield Chose(item.command)
            if isinstance(change, SetMarks):
                thread = change.marks.thread
                for item in self._outbox.for_destination(f"{MARKS}{thread}"):
                    if isinstance(item.command, Mark):
                        yield _change(item.command)
                yield from self._waiting.get(thread, ())


def command(mark: MarkRead) -> Mark:
    """Return the command that tells the server of a mark."""
    return Mark(thread=mark.thread, first=mark.first, last=mark.last, read=mark.read)


def _change(sent: Mark) -> MarkRead:
    return MarkRead(sent.thread, sent.first, sent.last, sent.read)


def _joined(one: MarkRead, other: MarkRead) -> MarkRead | None:
    """Return one mark that does what two do, the second after the first; None if none can."""
    touching = one.first <= other.last + 1 and other.first <= one.last + 1
    if one.read != other.read or not touching:
        return None
    first, last = min(one.first, other.first), max(one.last, other.last)
    return MarkRead(one.thread, first, last, one.read)
