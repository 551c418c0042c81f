"""What the feature of ownership asks the others when somebody leaves, and they ask it."""

from typing import Any, NamedTuple, Protocol

from bbs.clock import Ms
from bbs.features.ownership.views import LeaveWords, LeavingPart
from bbs.ids import BoardId, MemberId
from bbs_server.outcome import Effect
from bbs_server.store.api import Tx


class SeatsLeft(NamedTuple):
    """What ended when a member left.

    Attributes:
        seats: The boards where they sat, each with the version of the norms that they accepted.
        more: Whether there are more to end.
    """

    seats: tuple[tuple[BoardId, int], ...]
    effects: tuple[Effect, ...]
    more: bool = False


class LettersLeft(NamedTuple):
    """A slice of the letters that a member left.

    Attributes:
        letters: Those that others are in still.
        more: Whether there are more to leave.
    """

    letters: tuple[BoardId, ...]
    effects: tuple[Effect, ...]
    more: bool


class WordsLooked(NamedTuple):
    """What was found in a piece of all posts.

    Attributes:
        upto: The row up to which none was found; None at the end.
    """

    found: bool
    upto: int | None


class BoardsWritten(NamedTuple):
    """What was found in a slice of all words.

    Attributes:
        boards: The boards and letters where the member has words in it.
        place: Where the next slice begins; None at the end.
    """

    boards: frozenset[BoardId]
    place: str | None


class LeavingLookups(Protocol):
    """The questions about who leaves; `ctx` is a handler's `Context`."""

    def board_left_until(self, tx: Tx, member: MemberId, board: BoardId) -> Ms | None:
        """Return until when the words of a member who left a board can come back; None if they stay."""
        ...

    def leave_words(
        self, tx: Tx, ctx: Any, letter: BoardId, words: LeaveWords
    ) -> tuple[Effect, ...]:
        """Let the actor leave a letter with this choice about the words there."""
        ...

    def end_leavings(self, tx: Tx, letter: BoardId) -> tuple[Effect, ...]:
        """Let nobody come back to a letter that is erased."""
        ...

    def words_written(
        self, tx: Tx, member: MemberId, board: BoardId | None
    ) -> tuple[LeavingPart, ...]:
        """Return how much a member wrote, by board; on one board or on all (None)."""
        ...

    def boards_written(self, tx: Tx, member: MemberId, place: str) -> BoardsWritten:
        """Return where a member has words, of a slice of all words that begins at a place."""
        ...

    def look_for_words(self, tx: Tx, member: MemberId, above: int) -> WordsLooked:
        """Look in a piece of all posts, above a row, for words that stand under a member's name."""
        ...

    def bar(self, tx: Tx, ctx: Any, member: MemberId) -> tuple[Effect, ...]:
        """End all sessions of a member for good: nobody signs in to the account any more."""
        ...

    def set_seated(self, tx: Tx, member: MemberId, *, is_seated: bool) -> None:
        """Write whether a member has a seat in the community, or waits for one."""
        ...

    def author_left(
        self,
        tx: Tx,
        ctx: Any,
        member: MemberId,
        board: BoardId,
        words: LeaveWords,
        *,
        is_back: bool = False,
    ) -> tuple[Effect, ...]:
        """Return what tells the readers of a board and its lounge of an author who left or came back."""
        ...

    def leave_seats(self, tx: Tx, ctx: Any, member: MemberId, board: BoardId | None) -> SeatsLeft:
        """End a slice of a member's seats, at last offices and applications, on one board or all (None)."""
        ...

    def give_seats_back(
        self, tx: Tx, ctx: Any, member: MemberId, seats: tuple[tuple[BoardId, int], ...]
    ) -> tuple[Effect, ...]:
        """Seat a member again where a seat is free, and let them wait in line elsewhere."""
        ...

    def leave_letters(self, tx: Tx, ctx: Any, member: MemberId) -> LettersLeft:
        """Let a member leave a slice of the letters that others are in."""
        ...

    def lapse_motions(
        self, tx: Tx, ctx: Any, member: MemberId, board: BoardId | None
    ) -> tuple[Effect, ...]:
        """End what a member moved and what waits still, on one board or on all (None)."""
        ...

    def may_have_words_of_gone(self, tx: Tx, board: BoardId, member: MemberId) -> bool:
        """Return whether other members, who have no seat now, may have text there."""
        ...
