"""Rows that several features and surfaces show."""

from typing import NamedTuple

from bbs.features.boards.kinds import BoardKind
from bbs.features.boards.messages import Board
from bbs.features.boards.seat_messages import Seat, SeatState
from bbs.features.letters.views import Letter
from bbs.features.threads.views import Thread
from bbs_client.mirror.database import MirrorDatabase


class BoardRow(NamedTuple):
    """A board in the sidebar.

    Attributes:
        seat: The reader's own seat; None without one.
        unread: Posts that are new to the reader; 0 without a seat.
    """

    board: Board
    seat: Seat | None
    unread: int

    @property
    def is_seated(self) -> bool:
        """Whether the reader has a seat; there they write, but for another member's journal."""
        return self.seat is not None and self.seat.state is SeatState.SEATED

    @property
    def moderates(self) -> bool:
        """Whether the reader has an office here: its desk is theirs; a journal is theirs to write."""
        return self.seat is not None and self.seat.moderator

    @property
    def only_reads(self) -> bool:
        """Whether another member writes here alone: it is a journal, and not the reader's."""
        return self.board.kind is BoardKind.JOURNAL and not self.moderates


def board_named(mirror: MirrorDatabase, slug: str) -> str | None:
    """Return the id of the board with this slug, new or old; None if it is not stored."""
    found: str | None = mirror.fetch_value(
        "SELECT id FROM boards WHERE json_extract(CAST(doc AS TEXT), '$.slug') = ?", slug
    )
    if found is None:
        sql = "SELECT board FROM old_slugs WHERE slug = ? AND coalesce(until > ?, 1)"
        found = mirror.fetch_value(sql, slug, mirror.now_ms())
    return found


class ThreadRow(NamedTuple):
    """A thread in a board's list, with how many of its posts are new to the reader."""

    thread: Thread
    unread: int


class LoungeNews(NamedTuple):
    """What was said in a lounge since the reader looked into it on this device.

    Lines of their own do not count, nor of those whom they muted, nor on a board that is muted or
    where they have no seat.

    Attributes:
        lines: How many lines are new.
        mentions: How many of them mention the reader.
    """

    lines: int
    mentions: int


class LetterRow(NamedTuple):
    """A letter, or a request for one.

    Attributes:
        unread: Posts that are new to the reader.
        last_ms: When its newest post was published, as far as the server told; 0 for never.
        asked: The handles that the reader typed, where they asked on this device.
    """

    letter: Letter
    unread: int
    last_ms: int
    asked: tuple[str, ...]
