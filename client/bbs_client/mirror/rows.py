"""Queries of the mirror's file: named rows, single values, documents, and the reader's floors."""

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

from msgspec.json import Decoder, Encoder

from bbs.features.reading.views import Choice
from bbs.features.threads.views import Post, Thread
from bbs.rows import R, select

if TYPE_CHECKING:
    from bbs.features.reading.messages import Ranges

encode = Encoder().encode
choice_decoder: Decoder[Choice] = Decoder(Choice)
post_decoder = Decoder(Post)
thread_decoder = Decoder(Thread)
ranges_decoder = Decoder(tuple[tuple[int, int], ...])

FLOOR = (
    "SELECT f.seq FROM floors f JOIN seats s ON s.board = f.board AND s.member = :me"
    " AND s.state = 'seated' WHERE f.board ="
)
"""Selects the seq above which the posts of the board that follows are new to the member `:me`, as
the floor of `bbs.features.reading.unread.Reader`: no row for a member who has no seat there.
"""


class Rows(ABC):
    """Queries on the mirror's file, shared by the cache and by writing transactions."""

    @abstractmethod
    def fetch_all(self, sql: str, *args: object, **named: object) -> list[Any]:
        """Return all rows of a statement.

        Args:
            sql: With plain parameters (?) or named ones (:now), never both.
            args: The values of plain parameters.
            named: The values of named parameters.
        """

    def select(self, row: type[R], sql: str, *args: object, **named: object) -> list[R]:
        """Return rows with names, as `bbs.rows.select` reads `sql`."""
        return list(map(row._make, self.fetch_all(select(row, sql), *args, **named)))

    def fetch_value(self, sql: str, *args: object, **named: object) -> Any:
        """Return the value in a statement's first row; None if there is no row."""
        return next((value for (value,) in self.fetch_all(sql, *args, **named)), None)

    def read_ranges(self, thread: str) -> "Ranges":
        """Return the numbers of a thread's posts that the member marked as read, as ranges."""
        ranges = self.fetch_value("SELECT ranges FROM marks WHERE thread = ?", thread)
        return ranges_decoder.decode(ranges) if ranges else ()
