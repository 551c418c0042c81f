"""What the feature of letters asks the features that own boards, threads and marks."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, Protocol

from bbs.features.threads.views import Post
from bbs.ids import BoardId, MemberId, PostId, ThreadId
from bbs_server.outcome import Effect
from bbs_server.store.api import Tx
from bbs_server.store.proven_time import Moment


class ErasedSlice(NamedTuple):
    """How far an erasure in slices came.

    Attributes:
        more: Whether another slice can go on at once.
        done: Whether all is gone.
    """

    more: bool = False
    done: bool = False


class LetterLookups(Protocol):
    """The questions about the boards and threads of letters; `ctx` is a handler's `Context`."""

    def open_letter(
        self, tx: Tx, ctx: Any, letter: BoardId, members: Sequence[MemberId]
    ) -> list[Effect]:
        """Open the board of a letter, with a seat for each of its first members."""
        ...

    def enter_letter(self, tx: Tx, ctx: Any, letter: BoardId, member: MemberId) -> list[Effect]: ...
    def leave_letter(self, tx: Tx, ctx: Any, letter: BoardId, member: MemberId) -> list[Effect]: ...
    def letter_members(
        self, tx: Tx, letters: Sequence[BoardId]
    ) -> dict[BoardId, tuple[MemberId, ...]]:
        """Return who is in each of some letters, in the order of entering."""
        ...

    def own_letters(self, tx: Tx, ctx: Any) -> list[BoardId]:
        """Return the letters that the actor is in; none for a token."""
        ...

    def begin_letter(self, tx: Tx, ctx: Any, letter: BoardId, thread: ThreadId) -> None:
        """Make the one thread of a letter, without a title and without posts."""
        ...

    def posts_of_letter(
        self, tx: Tx, letter: BoardId, posts: Iterable[PostId], moment: Moment
    ) -> dict[PostId, Post]:
        """Return those of some posts that stand in a letter, as its readers see them."""
        ...

    def erase_letter_threads(self, tx: Tx, letter: BoardId, *, rows_too: bool) -> ErasedSlice:
        """Erase a slice of what stands in a letter that nobody is in any more.

        Args:
            rows_too: False to erase the words alone.
        """
        ...

    def erase_letter_board(self, tx: Tx, letter: BoardId) -> None:
        """Delete the board of such a letter, once its threads are gone."""
        ...

    def forget_letter(self, tx: Tx, letter: BoardId) -> None:
        """Delete what members marked and chose there."""
        ...
