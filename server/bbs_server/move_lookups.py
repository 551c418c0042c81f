"""The questions of features to each other about boards that move, or have moved. No I/O here."""

from typing import Any, Protocol

from bbs.ids import BoardId, PostId, ThreadId
from bbs_server.outcome import Effect
from bbs_server.store.api import Tx


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

    def forget_board_authors(self, tx: Tx, board: BoardId) -> bool:
        """Take the authors off a slice of a board's markers; return whether there were any."""
        ...

    def end_moved_post(
        self, tx: Tx, ctx: Any, board: BoardId, post: PostId, *, tell: bool
    ) -> tuple[Effect, ...] | None:
        """End the words of a post that ended at its board's old server, unless somebody claimed it.

        Args:
            tell: Whether the board is open, so that readers are told.

        Returns:
            What tells of it; None if there were no such words.
        """
        ...

    def end_moved_title(self, tx: Tx, board: BoardId, thread: ThreadId) -> None:
        """End the title of a thread of a board that is not open yet."""
        ...

    def take_author_off(self, tx: Tx, board: BoardId, post: PostId) -> str | None:
        """Let a post of a board that is not open yet be a former member's.

        Returns:
            The id of its author, once they have no post in that thread any more; else None.
        """
        ...
