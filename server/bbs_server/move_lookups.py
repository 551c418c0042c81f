"""The questions of features to each other about boards that move, or have moved. No I/O here."""

from typing import Protocol

from bbs.ids import BoardId
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
