"""The questions of features to each other about boards that move, or have moved. No I/O here."""

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

from bbs.ids import BoardId, MemberId, PostId, ThreadId
from bbs_server.outcome import Effect
from bbs_server.store.api import Tx


class EndedPost(NamedTuple):
    """What became of a post that a last list names.

    Attributes:
        effects: What tells readers of it.
        alone: The id of the author with whom it came, if nothing else in its thread is theirs.
    """

    effects: tuple[Effect, ...] = ()
    alone: str | None = None


class MoveLookups(Protocol):
    """The questions about boards that move to another community."""

    def count_open_cases(self, tx: Tx, board: BoardId) -> int:
        """Return how many cases and appeals of a board are open, whoever handles them."""
        ...

    def end_lines(self, tx: Tx, board: BoardId) -> None:
        """Let all lines of a board's lounge end now; they are erased in slices (P10)."""
        ...

    def end_moved_board(self, tx: Tx, board: BoardId) -> None:
        """End the seats and texts of a board that has moved and leads on no more; its name is kept."""
        ...

    def has_board_words(self, tx: Tx, board: BoardId) -> bool:
        """Return whether any post or title of a board has words, shown or not."""
        ...

    def erase_moved_words(self, tx: Tx, board: BoardId) -> None:
        """Erase a slice of the words of a board that moved away, and note whose words went so."""
        ...

    def forget_board_authors(self, tx: Tx, board: BoardId) -> bool:
        """Take the authors off a slice of a board's markers; return whether there were any."""
        ...

    def words_of_members(
        self, tx: Tx, thread: ThreadId, members: Sequence[MemberId]
    ) -> dict[PostId | ThreadId, MemberId]:
        """Return which posts of a thread, and whether the thread itself, are by which of some members."""
        ...

    def imported_author_of(self, tx: Tx, board: BoardId, key: PostId | ThreadId) -> str | None:
        """Return the id of the author with whom a post or thread of a board came.

        Returns:
            None where nobody came with it, and where somebody has claimed it.
        """
        ...

    def forget_imported_name(
        self, tx: Tx, ctx: Any, imported: str, thread: ThreadId, *, tell: bool
    ) -> list[Effect]:
        """Erase the name of an author who came with a thread; return what tells readers of it.

        Args:
            tell: Whether the board is open, so that readers are told.
        """
        ...

    def end_moved_post(
        self, tx: Tx, ctx: Any, board: BoardId, post: PostId, *, how: str, tell: bool
    ) -> EndedPost | None:
        """End the words of a post that ended at its board's old server, unless somebody claimed it.

        Args:
            how: As `EndedThere` has it; empty if its author took them back.
            tell: Whether the board is open, so that readers are told.

        Returns:
            What became of it; None if there were no such words.
        """
        ...

    def end_moved_title(
        self, tx: Tx, ctx: Any, board: BoardId, thread: ThreadId, *, tell: bool
    ) -> list[Effect]:
        """End the title of a thread that ended at the old server, unless somebody claimed it.

        Returns:
            What tells readers of it.
        """
        ...

    def take_author_off(
        self, tx: Tx, ctx: Any, board: BoardId, post: PostId, *, tell: bool
    ) -> EndedPost | None:
        """Let a post be nobody's, unless somebody claimed it.

        Returns:
            What became of it; None if it had no author already.
        """
        ...
