"""The destination of a text: the composer shows it, and drafts are stored under it."""

from enum import StrEnum

from msgspec import Struct

from bbs import limits
from bbs.streams import board_stream, lounge_stream


class DestinationKind(StrEnum):
    """The kind of text being written."""

    LINE = "line"  # a line of a lounge
    THREAD = "thread"  # a new thread with its first post
    POST = "post"  # an answer to a post or a thread
    EDIT = "edit"  # the writer's own post in other words
    FIRST = "first"  # the same, with the title of the thread it begins


class Destination(Struct, frozen=True):
    """One place that the writer can write to. It consists of ids, so no name can collide or escape.

    Attributes:
        board: The board.
        thread: The thread; None for a lounge and a new thread.
        post: The post that is answered or edited; None for an answer to the thread itself.
    """

    kind: DestinationKind
    board: str
    thread: str | None = None
    post: str | None = None

    @property
    def key(self) -> str:
        """A name for its draft."""
        return ":".join((self.kind, self.board, self.thread or "", self.post or ""))

    @property
    def queue(self) -> str:
        """The queue of the outbox in which order is kept: a lounge, a thread, or a board."""
        if self.is_line:
            return lounge_stream(self.board)
        return f"thread:{self.thread}" if self.thread else board_stream(self.board)

    @property
    def is_line(self) -> bool:
        """Whether it is a line of a lounge."""
        return self.kind is DestinationKind.LINE

    @property
    def is_edit(self) -> bool:
        """Whether it is another wording of an existing post."""
        return self.kind in {DestinationKind.EDIT, DestinationKind.FIRST}

    @property
    def titled(self) -> bool:
        """Whether it has a title."""
        return self.kind in {DestinationKind.THREAD, DestinationKind.FIRST}

    @property
    def chars_max(self) -> int:
        """The greatest number of characters."""
        return limits.LINE_BODY_CHARS_MAX if self.is_line else limits.BODY_CHARS_MAX

    @property
    def lines_max(self) -> int:
        """The greatest number of lines."""
        return limits.LINE_BODY_LINES_MAX if self.is_line else limits.BODY_LINES_MAX

    @property
    def bytes_max(self) -> int:
        """The greatest number of bytes in UTF-8."""
        return 4 * limits.LINE_BODY_CHARS_MAX if self.is_line else limits.BODY_BYTES_MAX


def parse(key: str) -> Destination | None:
    """Return the destination a draft's key names; None if it names none."""
    parts = key.split(":")
    if len(parts) != 4 or parts[0] not in DestinationKind.__members__.values():
        return None
    return Destination(DestinationKind(parts[0]), parts[1], parts[2] or None, parts[3] or None)
