"""The reader's own marks and choices on their way to the server: gathered, sent, and laid over its answers."""

from collections.abc import Callable, Iterable, Iterator

from msgspec.structs import replace

from bbs.errors import Disconnected, FolkmootError, RetryableError
from bbs.features.reading.messages import (
    AllChoices,
    ChoiceChanged,
    ChoiceResult,
    MarkPosts,
    Marks,
)
from bbs.ids import new_id
from bbs.messages import Result
from bbs.refusals import NotSignedIn, SignInFailed
from bbs_client.mirror.changes import Change
from bbs_client.mirror.guarding import Guard, Resend, Seen, ask
from bbs_client.mirror.outbox import MARKS, Outbox, OutboxItem, OutboxState
from bbs_client.mirror.server_api import Caller


class PendingMarks:
    """Marks the server has not confirmed. In memory while online, in the outbox otherwise."""

    def __init__(self, outbox: Outbox) -> None:
        """Begin with none but those the outbox has kept."""
        self._outbox = outbox
        self._waiting: dict[str, list[MarkPosts]] = {}
        # What went out and has no answer yet: the first mark of its thread, which grows no more.
        self._sent: MarkPosts | None = None

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def add(self, mark: MarkPosts) -> None:
        """Gather a mark; one that continues the last of its thread becomes part of it."""
        mark = replace(mark, op=new_id())
        marks = self._waiting.setdefault(mark.thread, [])
        is_open = len(marks) > (self._sent is not None and self._sent.thread == mark.thread)
        joined = _joined(marks[-1], mark) if is_open else None
        if joined is None:
            marks.append(mark)
        else:
            marks[-1] = joined

    def next_mark(self) -> MarkPosts | None:
        """Return the mark to be sent next, which stays until `confirm`; None if there is none."""
        for marks in self._waiting.values():
            return marks[0]
        return None

    def confirm(self, mark: MarkPosts) -> None:
        """Let go of the mark that `next_mark` returned."""
        self._sent = None
        marks = self._waiting[mark.thread]
        del marks[0]
        if not marks:
            del self._waiting[mark.thread]

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
        guard = Guard(seen)
        put_off: MarkPosts | None = None
        while (mark := self.next_mark()) is not None:
            # What waits in the outbox was marked earlier, and has to be told earlier.
            if not online() or self._outbox.for_destination(f"{MARKS}{mark.thread}"):
                self.move_to_outbox()
                return
            first = self._sent is None
            sent = guard.prepare(self._sent or put_off or mark, first=first)
            self._sent, put_off = sent, None
            try:
                result = await ask(community, sent)
            except (Disconnected, NotSignedIn, SignInFailed):
                raise
            except RetryableError:
                if first:
                    self._sent = None
                raise
            except FolkmootError as error:
                verdict = guard.verdict(sent, error, first=first)
                if verdict is Resend.AGAIN:
                    self._sent, put_off = None, sent
                    continue
                # A mark on what the reader may not read any more has no meaning.
                self.confirm(mark)
                if verdict is Resend.DROP:
                    dropped()
            else:
                self.confirm(mark)
                fold(result)

    def move_to_outbox(self) -> None:
        """Put everything that is gathered into the outbox, what was sent as sent.

        Raises:
            MirrorUnwritable: If the disk refuses; what is not there yet stays gathered.
        """
        while (mark := self.next_mark()) is not None:
            destination = f"{MARKS}{mark.thread}"
            if self._sent is not None:
                self._outbox.add(self._sent, destination, OutboxState.SENT)
                self.confirm(mark)
                continue
            waiting = self._outbox.for_destination(destination)
            last = waiting[-1] if waiting else None
            joined = None
            if last is not None and isinstance(last.command, MarkPosts):
                joined = _joined(last.command, mark)
            if last is None or joined is None or not self._outbox.amend(last.id, joined):
                self._outbox.add(mark, destination)
            self.confirm(mark)

    def overlay(self, changes: Iterable[Change]) -> Iterator[Change]:
        """Yield changes, with the reader's own marks and choices after what the server says of them."""
        for change in changes:
            yield change
            match change:
                case ChoiceChanged() | ChoiceResult() | AllChoices():
                    yield from _commands(self._outbox.choices())
                case Marks(thread=thread):
                    yield from _commands(self._outbox.for_destination(f"{MARKS}{thread}"))
                    yield from self._waiting.get(thread, ())


def _commands(items: Iterable[OutboxItem]) -> Iterator[Change]:
    """Yield what waits, but for commands that this version does not know."""
    return (item.command for item in items if item.command is not None)


def _joined(one: MarkPosts, other: MarkPosts) -> MarkPosts | None:
    """Return one mark that does what two do, the second after the first; None if none can."""
    touching = one.first <= other.last + 1 and other.first <= one.last + 1
    if one.read != other.read or not touching:
        return None
    first, last = min(one.first, other.first), max(one.last, other.last)
    return replace(other, first=first, last=last)
